// The pool over real host processes, where nothing goes wrong: order, dialogue, priority, cancellation, replacement, environment.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { resolveLimits } from '../../../src/shared/limits'
import type { HostOptions, Pool, RunOptions } from '../../../src/main/pool/pool'
import { buildHosts, isRunning, openPool, until } from '../../support/pool/hosts'
import type { HostFiles, TestPool } from '../../support/pool/hosts'

const limits = resolveLimits()

let files: HostFiles
let opened: TestPool | null = null

beforeAll(async () => {
  files = await buildHosts()
})
afterEach(async () => {
  await opened?.pool.close({ timeoutMs: 0 })
  opened = null
})
afterAll(() => {
  files.remove()
})

const open = (host: Partial<HostOptions> = {}): TestPool => {
  opened = openPool(files, host)
  return opened
}
const locator = (location: string) => ({ location, entries: [] })
const extract = (pool: Pool, name: string, options: RunOptions<'extract'> = {}) =>
  pool.run('parse', 'extract', { locator: locator(name), name, limits, tempDir: '', inflateBudgetBytes: null }, options)
const expand = (pool: Pool, how: string, messages: number, options: RunOptions<'expand'>) =>
  pool.run('parse', 'expand', { locator: locator(how), depth: messages, limits, tempDir: '' }, options)
const embed = (pool: Pool, ms: number, options: RunOptions<'embed'> = {}) =>
  pool.run('embed', 'embed', { texts: [String(ms)], modelDir: '' }, options)
const embedQuery = (pool: Pool, text: string) =>
  pool.run('embed', 'embedQuery', { text, modelDir: '' }, { priority: 1 })
const countRunning = (pool: Pool): number => pool.workers().flatMap(({ running }) => running).length

describe('the dialogue of a task', () => {
  it('keeps its order and waits for each answer', async () => {
    const { pool } = open()
    const seen: number[] = []
    let open_ = 0
    let most = 0
    const result = await expand(pool, 'one-by-one', 50, {
      onMessage: async ({ entries }) => {
        most = Math.max(most, (open_ += 1))
        await Promise.resolve()
        seen.push(entries[0]?.index ?? -1)
        open_ -= 1
        return undefined
      },
    })
    expect(result.entries).toBe(50)
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index))
    expect(most).toBe(1)
  })

  it('answers one message at a time even when the task says them all at once', async () => {
    const { pool } = open()
    const steps: string[] = []
    await expand(pool, 'at-once', 3, {
      onMessage: async ({ entries }) => {
        const index = entries[0]?.index ?? -1
        steps.push(`start ${index}`)
        await new Promise((wake) => setTimeout(wake, 5))
        steps.push(`end ${index}`)
        return undefined
      },
    })
    expect(steps).toEqual(['start 0', 'end 0', 'start 1', 'end 1', 'start 2', 'end 2'])
  })

  it('carries the reply', async () => {
    const { pool } = open()
    expect((await extract(pool, 'ask', { onMessage: () => ({ proceed: false }) })).sha256).toBe('false')
  })

  it('ends the task with the very error that the listener threw', async () => {
    const { pool } = open()
    const error = new AppError('DISK_FULL', { path: '/data' })
    const task = expand(pool, 'one-by-one', 5, {
      onMessage: () => {
        throw error
      },
    })
    await expect(task).rejects.toBe(error)
  })

  it('is a bug when nobody listens', async () => {
    const { pool } = open()
    await expect(extract(pool, 'ask')).rejects.toMatchObject({ code: 'INTERNAL_BUG' })
  })
})

