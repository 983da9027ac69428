/**
 * Owns comparing two generations of a collection on a person's queries: what both find, and what moved.
 * Refuses: judging; a person does.
 */
import type { EmbeddingProvider } from '../providers/provider'
import type { Generation, KeywordFilter, Store } from '../store/contract'
import type { VectorIndex } from '../vectors'
import type { ModelComparison } from '../../shared/generations'

type Parts = {
  readonly store: Store
  readonly vectors: () => Promise<VectorIndex>
  readonly provider: (ref?: string) => EmbeddingProvider
  /** Queries that the person keeps for this collection. */
  readonly savedQueries: (collectionId: number) => Promise<string[]>
}

/** Places that are compared. */
const PLACES = 10
/** Windows to look at: a passage has one or two. */
const WINDOWS = 60
const MOST_QUERIES = 50

type Found = { readonly chunkId: number; readonly path: string }

/** The passages nearest to the query, the nearest first. */
const nearest = async (parts: Parts, generation: Generation, query: string): Promise<Found[]> => {
  const { space, ref, collectionId } = generation
  const use = { purpose: 'query', jobId: null, collectionId } as const
  const { vector } = await parts.provider(ref).embedQuery(query, undefined, use)
  const table = await (await parts.vectors()).space(space)
  const hits = await table.search({
    vector,
    limit: WINDOWS,
    collectionIds: [collectionId],
    contentIds: null,
    chunkIds: null,
  })
  const chunkIds = [...new Set(hits.map(({ chunkId }) => chunkId))]
  const filter: KeywordFilter = {
    collectionIds: [collectionId],
    kinds: [],
    sinceMs: null,
    untilMs: null,
    pathGlob: null,
  }
  const current = (await parts.store.run('search.current', { chunkIds, filter })).slice(0, PLACES)
  const passages = await parts.store.run('search.passages', { chunkIds: current, filter, pathsPerContent: 1 })
  const paths = new Map(passages.map(({ chunkId, path }) => [chunkId, path]))
  return current.map((chunkId) => ({ chunkId, path: paths.get(chunkId) ?? '' }))
}

const placeIn = (found: readonly Found[], chunkId: number): number | null => {
  const index = found.findIndex((one) => one.chunkId === chunkId)
  return index < 0 ? null : index + 1
}

const compareQuery = (
  query: string,
  before: readonly Found[],
  after: readonly Found[],
): ModelComparison['queries'][number] => {
  const both = before.filter(({ chunkId }) => placeIn(after, chunkId) !== null).length
  const all = [...new Map([...before, ...after].map((one) => [one.chunkId, one])).values()]
  const moved = all.flatMap(({ chunkId, path }) => {
    const from = placeIn(before, chunkId)
    const to = placeIn(after, chunkId)
    return from === to ? [] : [{ path, from, to }]
  })
  const most = Math.max(before.length, after.length)
  return { query, overlap: most === 0 ? 1 : both / most, moved }
}

/**
 * Compares what serves with the other generation there is (being built, or kept). `queries`: `null` for those that the person saved.
 * @returns `null` when there is nothing to compare with, or by @throws what the two models throw
 */
export const compareGenerations = async (
  parts: Parts,
  collectionId: number,
  queries: readonly string[] | null,
): Promise<ModelComparison | null> => {
  const generations = await parts.store.run('generations.list', { collectionId })
  const serving = generations.find(({ state }) => state === 'serving')
  const isNext = ({ state }: Generation): boolean => state === 'building' || state === 'ready'
  const other = generations.find(isNext) ?? generations.find(({ state }) => state === 'previous')
  if (!serving || !other) return null
  const asked = (queries ?? (await parts.savedQueries(collectionId))).slice(0, MOST_QUERIES)
  if (asked.length === 0) return null
  const [before, after] = isNext(other) ? [serving, other] : [other, serving]
  const compared: ModelComparison['queries'] = []
  for (const query of asked)
    compared.push(compareQuery(query, await nearest(parts, before, query), await nearest(parts, after, query)))
  return {
    from: before.space.model,
    to: after.space.model,
    overlap: compared.reduce((sum, { overlap }) => sum + overlap, 0) / compared.length,
    queries: compared,
  }
}
