/**
 * Owns the ONNX session of the embedding model: batches of token ids in, vectors out.
 * Refuses: text. Never terminate a thread while `run` is under way: it is a native call, and the whole process would abort.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { AppError } from '../../shared/errors'
import type { LoadedModel } from './model-folder'

/**
 * Tokens of one native call, padding included. Measured: from 384 to 2,048 the speed is the same, but two threads take 200 to 340 MB; and a
 * small batch (about 40 ms) lets a query and a heartbeat through sooner.
 */
const BATCH_TOKENS = 512

export type ModelSession = {
  /**
   * The vectors of texts given as token ids (each 1 to maxTokens long), in their order, L2-normalized. Texts of like length share a batch. The
   * thread is blocked during a batch (about 40 ms); `onBatch` runs after each and may throw to stop.
   * @throws AppError EMBEDDING_INVALID
   */
  readonly run: (texts: readonly Int32Array[], onBatch?: () => void) => Promise<Float32Array[]>
  /** Waits for what is under way and frees the native memory. */
  readonly close: () => Promise<void>
}

/**
 * Opens a session.
 * @param threads threads of the native library; 1 means the calling thread alone
 * @throws AppError MODEL_CORRUPT when the library refuses the file
 */
export const openSession = async (model: LoadedModel, modelDir: string, threads: number): Promise<ModelSession> => {
  const session = await createSession(model, modelDir, threads)
  let last: Promise<unknown> = Promise.resolve()
  let closed = false

  const runBatch = async (batch: readonly Int32Array[]): Promise<Float32Array> => {
    const length = batch.reduce((longest, ids) => Math.max(longest, ids.length), 0)
    const ids = new Int32Array(batch.length * length)
    batch.forEach((text, row) => ids.set(text, row * length))
    const lengths = Int32Array.from(batch, (text) => text.length)
    const feeds = {
      ids: new Tensor('int32', ids, [batch.length, length]),
      lengths: new Tensor('int32', lengths, [batch.length]),
    }
    const outputs = await session.run(feeds).catch((cause: unknown) => {
      throw invalid(cause instanceof Error ? cause.message : String(cause), cause)
    })
    const vectors = outputs.embedding?.data
    if (!(vectors instanceof Float32Array) || vectors.length !== batch.length * model.dimensions)
      throw invalid('wrong shape')
    return vectors
  }

  const runAll = async (texts: readonly Int32Array[], onBatch: () => void): Promise<Float32Array[]> => {
    const results = new Array<Float32Array>(texts.length)
    for (const batch of planBatches(
      texts.map((ids) => ids.length),
      BATCH_TOKENS,
    )) {
      const vectors = await runBatch(batch.map((index) => texts[index] ?? new Int32Array()))
      batch.forEach((index, row) => {
        const vector = vectors.slice(row * model.dimensions, (row + 1) * model.dimensions)
        if (!vector.every(Number.isFinite)) throw invalid('not a number')
        results[index] = vector
      })
      onBatch()
    }
    return results
  }

  return {
    run: (texts, onBatch = () => undefined) => {
      if (closed) return Promise.reject(new AppError('SHUTTING_DOWN'))
      const running = runAll(texts, onBatch)
      last = Promise.allSettled([last, running])
      return running
    },
    close: async () => {
      if (closed) return
      closed = true
      await last
      await session.release()
    },
  }
}

const createSession = async (model: LoadedModel, modelDir: string, threads: number): Promise<InferenceSession> => {
  try {
    return await InferenceSession.create(model.onnx, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      // A pattern is kept for every shape of batch, and ours all differ: memory without any gain in speed.
      enableMemPattern: false,
      logSeverityLevel: 3,
    })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('MODEL_CORRUPT', { path: modelDir, reason }, { cause })
  }
}

/**
 * Groups texts of like length: positions, shortest text first, in batches whose longest text times their number is at most `maxTokens` (a
 * single text may be longer).
 */
export const planBatches = (lengths: readonly number[], maxTokens: number): number[][] => {
  const order = [...lengths.entries()].sort(([, a], [, b]) => a - b)
  const batches: number[][] = []
  let batch: number[] = []
  for (const [index, length] of order) {
    if (batch.length > 0 && (batch.length + 1) * length > maxTokens) {
      batches.push(batch)
      batch = []
    }
    batch.push(index)
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}

const invalid = (reason: string, cause?: unknown): AppError => new AppError('EMBEDDING_INVALID', { reason }, { cause })
