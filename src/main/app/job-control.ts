/**
 * Owns pausing and resuming all jobs from outside the page. Refuses: failing for a job that has ended meanwhile.
 */
import { toAppError } from '../../shared/errors'
import type { Caller } from '../../shared/calls'
import type { JobState } from '../../shared/domain'

const PAGE = 500

const actOnAll = async (call: Caller, verb: 'jobs.pause' | 'jobs.resume', states: JobState[]): Promise<void> => {
  const ids: string[] = []
  for (;;) {
    const { jobs, total } = await call('jobs.list', { states, order: 'line', offset: ids.length, limit: PAGE })
    ids.push(...jobs.map(({ id }) => id))
    if (jobs.length === 0 || ids.length >= total) break
  }
  for (const id of ids) {
    try {
      await call(verb, { id })
    } catch (thrown) {
      if (toAppError(thrown).code !== 'JOB_STATE') throw thrown
    }
  }
}

/** What waits first, or it would take the places of what was running. @throws AppError */
export const pauseAllJobs = async (call: Caller): Promise<void> => {
  await actOnAll(call, 'jobs.pause', ['queued', 'awaiting_confirmation'])
  await actOnAll(call, 'jobs.pause', ['running'])
}

/** @throws AppError */
export const resumeAllJobs = (call: Caller): Promise<void> => actOnAll(call, 'jobs.resume', ['paused'])