describe('what goes over the border', () => {
  it('brings vectors back as they are', async () => {
    const { pool } = open()
    const [passages, query] = await Promise.all([embed(pool, 0), embedQuery(pool, 'a b')])
    expect(passages.vectors).toEqual(Uint16Array.from([1, 2, 3, 65_535]))
    expect(query).toMatchObject({ model: 'a b', vector: Float32Array.from([0.5, -1]) })
  })

  it('refuses what cannot be sent, and goes on', async () => {
    const { pool } = open()
    const params = { texts: [], modelDir: '', extra: () => 0 }
    await expect(pool.run('embed', 'embed', params)).rejects.toMatchObject({ code: 'INTERNAL_BUG' })
    await expect(embed(pool, 0)).resolves.toMatchObject({ model: 'test' })
  })

  it('hides the variables of the owner from the host', async () => {
    process.env['SLUICE_TEST_SECRET'] = 'secret'
    const { pool } = open({ env: { GIVEN: 'yes' } })
    try {
      expect((await extract(pool, 'env:SLUICE_TEST_SECRET')).sha256).toBe('unset')
      expect((await extract(pool, 'env:GIVEN')).sha256).toBe('yes')
      expect((await extract(pool, 'env:PATH')).sha256).toBe(process.env['PATH'])
    } finally {
      delete process.env['SLUICE_TEST_SECRET']
    }
  })
})

describe('the queue of a host', () => {
  it('lets a search go before the batches that wait', async () => {
    const { pool } = open({ threads: 1 })
    const order: string[] = []
    const note = (name: string) => () => order.push(name)
    const tasks = [embed(pool, 200).then(note('batch 1')), embed(pool, 1).then(note('batch 2'))]
    tasks.push(embedQuery(pool, 'q').then(note('query')))
    await Promise.all(tasks)
    expect(order).toEqual(['batch 1', 'query', 'batch 2'])
  })

  it('does not let a search wait for a batch where there is a thread for urgent tasks', async () => {
    const { pool } = open({ threads: 1, urgentThreads: 1 })
    const batch = embed(pool, 60_000).catch((error: unknown) => error)
    await embedQuery(pool, 'q')
    expect(countRunning(pool)).toBe(1)
    await pool.close({ timeoutMs: 0 })
    expect(await batch).toMatchObject({ code: 'SHUTTING_DOWN' })
  })

  it('lets it run on the thread of the batch, where urgent tasks share it', async () => {
    const { pool } = open({ threads: 1, urgentThreads: 1, urgentShares: true })
    const batch = embed(pool, 60_000).catch((error: unknown) => error)
    await embedQuery(pool, 'q')
    expect(countRunning(pool)).toBe(1)
    await pool.close({ timeoutMs: 0 })
    expect(await batch).toMatchObject({ code: 'SHUTTING_DOWN' })
  })

  it('runs no more at once than there are threads', async () => {
    const { pool } = open({ threads: 2 })
    const tasks = Array.from({ length: 6 }, () => extract(pool, 'sleep:60'))
    let most = 0
    const looking = setInterval(() => (most = Math.max(most, countRunning(pool))), 5)
    await Promise.all(tasks)
    clearInterval(looking)
    expect(most).toBe(2)
  })

  it('keeps the host empty around a task that runs alone', async () => {
    const { pool } = open({ threads: 2 })
    const beside: string[][] = []
    const look = () => beside.push(pool.workers().flatMap(({ running }) => running.map(({ label }) => label)))
    const before = extract(pool, 'sleep:100', { label: 'before' })
    const alone = extract(pool, 'ask', {
      alone: true,
      label: 'alone',
      onMessage: () => {
        look()
        return { proceed: true }
      },
    })
    const after = extract(pool, 'sleep:1', { label: 'after' })
    expect(countRunning(pool)).toBe(1)
    await Promise.all([before, alone, after])
    expect(beside).toEqual([['alone']])
  })
})

