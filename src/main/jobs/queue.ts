/**
 * Owns the loops that claim tasks from the store and run them, lane by lane.
 * Refuses: knowing what a task does, and deciding what an error leads to (settle.ts does).
 */
import { AppError } from '../../shared/errors'
import type { Queue, QueueOptions } from './contract'

export type { Clock, LaneOptions, Queue, QueueOptions, QueueSnapshot, RetryPolicy, RunTasks } from './contract'

/** Makes a queue; it claims nothing until `notify()`. */
export const createQueue = (_options: QueueOptions): Queue => {
  throw new AppError('INTERNAL_BUG', { reason: 'the queue is not built yet' })
}
