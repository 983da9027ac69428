/**
 * Owns the state of one lane: what runs in it, and whether the store may have more for it.
 * Refuses: claiming and running (queue.ts does).
 */
import type { ErrorCode, ErrorDetails } from '../../shared/errors'
import type { Lane } from '../../shared/phases'
import type { ClaimedTask } from '../store/contract'

export type LaneRun = {
  readonly tasks: readonly ClaimedTask[]
  readonly abort: AbortController
  /** Tasks of it that a person cancelled. */
  readonly cancelled: Set<number>
  /** Nothing else may run in the lane beside it. */
  readonly alone: boolean
}

export type LaneState = {
  readonly lane: Lane
  readonly runs: Set<LaneRun>
  /** A claim is under way. */
  claiming: boolean
  /** The last claim found less than it asked for, and no news came since. */
  dry: boolean
  /** The last claim found something too large to start beside what runs. */
  full: boolean
  /** Claims that went before a task which must run alone. */
  passedLone: number
  /** Such a task has waited long enough: the lane runs empty for it. */
  emptying: boolean
  /** Counts what may have changed the answer of a claim. */
  news: number
  /** Nothing is claimed until the next probe. */
  held: boolean
  /** Why it was held; stays until a probe gets something done. */
  blocked: Pick<HeldJob, 'code' | 'message' | 'details'> | null
  /** When it is probed. */
  probeAtMs: number | null
  /** Jobs of which nothing is claimed until then: what they need is not to be had now. Other jobs go on. */
  readonly heldJobs: Map<number, HeldJob>
}

export type HeldJob = {
  readonly code: ErrorCode
  readonly message: string
  readonly details: ErrorDetails
  readonly untilMs: number
}

export const makeLane = (lane: Lane): LaneState => ({
  lane,
  runs: new Set(),
  claiming: false,
  dry: true,
  full: false,
  passedLone: 0,
  emptying: false,
  news: 0,
  held: false,
  blocked: null,
  probeAtMs: null,
  heldJobs: new Map(),
})

export const tellNews = (state: LaneState): void => {
  state.news += 1
  state.dry = false
}

export const countRunning = (state: LaneState): number =>
  [...state.runs].reduce((sum, run) => sum + run.tasks.length, 0)

/** Whether a claim may be made. A lane that was blocked is probed with one run. */
export const hasRoom = (state: LaneState, concurrency: number): boolean => {
  if (state.claiming || state.dry || state.full || state.held) return false
  if ([...state.runs].some((run) => run.alone)) return false
  if (state.emptying && state.runs.size > 0) return false
  return state.runs.size < (state.blocked ? 1 : Math.max(1, concurrency))
}

/** Whether nothing runs and nothing starts without news or a probe. */
export const isQuiet = (state: LaneState): boolean =>
  state.runs.size === 0 && !state.claiming && (state.dry || state.held)
