/**
 * Owns doing the same to many jobs: those of a collection, or all.
 * Refuses: failing for a job that has ended meanwhile; what was wanted of it is of no use any more.
 */
import { finalJobStates, jobStates, type Job, type JobState, type OutcomeCounts } from '../../shared/domain'
import { toAppError } from '../../shared/errors'
import { call } from '../client/caller'
import { takeUpAgain } from './job-verbs'
import { targetOf, type Move } from './line'
import type { Scope } from '../client/places'

const PAGE = 500
/** Calls on their way at once: pausing waits until what runs has stopped. */
const AT_ONCE = 10

export const openStates: readonly JobState[] = jobStates.filter((state) => !finalJobStates.includes(state))
/** Ended, with something that may work next time; what a person cancelled stays cancelled. */
const unfinishedStates: readonly JobState[] = ['completed_with_problems', 'failed']

type Listed = Job & { readonly documents: OutcomeCounts }

const listAll = async (states: readonly JobState[], scope: Scope): Promise<Listed[]> => {
  const all: Listed[] = []
  for (;;) {
    const { jobs, total } = await call('jobs.list', {
      states: [...states],
      collection: scope ?? undefined,
      order: 'line',
      offset: all.length,
      limit: PAGE,
    })
    all.push(...jobs)
    if (jobs.length === 0 || all.length >= total) return all
  }
}

/** Does it for every job. Resolves with what came of each that it was done to. @throws AppError when one fails for another reason than having ended */
const actOnEach = async <J, T>(jobs: readonly J[], act: (job: J) => Promise<T>): Promise<T[]> => {
  const done: T[] = []
  for (let at = 0; at < jobs.length; at += AT_ONCE) {
    const ends = await Promise.allSettled(jobs.slice(at, at + AT_ONCE).map(act))
    for (const end of ends) {
      if (end.status === 'fulfilled') done.push(end.value)
      else if (toAppError(end.reason).code !== 'JOB_STATE') throw end.reason
    }
  }
  return done
}

type Verb = 'jobs.pause' | 'jobs.resume' | 'jobs.cancel'

/** Jobs that something was done to, as they were before. */
export type Done = readonly Pick<Listed, 'id' | 'state'>[]

const callFor =
  (verb: Verb) =>
  async <J extends Pick<Listed, 'id'>>(job: J): Promise<J> => {
    await call(verb, { id: job.id })
    return job
  }

/** Pauses what waits first, or it would take the places of what was running. Resolves with the jobs that were paused. */
export const pauseAll = async (scope: Scope): Promise<Done> => {
  const pause = callFor('jobs.pause')
  const waiting = await actOnEach(await listAll(['queued', 'awaiting_confirmation'], scope), pause)
  return [...waiting, ...(await actOnEach(await listAll(['running'], scope), pause))]
}

/** Resolves with the jobs that go on. */
export const resumeAll = async (scope: Scope): Promise<Done> =>
  actOnEach(await listAll(['paused'], scope), callFor('jobs.resume'))

/** What waits first, as with pausing. Resolves with the jobs that were cancelled. */
export const cancelAll = async (scope: Scope): Promise<Done> => {
  const jobs = await listAll(openStates, scope)
  const waiting = jobs.filter(({ state }) => state !== 'running')
  const running = jobs.filter(({ state }) => state === 'running')
  return actOnEach([...waiting, ...running], callFor('jobs.cancel'))
}

/** Takes back what was done to them; those that ended meanwhile are left as they are. @throws AppError */
export const undoAll = async (verb: Verb, jobs: Done): Promise<void> => {
  if (verb === 'jobs.cancel') await actOnEach(jobs, ({ id, state }) => takeUpAgain(id, state))
  else await actOnEach(jobs, callFor(verb === 'jobs.pause' ? 'jobs.resume' : 'jobs.pause'))
}

/** Tries again what failed or lacks something, in every job that a person did not cancel. Resolves with how many documents. */
export const retryAll = async (scope: Scope): Promise<number> => {
  const jobs = await listAll(unfinishedStates, scope)
  const failed = jobs.filter(({ documents }) => documents.failed + documents.partial > 0)
  const tasks = await actOnEach(failed, async ({ id }) => (await call('jobs.retry', { id })).tasks)
  return tasks.reduce((sum, count) => sum + count, 0)
}

/** Moves a queued job in the line of its collection. Resolves with the job, `null` when it stands there already. */
export const moveJob = async ({ id, collection }: Job, move: Move): Promise<Job | null> => {
  const before = targetOf(
    (await listAll(['queued'], collection)).map((job) => job.id),
    id,
    move,
  )
  return before === undefined ? null : call('jobs.move', { id, before })
}
