/**
 * Owns the types of the queue: what it needs from outside and what can be asked of it.
 * Refuses: behavior, and any knowledge of documents.
 */
import type { ErrorCode, ErrorDetails } from '../../shared/errors'
import type { Log } from '../../shared/log'
import type { Lane } from '../../shared/phases'
import type { RestReason } from '../../shared/rest'
import type { ClaimBounds, ClaimedTask, Store } from '../store/contract'

/** Time, passed in. `setTimer` returns what takes the timer back; a timer never keeps the process alive on its own. */
export type Clock = { readonly nowMs: () => number; readonly setTimer: (ms: number, fire: () => void) => () => void }

export type LaneOptions = {
  /** Runs of this lane at the same time; asked before every claim, so settings take effect at once. */
  readonly concurrency: () => number
  /** Tasks that one run gets at most. */
  readonly batch: number
}

/** How often and how long apart a task is tried that fails for a passing reason. */
export type RetryPolicy = {
  readonly tries: number
  /** The longest wait before the second try, doubled for each later one up to `maxMs`; shortened at random. */
  readonly baseMs: number
  readonly maxMs: number
  /** The longest wait that somebody else (a provider) may ask for. */
  readonly askedMaxMs: number
  /** Retries of one job in all. */
  readonly jobTries: number
}

/** Phases that fail in ways of their own: `extract` is all reading, `index` all storing. */
export type RetryPhase = 'extract' | 'embed' | 'summarize' | 'index'
export type RetryPolicies = (phase: RetryPhase) => RetryPolicy

/**
 * Does the work of one claim and ends every task itself through the store (`tasks.finish`, `extract.commit`, …), or throws: then the
 * queue ends the tasks of the claim that still run, by the disposition of the error. A task may be ended singly by `queue.settle`.
 * After `signal` is aborted it should throw soon (`CANCELLED`, `SHUTTING_DOWN`).
 */
export type RunTasks = (lane: Lane, tasks: readonly ClaimedTask[], signal: AbortSignal) => Promise<void>

export type QueueOptions = {
  readonly store: Pick<Store, 'run'>
  readonly clock: Clock
  /** 0 ≤ x < 1; spreads the waits of retries. */
  readonly random: () => number
  readonly log: Log
  readonly lanes: Readonly<Record<Lane, LaneOptions>>
  readonly run: RunTasks
  /** Tasks of these jobs were claimed or ended. */
  readonly onChange: (jobIds: readonly number[]) => void
  /** By the phase that failed; the defaults without it. Asked at each failure, so settings take effect at once. */
  readonly retries?: RetryPolicies | undefined
  /** Who works for a task right now, for the record of an attempt. */
  readonly describe?: ((task: ClaimedTask) => Promise<{ worker: string; peakRssBytes: number | null }>) | undefined
  /** What bounds the claims, but for the bytes in flight; asked before each. */
  readonly bounds?: (() => Omit<ClaimBounds, 'roomBytes'> & { inFlightBytes: number }) | undefined
}

export type QueueSnapshot = {
  /** Tasks that may run at the same time, by lane. */
  readonly atOnce: Readonly<Record<Lane, number>>
  /** Tasks that run right now, by lane. */
  readonly running: Readonly<Record<Lane, number>>
  /** Why lanes stand still until the cause is gone, and when the first of them is tried again. */
  readonly blocked: {
    readonly code: ErrorCode
    readonly message: string
    readonly details: ErrorDetails
    readonly lanes: readonly Lane[]
    readonly nextTryAtMs: number | null
  } | null
  /** Jobs that wait for something that only they need: what it is, and when they are tried again. */
  readonly held: readonly {
    readonly jobId: number
    readonly code: ErrorCode
    readonly message: string
    readonly details: ErrorDetails
    readonly untilMs: number
  }[]
  /** When the next delayed retry starts; `null` when none waits. Known once the lanes have run dry. */
  readonly nextRunAtMs: number | null
  readonly paused: boolean
  /** A claim is under way: more may run in a moment, even when paused. */
  readonly claiming: boolean
}

export type Queue = {
  /** New work may be there: call it after jobs are created or retried and after tasks were inserted. Cheap. */
  readonly notify: () => void
  /** A run of this lane has done a part of its work: what blocked the lane is gone, long before the run ends. Cheap. */
  readonly progressed: (lane: Lane) => void
  /** Ends one task of a claim with the error it met, by its disposition. Ending it again later is harmless. */
  readonly settle: (task: ClaimedTask, attempt: { ms: number }, error: unknown) => Promise<void>
  /** Aborts the runs these tasks are in. The tasks end as cancelled; others of the same run are queued again. */
  readonly cancel: (taskIds: readonly number[]) => void
  /** Aborts the runs these tasks are in; all of them are queued again and spend no attempt. Their jobs are paused already. */
  readonly interrupt: (taskIds: readonly number[]) => void
  /** Nothing new is claimed; what runs goes on. */
  readonly pauseClaims: () => void
  /** Nothing new is claimed for `forMs`, or until it is called with `null`; what runs goes on. It says why meanwhile. */
  readonly rest: (reason: RestReason | null, forMs: number) => void
  /** What stands still is tried at once: a person did something about its cause. */
  readonly tryHeld: () => void
  readonly resumeClaims: () => void
  /** Stops claiming and waits for what runs; `false` when something still runs after `timeoutMs`. */
  readonly drain: (timeoutMs: number) => Promise<boolean>
  /** Resolves when nothing runs and nothing can start by itself: all done, blocked, or claims are paused. Waits for delayed retries. */
  readonly idle: () => Promise<QueueSnapshot>
  readonly status: () => QueueSnapshot
  /** Stops claiming, aborts what runs (`SHUTTING_DOWN`) and resolves when all of it has been settled. The store must still be open. */
  readonly close: () => Promise<void>
}
