/**
 * Owns which states a job and a task can be in, and which may follow which. The database refuses every other step (migration 0004).
 * Refuses: taking the steps, and knowing why they are taken.
 */
import type { JobState } from './domain'

export const taskStates = ['queued', 'running', 'waiting', 'ended'] as const
/**
 * `queued`: may be claimed, now or (`run_at_ms`) later. `running`: a claim holds it. `waiting`: a person decides. `ended`: over, with an
 * outcome; a dead letter is a task that ended as `failed`.
 */
export type TaskState = (typeof taskStates)[number]

type Steps<S extends string> = { readonly [from in S]: { readonly [to in S]?: string } }

/** Every step a task can take, and when it does. A task is born `queued`, or `ended` where it is refused at once. */
export const taskTransitions: Steps<TaskState> = {
  queued: {
    running: 'it is claimed',
    ended: 'its job is cancelled, or its document is removed',
  },
  running: {
    queued: 'it is tried again, was interrupted or paused, or goes on in another lane',
    waiting: 'a person has to decide',
    ended: 'it is done, refused, cancelled, or a dead letter',
  },
  waiting: {
    queued: 'the person agreed',
    ended: 'its job is cancelled, or its document is removed',
  },
  ended: {
    queued: 'it is retried, replayed or unlocked, its vectors are made again, or its source is scanned again',
  },
}

/** Every step a job can take, and when it does. A job is born `queued`. */
export const jobTransitions: Steps<JobState> = {
  queued: {
    running: 'it is admitted',
    paused: 'a person pauses it',
    awaiting_confirmation: 'all that is left of it waits for a person',
    completed: 'nothing was left to do',
    completed_with_problems: 'nothing was left to do',
    failed: 'nothing of it could be looked through',
    cancelled: 'a person cancels it',
  },
  running: {
    queued: 'a person resumed it before what ran had stopped',
    paused: 'a person pauses it',
    awaiting_confirmation: 'all that is left of it waits for a person',
    completed: 'its last task ended',
    completed_with_problems: 'its last task ended',
    failed: 'nothing of it could be looked through',
    cancelled: 'a person cancelled it, and its last task ended',
  },
  awaiting_confirmation: {
    queued: 'the person agreed, or more was found to do',
    paused: 'a person pauses it',
    completed: 'its last task ended',
    completed_with_problems: 'its last task ended',
    failed: 'nothing of it could be looked through',
    cancelled: 'a person cancels it',
  },
  paused: {
    queued: 'a person resumes it',
    completed: 'its last task ended while it was being paused',
    completed_with_problems: 'its last task ended while it was being paused',
    failed: 'its last task ended while it was being paused',
    cancelled: 'a person cancels it',
  },
  completed: { queued: 'something of it is tried again' },
  completed_with_problems: { queued: 'something of it is tried again' },
  failed: { queued: 'something of it is tried again' },
  cancelled: { queued: 'something of it is tried again' },
}

/** The steps of a table as pairs. */
export const listSteps = <S extends string>(table: Steps<S>): { from: S; to: S; when: string }[] =>
  (Object.keys(table) as S[]).flatMap((from) =>
    Object.entries<string | undefined>(table[from]).map(([to, when]) => ({ from, to: to as S, when: when ?? '' })),
  )
