/**
 * Owns where answers get what they are made of: passages from the search, counts of words from the store, vectors from the built-in model.
 * Refuses: any other model for the likeness of sentences: it must be there offline, and cost nothing.
 */
import { decodeFloat16 } from '../../shared/float16'
import { notesOf } from '../../shared/remarks'
import type { Log } from '../../shared/log'
import type { EmbedResult } from '../../shared/work'
import type { Search } from '../search'
import { anyOf } from '../search/query'
import type { Store } from '../store/contract'
import type { AnswerParts } from '.'

type SourceParts = {
  readonly store: Store
  readonly search: Pick<Search, 'find'>
  /** Embeds texts with the built-in model ahead of all batches. */
  readonly embed: (texts: string[]) => Promise<EmbedResult>
  readonly log: Log
}

/** A person waits, but rather for a good answer than for none. */
const SEARCH_MS = 10_000

/** The vector of the first window of each text. */
const firstVectors = (result: EmbedResult, texts: number): Float32Array[] => {
  const vectors: Float32Array[] = Array.from({ length: texts }, () => new Float32Array(result.dimensions))
  result.windows.forEach(({ text, start }, index) => {
    const at = index * result.dimensions
    if (start === 0) vectors[text] = decodeFloat16(result.vectors.slice(at, at + result.dimensions))
  })
  return vectors
}

export const createSources = (parts: SourceParts): Pick<AnswerParts, 'findPassages' | 'countWords' | 'embed'> => ({
  findPassages: async (query, filter, limit) => {
    const found = await parts.search.find({
      query,
      filter,
      limit,
      mode: 'hybrid',
      stage: 'full',
      deadlineMs: SEARCH_MS,
      passages: true,
      signal: null,
      isQuestion: true,
    })
    return { hits: found.results, notes: notesOf(found) }
  },
  countWords: async (words) => {
    const [counts, { chunks }] = await Promise.all([
      words.length === 0 ? [] : parts.store.run('search.counts', { matches: words.map((word) => anyOf([word])) }),
      parts.store.run('health.figures', {}),
    ])
    return { counts, total: chunks }
  },
  embed: async (texts) => {
    try {
      return firstVectors(await parts.embed([...texts]), texts.length)
    } catch (thrown) {
      // Without the model the words alone decide.
      parts.log.debug('answer-without-model', { error: thrown })
      return null
    }
  },
})
