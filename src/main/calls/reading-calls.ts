/**
 * Owns the engine's side of reading texts anew that an older version has read: what it takes, and agreeing to it.
 * Refuses: beginning without being told to.
 */
import type { CallHandlers } from '../../shared/calls'
import { AppError } from '../../shared/errors'
import { remark } from '../../shared/remarks'
import type { ReadingEstimate } from '../../shared/reading'
import type { Store } from '../store/contract'

export type ReadingCalls = Pick<CallHandlers, 'collections.rebuild'>

type Parts = {
  readonly store: Store
  /** The version by which texts are read now. */
  readonly textVersion: number
  /** USD for a million tokens of the model of this name; `null` when it is not known. */
  readonly pricePerMillion: (ref: string) => number | null
  readonly onStart: () => void
}

/** That texts of a collection are of an older version. */
export const textsOutdated = (name: string, documents: number): AppError =>
  new AppError('TEXT_OUTDATED', { name, documents })

/** Collections with such texts, each as what a person is told. */
export const listOutdated = async (store: Store, textVersion: number): Promise<Map<string, AppError>> => {
  const older = await store.run('texts.older', { version: textVersion })
  return new Map(older.map(({ collection, documents }) => [collection, textsOutdated(collection, documents)]))
}

export const createReadingCalls = ({ store, textVersion, pricePerMillion, onStart }: Parts): ReadingCalls => {
  const estimate = async (collectionId: number): Promise<ReadingEstimate> => {
    const figures = await store.run('texts.estimate', { collectionId, version: textVersion })
    const generations = await store.run('generations.list', { collectionId })
    const serving = generations.find(({ state }) => state === 'serving')
    const price = serving ? pricePerMillion(serving.ref) : 0
    const chunkMs = await store.run('jobs.chunkMs', {})
    return {
      ...figures,
      costUsd: price === null ? null : (price * figures.tokens) / 1_000_000,
      expectedMs: chunkMs === null ? null : Math.round(chunkMs * figures.chunks),
    }
  }

  return {
    'collections.rebuild': async ({ name, approve }) => {
      const collection = await store.run('collections.find', { name })
      if (collection === null) throw new AppError('NOT_FOUND', { what: 'collection', id: name })
      const collectionId = Number(collection.id)
      const expected = await estimate(collectionId)
      if (expected.documents === 0) throw new AppError('TEXT_CURRENT', { name })
      if (!approve) return { estimate: expected, approved: false, job: null }
      const job = await store.run('texts.readAnew', {
        collectionId,
        version: textVersion,
        naming: remark('JOB_READ_ANEW'),
      })
      onStart()
      return { estimate: expected, approved: true, job }
    },
  }
}
