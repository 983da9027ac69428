/**
 * Owns what a person does with a job, by button, menu or key: the same everywhere, with a way back where there is one.
 */
import { jobPriorities, type Job, type JobPriority, type JobState, type OutcomeCounts } from '../../shared/domain'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { showUndo } from '../client/undo'
import { t } from '../text/language'

/** What is called, and how it is called in notes. */
export type NamedJob = Pick<Job, 'id' | 'label'>

/** Whether there is anything that trying again could change. */
export const canRetry = (counts: OutcomeCounts): boolean => counts.failed + counts.cancelled + counts.partial > 0

export const pauseJob = async ({ id }: NamedJob): Promise<void> => {
  await call('jobs.pause', { id })
}

export const resumeJob = async ({ id }: NamedJob): Promise<void> => {
  await call('jobs.resume', { id })
}

/** Takes up again what was cancelled, and holds it back if it was held back before. @throws AppError */
export const takeUpAgain = async (id: string, state: JobState): Promise<void> => {
  await call('jobs.retry', { id })
  if (state === 'paused') await call('jobs.pause', { id })
}

/** Cancels, and offers to go on with it. @throws AppError */
export const cancelJob = async ({ id, label }: NamedJob, state: JobState): Promise<void> => {
  await call('jobs.cancel', { id })
  showUndo({
    id: `cancelled-${id}-${state}`,
    title: t('queue.cancelled', { name: label }),
    message: t('queue.cancelledKeeps'),
    undo: () => takeUpAgain(id, state),
  })
}

/** Queues again what did not work. @throws AppError */
export const retryJob = async ({ id, label }: NamedJob): Promise<void> => {
  const { tasks } = await call('jobs.retry', { id })
  if (tasks === 0) showNote(t('queue.nothingToRetry'))
  else showNote(t('queue.tryingAgain', { name: label }), t('queue.backInQueue', { count: tasks }))
}

export const prioritizeJob = async ({ id }: NamedJob, priority: JobPriority): Promise<void> => {
  await call('jobs.prioritize', { id, priority })
}

/** The next higher (`1`) or lower (`-1`) priority; `null` where there is none. */
export const nextPriority = (priority: JobPriority | undefined, step: 1 | -1): JobPriority | null =>
  jobPriorities[jobPriorities.indexOf(priority ?? 'normal') + step] ?? null
