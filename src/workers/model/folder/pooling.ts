/**
 * Owns how the vectors of tokens become the vector of their text, as sentence-transformers does it (models/Pooling.py).
 * Refuses: padding; it has no part in any of them.
 */
import type { Pooling } from '../../../shared/model-folders'

/** The vectors of one text's tokens, one after the other, and how many of them are not padding. */
export type TokenVectors = { readonly values: Float32Array; readonly tokens: number; readonly dimensions: number }

const at = ({ values, dimensions }: TokenVectors, token: number): Float32Array =>
  values.slice(token * dimensions, (token + 1) * dimensions)

const sum = ({ values, tokens, dimensions }: TokenVectors): Float32Array => {
  const total = new Float32Array(dimensions)
  for (let index = 0; index < tokens * dimensions; index += 1) {
    const d = index % dimensions
    total[d] = (total[d] ?? 0) + (values[index] ?? 0)
  }
  return total
}

const largest = ({ values, tokens, dimensions }: TokenVectors): Float32Array => {
  const most = values.slice(0, dimensions)
  for (let index = dimensions; index < tokens * dimensions; index += 1) {
    const d = index % dimensions
    most[d] = Math.max(most[d] ?? 0, values[index] ?? 0)
  }
  return most
}

export const poolTable: Readonly<Record<Pooling, (vectors: TokenVectors) => Float32Array>> = {
  cls: (vectors) => at(vectors, 0),
  lasttoken: (vectors) => at(vectors, vectors.tokens - 1),
  max: largest,
  mean: (vectors) => sum(vectors).map((value) => value / vectors.tokens),
  mean_sqrt_len: (vectors) => sum(vectors).map((value) => value / Math.sqrt(vectors.tokens)),
}
