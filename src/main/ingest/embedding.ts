/**
 * Owns how passages get their vectors: from the cache where they are known, else from the model, many in one call; and that they are in the
 * cache before anything else happens to them.
 * Refuses: choosing passages and writing vectors into the index.
 */
import { createHash } from 'node:crypto'
import { freemem } from 'node:os'
import { AppError, BUDGET_CODES, toAppError } from '../../shared/errors'
import type { EmbedResult } from '../../shared/work'
import { PartlyEmbedded, type EmbeddingProvider, type Use } from '../providers/provider'
import type { CachedVectors } from '../store/contract'
import type { VectorBatch } from '../vectors'
import type { IngestParts } from './parts'
import { takeFree } from './turns'

export type Passage = { readonly chunkId: number; readonly contentId: number; readonly text: string }

/** A passage with its windows; `cached`: nobody had to compute them. */
export type Embedded<P extends Passage = Passage> = { chunk: P; value: CachedVectors; cached: boolean }

/**
 * Of one call. The built-in model: so short that a person's query does not wait long behind it, so large that small fragments share a call.
 * A server: as large as it takes, for each call has its price in time.
 */
type CallSize = { readonly texts: number; readonly chars: number }
const LOCAL_CALL: CallSize = { texts: 64, chars: 16_000 }
const SERVER_CALL: CallSize = { texts: 128, chars: 100_000 }
const CALLS_UNDER_WAY = 4
/** With less memory free than this many times what must stay free, calls are a quarter of their size. */
const SCARCE = 2

const SPAN = 3

/** Windows of each text of one answer, as the cache keeps them. */
const unpack = (result: EmbedResult, texts: number): CachedVectors[] => {
  const byText = Array.from({ length: texts }, (): number[] => [])
  result.windows.forEach(({ text }, index) => byText[text]?.push(index))
  return byText.map((indexes) => {
    const spans = new Int32Array(indexes.length * SPAN)
    const vectors = new Uint16Array(indexes.length * result.dimensions)
    indexes.forEach((index, position) => {
      const window = result.windows[index]
      if (window) spans.set([window.start, window.end, window.tokens], position * SPAN)
      vectors.set(
        result.vectors.subarray(index * result.dimensions, (index + 1) * result.dimensions),
        position * result.dimensions,
      )
    })
    return { spans, vectors }
  })
}

export const windowsOf = ({ spans }: CachedVectors): number => spans.length / SPAN

export const tokensOf = ({ spans }: CachedVectors): number =>
  spans.reduce((sum, value, index) => (index % SPAN === SPAN - 1 ? sum + value : sum), 0)

/** A cached value of another shape (a damaged or foreign cache) counts as unknown. */
const fits = (value: CachedVectors | null | undefined, dimensions: number): value is CachedVectors =>
  value !== null &&
  value !== undefined &&
  value.spans.length % SPAN === 0 &&
  value.vectors.length === windowsOf(value) * dimensions

/** The rows of the index for these passages. */
export const toBatch = (
  embedded: readonly Embedded[],
  dimensions: number,
  collectionOf: (chunk: Passage) => number,
): VectorBatch => {
  const total = embedded.reduce((sum, { value }) => sum + windowsOf(value), 0)
  const columns = { chunkIds: [], windows: [], contentIds: [], collectionIds: [], starts: [], ends: [] } as {
    [K in 'chunkIds' | 'windows' | 'contentIds' | 'collectionIds' | 'starts' | 'ends']: number[]
  }
  const vectors = new Uint16Array(total * dimensions)
  let row = 0
  for (const { chunk, value } of embedded) {
    vectors.set(value.vectors, row * dimensions)
    const collectionId = collectionOf(chunk)
    for (let window = 0; window < windowsOf(value); window += 1) {
      columns.chunkIds.push(chunk.chunkId)
      columns.windows.push(window)
      columns.contentIds.push(chunk.contentId)
      columns.collectionIds.push(collectionId)
      columns.starts.push(value.spans[window * SPAN] ?? 0)
      columns.ends.push(value.spans[window * SPAN + 1] ?? 0)
      row += 1
    }
  }
  return { ...columns, vectors }
}

type Text = { readonly hash: Buffer; readonly key: string; readonly text: string; readonly use: Use }

/** What of a call is allowed now: by the model, and by the memory that is free. */
const callSizeOf = (provider: EmbeddingProvider, minFreeBytes: number): CallSize => {
  const { texts, chars } = provider.isMetered ? SERVER_CALL : LOCAL_CALL
  const share = freemem() < SCARCE * minFreeBytes ? 4 : 1
  return {
    texts: Math.max(1, Math.floor(Math.min(texts, provider.batchTexts ?? texts) / share)),
    chars: Math.floor(chars / share),
  }
}

/** Texts of one length share a call, so that little is padded; where calls are metered, only those of one use do. */
export const divideCalls = (texts: readonly Text[], size: CallSize, byUse: boolean): Text[][] => {
  const useOf = ({ use }: Text): string => (byUse ? `${use.jobId} ${use.collectionId}` : '')
  const sorted = [...texts].sort(
    (left, right) => useOf(left).localeCompare(useOf(right)) || left.text.length - right.text.length,
  )
  const calls: Text[][] = []
  let chars = 0
  for (const text of sorted) {
    const last = calls.at(-1)
    const first = last?.[0]
    const isFull = !last || last.length >= size.texts || chars + text.text.length > size.chars
    if (isFull || (first && useOf(first) !== useOf(text))) {
      calls.push([text])
      chars = text.text.length
    } else {
      last.push(text)
      chars += text.text.length
    }
  }
  return calls
}

