/**
 * Owns the loops that claim tasks from the store and run them, lane by lane.
 * Refuses: knowing what a task does, and deciding what an error leads to (settle.ts does).
 */
import { AppError, toAppError } from '../../shared/errors'
import { lanes, type Lane } from '../../shared/phases'
import type { ClaimedTask } from '../store/contract'
import type { Queue, QueueOptions, QueueSnapshot } from './contract'
import { countRunning, hasRoom, isQuiet, makeLane, tellNews, type LaneRun, type LaneState } from './lane-loop'
import { blockOf } from './settle'
import { createSettler } from './settler'

export type { Clock, Queue } from './contract'

/** How long a blocked lane waits before it is probed again. */
const PROBE_MS = 5_000
/** The longest timer; clocks that jump are noticed within it. */
const MAX_TIMER_MS = 60_000

/** Lanes to which a run that went well may have moved its tasks; whoever inserts or moves others calls `notify`. */
const FEEDS: Readonly<Record<Lane, readonly Lane[]>> = {
  expand: ['expand', 'extract'],
  extract: ['embed'],
  ocr: ['embed'],
  embed: [],
}

const mapLanes = <T>(make: (lane: Lane) => T): Record<Lane, T> => ({
  expand: make('expand'),
  extract: make('extract'),
  ocr: make('ocr'),
  embed: make('embed'),
})

