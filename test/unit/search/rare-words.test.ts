import { describe, expect, it } from 'vitest'
import { createSearch } from '../../../src/main/search'
import type { OperationName, Operations, Store } from '../../../src/main/store/contract'

const filter = { collectionIds: [], kinds: [], sinceMs: null, untilMs: null, pathGlob: null }
const CANDIDATES = 100

/** A store in which each word matches as many chunks as told, and that remembers what it was asked to rank. */
const makeStore = (counts: Readonly<Record<string, number>>) => {
  const ranked: string[] = []
  const wordsIn = (match: string): string[] => [...match.matchAll(/"(\w+)"/g)].map(([, word]) => word ?? '')
  const answers: Partial<{ [N in OperationName]: (params: never) => unknown }> = {
    'search.counts': ({ matches }: Operations['search.counts']['params']) =>
      matches.map((match) => counts[wordsIn(match)[0] ?? ''] ?? 0),
    'search.keyword': ({ match, limit }: Operations['search.keyword']['params']) => {
      ranked.push(match)
      const total = wordsIn(match).reduce((sum, word) => sum + (counts[word] ?? 0), 0)
      return Array.from({ length: Math.min(limit, total) }, (_, id) => ({ chunkId: id + 1, contentId: 1, rank: -1 }))
    },
    'search.passages': ({ chunkIds }: Operations['search.passages']['params']) =>
      chunkIds.map((chunkId) => ({ chunkId, contentId: 1, text: 'text' })),
    'search.snippets': ({ match }: Operations['search.snippets']['params']) => {
      marked.push(match)
      return []
    },
  }
  const marked: string[] = []
  const run: Store['run'] = async (name, params) => {
    const answer = answers[name]
    if (answer === undefined) throw new Error(`nobody answers ${name}`)
    return answer(params as never) as never
  }
  const search = createSearch({
    store: { run, close: async () => undefined },
    searchVectors: async () => [],
    embedQuery: async () => ({ vector: new Float32Array(), known: 1 }),
    nowMs: () => 0,
  })
  const ask = (query: string) => search({ query, mode: 'keyword', filter, limit: 10 })
  return { ask, ranked, marked }
}

describe('a query of common and rare words', () => {
  it('ranks by the rare ones alone, and marks all of them', async () => {
    const { ask, ranked, marked } = makeStore({ boiler: 300, report: 4_000, number: 20_000 })
    await ask('number report boiler')
    expect(ranked).toEqual(['"boiler" OR "report"'])
    expect(marked).toEqual(['"number" OR "report" OR "boiler"'])
  })

  it('ranks by all of them when they match little, or the rare ones too little', async () => {
    const few = makeStore({ boiler: 300, report: 400 })
    await few.ask('report boiler')
    expect(few.ranked).toEqual(['"report" OR "boiler"'])
    const lonely = makeStore({ boiler: CANDIDATES - 1, harbor: 0, number: 20_000 })
    await lonely.ask('number boiler harbor')
    expect(lonely.ranked).toEqual(['"harbor" OR "boiler"', '"number" OR "boiler" OR "harbor"'])
  })

  it('asks for one or two words and for a phrase as they are', async () => {
    const { ask, ranked } = makeStore({ number: 20_000, report: 20_000 })
    await ask('number')
    await ask('number report')
    await ask('"number report" number')
    expect(ranked).toEqual([
      '"number"',
      '"number" OR "report"',
      '("number report") AND ("number") OR ("number report")',
    ])
  })
})
