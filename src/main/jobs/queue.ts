/**
 * Owns the loops that claim tasks from the store and run them, lane by lane.
 * Refuses: knowing what a task does, and deciding what an error leads to (settle.ts does).
 */
import { AppError, toAppError, told } from '../../shared/errors'
import { lanes, type Lane } from '../../shared/phases'
import type { ClaimBounds, ClaimedTask } from '../store/contract'
import type { Queue, QueueOptions, QueueSnapshot } from './contract'
import {
  countRunning,
  hasRoom,
  isQuiet,
  makeLane,
  tellNews,
  type HeldJob,
  type LaneRun,
  type LaneState,
} from './lane-loop'
import { blockOf } from './settle'
import { createSettler } from './settler'
import { failuresOf, type Failure } from './task-errors'

export type { Clock, Queue } from './contract'

/** How long a blocked lane waits before it is probed again. */
const PROBE_MS = 5_000
/** The longest timer; clocks that jump are noticed within it. */
const MAX_TIMER_MS = 60_000

/** Lanes to which a run that went well may have moved its tasks; whoever inserts or moves others calls `notify`. */
const FEEDS: Readonly<Record<Lane, readonly Lane[]>> = {
  expand: ['expand', 'extract'],
  extract: ['embed', 'summarize'],
  ocr: ['embed', 'summarize'],
  vision: ['embed', 'summarize'],
  embed: ['summarize'],
  summarize: [],
}

const mapLanes = <T>(make: (lane: Lane) => T): Record<Lane, T> => ({
  expand: make('expand'),
  extract: make('extract'),
  ocr: make('ocr'),
  vision: make('vision'),
  embed: make('embed'),
  summarize: make('summarize'),
})

/** What stands still says itself when it is worth another try, or it is probed soon. */
const probeAfterMs = ({ details }: AppError, nowMs: number): number => {
  const atMs = Date.parse(String(details['retryAt']))
  return Number.isFinite(atMs) ? Math.min(MAX_TIMER_MS, Math.max(0, atMs - nowMs)) : PROBE_MS
}

/** Ordinary claims after which a task that must run alone gets its turn. */
const LONE_AFTER = 8
const SOON_MS = 200

const soonest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b)

/** Lanes that come after all reading. */
const YIELDING: readonly Lane[] = ['ocr', 'embed', 'summarize']

/** Lanes whose tasks hold the bytes of documents. */
const READING: readonly Lane[] = ['extract', 'ocr', 'vision']

type Block = Pick<HeldJob, 'code' | 'message' | 'details'> & { readonly lane: Lane; readonly atMs: number | null }

/** Why a lane stands still, as a whole or for some jobs. */
const blocksOf = ({ lane, blocked, probeAtMs, heldJobs }: LaneState): Block[] => [
  ...(blocked ? [{ lane, ...blocked, atMs: probeAtMs }] : []),
  ...[...heldJobs.values()].map(({ code, message, details, untilMs }) => ({
    lane,
    code,
    message,
    details,
    atMs: untilMs,
  })),
]

