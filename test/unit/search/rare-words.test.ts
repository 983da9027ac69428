import { describe, expect, it } from 'vitest'
import type { Operations } from '../../../src/main/store/contract'
import { createAsk, type Answers } from './answering-store'

const CANDIDATES = 100

/** A store in which each word matches as many chunks as told, and that remembers what it was asked to rank. */
const makeStore = (counts: Readonly<Record<string, number>>) => {
  const ranked: string[] = []
  const wordsIn = (match: string): string[] => [...match.matchAll(/"(\w+)"/g)].map(([, word]) => word ?? '')
  const answers: Answers = {
    'search.counts': ({ matches }: Operations['search.counts']['params']) =>
      matches.map((match) => counts[wordsIn(match)[0] ?? ''] ?? 0),
    'search.size': () => 100_000,
    'search.keyword': ({ match, limit }: Operations['search.keyword']['params']) => {
      ranked.push(match)
      const [core = ''] = match.split(' AND (')
      const total = wordsIn(core).reduce((sum, word) => sum + (counts[word] ?? 0), 0)
      return Array.from({ length: Math.min(limit, total) }, (_, id) => ({ chunkId: id + 1, contentId: 1, rank: -1 }))
    },
    'search.meeting': ({ match, limit }: Operations['search.meeting']['params']) => {
      ranked.push(match)
      const chunkIds = Array.from({ length: limit }, (_, id) => id + 1)
      return { hits: chunkIds.map((chunkId) => ({ chunkId, contentId: 1, rank: -1 })), chunkIds }
    },
    'search.passages': ({ chunkIds }: Operations['search.passages']['params']) =>
      chunkIds.map((chunkId) => ({ chunkId, contentId: 1, text: 'text' })),
    'search.snippets': ({ match }: Operations['search.snippets']['params']) => {
      marked.push(match)
      return []
    },
  }
  const marked: string[] = []
  const ask = createAsk(answers)
  return { ask, ranked, marked }
}

describe('a query of common and rare words', () => {
  it('ranks what has a rare one by all of them, and marks all of them', async () => {
    const { ask, ranked, marked } = makeStore({ boiler: 300, report: 650, number: 20_000 })
    await ask('number report boiler')
    expect(ranked).toEqual(['("boiler" OR "report") AND ("boiler" OR "report" OR "number")'])
    expect(marked).toEqual(['"number" OR "report" OR "boiler"'])
  })

  it('ranks by all of them when they match little, and adds what has only common ones when the rare ones match too little', async () => {
    const few = makeStore({ boiler: 300, report: 400 })
    await few.ask('report boiler')
    expect(few.ranked).toEqual(['"report" OR "boiler"'])
    const lonely = makeStore({ boiler: CANDIDATES - 1, harbor: 0, number: 20_000 })
    await lonely.ask('number boiler harbor')
    expect(lonely.ranked).toEqual(['("boiler") AND ("boiler" OR "number")', '"number" OR "boiler" OR "harbor"'])
    const third = makeStore({ boiler: CANDIDATES - 1, report: 7_000, number: 15_000 })
    await third.ask('number boiler report')
    expect(third.ranked).toEqual([
      '("boiler") AND ("boiler" OR "report" OR "number")',
      // As many of the rarest as may all be ranked.
      '"boiler" OR "report"',
    ])
  })

  it('leaves out of the ranking what half of all passages have, until nothing else is left', async () => {
    const { ask, ranked, marked } = makeStore({ boiler: 300, report: 5_000, number: 60_000 })
    await ask('number report boiler')
    expect(ranked).toEqual(['("boiler") AND ("boiler" OR "report")'])
    expect(marked).toEqual(['"number" OR "report" OR "boiler"'])
    const few = makeStore({ boiler: 20, number: 60_000 })
    await few.ask('number boiler')
    expect(few.ranked).toEqual(['"boiler"', '"number" OR "boiler"'])
  })

  it('joins of many common words only the rarest, which hardly ever stand together by chance', async () => {
    const { ask, ranked } = makeStore({ harbor: 5_000, boiler: 4_500, report: 6_000, meter: 7_000, number: 30_000 })
    await ask('number meter report boiler harbor')
    expect(ranked[0]).toBe('"boiler" AND "harbor" AND "report" AND "meter"')
  })

  it('asks for one word as it is, for a phrase once, and for two words that are everywhere together', async () => {
    const { ask, ranked } = makeStore({ number: 20_000, report: 20_000 })
    await ask('number')
    await ask('number report')
    await ask('"number report" number')
    expect(ranked).toEqual([
      '"number"',
      '"number" AND "report"',
      '("number report") AND ("number") OR ("number report")',
    ])
  })
})
