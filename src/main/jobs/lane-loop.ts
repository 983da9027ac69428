/**
 * Owns the state of one lane: what runs in it, and whether the store may have more for it.
 * Refuses: claiming and running (queue.ts does).
 */
import type { ErrorCode } from '../../shared/errors'
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
  /** Counts what may have changed the answer of a claim. */
  news: number
  /** Nothing is claimed until the next probe. */
  held: boolean
  /** Why it was held; stays until a probe gets something done. */
  blocked: { readonly code: ErrorCode; readonly message: string } | null
}

export const makeLane = (lane: Lane): LaneState => ({
  lane,
  runs: new Set(),
  claiming: false,
  dry: true,
  news: 0,
  held: false,
  blocked: null,
})

export const tellNews = (state: LaneState): void => {
  state.news += 1
  state.dry = false
}

export const countRunning = (state: LaneState): number =>
  [...state.runs].reduce((sum, run) => sum + run.tasks.length, 0)

/** Whether a claim may be made. A lane that was blocked is probed with one run. */
export const hasRoom = (state: LaneState, concurrency: number): boolean => {
  if (state.claiming || state.dry || state.held) return false
  if ([...state.runs].some((run) => run.alone)) return false
  return state.runs.size < (state.blocked ? 1 : Math.max(1, concurrency))
}

/** Whether nothing runs and nothing starts without news or a probe. */
export const isQuiet = (state: LaneState): boolean =>
  state.runs.size === 0 && !state.claiming && (state.dry || state.held)