/** The error of a model that embedded some of the passages nevertheless: they need not wait for the others. */
export class SomeEmbedded<P extends Passage = Passage> extends AppError {
  constructor(
    error: AppError,
    readonly embedded: readonly Embedded<P>[],
  ) {
    super(error.code, error.details, { cause: error })
  }
}

/** Asks the model. One failing call fails all; the others are waited for, so that nothing runs on unseen. */
const compute = async (
  provider: EmbeddingProvider,
  calls: Text[][],
  keep: (texts: readonly Text[], values: readonly CachedVectors[]) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  // A few are under way at a time: enough for every thread of the host, few enough to be taken back at once.
  const workOff = async (): Promise<void> => {
    for (let call = calls.shift(); call !== undefined; call = calls.shift()) {
      if (signal.aborted) throw new AppError('CANCELLED')
      const texts = call.map(({ text }) => text)
      try {
        const result = await provider.embedPassages(texts, signal, call[0]?.use)
        await keep(call, unpack(result, call.length))
      } catch (thrown) {
        if (thrown instanceof PartlyEmbedded) {
          const answered = thrown.texts.flatMap((at) => call[at] ?? [])
          await keep(answered, unpack(thrown.result, answered.length))
        }
        throw thrown
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: CALLS_UNDER_WAY }, workOff))
  const failed = ended.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

/**
 * The windows of these passages, in their order. What had to be computed is in the cache when this resolves, and what was computed before a
 * failure is there too: no work is paid for twice.
 * @throws what the provider throws
 */
export const embedPassages = async <P extends Passage>(
  parts: Pick<IngestParts, 'store' | 'limits'>,
  provider: EmbeddingProvider,
  chunks: readonly P[],
  useOf: (chunk: P) => Use,
  signal: AbortSignal,
): Promise<Embedded<P>[]> => {
  const { model, dimensions } = provider
  const texts = chunks.map((chunk): Text => {
    const hash = createHash('sha256').update(chunk.text).digest()
    return { hash, key: hash.toString('base64'), text: chunk.text, use: useOf(chunk) }
  })
  const known = new Map<string, CachedVectors>()
  /** Those of them that nobody knows yet. */
  const lookUp = async (wanted: readonly Text[]): Promise<Map<string, Text>> => {
    const cached = await parts.store.run('cache.get', { model, hashes: wanted.map(({ hash }) => hash) })
    const lacking = new Map<string, Text>()
    wanted.forEach((text, index) => {
      const value = cached[index]
      if (fits(value, dimensions)) known.set(text.key, value)
      else if (!lacking.has(text.key)) lacking.set(text.key, text)
    })
    return lacking
  }
  const maxBytes = parts.limits()['cache.bytes']
  const fresh = new Map<string, CachedVectors>()
  let unkept: { hash: Buffer; value: CachedVectors }[] = []
  const flush = async (): Promise<void> => {
    const rows = unkept
    unkept = []
    if (rows.length > 0) await parts.store.run('cache.put', { model, rows, maxBytes })
  }
  const keep = async (call: readonly Text[], values: readonly CachedVectors[]): Promise<void> => {
    call.forEach(({ key, hash }, index) => {
      const value = values[index]
      if (!value) return
      fresh.set(key, value)
      unkept.push({ hash, value })
    })
    // What costs money is kept at once; of what costs a moment, one write for all is enough.
    if (provider.isMetered) await flush()
  }
  const embeddedOf = (chunk: P, index: number): Embedded<P> | null => {
    const key = texts[index]?.key ?? ''
    const computed = fresh.get(key)
    const value = computed ?? known.get(key)
    return value ? { chunk, value, cached: computed === undefined } : null
  }
  const size = callSizeOf(provider, parts.limits()['worker.minFreeBytes'])
  const nameOf = (key: string): string => `${model}\n${key}`
  for (let left = await lookUp(texts); left.size > 0;) {
    // What another run asks for right now is not asked for, and paid for, a second time.
    const turn = takeFree(parts.store, [...left.keys()].map(nameOf))
    const mine = [...left.values()].filter(({ key }) => turn.taken.has(nameOf(key)))
    const others = [...left.values()].filter(({ key }) => !turn.taken.has(nameOf(key)))
    try {
      await compute(provider, divideCalls(mine, size, provider.isMetered ?? false), keep, signal)
    } catch (thrown) {
      const error = toAppError(thrown)
      // What a budget still had room for is found from now on, not only when it is raised.
      if (!BUDGET_CODES.includes(error.code)) throw error
      throw new SomeEmbedded(
        error,
        chunks.flatMap((chunk, index) => embeddedOf(chunk, index) ?? []),
      )
    } finally {
      await flush().finally(turn.release)
    }
    if (others.length === 0) break
    await turn.others(signal)
    left = await lookUp(others)
  }
  return chunks.map((chunk, index) => {
    const embedded = embeddedOf(chunk, index)
    if (!embedded) throw new AppError('EMBEDDING_INVALID', { reason: 'a text without an answer' })
    return embedded
  })
}
