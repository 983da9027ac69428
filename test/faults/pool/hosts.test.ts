// Real host processes, real worker threads: what becomes of tasks when a host is killed, hangs or dies.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { resolveLimits } from '../../../src/shared/limits'
import type { HostOptions, Pool, RunOptions } from '../../../src/main/pool/pool'
import type { ExtractParams } from '../../../src/shared/work'
import { buildHosts, isRunning, listProcessesOf, openPool, until } from '../../support/pool/hosts'
import type { HostFiles, TestPool } from '../../support/pool/hosts'

const limits = resolveLimits()
const MiB = 1024 * 1024

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
const paramsOf = (name: string): ExtractParams => ({
  locator: { location: `/nowhere/${name}`, entries: [] },
  name,
  limits,
  tempDir: '/nowhere',
  inflateBudgetBytes: null,
})
const extract = (pool: Pool, name: string, options: RunOptions<'extract'> = {}) =>
  pool.run('parse', 'extract', paramsOf(name), { label: name, ...options })

/** Settles a task to its code, or `ok`. */
const codeOf = async (task: Promise<unknown>): Promise<string> =>
  task.then(
    () => 'ok',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )
/** Runs something first so that the host and one of its threads are up. */
const warm = async (pool: Pool, threads = 1): Promise<number> => {
  const results = await Promise.all(Array.from({ length: threads }, () => extract(pool, 'pid')))
  return results[0]?.chars ?? 0
}
const untilRunning = (pool: Pool, count: number): Promise<void> =>
  until(`${count} tasks run`, () => pool.workers().flatMap(({ running }) => running).length === count)

describe('a task that takes more memory than its host may', () => {
  it.each(['fault-allocate-3gb', 'fault-allocate-3gb-at-once'])('is named when it was alone (%s)', async (fault) => {
    const { pool } = open({ memoryBytes: 400 * MiB })
    const pid = await warm(pool)
    const error: unknown = await extract(pool, fault).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'WORKER_MEMORY',
      details: { limit: 400 * MiB, setting: 'task.memoryBytes' },
    })
    expect((error as { details: { actual: number } }).details.actual).toBeGreaterThan(400 * MiB)
    expect(isRunning(pid)).toBe(false)
    expect(pool.peakRssBytes()).toBeGreaterThan(400 * MiB)
    expect(pool.peakRssBytes()).toBeLessThan(3000 * MiB)
  })

  it('takes its neighbors down with it, and repeated alone only itself', async () => {
    const { pool } = open({ memoryBytes: 400 * MiB, threads: 3 })
    const names = ['sleep:60000', 'fault-allocate-3gb', 'sleep:50000']
    const first = await Promise.all(names.map((name) => codeOf(extract(pool, name))))
    expect(first).toEqual(['HOST_DIED', 'HOST_DIED', 'HOST_DIED'])
    const again = ['sleep:10', 'fault-allocate-3gb', 'sleep:5']
    const second = await Promise.all(again.map((name) => codeOf(extract(pool, name, { alone: true }))))
    expect(second).toEqual(['ok', 'WORKER_MEMORY', 'ok'])
  })
})

describe('a task with a cap of its own', () => {
  it('runs alone in a process of its own, and the next one in another as before', async () => {
    const { pool } = open({ memoryBytes: 2_000 * MiB, threads: 2 })
    const pid = await warm(pool)
    const slow = extract(pool, 'sleep:300')
    await untilRunning(pool, 1)
    const capped = extract(pool, 'fault-allocate-3gb', { memoryBytes: 300 * MiB })
    const error: unknown = await capped.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'WORKER_MEMORY', details: { limit: 300 * MiB } })
    expect(await codeOf(slow)).toBe('ok')
    const own = (await extract(pool, 'pid', { memoryBytes: 500 * MiB })).chars
    const after = (await extract(pool, 'pid')).chars
    expect(new Set([pid, own, after]).size).toBe(3)
    expect((await extract(pool, 'pid')).chars).toBe(after)
  })
})

describe('a task that hangs in a synchronous loop', () => {
  it('is stalled once it was silent for too long, and its neighbor is known to be innocent', async () => {
    const { pool } = open({ heartbeatMs: 1_500 })
    const hanging = codeOf(extract(pool, 'fault-hang'))
    const neighbor = codeOf(extract(pool, 'sleep:60000'))
    expect(await hanging).toBe('WORKER_STALLED')
    expect(await neighbor).toBe('INTERRUPTED')
    expect(await codeOf(extract(pool, 'sleep:1'))).toBe('ok')
  })

  it('is not stalled while it beats', async () => {
    const { pool } = open({ heartbeatMs: 1_500, timeMs: 4_000 })
    expect(await codeOf(extract(pool, 'fault-busy'))).toBe('WORKER_TIMEOUT')
  })

  it('is cancelled by killing its host', async () => {
    const { pool } = open()
    const pid = await warm(pool)
    const controller = new AbortController()
    const hanging = codeOf(extract(pool, 'fault-hang', { signal: controller.signal }))
    await untilRunning(pool, 1)
    const startedAt = performance.now()
    controller.abort()
    expect(await hanging).toBe('CANCELLED')
    expect(performance.now() - startedAt).toBeGreaterThan(500)
    expect(isRunning(pid)).toBe(false)
  })
})

