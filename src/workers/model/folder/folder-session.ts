/**
 * Owns the ONNX session of a folder's model: its inputs and outputs, batches of token ids in, vectors of length 1 out.
 * Refuses: text; and models that want what a text alone does not give. Never terminate a thread while `run` is under way.
 */
import { performance } from 'node:perf_hooks'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { AppError } from '../../../shared/errors'
import { decodeFloat16 } from '../../../shared/float16'
import type { FolderCard, Pooling } from '../../../shared/model-folders'
import type { ModelSession } from '../session'
import { damaged, unsupported } from './folder-files'
import { poolTable } from './pooling'

/** A native call is to take about this long: a query and a heartbeat get through in between. */
const CALL_MS = 150
const FIRST_TOKENS = 128
/** Tokens of one call at most, padding included. More is no faster and takes memory. */
const MOST_TOKENS = 1_024

export type SessionSource = {
  readonly folder: string
  /** Absolute. */
  readonly file: string
  readonly threads: number
}

/** Ids around each text, and the one that fills up a row. */
export type Frame = { readonly before: Int32Array; readonly after: Int32Array; readonly padId: number }

type Row = { readonly ids: Int32Array; readonly tokens: number }
type Feed = (rows: readonly Row[], length: number) => (row: number, column: number) => number

/** What each input holds. */
const inputTable: Readonly<Record<string, Feed | undefined>> = {
  input_ids: (rows) => (row, column) => rows[row]?.ids[column] ?? 0,
  attention_mask: (rows) => (row, column) => (column < (rows[row]?.tokens ?? 0) ? 1 : 0),
  token_type_ids: () => () => 0,
  position_ids: () => (_row, column) => column,
}

const makeTensor = (type: string, rows: readonly Row[], length: number, feed: Feed): Tensor => {
  const value = feed(rows, length)
  const size = rows.length * length
  const dims = [rows.length, length]
  if (type === 'int32') {
    return new Tensor(
      'int32',
      Int32Array.from({ length: size }, (_, i) => value(Math.floor(i / length), i % length)),
      dims,
    )
  }
  const values = new BigInt64Array(size)
  // Ids are never negative: the upper half of each stays 0.
  const halves = new Int32Array(values.buffer)
  for (let i = 0; i < size; i += 1) halves[2 * i] = value(Math.floor(i / length), i % length)
  return new Tensor('int64', values, dims)
}

export type RawSession = {
  readonly inputs: readonly { readonly name: string; readonly type: string }[]
  readonly outputs: readonly string[]
  readonly session: InferenceSession
}

const describe = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).slice(0, 500)

/** @throws MODEL_FOLDER_DAMAGED when the library refuses the file, MODEL_UNSUPPORTED for inputs that a text does not give */
export const openRawSession = async ({ folder, file, threads }: SessionSource): Promise<RawSession> => {
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // A pattern is kept for every shape of batch, and ours all differ: memory without any gain in speed.
    enableMemPattern: false,
    logSeverityLevel: 3,
  }).catch((cause: unknown) => {
    throw damaged(folder, `the library refuses it (${describe(cause)})`, cause)
  })
  const inputs = session.inputMetadata.map((input) => ({
    name: input.name,
    type: input.isTensor ? input.type : 'none',
  }))
  const strange = inputs.filter(
    ({ name, type }) => !Object.hasOwn(inputTable, name) || (type !== 'int64' && type !== 'int32'),
  )
  if (strange.length > 0 || !inputs.some(({ name }) => name === 'input_ids')) {
    await session.release()
    const named = (strange.length > 0 ? strange : inputs).map(({ name, type }) => `${name} (${type})`).join(', ')
    throw unsupported(
      folder,
      strange.length > 0
        ? `it wants inputs that a text does not give: ${named}`
        : `it does not read "input_ids", but ${named}`,
    )
  }
  return { inputs, outputs: session.outputNames, session }
}

/**
 * The output that is read, and how its vectors become one.
 * @param chosen what the person said @param told what the folder says
 * @throws MODEL_UNSUPPORTED
 */
export const chooseOutput = (
  folder: string,
  outputs: readonly string[],
  chosen: Pooling | null,
  told: Pooling | null,
  furtherModules: readonly string[],
): Pick<FolderCard, 'output' | 'pooling'> => {
  if (chosen === null && outputs.includes('sentence_embedding')) return { output: 'sentence_embedding', pooling: null }
  const output = (['token_embeddings', 'last_hidden_state'] as const).find((name) => outputs.includes(name))
  if (!output) {
    throw unsupported(
      folder,
      `it has none of the outputs sentence_embedding, token_embeddings, last_hidden_state, but ${outputs.join(', ')}`,
    )
  }
  if (furtherModules.length > 0) {
    throw unsupported(
      folder,
      `the model is followed by ${furtherModules.join(', ')}, which its ONNX file does not hold`,
    )
  }
  const pooling = chosen ?? told
  if (pooling === null) {
    throw unsupported(
      folder,
      'it does not say how the vectors of tokens become one (1_Pooling/config.json). Say whether its authors use mean, cls, max, lasttoken or mean_sqrt_len (the field "pooling")',
    )
  }
  return { output, pooling }
}

