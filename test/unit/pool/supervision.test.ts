// Supervision with a process that only pretends and a clock that is driven: what real processes rarely do.
import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { HostMessage, OwnerMessage } from '../../../src/main/pool/messages'
import type { HostOptions, HostProcess, LaunchHost, Pool } from '../../../src/main/pool/pool'
import { resolveLimits } from '../../../src/shared/limits'
import { createPool } from '../../../src/main/pool/pool'
import { guardDefaults, hostDefaults, recordLog, type LogEntry } from '../../support/pool/hosts'

/** A host process that does what the test says. */
class Actor implements HostProcess {
  readonly pid = undefined
  readonly heard: OwnerMessage[] = []
  kills = 0
  /** Whether it dies of a kill. */
  mortal = true
  private listen: (message: unknown) => void = () => undefined
  private listenForExit: Parameters<HostProcess['onExit']>[0] = () => undefined
  readonly send = (message: unknown): void => {
    this.heard.push(message as OwnerMessage)
  }
  readonly onMessage = (listen: (message: unknown) => void): void => {
    this.listen = listen
  }
  readonly onExit = (listen: Parameters<HostProcess['onExit']>[0]): void => {
    this.listenForExit = listen
  }
  readonly kill = (): void => {
    this.kills += 1
    if (this.mortal) this.exit(null, 'SIGKILL')
  }
  exit(code: number | null, signal: string | null = null, reason?: string): void {
    this.listenForExit(code, signal, reason)
  }
  say(message: HostMessage): void {
    this.listen(message)
  }
  /** Ids of the tasks that it was given. */
  get given(): number[] {
    return this.heard.flatMap((message) => (message.type === 'run' ? [message.id] : []))
  }
  finish(id: number | undefined): void {
    const outcome = {
      ok: true as const,
      result: { model: 'x', dimensions: 0, windows: [], vectors: new Uint16Array() },
    }
    this.say({ type: 'done', id: id ?? -1, outcome, cpuMs: 1 })
  }
  beat(count: number): void {
    this.say({ type: 'pulse', rssBytes: 1, cpuMs: 1, beats: this.given.map((id) => [id, count] as const) })
  }
}

let actors: Actor[]
let entries: LogEntry[]
let nowMs: number
let pool: Pool

const start = (options: Partial<HostOptions> = {}, launch?: LaunchHost): void => {
  const host = { ...hostDefaults, heartbeatMs: 2_000, ...options }
  const recorded = recordLog()
  entries = recorded.entries
  actors = []
  pool = createPool({
    hostFile: 'host.js',
    workerFile: 'worker.js',
    launch:
      launch ??
      (() => {
        const actor = new Actor()
        actors.push(actor)
        return actor
      }),
    clock: { now: () => nowMs, wallMs: () => nowMs },
    log: recorded.log,
    hosts: () => host,
    guards: () => guardDefaults,
  })
}
const actor = (index = 0): Actor => {
  const found = actors[index]
  if (!found) throw new Error(`process ${index} was not started; there are ${actors.length}`)
  return found
}
/** Lets time go by in steps of 100 ms, with `each` after every step. */
const pass = async (ms: number, each: (stepMs: number) => void = () => undefined): Promise<void> => {
  for (let passed = 100; passed <= ms; passed += 100) {
    nowMs += 100
    await vi.advanceTimersByTimeAsync(100)
    each(passed)
  }
}
const embed = async (): Promise<string> =>
  pool.run('embed', 'embed', { texts: [], modelDir: '' }).then(
    () => 'ok',
    (error: unknown) => (error as { code: string }).code,
  )

