// Real host processes: hosts that always die, settings that change while they work, memory that runs short, models nobody needs.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AppError } from '../../../src/shared/errors'
import { resolveLimits } from '../../../src/shared/limits'
import type { HostOptions, Pool, PoolGuards, PoolOptions, RunOptions } from '../../../src/main/pool/pool'
import { hostNames } from '../../../src/shared/workers'
import {
  buildHosts,
  guardDefaults,
  hostDefaults,
  isRunning,
  listProcessesOf,
  openPool,
  until,
  type HostFiles,
  type TestPool,
} from '../../support/pool/hosts'

const limits = resolveLimits()
const built = resolve(__dirname, '../../../out/main')
const modelDir = resolve(__dirname, '../../../resources/model')

let files: HostFiles
let folder: string
let opened: TestPool | null = null

beforeAll(async () => {
  files = await buildHosts()
})
afterAll(() => files.remove())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'protection-'))
})
afterEach(async () => {
  await opened?.pool.close({ timeoutMs: 0 })
  opened = null
  rmSync(folder, { recursive: true, force: true })
})

const open = (
  host: HostOptions,
  guards: Partial<PoolGuards> = {},
  more: Partial<PoolOptions> = {},
): TestPool & { host: { options: HostOptions } } => {
  const holder = { options: host }
  const all = { ...guardDefaults, ...guards }
  opened = openPool(files, {}, { guards: () => all, hosts: () => holder.options, ...more })
  return { ...opened, host: holder }
}
const extract = (pool: Pool, name: string, options: RunOptions<'extract'> = {}) =>
  pool.run(
    'parse',
    'extract',
    {
      locator: { location: `/nowhere/${name}`, entries: [] },
      name,
      limits,
      tempDir: '/nowhere',
      inflateBudgetBytes: null,
    },
    { label: name, ...options },
  )
const failureOf = (task: Promise<unknown>): Promise<AppError> =>
  task.then(
    () => {
      throw new Error('it went well')
    },
    (error: unknown) => error as AppError,
  )
const codeOf = (task: Promise<unknown>): Promise<string> =>
  task.then(
    () => 'ok',
    (error: unknown) => (error as AppError).code,
  )
const breakerOf = (pool: Pool) => pool.breakers().find(({ host }) => host === 'parse')
const runningNames = (pool: Pool): string[] =>
  pool.workers().flatMap(({ running }) => running.map(({ label }) => label))

describe('a host that always dies', () => {
  const alwaysDies = 'process.exit(3)\n'

  it('is left alone after so many starts; what waits is told, and nothing is started while it is open', async () => {
    const hostFile = join(folder, 'host.js')
    writeFileSync(hostFile, alwaysDies)
    const { pool, entries } = open(hostDefaults, { breakerFailures: 3 }, { hostFile })
    const errors = await Promise.all([failureOf(extract(pool, 'pid')), failureOf(extract(pool, 'sleep:1'))])
    expect(errors.map(({ code }) => code)).toEqual(['HOST_UNAVAILABLE', 'HOST_UNAVAILABLE'])
    expect(errors[0]?.details).toMatchObject({ failures: 3, reason: 'exit code 3' })
    expect(breakerOf(pool)).toMatchObject({ state: 'open', reason: 'exit code 3' })
    const started = entries.filter(({ event }) => event === 'host.start_failed').length
    expect(started).toBe(3)
    for (let time = 0; time < 20; time += 1) expect(await codeOf(extract(pool, 'pid'))).toBe('HOST_UNAVAILABLE')
    expect(entries.filter(({ event }) => event === 'host.start_failed')).toHaveLength(started)
    expect(pool.workers()).toEqual([])
    // The other kinds of hosts are not concerned.
    expect(pool.breakers().filter(({ state }) => state === 'closed')).toHaveLength(hostNames.length - 1)
  })

  it('is tried by one task after the wait, and serves all again when that went well', async () => {
    const hostFile = join(folder, 'host.js')
    writeFileSync(hostFile, alwaysDies)
    const changes: string[] = []
    const onChange = (): number => changes.push(breakerOf(pool)?.state ?? '')
    const { pool } = open(hostDefaults, { breakerFailures: 2, breakerMs: 300 }, { hostFile, onChange })
    expect(await codeOf(extract(pool, 'pid'))).toBe('HOST_UNAVAILABLE')
    await until('it may be tried', () => breakerOf(pool)?.state === 'half-open')
    // Still broken: one start, and it is open again.
    expect(await codeOf(extract(pool, 'pid'))).toBe('HOST_UNAVAILABLE')
    expect(breakerOf(pool)).toMatchObject({ state: 'open', failures: 3 })
    copyFileSync(files.hostFile, hostFile)
    await until('it may be tried again', () => breakerOf(pool)?.state === 'half-open')
    const probe = extract(pool, 'sleep:300')
    const behind = extract(pool, 'sleep:1')
    await until('one task runs', () => runningNames(pool).length > 0)
    expect(runningNames(pool)).toEqual(['sleep:300'])
    await Promise.all([probe, behind])
    expect(breakerOf(pool)).toMatchObject({ state: 'closed', failures: 0 })
    expect(changes).toEqual(['open', 'open', 'closed'])
  })

  it('is told from documents that bring down sound hosts', async () => {
    const { pool } = open({ ...hostDefaults, env: { SLUICE_FAULTS: '1' } }, { breakerFailures: 2 })
    for (const name of ['1-fault-exit', '2-fault-exit', '3-fault-exit']) {
      expect(await codeOf(extract(pool, name, { alone: true }))).toBe('WORKER_CRASHED')
    }
    expect(await codeOf(extract(pool, 'sleep:1'))).toBe('ok')
    expect(breakerOf(pool)?.state).toBe('closed')
  })
})