describe('a task that takes longer than it may', () => {
  it('is asked to stop, and neither host nor neighbor suffer when it does', async () => {
    const { pool } = open()
    const pid = await warm(pool)
    const neighbor = extract(pool, 'sleep:2500')
    const error: unknown = await extract(pool, 'fault-slow', { timeoutMs: 500 }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'WORKER_TIMEOUT', details: { limit: 0.5, setting: 'task.timeMs' } })
    expect((await neighbor).chars).toBe(pid)
  })

  it('is killed with its host when it does not stop', async () => {
    const { pool } = open()
    const neighbor = codeOf(extract(pool, 'sleep:60000'))
    expect(await codeOf(extract(pool, 'sleep:60000', { timeoutMs: 300 }))).toBe('WORKER_TIMEOUT')
    expect(await neighbor).toBe('INTERRUPTED')
  })

  it('does not pay for the time that the owner takes to answer', async () => {
    const { pool } = open()
    await warm(pool)
    const slowAnswer = () =>
      new Promise<{ proceed: boolean }>((resolve) => setTimeout(resolve, 2_500, { proceed: true }))
    expect((await extract(pool, 'ask', { timeoutMs: 1_000, onMessage: slowAnswer })).sha256).toBe('true')
  })
})

describe('a host that dies', () => {
  it('is the fault of the task that was alone in it', async () => {
    const { pool } = open()
    await expect(extract(pool, 'fault-exit')).rejects.toMatchObject({
      code: 'WORKER_CRASHED',
      details: { reason: 'ended by SIGKILL' },
    })
    expect(await codeOf(extract(pool, 'sleep:1'))).toBe('ok')
  })

  it('is nobody’s fault when several ran in it', async () => {
    const { pool } = open()
    const neighbor = codeOf(extract(pool, 'sleep:60000'))
    expect(await codeOf(extract(pool, 'fault-exit'))).toBe('HOST_DIED')
    expect(await neighbor).toBe('HOST_DIED')
  })

  it('leaves the queue alone: what waits runs in the next one', async () => {
    const { pool } = open({ threads: 1 })
    const codes = ['fault-exit', 'sleep:1', 'fault-exit', 'sleep:2'].map((name) => codeOf(extract(pool, name)))
    expect(await Promise.all(codes)).toEqual(['WORKER_CRASHED', 'ok', 'WORKER_CRASHED', 'ok'])
  })
})

describe('a task that throws', () => {
  it('ends with the error of its table, and the host lives on', async () => {
    const { pool } = open()
    const pid = await warm(pool)
    await expect(extract(pool, 'corrupt:bent')).rejects.toMatchObject({
      code: 'DOCUMENT_CORRUPT',
      details: { reason: 'bent' },
      message: 'The document is damaged and could not be read (bent).',
    })
    expect(await warm(pool)).toBe(pid)
  })

  it('ends as a bug when the error is none of ours', async () => {
    const { pool } = open()
    await expect(extract(pool, 'fault-throw')).rejects.toMatchObject({
      code: 'INTERNAL_BUG',
      details: { reason: 'fault: thrown' },
    })
  })

  it('ends as crashed when it throws outside of any promise, and only its thread dies', async () => {
    const { pool } = open()
    const neighbor = codeOf(extract(pool, 'sleep:1500'))
    await expect(extract(pool, 'fault-throw-later')).rejects.toMatchObject({
      code: 'WORKER_CRASHED',
      details: { reason: 'fault: thrown outside of any promise' },
    })
    expect(await neighbor).toBe('ok')
  })

  it('ends as crashed when its result cannot be sent', async () => {
    const { pool } = open()
    expect(await codeOf(extract(pool, 'unclonable'))).toBe('WORKER_CRASHED')
    expect(await codeOf(extract(pool, 'sleep:1'))).toBe('ok')
  })
})

describe('no process is left behind', () => {
  it('after close, which ends what does not end by itself', async () => {
    const { pool } = open()
    const pid = await warm(pool, 2)
    const hanging = codeOf(extract(pool, 'fault-hang'))
    const waiting = [codeOf(extract(pool, 'sleep:60000')), codeOf(extract(pool, 'sleep:60000'))]
    await untilRunning(pool, 2)
    await pool.close({ timeoutMs: 200 })
    expect(isRunning(pid)).toBe(false)
    expect(await Promise.all([hanging, ...waiting])).toEqual(['SHUTTING_DOWN', 'SHUTTING_DOWN', 'SHUTTING_DOWN'])
    expect(await codeOf(extract(pool, 'sleep:1'))).toBe('SHUTTING_DOWN')
  })

  it('after close, which lets what runs finish within its time', async () => {
    const { pool, entries } = open()
    const pid = await warm(pool)
    const running = codeOf(extract(pool, 'sleep:500'))
    await untilRunning(pool, 1)
    await pool.close({ timeoutMs: 10_000 })
    expect(await running).toBe('ok')
    expect(isRunning(pid)).toBe(false)
    expect(entries.filter(({ level }) => level === 'warn')).toEqual([])
  })

  it.runIf(process.platform === 'linux')('after its owner was killed, even with a thread in a loop', async () => {
    const owner = join(files.folder, 'owner.cjs')
    // As an owner would: started with its settings, given a task that never ends; then killed without a word.
    writeFileSync(
      owner,
      `const { fork } = require('node:child_process')
       const settings = { workerFile: ${JSON.stringify(files.workerFile)}, threads: 1, heapBytes: 2 ** 29, ownerPid: process.pid, background: false }
       const host = fork(${JSON.stringify(files.hostFile)}, [JSON.stringify(settings)], { serialization: 'advanced' })
       host.send({ type: 'run', id: 1, name: 'extract', params: { name: 'fault-hang' } })
       host.on('message', ({ type }) => type === 'pulse' && process.send(host.pid))`,
    )
    const child = fork(owner, { stdio: 'ignore' })
    const [pid] = (await once(child, 'message')) as [number]
    expect(isRunning(pid)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    await until('the host is gone', () => !isRunning(pid))
    expect(listProcessesOf(files.folder)).toEqual([])
  })
})
