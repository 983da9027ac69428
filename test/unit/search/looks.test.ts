import { describe, expect, it } from 'vitest'
import { createSearch } from '../../../src/main/search'
import type { OperationName, Operations, Store } from '../../../src/main/store/contract'

const filter = { collectionIds: [], kinds: [], sinceMs: null, untilMs: null, pathGlob: null }

/** A store in which the chunks that were found are gone when their passages are asked for, `changes` times. */
const makeSearch = (changes: number) => {
  let looks = 0
  const answers: Partial<{ [N in OperationName]: (params: never) => unknown }> = {
    'search.keyword': () => [{ chunkId: (looks += 1), contentId: looks, rank: -1 }],
    'search.passages': ({ chunkIds }: Operations['search.passages']['params']) =>
      looks <= changes ? [] : chunkIds.map((chunkId) => ({ chunkId, contentId: 1, text: `version ${chunkId}` })),
    'search.snippets': () => [],
  }
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
  return { search: () => search({ query: 'boiler', mode: 'keyword', filter, limit: 10 }), looks: () => looks }
}

describe('a search in the middle of which a document changes', () => {
  it('is repeated, and finds the new version', async () => {
    const { search, looks } = makeSearch(1)
    expect((await search()).results.map(({ text }) => text)).toEqual(['version 2'])
    expect(looks()).toBe(2)
  })

  it('ends, however often they change', async () => {
    const { search, looks } = makeSearch(99)
    expect((await search()).results).toEqual([])
    expect(looks()).toBe(3)
  })
})