/** Makes a queue; it claims nothing until `notify()`. */
export const createQueue = (options: QueueOptions): Queue => {
  const { store, clock, log } = options
  const states = mapLanes(makeLane)
  const all = lanes.map((lane) => states[lane])
  const active = new Set<Promise<void>>()
  const waiters = new Set<() => void>()
  const takeBacks = new Set<() => void>()
  let paused = false
  /** Why nothing new is claimed for a while. */
  let resting: AppError | null = null
  let takeBackRest = (): void => undefined
  let closed = false
  let nextRunAtMs: number | null = null
  let takeBackWake = (): void => undefined
  let paceAtMs: number | null = null
  let takeBackPace = (): void => undefined
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
      state.blocked = told(error.code, error.details)
      if (state.held) continue
      state.held = true
      const waitMs = probeAfterMs(error, clock.nowMs())
      state.probeAtMs = clock.nowMs() + waitMs
      after(waitMs, () => {
        state.held = false
        state.probeAtMs = null
        tellNews(state)
        pump()
      })
    }
  }

  const holdFor = (error: AppError, state: LaneState): void =>
    hold(error, blockOf(error.code) === 'all' ? all : [state])

  /** Holds these jobs in one lane; the others of it go on. */
  const holdJobs = (error: AppError, state: LaneState, tasks: readonly ClaimedTask[]): void => {
    const { code, message, details } = error
    const waitMs = probeAfterMs(error, clock.nowMs())
    const held = { code, message, details, untilMs: clock.nowMs() + waitMs }
    for (const { jobId } of tasks) state.heldJobs.set(jobId, held)
    after(waitMs, () => {
      // Another failure may hold some of them for longer.
      for (const [id, other] of state.heldJobs) if (other === held) state.heldJobs.delete(id)
      tellNews(state)
      pump()
    })
  }

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

  /** The next task of a collection with a pace may start then. Known from the claims alone, so a look ahead does not change it. */
  const keepPace = (atMs: number): void => {
    if (paceAtMs !== null && paceAtMs <= atMs) return
    paceAtMs = atMs
    takeBackPace()
    takeBackPace = after(Math.min(MAX_TIMER_MS, Math.max(0, atMs - clock.nowMs())), () => {
      paceAtMs = null
      notify()
    })
  }

  const settleTasks = async (
    state: LaneState,
    run: LaneRun,
    { error, tasks }: Failure,
    startedMs: number,
  ): Promise<void> => {
    // A worker that was told to stop says CANCELLED; why it was told is known here.
    const reason: unknown = run.abort.signal.reason
    const cause = error.code === 'CANCELLED' && reason instanceof AppError ? reason : error
    const scope = blockOf(cause.code)
    if (scope === 'jobs') holdJobs(cause, state, tasks)
    else if (scope !== null) holdFor(cause, state)
    const atMs = clock.nowMs()
    const ms = Math.max(0, atMs - startedMs)
    const spread = options.random()
    for (const task of tasks) {
      const cancelled = run.cancelled.has(task.id)
      const { retryAtMs } = await settler.settle(task, cause, {
        ms,
        companions: tasks.length - 1,
        cancelled,
        atMs,
        random: () => spread,
      })
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
      for (const failure of failuresOf(thrown, run.tasks)) await settleTasks(state, run, failure, startedMs)
    }
    state.runs.delete(run)
    // There may be room now for what was too large.
    for (const lane of READING) states[lane].full = false
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

  /** What may start in a lane now; `null` where the size of documents does not matter, or nothing is in flight. */
  const boundsOf = (lane: Lane): ClaimBounds | undefined => {
    const bounds = options.bounds?.()
    if (!bounds) return undefined
    const { inFlightBytes, ...others } = bounds
    // Each lane has room of its own: a long OCR must not hold up all reading.
    const running = [...states[lane].runs].flatMap(({ tasks }) => tasks)
    const usedBytes = running.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    const isBound = READING.includes(lane) && running.length > 0
    return { ...others, roomBytes: isBound ? Math.max(0, inFlightBytes - usedBytes) : null }
  }

  const claim = async (state: LaneState): Promise<void> => {
    const { lane, news } = state
    const { batch } = options.lanes[lane]
    const nowMs = clock.nowMs()
    const bounds = boundsOf(lane)
    const more = bounds === undefined ? {} : { bounds }
    const ask = async (limit: number, alone: boolean) => {
      const exceptJobs = [...state.heldJobs.keys()]
      const claimed = await store.run('tasks.claim', { lane, limit, nowMs, alone, exceptJobs, ...more })
      if (claimed.woken) for (const other of all) if (other !== state) tellNews(other)
      if (claimed.againAtMs !== null) keepPace(claimed.againAtMs)
      return claimed
    }
    try {
      const ownTurn = state.emptying ? await ask(1, true) : null
      state.emptying = false
      if (ownTurn && ownTurn.tasks.length > 0) {
        state.passedLone = 0
        start(state, ownTurn.tasks, true)
        return
      }
      const claimed = await ask(batch, false)
      const { tasks } = claimed
      // What must run alone waits until the lane is empty.
      const lone = tasks.length > 0 || state.runs.size > 0 ? [] : (await ask(1, true)).tasks
      state.passedLone = claimed.lone && tasks.length > 0 ? state.passedLone + 1 : 0
      if (state.passedLone >= LONE_AFTER) state.emptying = true
      if (claimed.full && state.runs.size > 0) state.full = true
      if (tasks.length > 0) start(state, tasks, false)
      if (lone.length > 0) start(state, lone, true)
      if (tasks.length === 0 && lone.length === 0) state.blocked = null
      if (tasks.length < batch && lone.length === 0 && !claimed.full && state.news === news) state.dry = true
    } catch (thrown) {
      const error = toAppError(thrown)
      log.error('claim-failed', { lane, error })
      holdFor(error, state)
    } finally {
      state.claiming = false
    }
  }

  /** Whether a lane has something that may start, or no place for it. */
  const isWanting = (state: LaneState): boolean =>
    !state.held &&
    !state.full &&
    (state.claiming || !state.dry || state.runs.size >= options.lanes[state.lane].concurrency())

  /**
   * Pictures and vectors yield to text: they are begun only while the extract lane has a free place and nothing to put there. Summaries
   * yield to vectors, too, that are not begun yet.
   */
  const yields = ({ lane }: LaneState): boolean => {
    if (lane === 'summarize' && !states.embed.held && (states.embed.claiming || !states.embed.dry)) return true
    return YIELDING.includes(lane) && isWanting(states.extract)
  }

  /** Asks the store once, each time everything has come to rest, when the next delayed retry is due. */
  const lookAhead = async (news: number): Promise<void> => {
    try {
      const status = await store.run('queue.status', { nowMs: clock.nowMs() })
      takeBackWake()
      nextRunAtMs = null
      // What is due already and was not claimed waits for a lane that stands still.
      if (status.nextRunAtMs !== null) wakeAt(Math.max(status.nextRunAtMs, clock.nowMs() + SOON_MS))
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
  /** Nothing may be claimed, whatever is there. */
  const isStopped = (): boolean => paused || resting !== null
  const isResting = (): boolean =>
    all.every((state) => state.runs.size === 0 && !state.claiming && (isStopped() || isQuiet(state)))
  /** Nothing goes on by itself: over, blocked, or told to pause. */
  const isIdle = (): boolean => {
    if (!isResting()) return false
    if (isStopped() || all.some((state) => state.held || state.heldJobs.size > 0)) return true
    return lookedAt === countNews() && nextRunAtMs === null && paceAtMs === null
  }

  const pump = (): void => {
    for (const state of all) {
      if (isStopped() || !hasRoom(state, options.lanes[state.lane].concurrency()) || yields(state)) continue
      state.claiming = true
      follow(claim(state))
    }
    if (!isStopped() && !looking && isResting() && lookedAt !== countNews()) {
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
    const blocks = all.flatMap((state) => blocksOf(state))
    const blocked = all.filter((state) => blocks.some(({ lane }) => lane === state.lane))
    const [first] = blocks
    const rested = resting && {
      code: resting.code,
      message: resting.message,
      details: resting.details,
      lanes: [...lanes],
      nextTryAtMs: null,
    }
    return {
      atOnce: mapLanes((lane) => options.lanes[lane].concurrency() * options.lanes[lane].batch),
      running: mapLanes((lane) => countRunning(states[lane])),
      blocked:
        rested ??
        (first
          ? {
              code: first.code,
              message: first.message,
              details: first.details,
              lanes: blocked.map((state) => state.lane),
              nextTryAtMs: blocks.reduce<number | null>((least, { atMs }) => soonest(least, atMs), null),
            }
          : null),
      held: all.flatMap(({ heldJobs }) => [...heldJobs].map(([jobId, held]) => ({ jobId, ...held }))),
      nextRunAtMs: soonest(nextRunAtMs, paceAtMs),
      paused,
      claiming: all.some((state) => state.claiming),
    }
  }

  const runsOf = (taskIds: readonly number[]): { run: LaneRun; hit: ClaimedTask[] }[] => {
    const wanted = new Set(taskIds)
    return all
      .flatMap((state) => [...state.runs])
      .map((run) => ({ run, hit: run.tasks.filter((task) => wanted.has(task.id)) }))
      .filter(({ hit }) => hit.length > 0)
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
      for (const { run, hit } of runsOf(taskIds)) {
        for (const task of hit) run.cancelled.add(task.id)
        run.abort.abort(new AppError('CANCELLED'))
      }
      // Delayed retries of the job are gone as well.
      notify()
    },
    interrupt: (taskIds) => {
      for (const { run } of runsOf(taskIds)) run.abort.abort(new AppError('PAUSED'))
      notify()
    },
    pauseClaims: () => {
      paused = true
      pump()
    },
    rest: (reason, forMs) => {
      takeBackRest()
      takeBackRest = () => undefined
      resting = null
      if (reason !== null && !closed) {
        resting = new AppError(reason)
        takeBackRest = after(forMs, () => {
          resting = null
          notify()
        })
      }
      notify()
    },
    tryHeld: () => {
      for (const state of all) state.heldJobs.clear()
      notify()
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