describe('cancellation', () => {
  it('ends a running task that listens, and harms nothing else', async () => {
    const { pool } = open()
    const pid = (await extract(pool, 'pid')).chars
    const controller = new AbortController()
    const slow = extract(pool, 'fault-slow', { signal: controller.signal })
    const neighbor = extract(pool, 'sleep:300')
    await until('both run', () => countRunning(pool) === 2)
    controller.abort()
    await expect(slow).rejects.toMatchObject({ code: 'CANCELLED' })
    expect((await neighbor).chars).toBe(pid)
  })

  it('reaches a synchronous loop by its beat', async () => {
    const { pool } = open()
    const pid = (await extract(pool, 'pid')).chars
    const controller = new AbortController()
    const busy = extract(pool, 'fault-busy', { signal: controller.signal })
    await until('it runs', () => countRunning(pool) === 1)
    controller.abort()
    await expect(busy).rejects.toMatchObject({ code: 'CANCELLED' })
    expect((await extract(pool, 'pid')).chars).toBe(pid)
  })

  it('takes a waiting task out of the queue, and one that comes cancelled never in', async () => {
    const { pool } = open({ threads: 1 })
    const controller = new AbortController()
    const running = extract(pool, 'sleep:100')
    const waiting = extract(pool, 'sleep:60000', { signal: controller.signal, alone: true })
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(extract(pool, 'pid', { signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' })
    await running
  })

  it('stops a task that is talking: nothing it says afterwards is heard', async () => {
    const { pool } = open()
    const controller = new AbortController()
    let heard = 0
    const task = expand(pool, 'one-by-one', 1_000, {
      signal: controller.signal,
      onMessage: () => {
        heard += 1
        if (heard === 3) controller.abort()
        return undefined
      },
    })
    await expect(task).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(heard).toBe(3)
  })
})

describe('the life of a host', () => {
  it('starts with the first task and not before', async () => {
    const { pool } = open()
    expect(pool.workers()).toEqual([])
    await extract(pool, 'pid')
    expect(pool.workers()).toMatchObject([{ host: 'parse', tasksDone: 1, running: [], queued: 0 }])
    expect(pool.workers()[0]?.rssBytes ?? 0).toBeGreaterThan(10_000_000)
  })

  it('is replaced after its number of tasks', async () => {
    const { pool } = open({ recycleTasks: 3, threads: 1 })
    const pids = await Promise.all(Array.from({ length: 7 }, async () => (await extract(pool, 'pid')).chars))
    expect(new Set(pids).size).toBe(3)
    expect(pids.filter((pid) => pid === pids[0])).toHaveLength(3)
  })

  it('is replaced on demand, after what runs in it has ended', async () => {
    const { pool } = open()
    const pid = (await extract(pool, 'pid')).chars
    const running = extract(pool, 'sleep:200')
    await until('it runs', () => countRunning(pool) === 1)
    const recycled = pool.recycle()
    const next = extract(pool, 'pid')
    expect((await running).chars).toBe(pid)
    await recycled
    expect(isRunning(pid)).toBe(false)
    expect((await next).chars).not.toBe(pid)
  })

  it('closes when it has nothing to do for long enough, and comes back', async () => {
    const { pool } = open({ idleMs: 200 })
    const pid = (await extract(pool, 'pid')).chars
    await until('it is gone', () => !isRunning(pid) && pool.workers().length === 0)
    expect((await extract(pool, 'pid')).chars).not.toBe(pid)
  })

  it('is replaced when it stays swollen after its tasks', async () => {
    // A process of Node has more than 30 MB, so this one is over three quarters of its cap at once.
    const { pool } = open({ memoryBytes: 128 * 1024 * 1024, threads: 1 })
    const swollen = await extract(pool, 'pid')
    const rssBytes = pool.workers()[0]?.rssBytes ?? 0
    await pool.close({ timeoutMs: 1_000 })
    const tight = open({ memoryBytes: Math.ceil(rssBytes * 1.2), threads: 1 }).pool
    const pids = [(await extract(tight, 'pid')).chars, (await extract(tight, 'pid')).chars]
    expect(new Set([swollen.chars, ...pids]).size).toBe(3)
  })
})
