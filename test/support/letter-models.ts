// Owns embedding models for tests of the engine: of any number of dimensions, the same vector for the same letters, no worker and no network.
import { AppError } from '../../src/shared/errors'
import { encodeFloat16 } from '../../src/shared/float16'
import type { EmbeddingProvider } from '../../src/main/providers/provider'

export type LetterModel = EmbeddingProvider & {
  /** Texts that were asked for, over all calls. */
  readonly asked: string[]
  /** Called before each call is answered; what it throws is the answer. */
  before: (signal?: AbortSignal) => Promise<void> | void
}

/** Answers nothing until it is told to stop. */
export const neverAnswer = (signal?: AbortSignal): Promise<void> =>
  new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new AppError('CANCELLED')), { once: true })
  })

/** Counts of words by the sum of their letters, as a unit vector. */
const vectorOf = (text: string, dimensions: number): Float32Array => {
  const vector = new Float32Array(dimensions).fill(0.01)
  for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
    const place = [...word].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), dimensions) % dimensions
    vector[Math.abs(place)] = (vector[Math.abs(place)] ?? 0) + 1
  }
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

/** A model named by its dimensions, or by `model`. */
export const makeLetterModel = (name: string, dimensions: number, model = `letters-${dimensions}`): LetterModel => {
  const made: LetterModel = {
    name,
    model,
    dimensions,
    asked: [],
    before: () => undefined,
    embedPassages: async (texts, signal) => {
      await made.before(signal)
      made.asked.push(...texts)
      return {
        model,
        dimensions,
        windows: texts.map((text, index) => ({ text: index, start: 0, end: text.length, tokens: 5 })),
        vectors: encodeFloat16(Float32Array.from(texts.flatMap((text) => [...vectorOf(text, dimensions)]))),
      }
    },
    embedQuery: async (text) => {
      await made.before()
      return { vector: vectorOf(text, dimensions), known: 1 }
    },
  }
  return made
}
