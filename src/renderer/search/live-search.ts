/**
 * Owns searching as a person types: results by words first, the whole answer after them, both for the newest question only.
 * Refuses: showing anything.
 */
import { useCall, type Query } from '../client/queries'
import type { CallParams } from '../../shared/calls'
import type { SearchResult } from '../../shared/domain'
import type { SearchMode } from '../../shared/search'
import type { ErrorCode } from '../../shared/errors'
import type { Scope } from '../client/places'

/** Passages like one that was found. */
export type Likeness = { readonly documentId: string; readonly chunk: number; readonly name: string }

export type Question = {
  readonly query: string
  readonly mode: SearchMode
  readonly scope: Scope
  readonly limit: number
  readonly likeness: Likeness | null
}

/** New results move what a person is reading: not more often than this while documents are being added. */
const REFRESH_PAUSE_MS = 2_500
/** The whole answer mostly comes so soon that results by words alone would only flicker. */
const WORDS_FIRST_AFTER_MS = 15

/** Of this window: its next search stops the one before. */
const WINDOW_ID = crypto.randomUUID()

const quiet: readonly ErrorCode[] = ['SEARCH_QUERY_EMPTY', 'CANCELLED']
const fromEngine = { topics: ['documents'], pauseMs: REFRESH_PAUSE_MS, keepPrevious: true, quiet } as const

const paramsOf = ({ query, mode, scope, limit }: Question): CallParams<'search'> => ({
  query,
  mode,
  limit,
  collections: scope === null ? [] : [scope],
})

/** Answers `question`; `null` asks nothing. */
export function useLiveSearch(question: Question | null): Query<SearchResult> {
  const typed = question !== null && question.likeness === null && question.query !== '' ? question : null
  const params = typed === null ? null : paramsOf(typed)
  const whole = useCall('search', params === null ? null : { ...params, id: `${WINDOW_ID}-full` }, fromEngine)
  const first = useCall(
    'search',
    params === null || typed?.mode !== 'hybrid' ? null : { ...params, id: `${WINDOW_ID}-words`, stage: 'keyword' },
    { quiet: [...quiet, 'INTERNAL_BUG'], leastMs: WORDS_FIRST_AFTER_MS },
  )
  const likeness = question?.likeness ?? null
  const similar = useCall(
    'search.similar',
    likeness === null || question === null
      ? null
      : {
          documentId: likeness.documentId,
          chunk: likeness.chunk,
          limit: question.limit,
          mode: question.mode,
          collections: question.scope === null ? [] : [question.scope],
        },
    fromEngine,
  )
  if (likeness !== null) return similar
  const hasFirst = whole.loading && first.data !== undefined && !first.loading
  return hasFirst ? { data: first.data, error: undefined, loading: true } : whole
}
