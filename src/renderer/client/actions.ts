/**
 * Owns how a view acts: a button is busy until its call is answered, cannot fire twice, and a failure is told.
 */
import { showFailure } from './failures'
import { usePending, type Action } from './pending'

export type { Action } from './pending'

/** Wraps `work` for buttons: one run at a time, its failure becomes a toast. */
export function useAction<A extends readonly unknown[]>(work: (...args: A) => Promise<void>): Action<A> {
  return usePending(work, showFailure)
}

/** What is done beside something else, with no control of its own: its failure is told all the same. */
export const doBeside = (work: Promise<unknown>): void => {
  work.then(undefined, showFailure)
}
