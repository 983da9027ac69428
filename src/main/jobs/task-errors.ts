/**
 * Owns how a run tells that tasks of it failed for different reasons. Refuses: what that leads to.
 */
import { toAppError, type AppError } from '../../shared/errors'
import type { ClaimedTask } from '../store/contract'

/** What such a run rejects with. Tasks that it does not name have ended. */
export class TaskErrors extends Error {
  constructor(readonly errors: ReadonlyMap<ClaimedTask, AppError>) {
    super(`${errors.size} tasks failed`)
    this.name = 'TaskErrors'
  }
}

export type Failure = { readonly error: AppError; readonly tasks: readonly ClaimedTask[] }

/** Which tasks of a run failed of what: all of the same, unless it says otherwise. */
export const failuresOf = (thrown: unknown, tasks: readonly ClaimedTask[]): Failure[] => {
  if (!(thrown instanceof TaskErrors)) return [{ error: toAppError(thrown), tasks }]
  const reasons = [...new Set(thrown.errors.values())]
  return reasons.map((error) => ({ error, tasks: tasks.filter((task) => thrown.errors.get(task) === error) }))
}
