/**
 * Owns a search over a store that only answers what a test tells it to. Refuses: vectors.
 */
import { createSearch } from '../../../src/main/search'
import type { OperationName, Store } from '../../../src/main/store/contract'

export type Answers = Partial<{ [N in OperationName]: (params: never) => unknown }>

const filter = { collectionIds: [], kinds: [], sinceMs: null, untilMs: null, pathGlob: null }

/** What every search asks beside ranking; nothing comes of it. */
const nothing: Answers = {
  'search.counts': ({ matches }: { matches: string[] }) => matches.map(() => 1),
  'search.paths': () => [],
  'search.terms': () => [],
  'search.termsFrom': () => [],
  'search.spellings': () => [],
  'search.coverage': ({ matches }: { matches: string[] }) => matches.map(() => []),
}

/** Asks by keyword, ten results at the most. */
export const createAsk = (answers: Answers) => {
  const run: Store['run'] = async (name, params) => {
    const answer = { ...nothing, ...answers }[name]
    if (answer === undefined) throw new Error(`nobody answers ${name}`)
    return answer(params as never) as never
  }
  const search = createSearch({
    store: { run, close: async () => undefined },
    searchVectors: async () => [],
    embedQuery: async () => ({ vector: [], known: 1, notes: [] }),
    nowMs: () => 0,
    setTimer: () => () => undefined,
  })
  return (query: string) =>
    search.find({
      query,
      mode: 'keyword',
      filter,
      limit: 10,
      stage: 'full',
      deadlineMs: 60_000,
      passages: false,
      signal: null,
    })
}
