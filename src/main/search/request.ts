/**
 * Owns what a search is asked and made of, as types. Refuses: behavior.
 */
import type { SearchResult } from '../../shared/domain'
import type { SearchMode, SearchStage } from '../../shared/search'
import type { KeywordFilter, Store } from '../store/contract'
import type { VectorHit } from '../vectors'
import type { EmbeddedQuery, SpaceQuery } from './spaces'

export type SearchRequest = {
  query: string
  mode: SearchMode
  filter: KeywordFilter
  limit: number
  stage: SearchStage
  /** After so long what is known by then is the answer. */
  deadlineMs: number
  /** Every passage is a hit of its own. */
  passages: boolean
  /** Aborted with CANCELLED when nobody waits for the answer any more. */
  signal: AbortSignal | null
  /** The words are those of a sentence: what became of single ones of them is not said. */
  isQuestion?: boolean
}

export type SimilarRequest = Pick<SearchRequest, 'mode' | 'filter' | 'limit' | 'deadlineMs'> & {
  documentId: number
  /** Ordinal of one passage; `null` for the document as a whole. */
  chunk: number | null
}

export type Search = {
  /** @throws SEARCH_QUERY_EMPTY, CANCELLED; in semantic mode whatever the model or its index fails with */
  find: (request: SearchRequest) => Promise<SearchResult>
  /** @throws NOT_FOUND, SEARCH_QUERY_EMPTY */
  similar: (request: SimilarRequest) => Promise<SearchResult>
}

/** Answers that were given lately. */
export type ResultCache = {
  /** The state of everything now; an answer that was begun in this state is kept only while it lasts. */
  readonly state: () => number
  /** Something changed that an answer can show. */
  readonly change: () => void
  readonly find: (request: SearchRequest) => SearchResult | null
  /** Keeps an answer that was begun in that state; nothing where the state is another one by now. */
  readonly keep: (request: SearchRequest, state: number, result: SearchResult) => void
  /** Hits and misses since the start. */
  readonly figures: () => { hits: number; misses: number; entries: number; bytes: number; maxBytes: number }
}

export type SearchParts = {
  store: Store
  /** Nearest windows, in every space that the query has a vector for. */
  searchVectors: (query: SpaceQuery) => Promise<VectorHit[]>
  /** By every model that serves these collections; none named: all. */
  embedQuery: (text: string, collectionIds: readonly number[], signal?: AbortSignal) => Promise<EmbeddedQuery>
  /** Answers that were given lately; without it every search is made. */
  results?: ResultCache
  /** Documents that are not to be found now. */
  hidden?: () => readonly number[]
  nowMs: () => number
  /** Calls back once after so long; returns what takes that back. */
  setTimer: (ms: number, callback: () => void) => () => void
}

/** A passage that one of the rankings has, and the content it is of. */
export type Found = { readonly chunkId: number; readonly contentId: number }

/** Candidates of each kind that go into the fusion; more than a page, so that a chunk low in one ranking can still win. */
export const CANDIDATES = 100
