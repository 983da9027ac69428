/**
 * Owns the interface of an embedding model: the same for the built-in one, for a folder of a person's choice, and for any server.
 * Refuses: caching and storing; a provider only computes.
 */
import { AppError } from '../../shared/errors'
import type { EmbedResult } from '../../shared/work'

/** The built-in model, as a reference. Every other reference is the name a person gave to a provider. */
export const LOCAL = 'local'

/** What something is computed for: by this a provider's calls are metered, and bounded by budgets. */
export type Use = {
  readonly purpose: 'embed' | 'query' | 'answer' | 'summary' | 'vision' | 'test'
  /** `null`: for no job or collection, as a person's query. */
  readonly jobId: number | null
  readonly collectionId: number | null
}

export type EmbeddingProvider = {
  /** `local`, or the name that a person gave it. */
  readonly name: string
  /** Identifies the vector space: vectors of different models are never compared. */
  readonly model: string
  readonly dimensions: number
  /** Calls cost something or leave this computer: they are metered for their `Use`, so texts of different uses never share one. */
  readonly isMetered?: boolean
  /** How fast it was on this computer when it was tried; not known without it. */
  readonly tokensPerSecond?: number
  /**
   * Looks whether what it is made of is still the same; afterwards the registry knows it as what it is now. Nothing to look at without it.
   * @throws what is wrong with it
   */
  readonly refresh?: () => Promise<void>
  /** The most texts that one call may have; any number without it. */
  readonly batchTexts?: number
  /**
   * Splits each text into windows that fit the model and embeds them; `windows[i].text` is the index in `texts`.
   * @throws PartlyEmbedded when some texts were embedded nevertheless; EMBEDDING_INVALID and, of a server, what its client throws
   */
  embedPassages: (texts: readonly string[], signal?: AbortSignal, use?: Use) => Promise<EmbedResult>
  /**
   * One L2-normalized vector for a person's query, and the share of it that the model knows, 0–1: near 0 (another script) the vector
   * says nothing. @throws EMBEDDING_INVALID
   */
  embedQuery: (text: string, signal?: AbortSignal, use?: Use) => Promise<{ vector: Float32Array; known: number }>
}

/** The error of a call of which some texts were embedded nevertheless, and paid for: whoever asked keeps those. */
export class PartlyEmbedded extends AppError {
  constructor(
    error: AppError,
    /** Their places in what was asked for. */
    readonly texts: readonly number[],
    /** `windows[i].text` is a place in `texts`. */
    readonly result: EmbedResult,
  ) {
    super(error.code, error.details, { cause: error })
  }
}