beforeEach(() => {
  nowMs = 0
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a host that cannot be started', () => {
  it('is tried again after a growing wait until its breaker opens; then what waits is told', async () => {
    start()
    const startedAt: number[] = []
    let told = ''
    const task = embed().then((code) => (told = code))
    for (let turn = 0; turn < 5; turn += 1) {
      startedAt.push(nowMs)
      actor(turn).exit(1)
      while (actors.length === turn + 1 && told === '') await pass(100)
    }
    await task
    expect(told).toBe('HOST_UNAVAILABLE')
    expect(startedAt).toEqual([0, 100, 300, 700, 1_500])
    expect(entries.filter(({ event }) => event === 'host.start_failed')).toHaveLength(5)
    // Nothing is started on its own account while nobody asks.
    await pass(60_000)
    expect(actors).toHaveLength(5)
  })

  it('loses no task when a later start succeeds', async () => {
    start()
    const tasks = [embed(), embed()]
    actor(0).exit(null, null, 'spawn EAGAIN')
    await pass(100)
    expect(actor(1).given).toEqual(actor(0).given)
    actor(1).say({ type: 'ready' })
    for (const id of actor(1).given) actor(1).finish(id)
    expect(await Promise.all(tasks)).toEqual(['ok', 'ok'])
  })

  it('is forgiven once one got ready', async () => {
    start()
    const first = embed()
    actor(0).exit(1)
    await pass(100)
    actor(1).exit(1)
    await pass(200)
    actor(2).say({ type: 'ready' })
    actor(2).exit(1)
    expect(await first).toBe('WORKER_CRASHED')
    const second = embed()
    actor(3).exit(1)
    await pass(100)
    actor(4).say({ type: 'ready' })
    actor(4).finish(actor(4).given[0])
    expect(await second).toBe('ok')
  })

  it('is told also when starting throws', async () => {
    start({}, () => {
      throw new Error('EMFILE')
    })
    const task = embed()
    await pass(1_500)
    expect(await task).toBe('HOST_UNAVAILABLE')
    expect(await embed()).toBe('HOST_UNAVAILABLE')
    expect(pool.breakers().find(({ host }) => host === 'embed')).toMatchObject({ state: 'open', reason: 'EMFILE' })
    await pool.close({ timeoutMs: 0 })
  })

  it('is killed when it does not get ready', async () => {
    start()
    const task = embed()
    await pass(30_000)
    expect(actor().kills).toBe(0)
    await pass(200)
    expect(actor().kills).toBe(1)
    actor(1).say({ type: 'ready' })
    actor(1).finish(actor(1).given[0])
    expect(await task).toBe('ok')
  })
})

describe('a host that is silent', () => {
  it('is frozen when even its main thread is: one task is named, several are repeated alone', async () => {
    start()
    const one = embed()
    actor().say({ type: 'ready' })
    await pass(2_200)
    expect(await one).toBe('WORKER_STALLED')
    const several = [embed(), embed()]
    actor(1).say({ type: 'ready' })
    await pass(2_200)
    expect(await Promise.all(several)).toEqual(['HOST_DIED', 'HOST_DIED'])
  })

  it('lives as long as its tasks beat', async () => {
    start()
    const task = embed()
    actor().say({ type: 'ready' })
    await pass(10_000, (ms) => actor().beat(ms))
    expect(actor().kills).toBe(0)
    actor().finish(actor().given[0])
    expect(await task).toBe('ok')
  })

  it('is not blamed for the time that the computer slept', async () => {
    start()
    const task = embed()
    actor().say({ type: 'ready' })
    await pass(500, (ms) => actor().beat(ms))
    nowMs += 8 * 3_600_000
    await pass(500, (ms) => actor().beat(1_000 + ms))
    expect(actor().kills).toBe(0)
    actor().finish(actor().given[0])
    expect(await task).toBe('ok')
  })
})

