/**
 * Owns how many bytes each offered archive may still inflate to, counted over all its levels of nesting.
 * Refuses: stopping anything; the worker that inflates stops at the budget it was given.
 */
import type { Limits } from '../../shared/limits'

export type InflateBudget = {
  /** Bytes left for the archive at `location`, of `archiveBytes` on disk, in this job. */
  left: (jobId: number, location: string, archiveBytes: number, limits: Limits) => number
  /** Counts what was inflated. */
  spend: (jobId: number, location: string, inflatedBytes: number) => void
  /** The job ended. */
  forget: (jobId: number) => void
}

export const createInflateBudget = (): InflateBudget => {
  const spent = new Map<number, Map<string, number>>()
  return {
    left: (jobId, location, archiveBytes, limits) => {
      const byRatio = Math.max(limits['archive.totalRatioFromBytes'], archiveBytes * limits['archive.totalRatio'])
      return Math.max(0, Math.min(limits['archive.totalBytes'], byRatio) - (spent.get(jobId)?.get(location) ?? 0))
    },
    spend: (jobId, location, inflatedBytes) => {
      const job = spent.get(jobId) ?? new Map<string, number>()
      job.set(location, (job.get(location) ?? 0) + inflatedBytes)
      spent.set(jobId, job)
    },
    forget: (jobId) => {
      spent.delete(jobId)
    },
  }
}
