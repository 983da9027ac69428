/**
 * Owns the offline embedding of passages and queries: windows, vectors, and the model they come from.
 * Refuses: caching, float16, tasks and processes (tasks.ts and the pool).
 */
import { AppError } from '../../shared/errors'
import { readModelFolder } from './model-folder'
import { openSession, type ModelSession } from './session'
import { createTokenizer, type Tokenizer } from './tokenizer'
import { buildVocabulary } from './vocabulary'
import { splitWindows, type Window } from './windows'

/** One vector of a passage. */
export type PassageWindow = {
  /** Position of the passage among those given. */
  readonly text: number
  /** UTF-16 offsets into the passage, end exclusive. */
  readonly start: number
  readonly end: number
  readonly tokens: number
  /** Share of the characters that the model's vocabulary knows, 0–1. Near 0 (another script) the vector says nothing. */
  readonly known: number
  /** L2-normalized. */
  readonly vector: Float32Array
}

export type EmbedOptions = {
  readonly signal?: AbortSignal | undefined
  /** Called after every batch, about 40 ms of work apart. */
  readonly onBatch?: (() => void) | undefined
}

export type Embedder = {
  /** Changes whenever a vector could: vectors of different ids must never be compared. */
  readonly id: string
  readonly dimensions: number
  readonly maxTokens: number
  /**
   * Embeds passages, each in as many windows as it needs; one that is white space only has none. A vector depends on its window's text
   * and, by int8 rounding (cosine above 0.998), on what shared its batch: never compare vectors for equality.
   * @throws AppError CANCELLED (after the batch under way), EMBEDDING_INVALID, SHUTTING_DOWN once closed
   */
  readonly embedPassages: (texts: readonly string[], options?: EmbedOptions) => Promise<{ windows: PassageWindow[] }>
  /**
   * Embeds a query; one longer than the model's reach becomes the mean of its windows, weighted by their tokens.
   * @throws AppError SEARCH_QUERY_EMPTY, EMBEDDING_INVALID, SHUTTING_DOWN once closed
   */
  readonly embedQuery: (text: string) => Promise<Float32Array>
  /** Share of the text's characters that the model's vocabulary knows, 0–1: for a query near 0 leave semantic search out. */
  readonly measureKnown: (text: string) => number
  /** Whether what was loaded still is what its files hold; without it, nothing can change. @throws MODEL_FOLDER_CHANGED */
  readonly check?: () => Promise<void>
  /** Waits for what is under way and frees the model. */
  readonly close: () => Promise<void>
}

/**
 * Loads the model of a folder.
 * @param threads native threads; 1 (the default) where several threads embed side by side
 * @throws AppError MODEL_MISSING, MODEL_CORRUPT
 */
export const createEmbedder = async ({
  modelDir,
  threads = 1,
}: {
  modelDir: string
  threads?: number
}): Promise<Embedder> => {
  const model = await readModelFolder(modelDir)
  const tokenizer = createTokenizer(buildVocabulary(model.vocabulary))
  const session = await openSession(model, modelDir, threads)
  return assembleEmbedder({ ...model, passages: tokenizer, queries: tokenizer, session })
}

/** Puts together what cuts texts and what makes their vectors. `maxTokens`: of one window, without what the session puts around it. */
export const assembleEmbedder = (parts: {
  readonly id: string
  readonly dimensions: number
  readonly maxTokens: number
  readonly passages: Tokenizer
  readonly queries: Tokenizer
  readonly session: ModelSession
}): Embedder => {
  const { id, dimensions, maxTokens, passages, queries, session } = parts
  return {
    id,
    dimensions,
    maxTokens,
    embedPassages: (texts, options) => embedPassages(texts, passages, session, maxTokens, options ?? {}),
    embedQuery: (text) => embedQuery(text, queries, session, maxTokens, dimensions),
    measureKnown: (text) => queries.encode(text).known,
    close: () => session.close(),
  }
}

const embedPassages = async (
  texts: readonly string[],
  tokenizer: Tokenizer,
  session: ModelSession,
  maxTokens: number,
  { signal, onBatch }: EmbedOptions,
): Promise<{ windows: PassageWindow[] }> => {
  const stopIfCancelled = (): void => {
    if (signal?.aborted) throw new AppError('CANCELLED', {}, { cause: signal.reason })
  }
  stopIfCancelled()
  const spans = texts.flatMap((text, index) =>
    splitWindows(text, tokenizer, maxTokens).map((span) => ({ ...span, text: index })),
  )
  const vectors = await session.run(
    spans.map((span) => span.ids),
    () => {
      onBatch?.()
      stopIfCancelled()
    },
  )
  const windows = spans.map(({ text, start, end, ids, known }, index) => {
    const vector = vectors[index]
    if (!vector) throw new AppError('EMBEDDING_INVALID', { reason: 'a window has no vector' })
    return { text, start, end, tokens: ids.length, known, vector }
  })
  return { windows }
}

const embedQuery = async (
  text: string,
  tokenizer: Tokenizer,
  session: ModelSession,
  maxTokens: number,
  dimensions: number,
): Promise<Float32Array> => {
  const windows = splitWindows(text, tokenizer, maxTokens)
  if (windows.length === 0) throw new AppError('SEARCH_QUERY_EMPTY')
  const vectors = await session.run(windows.map((window) => window.ids))
  const [only] = vectors
  return only && vectors.length === 1 ? only : averageVectors(vectors, windows, dimensions)
}

const averageVectors = (
  vectors: readonly Float32Array[],
  windows: readonly Window[],
  dimensions: number,
): Float32Array => {
  const mean = new Float32Array(dimensions)
  vectors.forEach((vector, index) => {
    const weight = windows[index]?.ids.length ?? 0
    for (let d = 0; d < dimensions; d++) mean[d] = (mean[d] ?? 0) + weight * (vector[d] ?? 0)
  })
  const norm = Math.hypot(...mean)
  return norm === 0 ? mean : mean.map((value) => value / norm)
}
