// Hosts wait as the pace of polite work says: real processes, real load, real memory.
import { cpus } from 'node:os'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createShare } from '../../../src/main/polite/share'
import { resolveLimits } from '../../../src/shared/limits'
import type { Pool, PoolPace, RunOptions } from '../../../src/main/pool/pool'
import { buildHosts, openPool, until } from '../../support/pool/hosts'
import type { HostFiles, TestPool } from '../../support/pool/hosts'

const limits = resolveLimits()
const free: PoolPace = { allow: (threads) => threads, waitMs: () => 0, memoryBytes: () => null }

let files: HostFiles
let opened: TestPool | null = null

beforeAll(async () => {
  files = await buildHosts()
})
afterEach(async () => {
  await opened?.pool.close({ timeoutMs: 0 })
  opened = null
})
afterAll(() => files.remove())

const open = (pace: Partial<PoolPace>): Pool => {
  opened = openPool(files, { threads: 2 }, { pace: { ...free, ...pace } })
  return opened.pool
}
const extract = (pool: Pool, name: string, options: RunOptions<'extract'> = {}) =>
  pool.run(
    'parse',
    'extract',
    { locator: { location: name, entries: [] }, name, limits, tempDir: '', inflateBudgetBytes: null },
    options,
  )
const embed = (pool: Pool, ms: number) => pool.run('embed', 'embed', { texts: [String(ms)], modelDir: '' })
const embedQuery = (pool: Pool, text: string) =>
  pool.run('embed', 'embedQuery', { text, modelDir: '' }, { priority: 1 })
const countRunning = (pool: Pool): number => pool.workers().flatMap(({ running }) => running).length

describe('a share of the processors', () => {
  it('is kept under real load, by the time that hosts have really used', async () => {
    const processors = cpus().length
    // Of one processor half, however many there are.
    const percent = 50 / processors
    let pool: Pool | null = null
    const share = createShare({
      nowMs: () => performance.now(),
      usedMs: () => pool?.cpuMs() ?? 0,
      processors: () => processors,
      percent: () => percent,
    })
    pool = open({ waitMs: share.waitMs, allow: () => 1 })
    // Its start, which costs as much as some tasks, is not looked at.
    await extract(pool, 'burn:10')
    await until('what the start took is paid for', () => share.waitMs() === 0, 30_000)
    const [startMs, startUsedMs] = [performance.now(), pool.cpuMs()]
    for (let task = 0; task < 20; task += 1) await extract(pool, 'burn:100')
    await until('what the last took is paid for', () => share.waitMs() === 0, 30_000)
    const used = (pool.cpuMs() - startUsedMs) / (performance.now() - startMs)
    expect(pool.cpuMs() - startUsedMs).toBeGreaterThan(1_000)
    expect(used).toBeLessThan(0.6)
    expect(used).toBeGreaterThan(0.05)
  }, 60_000)

  it('holds back no search', async () => {
    const pool = open({ waitMs: () => 60_000 })
    const held = extract(pool, 'a')
    held.catch(() => undefined)
    expect((await embedQuery(pool, 'now')).model).toBe('now')
    expect(countRunning(pool)).toBe(0)
  })

  it('is asked for again by itself', async () => {
    let waitMs = 50
    const pool = open({ waitMs: () => waitMs })
    const held = extract(pool, 'a')
    await new Promise((wake) => setTimeout(wake, 200))
    expect(pool.workers()).toEqual([])
    waitMs = 0
    expect((await held).sha256).toBe('a')
  })

  it('is one of the threads, too', async () => {
    const pool = open({ allow: () => 1 })
    const both = [extract(pool, 'sleep:300'), extract(pool, 'sleep:300')]
    await until('one runs', () => countRunning(pool) === 1)
    await new Promise((wake) => setTimeout(wake, 100))
    expect(countRunning(pool)).toBe(1)
    await Promise.all(both)
  })
})

describe('a bound of the memory', () => {
  it('lets nothing start beside what runs while all hosts together are above it, and everything ends', async () => {
    const pool = open({ memoryBytes: () => 1 })
    const order: string[] = []
    const note = (what: string) => () => order.push(what)
    const first = extract(pool, 'sleep:400').then(note('first'))
    await until('the memory of the first is known', () => pool.workers().some(({ rssBytes }) => (rssBytes ?? 0) > 1))
    const second = embed(pool, 1).then(note('second'))
    const third = extract(pool, 'sleep:1').then(note('third'))
    expect(countRunning(pool)).toBe(1)
    await Promise.all([first, second, third])
    expect(order[0]).toBe('first')
  })

  it('closes hosts in which nothing runs', async () => {
    const pool = open({ memoryBytes: () => 1 })
    await extract(pool, 'a')
    const [parse] = pool.workers()
    await until('its memory is known', () => (pool.workers()[0]?.rssBytes ?? 0) > 1)
    await embed(pool, 1)
    await until('it is gone', () => pool.workers().every(({ pid }) => pid !== parse?.pid))
  })
})
