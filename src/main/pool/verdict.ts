/**
 * Owns the verdicts: when a running task is to be stopped, and what each task of a host that died is told.
 * Refuses: acting on them.
 */
import { AppError } from '../../shared/errors'
import type { PoolTask } from './task'

/** Why a host process ended. */
export type Death =
  /** Its resident memory was over the cap. */
  | { readonly kind: 'memory'; readonly limitBytes: number; readonly actualBytes: number }
  /** Its main thread was silent, so nothing is known of its tasks. */
  | { readonly kind: 'frozen'; readonly limitMs: number }
  /** It was killed because a task that was told to stop did not. */
  | { readonly kind: 'stopped' }
  /** The pool closes and waited long enough. */
  | { readonly kind: 'closed' }
  /** Nobody asked it to. */
  | { readonly kind: 'exit'; readonly reason: string }

const toSeconds = (ms: number): number => Math.round(ms / 100) / 10

const memoryError = (limitBytes: number, actualBytes: number | null): AppError =>
  new AppError('WORKER_MEMORY', { limit: limitBytes, actual: actualBytes, setting: 'task.memoryBytes' })

const stalledError = (limitMs: number): AppError =>
  new AppError('WORKER_STALLED', { limit: toSeconds(limitMs), setting: 'task.heartbeatMs' })

/** How a task ends that was alone when its host died of `death`: then it is surely its own doing. */
const blame = (death: Exclude<Death, { kind: 'stopped' | 'closed' }>): AppError => {
  switch (death.kind) {
    case 'memory':
      return memoryError(death.limitBytes, death.actualBytes)
    case 'frozen':
      return stalledError(death.limitMs)
    case 'exit':
      return new AppError('WORKER_CRASHED', { reason: death.reason })
  }
}

/**
 * What each task in flight is told after the death of its host. A task that was being stopped ends as it was to; the innocence of
 * its neighbors is known (`INTERRUPTED`). Where the guilty one is not known, all are told so (`HOST_DIED`): they are repeated alone.
 */
export const judgeDeath = (death: Death, tasks: readonly PoolTask[]): readonly (readonly [PoolTask, AppError])[] =>
  tasks.map((task) => {
    if (task.stopping) return [task, task.stopping]
    if (death.kind === 'closed') return [task, new AppError('SHUTTING_DOWN')]
    if (death.kind === 'stopped') return [task, new AppError('INTERRUPTED')]
    return [task, tasks.length === 1 ? blame(death) : new AppError('HOST_DIED')]
  })

/**
 * Whether a death is a failure of the host, and which task is taken for its cause: the one that was alone in it. A document that takes
 * too much memory, and an end that the owner wanted, are none.
 */
export const hostFailureOf = (
  death: Death,
  tasks: readonly PoolTask[],
): { readonly reason: string; readonly blamed: string | null } | null => {
  if (death.kind !== 'exit' && death.kind !== 'frozen') return null
  const reason = death.kind === 'exit' ? death.reason : 'it did not answer any more'
  return { reason, blamed: tasks.length === 1 ? (tasks[0]?.label ?? null) : null }
}

/** What a task is told whose thread ended while the host lives on: nobody else can have done it. */
export const judgeLostThread = (
  lost: { readonly reason: string; readonly outOfMemory: boolean },
  memoryBytes: number,
): AppError =>
  lost.outOfMemory ? memoryError(memoryBytes, null) : new AppError('WORKER_CRASHED', { reason: lost.reason })

/** A task that was asked to stop has this long before its host is killed. */
export const STOP_GRACE_MS = 800

export type Order =
  /** Ask it to stop; it ends with `error`. */
  | { readonly kind: 'stop'; readonly error: AppError }
  /** Its thread cannot hear or would not listen. */
  | { readonly kind: 'kill'; readonly error: AppError }

/** Ages a running task by `elapsedMs` and says what is due, if anything. */
export const watchTask = (task: PoolTask, elapsedMs: number, heartbeatMs: number): Order | null => {
  const { watch } = task
  watch.silentMs += elapsedMs
  if (task.asking === 0) watch.activeMs += elapsedMs
  if (task.stopping) {
    // While it waits for an answer it cannot stop: that is the owner's time.
    if (task.asking === 0) watch.stoppingMs += elapsedMs
    return watch.stoppingMs > STOP_GRACE_MS ? { kind: 'kill', error: task.stopping } : null
  }
  if (watch.silentMs > heartbeatMs) return { kind: 'kill', error: stalledError(heartbeatMs) }
  if (watch.activeMs > task.timeoutMs) {
    const details = { limit: toSeconds(task.timeoutMs), setting: 'task.timeMs' }
    return { kind: 'stop', error: new AppError('WORKER_TIMEOUT', details) }
  }
  return null
}