describe('whoever waits for a task', () => {
  it('waits also for the answer that is being worked out when its host dies', async () => {
    start()
    const steps: string[] = []
    let answer = (): void => undefined
    const onMessage = () =>
      new Promise<undefined>((resolve) => {
        answer = () => {
          steps.push('answered')
          resolve(undefined)
        }
      })
    const params = { locator: { location: '', entries: [] }, depth: 0, limits: resolveLimits(), tempDir: '' }
    const task = pool.run('parse', 'expand', params, { onMessage }).catch(() => steps.push('told'))
    actor().say({ type: 'ready' })
    actor().say({ type: 'say', id: actor().given[0] ?? -1, seq: 1, message: {} })
    await pass(100)
    actor().exit(1)
    await pass(100)
    expect(steps).toEqual([])
    answer()
    await task
    expect(steps).toEqual(['answered', 'told'])
  })

  it('is not held by its signal afterwards', async () => {
    start()
    const { signal } = new AbortController()
    const task = pool.run('embed', 'embed', { texts: [], modelDir: '' }, { signal })
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    actor().say({ type: 'ready' })
    actor().finish(actor().given[0])
    await task
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

describe('a system that tells no other process’s memory', () => {
  it('is helped out by the host itself', async () => {
    vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin')
    start({ memoryBytes: 1_000 })
    const task = embed()
    actor().say({ type: 'ready' })
    actor().say({ type: 'pulse', rssBytes: 900, cpuMs: 1, beats: [] })
    await pass(100)
    expect(pool.peakRssBytes()).toBe(900)
    actor().say({ type: 'pulse', rssBytes: 1_001, cpuMs: 1, beats: [] })
    await pass(100)
    expect(await task).toBe('WORKER_MEMORY')
  })
})

describe('a process that does not go away', () => {
  it('is given up some seconds after the kill', async () => {
    start()
    const task = embed()
    actor().mortal = false
    actor().say({ type: 'ready' })
    await pass(2_200)
    expect(actor().kills).toBe(1)
    // What it says after its sentence changes nothing.
    actor().finish(actor().given[0])
    await pass(5_000)
    expect(await task).toBe('WORKER_STALLED')
    const next = embed()
    expect(actors).toHaveLength(2)
    actor(1).say({ type: 'ready' })
    actor(1).finish(actor(1).given[0])
    expect(await next).toBe('ok')
  })

  it('is killed when it is idle and does not close when asked', async () => {
    start()
    const task = embed()
    actor().say({ type: 'ready' })
    actor().finish(actor().given[0])
    await task
    const closed = pool.close({ timeoutMs: 0 })
    await pass(900)
    expect(actor().heard.at(-1)).toEqual({ type: 'close' })
    expect(actor().kills).toBe(0)
    await pass(100)
    expect(actor().kills).toBe(1)
    await closed
  })
})

describe('closing', () => {
  it('ends at once when it is asked again with no patience', async () => {
    start()
    const task = embed()
    actor().say({ type: 'ready' })
    const patient = pool.close({ timeoutMs: 60_000 })
    const impatient = pool.close({ timeoutMs: 0 })
    await pass(100)
    await Promise.all([patient, impatient])
    expect(await task).toBe('SHUTTING_DOWN')
  })

  it('tells a task of a process that was only starting', async () => {
    start()
    const task = embed()
    const closed = pool.close({ timeoutMs: 0 })
    await pass(100)
    await closed
    expect(await task).toBe('SHUTTING_DOWN')
  })
})

describe('a host that was started ahead', () => {
  it('serves the first task, and is closed when none comes', async () => {
    start({ idleMs: 1_000 })
    pool.warm('embed')
    pool.warm('embed')
    expect(actors).toHaveLength(1)
    actor().say({ type: 'ready' })
    const task = embed()
    actor().finish(actor().given[0])
    expect(await task).toBe('ok')
    await pass(200)
    // Only the time until it is closed runs: nothing wakes an idle application.
    expect(vi.getTimerCount()).toBe(1)
    await pass(800)
    expect(actor().heard.at(-1)).toEqual({ type: 'close' })
    actor().exit(0)
    expect(entries.filter(({ level }) => level === 'warn')).toEqual([])
  })
})
