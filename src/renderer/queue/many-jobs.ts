/**
 * Owns doing the same to many jobs: those of a collection, or all.
 * Refuses: failing for a job that has ended meanwhile; what was wanted of it is of no use any more.
 */
import { finalJobStates, jobStates, type Job, type JobState, type OutcomeCounts } from '../../shared/domain'
import { toAppError } from '../../shared/errors'
import { call } from '../client/caller'
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

/** Does it for every job; the sum of what `act` counts. @throws AppError when one fails for another reason than having ended */
const actOnEach = async (ids: readonly string[], act: (id: string) => Promise<number>): Promise<number> => {
  let done = 0
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const ends = await Promise.allSettled(ids.slice(at, at + AT_ONCE).map(act))
    for (const end of ends) {
      if (end.status === 'fulfilled') done += end.value
      else if (toAppError(end.reason).code !== 'JOB_STATE') throw end.reason
    }
  }
  return done
}

const callFor =
  (verb: 'jobs.pause' | 'jobs.resume' | 'jobs.cancel') =>
  async (id: string): Promise<number> => {
    await call(verb, { id })
    return 1
  }

const idsOf = (jobs: readonly Listed[]): string[] => jobs.map(({ id }) => id)

/** Pauses what waits first, or it would take the places of what was running. Resolves with how many jobs were paused. */
export const pauseAll = async (scope: Scope): Promise<number> => {
  const pause = callFor('jobs.pause')
  const waiting = await actOnEach(idsOf(await listAll(['queued', 'awaiting_confirmation'], scope)), pause)
  return waiting + (await actOnEach(idsOf(await listAll(['running'], scope)), pause))
}

/** Resolves with how many jobs go on. */
export const resumeAll = async (scope: Scope): Promise<number> =>
  actOnEach(idsOf(await listAll(['paused'], scope)), callFor('jobs.resume'))

/** What waits first, as with pausing. Resolves with how many jobs were cancelled. */
export const cancelAll = async (scope: Scope): Promise<number> => {
  const jobs = await listAll(openStates, scope)
  const waiting = jobs.filter(({ state }) => state !== 'running')
  const running = jobs.filter(({ state }) => state === 'running')
  return actOnEach(idsOf([...waiting, ...running]), callFor('jobs.cancel'))
}

/** Tries again what failed or lacks something, in every job that a person did not cancel. Resolves with how many documents. */
export const retryAll = async (scope: Scope): Promise<number> => {
  const jobs = await listAll(unfinishedStates, scope)
  const ids = idsOf(jobs.filter(({ documents }) => documents.failed + documents.partial > 0))
  return actOnEach(ids, async (id) => (await call('jobs.retry', { id })).tasks)
}

/** Moves a queued job in the line of its collection. Resolves with the job, `null` when it stands there already. */
export const moveJob = async ({ id, collection }: Job, move: Move): Promise<Job | null> => {
  const before = targetOf(idsOf(await listAll(['queued'], collection)), id, move)
  return before === undefined ? null : call('jobs.move', { id, before })
}