const invalid = (reason: string, cause?: unknown): AppError => new AppError('EMBEDDING_INVALID', { reason }, { cause })

const toFloats = (tensor: Tensor | undefined): Float32Array => {
  const values = tensor?.data
  if (values instanceof Float32Array) return values
  if (tensor?.type === 'float16' && ArrayBuffer.isView(values)) {
    return decodeFloat16(new Uint16Array(values.buffer, values.byteOffset, values.byteLength / 2))
  }
  throw invalid(`its answer is ${tensor?.type ?? 'missing'}, not floating point`)
}

/** To length 1. @throws EMBEDDING_INVALID for what has no direction */
const normalize = (vector: Float32Array): Float32Array => {
  let squares = 0
  for (const value of vector) squares += value * value
  const length = Math.sqrt(squares)
  if (!Number.isFinite(length)) throw invalid('values that are not numbers')
  if (length === 0) throw invalid('a vector of zeros')
  return vector.map((value) => value / length)
}

/** Runs batches of texts; `dimensions` is what each vector must have, `null` while that is not known. */
export const createFolderSession = (
  raw: RawSession,
  { output, pooling }: Pick<FolderCard, 'output' | 'pooling'>,
  frame: Frame,
  dimensions: number | null,
): ModelSession => {
  let last: Promise<unknown> = Promise.resolve()
  let closed = false
  /** Tokens of the next call: as many as the last ones took for `CALL_MS`. */
  let callTokens = FIRST_TOKENS

  const framed = (ids: Int32Array, length: number): Row => {
    const row = new Int32Array(length).fill(frame.padId)
    row.set(frame.before)
    row.set(ids, frame.before.length)
    row.set(frame.after, frame.before.length + ids.length)
    return { ids: row, tokens: frame.before.length + ids.length + frame.after.length }
  }

  const runBatch = async (batch: readonly Int32Array[]): Promise<Float32Array[]> => {
    const around = frame.before.length + frame.after.length
    const length = around + batch.reduce((longest, ids) => Math.max(longest, ids.length), 0)
    const rows = batch.map((ids) => framed(ids, length))
    const feeds = Object.fromEntries(
      raw.inputs.flatMap(({ name, type }) => {
        const feed = inputTable[name]
        return feed ? [[name, makeTensor(type, rows, length, feed)]] : []
      }),
    )
    const startedMs = performance.now()
    const outputs = await raw.session.run(feeds, [output]).catch((cause: unknown) => {
      throw invalid(describe(cause), cause)
    })
    const perToken = (performance.now() - startedMs) / (batch.length * length)
    callTokens = Math.max(1, Math.min(MOST_TOKENS, 2 * callTokens, Math.floor(CALL_MS / Math.max(perToken, 1e-6))))
    const tensor = outputs[output]
    const values = toFloats(tensor)
    const dims = tensor?.dims ?? []
    const size = dims.at(-1) ?? 0
    const isTold = pooling === null ? dims.length === 2 : dims.length === 3 && dims[1] === length
    if (!isTold || dims[0] !== batch.length || size < 1 || (dimensions !== null && size !== dimensions)) {
      const wanted =
        pooling === null ? `${batch.length}×${dimensions ?? '?'}` : `${batch.length}×${length}×${dimensions ?? '?'}`
      throw invalid(`its answer is ${dims.join('×')}, not ${wanted}`)
    }
    const perText = values.length / batch.length
    return rows.map(({ tokens }, row) => {
      const own = values.slice(row * perText, (row + 1) * perText)
      return normalize(pooling === null ? own : poolTable[pooling]({ values: own, tokens, dimensions: size }))
    })
  }

  const runAll = async (texts: readonly Int32Array[], onBatch: () => void): Promise<Float32Array[]> => {
    const results = new Array<Float32Array>(texts.length)
    const order = [...texts.entries()].sort(([, a], [, b]) => a.length - b.length)
    for (let from = 0; from < order.length;) {
      // Sorted by length, so that the last of a batch says how far the others are filled up.
      let to = from + 1
      while (to < order.length && (to + 1 - from) * (order[to]?.[1].length ?? 0) <= callTokens) to += 1
      const batch = order.slice(from, to)
      const vectors = await runBatch(batch.map(([, ids]) => ids))
      batch.forEach(([index], row) => {
        const vector = vectors[row]
        if (vector) results[index] = vector
      })
      from = to
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
      await raw.session.release()
    },
  }
}
