/**
 * Owns what is told of the caches: since the start from those who keep them, and ever, which the file of the cache counts for all.
 * Refuses: keeping anything but what is still to be counted there.
 */
import type { CallResult } from '../../shared/calls'
import type { QueryVectors } from '../search/query-vectors'
import type { ResultCache } from '../search/request'
import type { CacheName, Store } from '../store/contract'

type Asked = { readonly hits: number; readonly misses: number }

export type CacheCounter = {
  readonly figures: () => Promise<CallResult<'cache.figures'>>
  /** Writes down what was asked since the last time; nothing when nothing was. */
  readonly note: () => Promise<void>
}

export const createCacheCounter = ({
  store,
  queryVectors,
  results,
}: {
  readonly store: Store
  readonly queryVectors: Pick<QueryVectors, 'figures'>
  readonly results: Pick<ResultCache, 'figures'>
}): CacheCounter => {
  const noted = new Map<CacheName, Asked>()

  const noteOne = async (name: 'queries' | 'results', { hits, misses }: Asked): Promise<void> => {
    const before = noted.get(name) ?? { hits: 0, misses: 0 }
    if (before.hits === hits && before.misses === misses) return
    noted.set(name, { hits, misses })
    try {
      await store.run('cache.count', { name, hits: hits - before.hits, misses: misses - before.misses })
    } catch (thrown) {
      // Counted the next time, with what was asked meanwhile.
      const since = noted.get(name) ?? before
      noted.set(name, { hits: since.hits - hits + before.hits, misses: since.misses - misses + before.misses })
      throw thrown
    }
  }

  const note = async (): Promise<void> => {
    await noteOne('queries', queryVectors.figures())
    await noteOne('results', results.figures())
  }

  return {
    note,
    figures: async () => {
      await note()
      const { totals, ...embeddings } = await store.run('cache.figures', {})
      return {
        embeddings: { ...embeddings, total: totals.embeddings },
        queries: { ...queryVectors.figures(), total: totals.queries },
        results: { ...results.figures(), total: totals.results },
      }
    },
  }
}
