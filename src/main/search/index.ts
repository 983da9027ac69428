/**
 * Owns a search from the typed words to the hits: keyword and vector candidates, fusion, passages, snippets.
 * Refuses: SQL, LanceDB and the model themselves; they are asked. Only committed versions of documents are ever shown.
 */
import { AppError, toAppError } from '../../shared/errors'
import type { Hit, SearchMode, SearchResult } from '../../shared/domain'
import type { KeywordFilter, Operations, Store } from '../store/contract'
import type { VectorHit, VectorQuery } from '../vectors'
import { fuse, FUSION_WEIGHTS } from './fusion'
import { anyOf, parseQuery, type ParsedQuery } from './query'

export type SearchRequest = {
  query: string
  mode: SearchMode
  filter: KeywordFilter
  limit: number
}

type Passage = Operations['search.passages']['result'][number]

type SearchParts = {
  store: Store
  /** Nearest windows; `null` while there is no vector index. */
  searchVectors: (query: VectorQuery) => Promise<VectorHit[]>
  embedQuery: (text: string) => Promise<{ vector: Float32Array; known: number }>
  nowMs: () => number
}

/** Candidates of each kind that go into the fusion; more than a page, so that a chunk low in one ranking can still win. */
const CANDIDATES = 100
/** The widest vector search before giving up on filling the page. */
const MAX_WINDOWS = 6_400
/** Contents that a filter may name in a vector query; above it, hits are filtered afterwards. */
const MAX_FILTER_CONTENTS = 5_000
const PATHS_PER_CONTENT = 5
/** Matches that are ranked without thinking: about 12 ms. */
const RANKED_MATCHES = 5_000
/** The rarest words always count: of two words both are meant. */
const LEAST_WORDS = 2
const SNIPPET_CHARS = 280
/** A search is repeated when documents changed in the middle of it, so often at most. */
const MAX_LOOKS = 3

/** Below this share of known characters a query's vector says nothing: all texts of a script that the model cannot read look alike. */
const KNOWN_ENOUGH = 0.5

type Candidates = { ids: number[]; windows: Map<number, VectorHit> }

/** The best window of each chunk, nearest first. */
const bestWindows = (hits: readonly VectorHit[]): Map<number, VectorHit> => {
  const windows = new Map<number, VectorHit>()
  for (const hit of hits) if (!windows.has(hit.chunkId)) windows.set(hit.chunkId, hit)
  return windows
}

/** Text around a window, for a hit that no word matched. */
const plainSnippet = (text: string, window: VectorHit | undefined): string => {
  const from = window?.start ?? 0
  const piece = text.slice(from, Math.min(window?.end ?? text.length, from + SNIPPET_CHARS))
  const clean = piece.replace(/\s+/g, ' ').trim()
  return `${from > 0 ? '… ' : ''}${clean}${from + piece.length < text.length ? ' …' : ''}`
}

/**
 * Makes the search over a store, a vector index and a query embedder.
 * The returned function throws SEARCH_QUERY_EMPTY when there is no word; without a model or vectors a hybrid search answers by
 * keyword and says so in `notes`, a semantic one throws.
 */
