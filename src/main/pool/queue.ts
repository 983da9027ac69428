/**
 * Owns the order in which tasks of one host start: higher priority first, then as they came; and which may run beside which.
 * Refuses: starting them.
 */
import type { PoolTask } from './task'

export type TaskQueue = {
  readonly size: number
  readonly push: (task: PoolTask) => void
  /** Back to the front of its priority: it was never run. */
  readonly pushBack: (task: PoolTask) => void
  readonly peek: () => PoolTask | undefined
  readonly shift: () => PoolTask | undefined
  /** False when it is not queued. */
  readonly remove: (task: PoolTask) => boolean
  readonly clear: () => PoolTask[]
}

export const createQueue = (): TaskQueue => {
  const tasks: PoolTask[] = []
  const insert = (task: PoolTask, isBehind: (other: PoolTask) => boolean): void => {
    const index = tasks.findIndex(isBehind)
    tasks.splice(index < 0 ? tasks.length : index, 0, task)
  }
  return {
    get size() {
      return tasks.length
    },
    push: (task) => insert(task, (other) => other.priority < task.priority),
    pushBack: (task) => insert(task, (other) => other.priority <= task.priority),
    peek: () => tasks[0],
    shift: () => tasks.shift(),
    remove: (task) => {
      const index = tasks.indexOf(task)
      if (index >= 0) tasks.splice(index, 1)
      return index >= 0
    },
    clear: () => tasks.splice(0),
  }
}

const isUrgent = ({ priority }: { priority: number }): boolean => priority > 0

/**
 * Whether `task`, the first in the queue, may start beside `running`. One that runs alone waits for an empty host and keeps it
 * so; being first, it also holds back what came after it, so its turn comes.
 */
export const fitsBeside = (
  task: Pick<PoolTask, 'alone' | 'priority'>,
  running: readonly Pick<PoolTask, 'alone' | 'priority'>[],
  { threads, urgentThreads = 0 }: { threads: number; urgentThreads?: number | undefined },
): boolean => {
  if (running.length === 0) return true
  if (task.alone || running.some(({ alone }) => alone)) return false
  if (running.length >= threads + urgentThreads) return false
  return isUrgent(task) || running.filter((other) => !isUrgent(other)).length < threads
}
