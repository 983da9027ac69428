/**
 * Owns the engine's side of the calls about control and dead letters: pausing, resuming, order, replaying, putting aside.
 * Refuses: deciding what may be done when; the store does.
 */
import { performance } from 'node:perf_hooks'
import { deadLetterFilterSchema, type DeadLetterFilter } from '../../shared/dead-letters'
import type { Job } from '../../shared/domain'
import { AppError } from '../../shared/errors'
import type { CallHandlers } from '../../shared/calls'
import type { Store } from '../store/contract'
import { readTaskLines } from './task-log'

export type QueueCalls = Pick<
  CallHandlers,
  | 'jobs.pause'
  | 'jobs.resume'
  | 'jobs.prioritize'
  | 'jobs.move'
  | 'jobs.tasks'
  | 'deadLetters.list'
  | 'deadLetters.groups'
  | 'deadLetters.show'
  | 'deadLetters.replay'
  | 'deadLetters.discard'
  | 'deadLetters.restore'
>

type QueueCallParts = {
  readonly store: Store
  readonly logFile: string
  readonly idOf: (what: string, id: string) => number
  readonly withProgress: <T extends Job>(job: T) => Promise<T>
  readonly forgetProgress: (jobId: string) => void
  readonly queue: {
    readonly notify: () => void
    /** Running tasks are queued again, spending no attempt. */
    readonly interrupt: (taskIds: readonly number[]) => void
  }
  /** Resolves when whoever works for a job that is being cancelled was told. */
  readonly afterStops: () => Promise<void>
  readonly changeOf: (jobId: string, timeoutMs: number) => Promise<void>
  /** Whether a value may hold for one task. @throws NOT_FOUND, SETTING_INVALID, SETTING_LOCKED */
  readonly checkSetting: (name: string, value: number) => void
  readonly onChange: (topics: ('jobs' | 'documents' | 'collections')[]) => void
}

/** Running workers stop in under a second; this bounds the wait for the slowest. */
const PAUSE_WAIT_MS = 5_000
const PAUSE_LOOK_MS = 100
/** Ids that are looked up one by one, so that a slip is told. */
const MAX_NAMED = 100

export const createQueueCalls = (parts: QueueCallParts): QueueCalls => {
  const { store, idOf, withProgress } = parts

  /** Pauses a job and waits until nothing of it runs any more. */
  const pause = async (id: number): Promise<Job> => {
    const deadlineMs = performance.now() + PAUSE_WAIT_MS
    const first = await store.run('jobs.pause', { id })
    parts.queue.interrupt(first.running)
    for (let paused = first; ;) {
      const leftMs = deadlineMs - performance.now()
      if (paused.running.length === 0 || leftMs <= 0) return paused.job
      await parts.changeOf(String(id), Math.min(leftMs, PAUSE_LOOK_MS))
      // What ran may have been the last of it.
      const job = await store.run('jobs.find', { id })
      // Or somebody has resumed it meanwhile.
      if (job && job.state !== 'paused') return job
      paused = await store.run('jobs.pause', { id })
      parts.queue.interrupt(paused.running)
    }
  }

  const changed = async (job: Job): Promise<Job> => {
    parts.queue.notify()
    parts.onChange(['jobs'])
    return withProgress(job)
  }

  const checked = (filter: DeadLetterFilter): DeadLetterFilter => {
    if (filter.job !== undefined) idOf('job', filter.job)
    for (const id of filter.ids ?? []) idOf('dead letter', id)
    return filter
  }

  /** Ids that a person named must all be dead letters; thousands of them come from an answer of ours. @throws NOT_FOUND */
  const requireNamed = async (filter: DeadLetterFilter): Promise<void> => {
    const named = filter.ids ?? []
    if (named.length > MAX_NAMED) return
    for (const id of named)
      if ((await store.run('deadLetters.show', { id: idOf('dead letter', id) })) === null)
        throw new AppError('NOT_FOUND', { what: 'dead letter', id })
  }

  const mark = async (name: 'deadLetters.discard' | 'deadLetters.restore', filter: DeadLetterFilter) => {
    await requireNamed(filter)
    const marked = await store.run(name, { filter: checked(filter) })
    parts.onChange(['jobs', 'documents'])
    return marked
  }

  return {
    'jobs.pause': async ({ id }) => changed(await pause(idOf('job', id))),
    'jobs.resume': async ({ id }) => changed(await store.run('jobs.resume', { id: idOf('job', id) })),
    'jobs.prioritize': async ({ id, priority }) =>
      changed(await store.run('jobs.prioritize', { id: idOf('job', id), priority })),
    'jobs.move': async ({ id, before }) =>
      changed(
        await store.run('jobs.move', { id: idOf('job', id), before: before === null ? null : idOf('job', before) }),
      ),
    'jobs.tasks': async ({ id, ...page }) => {
      const jobId = idOf('job', id)
      if ((await store.run('jobs.find', { id: jobId })) === null) throw new AppError('NOT_FOUND', { what: 'job', id })
      return store.run('jobs.tasks', { id: jobId, ...page })
    },
    'deadLetters.list': ({ offset, limit, ...filter }) =>
      store.run('deadLetters.list', { filter: checked(deadLetterFilterSchema.parse(filter)), offset, limit }),
    'deadLetters.groups': (filter) => store.run('deadLetters.groups', { filter: checked(filter) }),
    'deadLetters.show': async ({ id }) => {
      const taskId = idOf('dead letter', id)
      const deadLetter = await store.run('deadLetters.show', { id: taskId })
      if (deadLetter === null) throw new AppError('NOT_FOUND', { what: 'dead letter', id })
      return { deadLetter, log: await readTaskLines(parts.logFile, taskId) }
    },
    'deadLetters.replay': async ({ filter, settings }) => {
      for (const [name, value] of Object.entries(settings)) parts.checkSetting(name, value)
      await requireNamed(filter)
      await parts.afterStops()
      const jobs = new Set<string>()
      let tasks = 0
      for (let more = true; more;) {
        const step = await store.run('deadLetters.replay', { filter: checked(filter), settings })
        tasks += step.tasks
        more = step.more
        for (const job of step.jobs) jobs.add(job)
      }
      for (const job of jobs) parts.forgetProgress(job)
      parts.queue.notify()
      parts.onChange(['jobs', 'documents'])
      return { tasks, jobs: [...jobs] }
    },
    'deadLetters.discard': ({ filter }) => mark('deadLetters.discard', filter),
    'deadLetters.restore': ({ filter }) => mark('deadLetters.restore', filter),
  }
}
