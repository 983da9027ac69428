/**
 * Owns what the command line returns to the shell, and why. Public: people script it. Refuses: any other number.
 */
import type { JobState, OutcomeCounts } from '../../shared/domain'

export const exitCodes = {
  done: 0,
  /** Usage, or nothing could be done at all. */
  failed: 1,
  /** Done, but some documents failed, were rejected or are partial. */
  problems: 2,
  /** Something waits for a person. */
  waits: 3,
  /** Ended by Ctrl-C or a signal; everything is kept. */
  interrupted: 130,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Whether some of these documents are not what was asked for. What was skipped is as intended. */
export const hasProblems = (counts: Pick<OutcomeCounts, 'failed' | 'rejected' | 'partial' | 'cancelled'>): boolean =>
  counts.failed + counts.rejected + counts.partial + counts.cancelled > 0

/** What a job that was waited for means to the shell. */
export const exitCodeOf = (state: JobState, counts: OutcomeCounts): ExitCode => {
  if (state === 'awaiting_confirmation' || state === 'paused') return exitCodes.waits
  if (state === 'cancelled' || hasProblems(counts)) return exitCodes.problems
  // Nothing was counted and yet the job failed.
  return state === 'failed' ? exitCodes.failed : exitCodes.done
}

/** The code that tells most, for several jobs. */
export const worstOf = (codes: readonly ExitCode[]): ExitCode => {
  const order: readonly ExitCode[] = [
    exitCodes.interrupted,
    exitCodes.failed,
    exitCodes.waits,
    exitCodes.problems,
    exitCodes.done,
  ]
  return order.find((code) => codes.includes(code)) ?? exitCodes.done
}
