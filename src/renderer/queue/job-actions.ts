/**
 * Owns doing by keys what the buttons of a job do. Cancelling is asked about first: a key is hit by mistake more easily than a button.
 * Refuses: keys that are meant for something within the row.
 */
import { useAction } from '../client/actions'
import { confirmFirst } from '../shell/confirmation'
import { t } from '../text/language'
import { spokenKeys, verbOf, type JobVerb } from './job-keys'
import { cancelJob, nextPriority, pauseJob, prioritizeJob, resumeJob, retryJob } from './job-verbs'
import type { KeyboardEvent } from 'react'
import type { Job } from '../../shared/domain'

export type JobAction = {
  readonly run: (verb: JobVerb) => void
  readonly can: readonly JobVerb[]
  readonly pending: boolean
}

type Options = {
  readonly onOpen?: (() => void) | undefined
  /** Whether trying again could change anything. */
  readonly retry?: boolean
  /** Whether it has ended. */
  readonly ended?: boolean
}

/** Asks whether a job is to be cancelled. */
export const askToCancel = (label: string, run: () => void): void =>
  confirmFirst({
    title: t('queue.askCancel', { name: label }),
    text: t('queue.askCancelText'),
    keep: t('queue.letItGoOn'),
    action: t('queue.cancelIt'),
    run,
  })

/** The verbs that a job has now, and doing one of them. */
export function useJobAction(job: Job, { onOpen, retry = false, ended = false }: Options): JobAction {
  const acting = useAction(async (verb: Exclude<JobVerb, 'open'>) => {
    if (verb === 'cancel') return cancelJob(job, job.state)
    if (verb === 'retry') return retryJob(job)
    if (verb === 'hold') return job.state === 'paused' ? resumeJob(job) : pauseJob(job)
    const priority = nextPriority(job.priority, verb === 'raise' ? 1 : -1)
    return priority === null ? undefined : prioritizeJob(job, priority)
  })
  const can: readonly JobVerb[] = [
    ...(ended ? [] : (['hold', 'cancel', 'raise', 'lower'] as const)),
    ...(retry ? (['retry'] as const) : []),
    ...(onOpen ? (['open'] as const) : []),
  ]
  return {
    can,
    pending: acting.pending,
    run: (verb) => {
      if (!can.includes(verb)) return
      if (verb === 'open') onOpen?.()
      else if (verb === 'cancel') askToCancel(job.label, () => acting.run('cancel'))
      else acting.run(verb)
    },
  }
}

/** What makes an element a job in the hands of the keyboard. `more`: further keys that it has. */
export const keyedJob = (
  job: Job,
  { run, can }: JobAction,
  more = '',
): {
  readonly 'data-job': string
  readonly 'aria-keyshortcuts': string
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
} => ({
  'data-job': job.id,
  'aria-keyshortcuts': [spokenKeys(can), more].filter((keys) => keys !== '').join(' '),
  onKeyDown: (event) => {
    const verb = event.target === event.currentTarget ? verbOf(event) : null
    if (verb === null || !can.includes(verb)) return
    event.preventDefault()
    run(verb)
  },
})
