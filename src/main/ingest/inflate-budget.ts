/**
 * Owns how many bytes each offered archive may still inflate to, counted over all its levels of nesting.
 * Refuses: stopping anything; the worker that inflates stops at the budget it was given.
 */
import { stat } from 'node:fs/promises'
import type { Limits } from '../../shared/limits'
import type { Locator } from '../../shared/work'

export type InflateBudget = {
  /** Bytes that this item may still inflate to; `null` for a file on disk, which inflates nothing. */
  of: (jobId: number, locator: Locator, limits: Limits) => Promise<number | null>
  /** Bytes left for the archive at `location`, of `archiveBytes` on disk, in this job. */
  left: (jobId: number, location: string, archiveBytes: number, limits: Limits) => number
  /** Counts what was inflated. */
  spend: (jobId: number, location: string, inflatedBytes: number) => void
  /** The job ended. */
  forget: (jobId: number) => void
}

export const createInflateBudget = (): InflateBudget => {
  const spent = new Map<number, Map<string, number>>()
  const left: InflateBudget['left'] = (jobId, location, archiveBytes, limits) => {
    const byRatio = Math.max(limits['archive.totalRatioFromBytes'], archiveBytes * limits['archive.totalRatio'])
    return Math.max(0, Math.min(limits['archive.totalBytes'], byRatio) - (spent.get(jobId)?.get(location) ?? 0))
  }
  return {
    left,
    of: async (jobId, { location, locationBytes, entries }, limits) => {
      if (entries.length === 0) return null
      const path = locationBytes === undefined ? location : Buffer.from(locationBytes, 'base64')
      try {
        return left(jobId, location, (await stat(path)).size, limits)
      } catch {
        // The archive is gone; the worker that opens it says so. What a harmless archive may inflate to is enough for that.
        return left(jobId, location, 0, limits)
      }
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
