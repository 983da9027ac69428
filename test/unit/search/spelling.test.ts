import { describe, expect, it } from 'vitest'
import { correctWords } from '../../../src/main/search/spelling'
import type { Store } from '../../../src/main/store/contract'

/** A vocabulary: terms as the index has them, with the words behind them and in how many passages they are. */
const storeOf = (vocabulary: Readonly<Record<string, { words: string[]; chunks: number }>>): Store => {
  const answers: Record<string, (params: never) => unknown> = {
    'search.terms': ({ terms }: { terms: string[] }) =>
      terms.flatMap((term) => (vocabulary[term] ? [{ term, chunks: vocabulary[term].chunks }] : [])),
    'search.termsFrom': () => [],
    'search.spellings': ({ terms }: { terms: string[] }) =>
      terms.map((term) => ({ term, words: vocabulary[term]?.words ?? [] })),
  }
  return { run: async (name: string, params: never) => answers[name]?.(params) } as unknown as Store
}

describe('a word that is nowhere', () => {
  it('is taken for the one that is a slip away', async () => {
    const store = storeOf({ boiler: { words: ['boiler'], chunks: 3 } })
    expect([...(await correctWords(store, ['boilar']))]).toEqual([['boilar', 'boiler']])
  })

  it('is never taken for a word that carries no meaning, nor for one that is far from it', async () => {
    const store = storeOf({ she: { words: ['she', 'so'], chunks: 900 }, shad: { words: ['so'], chunks: 5 } })
    expect([...(await correctWords(store, ['shed']))]).toEqual([])
  })

  it('is left alone when it is short, or a number', async () => {
    const store = storeOf({ cat: { words: ['cat'], chunks: 3 }, 2024: { words: ['2024'], chunks: 3 } })
    expect([...(await correctWords(store, ['car', '2025']))]).toEqual([])
  })
})
