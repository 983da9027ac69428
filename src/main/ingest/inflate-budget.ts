/**
 * Owns how many bytes each offered archive may still inflate to, counted over all its levels of nesting.
 * Refuses: stopping anything; the worker that inflates stops at the budget it was given.
 */
import { stat } from 'node:fs/promises'
import { AppError } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import type { ClaimedTask } from '../store/contract'

/** What of a task the budget needs. */
export type InflatingTask = Pick<ClaimedTask, 'id' | 'jobId' | 'locator' | 'sizeBytes'>

export type InflateBudget = {
  /**
   * Bytes that this item may inflate to; `null` for a file on disk, which inflates nothing. The size that its archive declares for it
   * counts from now on, whatever becomes of the item: bytes are inflated before they are found to be no document. Tried again, it
   * counts once.
   * @throws JOB_INFLATED_LIMIT when it would pass what all archives of the job may inflate to
   */
  reserve: (task: InflatingTask, limits: Limits) => Promise<number | null>
  /** Bytes left for the archive at `location`, of `archiveBytes` on disk, in this job. */
  left: (jobId: number, location: string, archiveBytes: number, limits: Limits) => number
  /** Corrects what was reserved for the task to what it came to. */
  spend: (task: InflatingTask, inflatedBytes: number) => void
  /** The job ended. */
  forget: (jobId: number) => void
}

/** What one offered archive has come to. */
type Account = { sumBytes: number; readonly byTask: Map<number, number> }

export const createInflateBudget = (): InflateBudget => {
  const accounts = new Map<number, Map<string, Account>>()

  const set = ({ id, jobId, locator }: InflatingTask, sizeBytes: number): void => {
    const job = accounts.get(jobId) ?? new Map<string, Account>()
    const account = job.get(locator.location) ?? { sumBytes: 0, byTask: new Map<number, number>() }
    account.sumBytes += sizeBytes - (account.byTask.get(id) ?? 0)
    account.byTask.set(id, sizeBytes)
    job.set(locator.location, account)
    accounts.set(jobId, job)
  }

  const left: InflateBudget['left'] = (jobId, location, archiveBytes, limits) => {
    const byRatio = Math.max(limits['archive.totalRatioFromBytes'], archiveBytes * limits['archive.totalRatio'])
    const spentBytes = accounts.get(jobId)?.get(location)?.sumBytes ?? 0
    return Math.max(0, Math.min(limits['archive.totalBytes'], byRatio) - spentBytes)
  }

  const requireJob = ({ jobId, sizeBytes }: InflatingTask, limits: Limits): void => {
    const limit = limits['job.inflatedBytes']
    let actual = sizeBytes
    for (const { sumBytes } of accounts.get(jobId)?.values() ?? []) actual += sumBytes
    if (actual > limit) throw new AppError('JOB_INFLATED_LIMIT', { actual, limit, setting: 'job.inflatedBytes' })
  }

  /** 0 for an archive that is gone: the worker that opens it says so. */
  const sizeOf = async ({ location, locationBytes }: InflatingTask['locator']): Promise<number> => {
    try {
      return (await stat(locationBytes === undefined ? location : Buffer.from(locationBytes, 'base64'))).size
    } catch {
      // What a harmless archive may inflate to is enough to be told.
      return 0
    }
  }

  return {
    left,
    reserve: async (task, limits) => {
      if (task.locator.entries.length === 0) return null
      const archiveBytes = await sizeOf(task.locator)
      set(task, 0)
      requireJob(task, limits)
      const leftBytes = left(task.jobId, task.locator.location, archiveBytes, limits)
      // What does not fit is refused before a byte of it is inflated, and takes nothing from its neighbors.
      if (task.sizeBytes <= leftBytes) set(task, task.sizeBytes)
      return leftBytes
    },
    spend: (task, inflatedBytes) => {
      if (task.locator.entries.length > 0) set(task, inflatedBytes)
    },
    forget: (jobId) => {
      accounts.delete(jobId)
    },
  }
}
