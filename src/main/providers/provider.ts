/**
 * Owns the interface of an embedding model: the same for the built-in one and for any server.
 * Refuses: caching and storing; a provider only computes.
 */
import type { EmbedResult } from '../../shared/work'

export type EmbeddingProvider = {
  /** `local`, or the name of the server. */
  readonly name: string
  /** Identifies the vector space: vectors of different models are never compared. */
  readonly model: string
  readonly dimensions: number
  /** Splits each text into windows that fit the model and embeds them; `windows[i].text` is the index in `texts`. @throws EMBEDDING_INVALID */
  embedPassages: (texts: readonly string[], signal?: AbortSignal) => Promise<EmbedResult>
  /**
   * One L2-normalized vector for a person's query, and the share of it that the model knows, 0–1: near 0 (another script) the vector
   * says nothing. @throws EMBEDDING_INVALID
   */
  embedQuery: (text: string, signal?: AbortSignal) => Promise<{ vector: Float32Array; known: number }>
}