describe('a changed setting', () => {
  it('gives the next task a host with as many threads as it says, and lets what runs finish', async () => {
    const { pool, host } = open({ ...hostDefaults, threads: 1 })
    const first = extract(pool, 'sleep:800')
    const others = [extract(pool, 'sleep:400'), extract(pool, 'sleep:401')]
    await until('the first runs', () => runningNames(pool).length === 1)
    const before = pool.workers()[0]?.pid
    host.options = { ...host.options, threads: 2 }
    pool.refresh()
    expect(pool.workers()).toMatchObject([{ state: 'retiring', pid: before }])
    await first
    const busy = () => pool.workers().filter(({ state }) => state === 'busy')
    await until('both others run', () => busy().some(({ running }) => running.length === 2))
    expect(busy()).toMatchObject([{ threads: 2 }])
    await Promise.all(others)
    expect(before === undefined || isRunning(before)).toBe(false)
  })

  it('keeps the host when nothing changed that it was started with', async () => {
    const { pool, host } = open({ ...hostDefaults, threads: 1 })
    const { chars: before } = await extract(pool, 'pid')
    host.options = { ...host.options, timeMs: 1_234, idleMs: 30_000, recycleTasks: 50 }
    pool.refresh()
    expect((await extract(pool, 'pid')).chars).toBe(before)
    host.options = { ...host.options, memoryBytes: hostDefaults.memoryBytes / 2 }
    pool.refresh()
    expect((await extract(pool, 'pid')).chars).not.toBe(before)
  })

  it('closes an idle host by the time that holds now', async () => {
    const { pool, host } = open(hostDefaults)
    const { chars: pid } = await extract(pool, 'pid')
    host.options = { ...host.options, idleMs: 100 }
    pool.refresh()
    await until('no host runs', () => pool.workers().length === 0)
    expect(isRunning(pid)).toBe(false)
  })
})

describe('a computer that is short of memory', () => {
  it('works on, one task at a time, and on more again when there is memory', async () => {
    let freeBytes = 100
    const options = { ...hostDefaults, threads: 3 }
    const { pool, entries } = open(options, { minFreeBytes: 1_000 }, { readFreeBytes: () => freeBytes })
    const tasks = Array.from({ length: 4 }, (_, index) => extract(pool, `sleep:${700 + index}`))
    await tasks[0]
    expect(pool.memory()).toEqual({ freeBytes: 100, minFreeBytes: 1_000, short: true })
    expect(pool.workers()[0]?.threads).toBe(1)
    await until('the next runs', () => runningNames(pool).length > 0)
    expect(runningNames(pool)).toEqual(['sleep:701'])
    freeBytes = 5_000
    const more = Array.from({ length: 6 }, (_, index) => extract(pool, `sleep:${1_500 + index}`))
    await until('three run', () => runningNames(pool).length === 3)
    expect(pool.memory().short).toBe(false)
    expect(entries.map(({ event }) => event).filter((event) => event.startsWith('memory.'))).toEqual([
      'memory.short',
      'memory.recovers',
      'memory.enough',
    ])
    await Promise.all([...tasks, ...more])
  })
})

describe('a host with a model that nobody needs any more', () => {
  it('is closed, gives its memory back, and is there again for the next query', async () => {
    opened = openPool(
      { hostFile: join(built, 'host.js'), workerFile: join(built, 'worker.js') },
      { idleMs: 500, memoryBytes: 1024 * 1024 * 1024 },
    )
    const { pool } = opened
    const ask = () => pool.run('embed', 'embedQuery', { text: 'an old lighthouse', modelDir }, { priority: 1 })
    const first = await ask()
    const host = pool.workers().find(({ host: name }) => name === 'embed')
    expect(host?.rssBytes).toBeGreaterThan(100 * 1024 * 1024)
    await until('no host runs', () => pool.workers().length === 0)
    expect(isRunning(host?.pid ?? -1)).toBe(false)
    expect(await ask()).toEqual(first)
  }, 60_000)
})

it('leaves no process behind', async () => {
  if (process.platform !== 'linux') return
  await until('all are gone', () => listProcessesOf(files.folder).length === 0)
})