export const createSearch = (parts: SearchParts): ((request: SearchRequest) => Promise<SearchResult>) => {
  /**
   * The rarest words of a long query, when all of them together match so much that ranking it takes long. Words that are nearly everywhere
   * hardly order anything (their BM25 weight is near 0); they are still marked in the passages. `null`: ask for all words.
   */
  const rareWords = async ({ words, phrases }: ParsedQuery): Promise<string | null> => {
    if (phrases.length > 0 || words.length <= LEAST_WORDS) return null
    const matches = words.map((word) => anyOf([word]))
    const counts = await parts.store.run('search.counts', { matches })
    const rarestFirst = words.map((word, index) => ({ word, count: counts[index] ?? 0 }))
    rarestFirst.sort((left, right) => left.count - right.count)
    let sum = 0
    const rare = rarestFirst.filter(({ count }, index) => (sum += count) <= RANKED_MATCHES || index < LEAST_WORDS)
    return rare.length === words.length ? null : anyOf(rare.map(({ word }) => word))
  }

  const keyword = async (
    parsed: ParsedQuery,
    request: SearchRequest,
  ): Promise<{ match: string; ids: number[] } | null> => {
    if (parsed.match === null) return null
    const limit = Math.max(CANDIDATES, request.limit)
    const find = (match: string) => parts.store.run('search.keyword', { match, filter: request.filter, limit })
    const rare = await rareWords(parsed)
    const first = rare === null ? [] : await find(rare)
    if (first.length >= limit) return { match: parsed.match, ids: first.map((row) => row.chunkId) }
    const exact = await find(parsed.match)
    if (exact.length > 0 || parsed.prefixMatch === null)
      return { match: parsed.match, ids: exact.map((row) => row.chunkId) }
    const loose = await find(parsed.prefixMatch)
    return { match: parsed.prefixMatch, ids: loose.map((row) => row.chunkId) }
  }

  /** Widens the search until enough chunks are current and allowed, or the index is exhausted. */
  const semantic = async (parsed: ParsedQuery, request: SearchRequest, notes: string[]): Promise<Candidates> => {
    const [{ vector, known }, allowed] = await Promise.all([
      parts.embedQuery(parsed.text),
      parts.store.run('search.allowed', { filter: request.filter, maxContents: MAX_FILTER_CONTENTS }),
    ])
    if (known < KNOWN_ENOUGH) {
      notes.push('The model cannot read the script of this query, so it was searched by keyword only.')
      return { ids: [], windows: new Map() }
    }
    const wanted = Math.max(CANDIDATES, request.limit)
    // Windows, of which a chunk has one or two. Asking for twice as many at once costs 8 ms and finds nothing better at the top (measured).
    for (let limit = wanted; ; limit *= 4) {
      const hits = await parts.searchVectors({
        vector,
        limit,
        // Naming every collection would say nothing and costs a third of the search.
        collectionIds: request.filter.collectionIds.length > 0 ? allowed.collectionIds : null,
        contentIds: allowed.contentIds,
      })
      const windows = bestWindows(hits)
      const chunkIds = [...windows.keys()]
      const current = await parts.store.run('search.current', { chunkIds, filter: request.filter })
      const ids = current.slice(0, wanted)
      if (ids.length >= request.limit || hits.length < limit || limit >= MAX_WINDOWS) return { ids, windows }
    }
  }

  const assemble = async (
    ranked: readonly { id: number; score: number }[],
    match: string | null,
    windows: Map<number, VectorHit>,
    request: SearchRequest,
  ): Promise<{ hits: Hit[]; isWhole: boolean }> => {
    const top = ranked.slice(0, request.limit)
    const chunkIds = top.map(({ id }) => id)
    const [passages, marked] = await Promise.all([
      parts.store.run('search.passages', { chunkIds, filter: request.filter, pathsPerContent: PATHS_PER_CONTENT }),
      match === null ? [] : parts.store.run('search.snippets', { match, chunkIds }),
    ])
    const snippets = new Map(marked.map((row) => [row.chunkId, row.snippet]))
    const byChunk = new Map<number, Passage[]>()
    for (const passage of passages) byChunk.set(passage.chunkId, [...(byChunk.get(passage.chunkId) ?? []), passage])
    const hits = top.flatMap(({ id, score }) =>
      (byChunk.get(id) ?? []).map(({ chunkId, contentId: _contentId, ...passage }) => ({
        ...passage,
        score: Math.round(score * 10_000) / 10_000,
        snippet: snippets.get(chunkId) ?? plainSnippet(passage.text, windows.get(chunkId)),
      })),
    )
    return { hits: hits.slice(0, request.limit), isWhole: byChunk.size === top.length }
  }

  return async (request) => {
    const startedMs = parts.nowMs()
    const parsed = parseQuery(request.query)
    if (parsed.match === null) throw new AppError('SEARCH_QUERY_EMPTY')
    let notes: string[] = []
    const bySense = async (): Promise<Candidates> => {
      if (request.mode === 'keyword') return { ids: [], windows: new Map() }
      try {
        return await semantic(parsed, request, notes)
      } catch (thrown) {
        if (request.mode === 'semantic') throw thrown
        notes.push(`Only keyword results: ${toAppError(thrown).message}`)
        return { ids: [], windows: new Map() }
      }
    }
    const look = async (): Promise<{ hits: Hit[]; isWhole: boolean }> => {
      notes = []
      const [words, sense] = await Promise.all([
        request.mode === 'semantic' ? null : keyword(parsed, request),
        bySense(),
      ])
      // A ranking that was asked and is empty still counts: what only one of the two found is not a perfect hit.
      const rankings = [
        ...(request.mode === 'semantic' ? [] : [{ weight: FUSION_WEIGHTS.keyword, ids: words?.ids ?? [] }]),
        ...(request.mode === 'keyword' ? [] : [{ weight: FUSION_WEIGHTS.semantic, ids: sense.ids }]),
      ]
      return assemble(fuse(rankings), words?.match ?? parsed.match, sense.windows, request)
    }
    let found = await look()
    // A passage went while it was looked for: its document has a new version by now, which has to be found instead.
    for (let looks = 1; !found.isWhole && looks < MAX_LOOKS; looks += 1) found = await look()
    const results = found.hits
    return {
      query: request.query,
      mode: request.mode,
      elapsedMs: Math.round((parts.nowMs() - startedMs) * 10) / 10,
      cached: false,
      results,
      notes,
    }
  }
}
