/**
 * Owns the estimates that are under way: each runs until it is done, stopped, or the engine closes.
 * Refuses: looking at files; the intake does.
 */
import type { Estimate } from '../../shared/domain'
import { AppError } from '../../shared/errors'
import { estimate } from '../ingest/estimate'
import type { EstimateRequest } from '../ingest/estimate-count'
import type { IngestParts } from '../ingest/parts'

export type Estimates = {
  /** `id`: by which it can be stopped; one of the same id is stopped before. @throws CANCELLED */
  readonly run: (makeRequest: () => Promise<EstimateRequest>, id: string | null) => Promise<Estimate>
  readonly stop: (id: string) => void
  /** Stops all of them and resolves when they have ended. */
  readonly close: () => Promise<void>
}

export const createEstimates = (parts: IngestParts): Estimates => {
  const running = new Map<string, { abort: AbortController; ended: Promise<unknown> }>()
  let count = 0

  const stop = (id: string): void => running.get(id)?.abort.abort(new AppError('CANCELLED'))

  const run: Estimates['run'] = async (makeRequest, id) => {
    count += 1
    const name = String(count)
    const key = id === null ? `#${name}` : `id:${id}`
    stop(key)
    const abort = new AbortController()
    const look = async (): Promise<Estimate> => estimate(parts, await makeRequest(), name, abort.signal)
    // Known from here on, so that being stopped is never too early.
    const work = look()
    const entry = { abort, ended: work.catch(() => undefined) }
    running.set(key, entry)
    try {
      return await work
    } catch (thrown) {
      throw abort.signal.aborted ? new AppError('CANCELLED', {}, { cause: thrown }) : thrown
    } finally {
      if (running.get(key) === entry) running.delete(key)
    }
  }

  return {
    run,
    stop: (id) => stop(`id:${id}`),
    close: async () => {
      for (const { abort } of running.values()) abort.abort(new AppError('SHUTTING_DOWN'))
      await Promise.all([...running.values()].map(({ ended }) => ended))
    },
  }
}
