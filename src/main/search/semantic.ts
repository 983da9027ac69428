/**
 * Owns the candidates by meaning: the nearest windows of passages that are current, allowed, and meet what the query demands.
 * Refuses: making vectors, and looking for them.
 */
import { remark, type Remark } from '../../shared/remarks'
import type { KeywordFilter, Store } from '../store/contract'
import type { VectorHit } from '../vectors'
import { readsForeign, type Strength } from './evidence'
import { CANDIDATES, type Found, type SearchParts } from './request'

/** The widest vector search before giving up on filling the page. */
const MAX_WINDOWS = 6_400
/** Contents, or chunks, that a filter may name in a vector query; above it, hits are filtered afterwards. */
export const MAX_NAMED = 5_000
/** The built-in model by its reference. */
const LOCAL = 'local'
const FOREIGN_NOTE = remark('SAID_ENGLISH_MODEL')
/** Below this share of known characters a query's vector says nothing: all texts of a script that the model cannot read look alike. */
const KNOWN_ENOUGH = 0.5

export type SemanticCandidates = {
  readonly found: readonly Found[]
  /** The best window of each passage. */
  readonly windows: ReadonlyMap<number, VectorHit>
  readonly notes: readonly Remark[]
  /** A model did not answer, or not in time: asked again there may be more. */
  readonly isShort: boolean
  /** Of the models that were asked. */
  readonly strength: Strength
}

export const NO_MEANING: SemanticCandidates = {
  found: [],
  windows: new Map(),
  notes: [],
  isShort: false,
  strength: 'weak',
}

export type SemanticQuestion = {
  readonly text: string
  readonly filter: KeywordFilter
  readonly limit: number
  /** An expression that every passage meets, and the passages that do, once they are known; `null` for too many. */
  readonly required: { readonly match: string; readonly chunkIds: Promise<number[] | null> } | null
}

/** The best window of each chunk, nearest first. */
const bestWindows = (hits: readonly VectorHit[]): Map<number, VectorHit> => {
  const windows = new Map<number, VectorHit>()
  for (const hit of hits) if (!windows.has(hit.chunkId)) windows.set(hit.chunkId, hit)
  return windows
}

/** Nothing has to be asked for such a filter. */
const allowsAll = ({ collectionIds, kinds, extensions = [], sinceMs, untilMs, pathGlob, tests = [] }: KeywordFilter) =>
  [collectionIds, kinds, extensions, tests].every(({ length }) => length === 0) &&
  [sinceMs, untilMs, pathGlob].every((bound) => bound === null)

type Allowed = {
  readonly collectionIds: number[]
  readonly contentIds: number[] | null
  readonly chunkIds: number[] | null
}

const allow = async (
  store: Store,
  { filter, required }: Pick<SemanticQuestion, 'filter' | 'required'>,
): Promise<Allowed> => {
  const chunkIds = required === null ? null : await required.chunkIds
  const isMet = required === null || chunkIds !== null
  if (isMet && allowsAll(filter)) return { collectionIds: [], contentIds: null, chunkIds }
  const asked = { filter, required: isMet ? null : required.match, most: MAX_NAMED }
  return { ...(await store.run('search.allowed', asked)), chunkIds }
}

/** Widens the search until enough chunks are current and allowed, or the index is exhausted. */
export const searchByMeaning = async (
  { store, searchVectors, embedQuery }: SearchParts,
  { text, filter, limit: asked, required }: SemanticQuestion,
  signal?: AbortSignal,
): Promise<SemanticCandidates> => {
  const [{ vector: vectors, known, notes: told }, allowed] = await Promise.all([
    embedQuery(text, filter.collectionIds, signal),
    allow(store, { filter, required }),
  ])
  const isForeign = vectors.some(({ serving }) => serving.ref === LOCAL) && readsForeign(text)
  // What other models made of it is good.
  const vector = isForeign ? vectors.filter(({ serving }) => serving.ref !== LOCAL) : vectors
  const isLocal = vector.some(({ serving }) => serving.ref === LOCAL)
  // All that the models tell is of those that failed.
  const isShort = told.length > 0
  const notes = isForeign ? [...told, FOREIGN_NOTE] : told
  if (isForeign && vector.length === 0) return { ...NO_MEANING, notes, isShort }
  if (known < KNOWN_ENOUGH)
    return {
      ...NO_MEANING,
      isShort,
      notes: [...notes, remark('SAID_UNKNOWN_SCRIPT')],
    }
  const wanted = Math.max(CANDIDATES, asked)
  const keep = async (chunkIds: number[]): Promise<number[]> => {
    const ids = await store.run('search.current', { chunkIds, filter })
    return required === null || allowed.chunkIds !== null
      ? ids
      : store.run('search.matching', { match: required.match, chunkIds: ids })
  }
  // Windows, of which a chunk has one or two. Asking for twice as many at once costs 8 ms and finds nothing better at the top (measured).
  for (let limit = wanted; ; limit *= 4) {
    signal?.throwIfAborted()
    const hits = await searchVectors({
      vector,
      limit,
      // Naming every collection would say nothing and costs a third of the search.
      collectionIds: filter.collectionIds.length > 0 ? allowed.collectionIds : null,
      contentIds: allowed.contentIds,
      chunkIds: allowed.chunkIds,
    })
    const windows = bestWindows(hits)
    const ids = (await keep([...windows.keys()])).slice(0, wanted)
    if (ids.length >= asked || hits.length < limit || limit >= MAX_WINDOWS) {
      const found = ids.map((chunkId) => ({ chunkId, contentId: windows.get(chunkId)?.contentId ?? 0 }))
      return { found, windows, notes, isShort, strength: isLocal ? 'weak' : 'strong' }
    }
  }
}
