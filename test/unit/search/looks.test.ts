import { describe, expect, it } from 'vitest'
import type { Operations } from '../../../src/main/store/contract'
import { createAsk, type Answers } from './answering-store'

/** A store in which the chunks that were found are gone when their passages are asked for, `changes` times. */
const makeSearch = (changes: number) => {
  let looks = 0
  const answers: Answers = {
    'search.keyword': () => [{ chunkId: (looks += 1), contentId: looks, rank: -1 }],
    'search.passages': ({ chunkIds }: Operations['search.passages']['params']) =>
      looks <= changes ? [] : chunkIds.map((chunkId) => ({ chunkId, contentId: 1, text: `version ${chunkId}` })),
    'search.snippets': () => [],
  }
  const ask = createAsk(answers)
  return { search: () => ask('boiler'), looks: () => looks }
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