/** Makes a queue; it claims nothing until `notify()`. */
export const createQueue = (options: QueueOptions): Queue => {
  const { store, clock, log } = options
  const states = mapLanes(makeLane)
  const all = lanes.map((lane) => states[lane])
  const active = new Set<Promise<void>>()
  const waiters = new Set<() => void>()
  const takeBacks = new Set<() => void>()
  let paused = false
  let closed = false
  let nextRunAtMs: number | null = null
  let takeBackWake = (): void => undefined
  /** The state of news for which the store was asked about delayed retries. */
  let lookedAt = -1
  let looking = false

  const after = (ms: number, fire: () => void): (() => void) => {
    const takeBack = clock.setTimer(ms, () => {
      takeBacks.delete(takeBack)
      fire()
    })
    takeBacks.add(takeBack)
    return () => {
      takeBacks.delete(takeBack)
      takeBack()
    }
  }

  /** Holds lanes until the cause may be gone, and tells when. */
  const hold = (error: AppError, concerned: readonly LaneState[]): void => {
    for (const state of concerned) {
      state.blocked = { code: error.code, message: error.message }
      if (state.held) continue
      state.held = true
      after(PROBE_MS, () => {
        state.held = false
        tellNews(state)
        pump()
      })
    }
  }

  const holdFor = (error: AppError, state: LaneState): void =>
    hold(error, blockOf(error.code) === 'all' ? all : [state])

  /** Something of this lane was done: whatever held it is gone, and with it what held every lane. */
  const release = (state: LaneState): void => {
    const { blocked } = state
    if (blocked === null || state.held) return
    const concerned = blockOf(blocked.code) === 'all' ? all : [state]
    for (const other of concerned) if (!other.held && other.blocked?.code === blocked.code) other.blocked = null
    pump()
  }

  const settler = createSettler(options, (error) => {
    hold(error, all)
    return new Promise((resolve) => {
      waitOuts.add(resolve)
      after(PROBE_MS, () => {
        waitOuts.delete(resolve)
        resolve()
      })
    })
  })
  const waitOuts = new Set<() => void>()

  const wakeAt = (atMs: number): void => {
    if (nextRunAtMs !== null && nextRunAtMs <= atMs) return
    nextRunAtMs = atMs
    takeBackWake()
    takeBackWake = after(Math.min(MAX_TIMER_MS, Math.max(0, atMs - clock.nowMs())), () => {
      nextRunAtMs = null
      notify()
    })
  }

  const settleRun = async (state: LaneState, run: LaneRun, error: AppError, startedMs: number): Promise<void> => {
    // A worker that was told to stop says CANCELLED; why it was told is known here.
    const reason: unknown = run.abort.signal.reason
    const cause = error.code === 'CANCELLED' && reason instanceof AppError ? reason : error
    if (blockOf(cause.code) !== null) holdFor(cause, state)
    const ms = Math.max(0, clock.nowMs() - startedMs)
    for (const task of run.tasks) {
      const cancelled = run.cancelled.has(task.id)
      const { retryAtMs } = await settler.settle(task, cause, { ms, companions: run.tasks.length - 1, cancelled })
      if (retryAtMs !== null) wakeAt(retryAtMs)
    }
  }

  const perform = async (state: LaneState, run: LaneRun): Promise<void> => {
    const startedMs = clock.nowMs()
    const jobIds = [...new Set(run.tasks.map((task) => task.jobId))]
    tell(jobIds)
    let wentWell = true
    try {
      await options.run(state.lane, run.tasks, run.abort.signal)
      release(state)
    } catch (thrown) {
      wentWell = false
      await settleRun(state, run, toAppError(thrown), startedMs)
    }
    state.runs.delete(run)
    tell(jobIds)
    // News of every lane after every document would ask the store three times as often as there is something to claim.
    if (!wentWell) return notify()
    for (const lane of FEEDS[state.lane]) tellNews(states[lane])
    // What must run alone may have waited for the lane to be empty.
    if (state.runs.size === 0) tellNews(state)
    pump()
  }

  const tell = (jobIds: readonly number[]): void => {
    try {
      options.onChange(jobIds)
    } catch (thrown) {
      log.warn('change-not-told', { error: thrown })
    }
  }

  /** Keeps a promise that never rejects until it is over. */
  const follow = (work: Promise<void>): void => {
    const followed: Promise<void> = work
      .catch((thrown: unknown) => log.error('queue-step-failed', { error: thrown }))
      .then(() => {
        active.delete(followed)
        pump()
      })
    active.add(followed)
  }

  const start = (state: LaneState, tasks: readonly ClaimedTask[], alone: boolean): void => {
    const run: LaneRun = { tasks, abort: new AbortController(), cancelled: new Set(), alone }
    state.runs.add(run)
    if (closed) run.abort.abort(new AppError('SHUTTING_DOWN'))
    follow(perform(state, run))
  }

  const claim = async (state: LaneState): Promise<void> => {
    const { lane, news } = state
    const { batch } = options.lanes[lane]
    const nowMs = clock.nowMs()
    try {
      const tasks = await store.run('tasks.claim', { lane, limit: batch, nowMs, alone: false })
      // What must run alone waits until the lane is empty.
      const lone =
        tasks.length > 0 || state.runs.size > 0
          ? []
          : await store.run('tasks.claim', { lane, limit: 1, nowMs, alone: true })
      if (tasks.length > 0) start(state, tasks, false)
      if (lone.length > 0) start(state, lone, true)
      if (tasks.length === 0 && lone.length === 0) state.blocked = null
      if (tasks.length < batch && lone.length === 0 && state.news === news) state.dry = true
    } catch (thrown) {
      const error = toAppError(thrown)
      log.error('claim-failed', { lane, error })
      holdFor(error, state)
    } finally {
      state.claiming = false
    }
  }

  /** Pictures and vectors yield to text: they are begun only while the extract lane has a free place and nothing to put there. */
  const yields = (state: LaneState): boolean => {
    const { extract } = states
    if ((state.lane !== 'embed' && state.lane !== 'ocr') || extract.held) return false
    return extract.claiming || !extract.dry || extract.runs.size >= options.lanes.extract.concurrency()
  }

  /** Asks the store once, each time everything has come to rest, when the next delayed retry is due. */
  const lookAhead = async (news: number): Promise<void> => {
    try {
      const status = await store.run('queue.status', { nowMs: clock.nowMs() })
      takeBackWake()
      nextRunAtMs = null
      if (status.nextRunAtMs !== null) wakeAt(status.nextRunAtMs)
      lookedAt = news
    } catch (thrown) {
      const error = toAppError(thrown)
      log.error('look-ahead-failed', { error })
      hold(error, all)
      lookedAt = news
    } finally {
      looking = false
    }
  }

  const countNews = (): number => all.reduce((sum, state) => sum + state.news, 0)
  const isResting = (): boolean =>
    all.every((state) => state.runs.size === 0 && !state.claiming && (paused || isQuiet(state)))
  /** Nothing goes on by itself: over, blocked, or told to pause. */
  const isIdle = (): boolean => {
    if (!isResting()) return false
    if (paused || all.some((state) => state.held)) return true
    return lookedAt === countNews() && nextRunAtMs === null
  }

  const pump = (): void => {
    for (const state of all) {
      if (paused || !hasRoom(state, options.lanes[state.lane].concurrency()) || yields(state)) continue
      state.claiming = true
      follow(claim(state))
    }
    if (!paused && !looking && isResting() && lookedAt !== countNews()) {
      looking = true
      follow(lookAhead(countNews()))
    }
    for (const waiter of [...waiters]) waiter()
  }

  const notify = (): void => {
    for (const state of all) tellNews(state)
    pump()
  }

  /** Resolves when `reached` is true. */
  const until = (reached: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!reached()) return
        waiters.delete(look)
        resolve()
      }
      waiters.add(look)
      look()
    })

  const status = (): QueueSnapshot => {
    const blocked = all.filter((state) => state.blocked !== null)
    const [first] = blocked
    return {
      running: mapLanes((lane) => countRunning(states[lane])),
      blocked: first?.blocked ? { ...first.blocked, lanes: blocked.map((state) => state.lane) } : null,
      nextRunAtMs,
      paused,
      claiming: all.some((state) => state.claiming),
    }
  }

  const nothingRuns = (): boolean => all.every((state) => state.runs.size === 0 && !state.claiming)

  return {
    notify,
    progressed: (lane) => release(states[lane]),
    status,
    settle: async (task, { ms }, error) => {
      const run = [...states[task.lane].runs].find((candidate) => candidate.tasks.includes(task))
      const cancelled = run?.cancelled.has(task.id) ?? false
      const { retryAtMs } = await settler.settle(task, toAppError(error), { ms, companions: 0, cancelled })
      if (retryAtMs !== null) wakeAt(retryAtMs)
    },
    cancel: (taskIds) => {
      const wanted = new Set(taskIds)
      for (const run of all.flatMap((state) => [...state.runs])) {
        const hit = run.tasks.filter((task) => wanted.has(task.id))
        for (const task of hit) run.cancelled.add(task.id)
        if (hit.length > 0) run.abort.abort(new AppError('CANCELLED'))
      }
      // Delayed retries of the job are gone as well.
      notify()
    },
    pauseClaims: () => {
      paused = true
      pump()
    },
    resumeClaims: () => {
      if (closed) return
      paused = false
      notify()
    },
    drain: async (timeoutMs) => {
      paused = true
      let late = false
      const takeBack = after(timeoutMs, () => {
        late = true
        pump()
      })
      await until(() => late || nothingRuns())
      takeBack()
      return nothingRuns()
    },
    idle: async () => {
      await until(isIdle)
      return status()
    },
    close: async () => {
      paused = true
      closed = true
      settler.stopWaiting()
      for (const run of all.flatMap((state) => [...state.runs])) run.abort.abort(new AppError('SHUTTING_DOWN'))
      for (const resolve of waitOuts) resolve()
      while (active.size > 0) await Promise.all(active)
      for (const takeBack of takeBacks) takeBack()
      takeBacks.clear()
      pump()
    },
  }
}
