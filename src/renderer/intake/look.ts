/**
 * Owns one look at what is offered: the estimate of its paths, which is stopped when nobody waits for it any more.
 */
import { doBeside } from '../client/actions'
import { call } from '../client/caller'
import { splitIntoBatches } from '../client/intake'
import type { OfferedPath } from '../../shared/calls'
import type { Estimate } from '../../shared/domain'

export type Look = {
  readonly id: string
  /** What is looked at, in pieces that fit a call each; the figures are of the first. */
  readonly batches: readonly OfferedPath[][]
  readonly collection: string
  readonly estimating: Promise<Estimate>
}

/** Begins to look. */
export const beginLook = (paths: readonly OfferedPath[], collection: string): Look => {
  const id = crypto.randomUUID()
  const batches = splitIntoBatches(paths)
  const [first = []] = batches
  const estimating = call('jobs.estimate', { paths: [...first], collection, id })
  return { id, batches, collection, estimating }
}

/** Ends a look that nobody waits for any more; it may be over already. */
export const stopLook = ({ id }: Look): void => doBeside(call('jobs.stopEstimate', { id }))
