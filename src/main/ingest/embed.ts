/**
 * Owns the embed phase: a batch of tasks whose texts are committed gets its vectors, from the cache where they are known.
 * Refuses: deciding outcomes; those were decided when the text was committed. A crash between index and store is undone by the intent.
 */
import { createHash } from 'node:crypto'
import { AppError } from '../../shared/errors'
import type { EmbedResult } from '../../shared/work'
import type { EmbeddingProvider } from '../providers/provider'
import type { CachedVectors, ClaimedTask, Operations } from '../store/contract'
import type { VectorBatch } from '../vectors'
import { elapsedSince, type IngestParts } from './parts'
import { undoIntents } from './reconcile'

/** Chunks of one round: one commit to the index of about 500 windows. */
const CHUNKS_PER_ROUND = 256
/** Chunks of one call of the model: short enough that a person's query does not wait long behind it. */
const CHUNKS_PER_CALL = 16
const CALLS_UNDER_WAY = 4

type PendingChunk = Operations['embed.pending']['result'][number]
type Embedded = { chunk: PendingChunk; value: CachedVectors; cached: boolean }

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

const windowsOf = ({ spans }: CachedVectors): number => spans.length / SPAN

const tokensOf = ({ spans }: CachedVectors): number =>
  spans.reduce((sum, value, index) => (index % SPAN === SPAN - 1 ? sum + value : sum), 0)

/** A cached value of another shape (a damaged or foreign cache) counts as unknown. */
const fits = (value: CachedVectors | null, dimensions: number): value is CachedVectors =>
  value !== null && value.spans.length % SPAN === 0 && value.vectors.length === windowsOf(value) * dimensions

const toBatch = (embedded: readonly Embedded[], dimensions: number): VectorBatch => {
  const total = embedded.reduce((sum, { value }) => sum + windowsOf(value), 0)
  const columns = { chunkIds: [], windows: [], contentIds: [], collectionIds: [], starts: [], ends: [] } as {
    [K in 'chunkIds' | 'windows' | 'contentIds' | 'collectionIds' | 'starts' | 'ends']: number[]
  }
  const vectors = new Uint16Array(total * dimensions)
  let row = 0
  for (const { chunk, value } of embedded) {
    vectors.set(value.vectors, row * dimensions)
    for (let window = 0; window < windowsOf(value); window += 1) {
      columns.chunkIds.push(chunk.chunkId)
      columns.windows.push(window)
      columns.contentIds.push(chunk.contentId)
      columns.collectionIds.push(chunk.collectionId)
      columns.starts.push(value.spans[window * SPAN] ?? 0)
      columns.ends.push(value.spans[window * SPAN + 1] ?? 0)
      row += 1
    }
  }
  return { ...columns, vectors }
}

const embedMisses = async (
  provider: EmbeddingProvider,
  chunks: readonly PendingChunk[],
  signal: AbortSignal,
): Promise<CachedVectors[]> => {
  const calls: PendingChunk[][] = []
  // Neighbors in length share a call, so that little is padded.
  const order = chunks.map((_, index) => index)
  order.sort((left, right) => (chunks[left]?.text.length ?? 0) - (chunks[right]?.text.length ?? 0))
  for (let from = 0; from < order.length; from += CHUNKS_PER_CALL) {
    calls.push(order.slice(from, from + CHUNKS_PER_CALL).flatMap((index) => chunks[index] ?? []))
  }
  const found = new Map<number, CachedVectors>()
  // A few calls are under way at a time: enough for every thread of the host, few enough to be taken back at once.
  const workOff = async (): Promise<void> => {
    for (let call = calls.shift(); call !== undefined; call = calls.shift()) {
      const asked = call
      const texts = asked.map(({ text }) => text)
      const result = await provider.embedPassages(texts, signal)
      unpack(result, asked.length).forEach((value, index) => {
        const chunk = asked[index]
        if (chunk) found.set(chunk.chunkId, value)
      })
    }
  }
  // One failing call fails the round: the others are waited for, so that nothing runs on unseen.
  const ended = await Promise.allSettled(Array.from({ length: CALLS_UNDER_WAY }, workOff))
  const failed = ended.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
  return chunks.map(({ chunkId }) => {
    const value = found.get(chunkId)
    if (!value) throw new AppError('EMBEDDING_INVALID', { reason: 'a text without an answer' })
    return value
  })
}

/** Embeds one round of pending chunks; tells the contents of this batch that lack nothing any more. */
const runRound = async (
  parts: IngestParts,
  jobOfContent: ReadonlyMap<number, number>,
  signal: AbortSignal,
): Promise<number[]> => {
  const startedMs = parts.nowMs()
  const contentIds = [...jobOfContent.keys()]
  const pending = await parts.store.run('embed.pending', { contentIds, limit: CHUNKS_PER_ROUND })
  const last = pending.at(-1)
  // Pending chunks come in the order of their contents: all but the last one of a full page are complete.
  const complete = contentIds.filter(
    (id) => last === undefined || pending.length < CHUNKS_PER_ROUND || id < last.contentId,
  )
  if (pending.length === 0) return complete
  const provider = parts.provider()
  const hashes = pending.map(({ text }) => createHash('sha256').update(text).digest())
  const cached = await parts.store.run('cache.get', { model: provider.model, hashes })
  const missing = pending.flatMap((chunk, index) => {
    const hash = hashes[index]
    return fits(cached[index] ?? null, provider.dimensions) || !hash ? [] : [{ chunk, hash }]
  })
  const computed = await embedMisses(
    provider,
    missing.map(({ chunk }) => chunk),
    signal,
  )
  const fresh = new Map(missing.map(({ chunk }, index) => [chunk.chunkId, computed[index]]))
  const embedded = pending.flatMap((chunk, index): Embedded[] => {
    const made = fresh.get(chunk.chunkId)
    if (made) return [{ chunk, value: made, cached: false }]
    const known = cached[index]
    return known ? [{ chunk, value: known, cached: true }] : []
  })
  const rows = missing.flatMap(({ chunk, hash }) => {
    const value = fresh.get(chunk.chunkId)
    return value ? [{ hash, value }] : []
  })
  // The cache is the checkpoint: it is written first, so that whatever fails after this costs no second computation.
  if (rows.length > 0) {
    await parts.store.run('cache.put', { model: provider.model, rows, maxBytes: parts.limits()['cache.bytes'] })
  }
  const { intentId } = await parts.store.run('embed.intend', { chunkIds: pending.map(({ chunkId }) => chunkId) })
  const vectors = await parts.vectors()
  await vectors.append(toBatch(embedded, provider.dimensions))
  const jobs = new Map<number, { computed: number; cached: number; tokens: number }>()
  for (const { chunk, value, cached: wasCached } of embedded) {
    const jobId = jobOfContent.get(chunk.contentId)
    if (jobId === undefined) continue
    const figures = jobs.get(jobId) ?? { computed: 0, cached: 0, tokens: 0 }
    figures[wasCached ? 'cached' : 'computed'] += windowsOf(value)
    figures.tokens += tokensOf(value)
    jobs.set(jobId, figures)
  }
  const ms = elapsedSince(parts, startedMs)
  await parts.store.run('embed.record', {
    intentId,
    chunks: embedded.map(({ chunk, value }) => ({
      id: chunk.chunkId,
      windows: windowsOf(value),
      tokens: tokensOf(value),
    })),
    jobs: [...jobs].map(([jobId, figures]) => ({ jobId, ...figures, ms: ms / jobs.size })),
  })
  for (const jobId of jobs.keys()) parts.onChange(jobId, 'embed')
  if (vectors.needsOptimize()) await vectors.optimize()
  return complete
}

/** Runs a claimed batch until none of its contents lacks vectors; each task ends as soon as its own content is complete. */
export const runEmbed = async (
  parts: IngestParts,
  tasks: readonly ClaimedTask[],
  signal: AbortSignal,
): Promise<void> => {
  // Whatever an earlier try, or a process that died, wrote without recording it goes first: nothing is ever there twice.
  await undoIntents(parts)
  let startedMs = parts.nowMs()
  let open = [...tasks]
  while (open.length > 0) {
    await parts.gate.pass(signal)
    if (signal.aborted) throw new AppError('CANCELLED')
    const jobOfContent = new Map<number, number>()
    for (const { contentId, jobId } of open) if (contentId !== null) jobOfContent.set(contentId, jobId)
    const complete = new Set(await runRound(parts, jobOfContent, signal))
    const ended = open.filter(({ contentId }) => contentId === null || complete.has(contentId))
    const ms = elapsedSince(parts, startedMs) / Math.max(1, ended.length)
    for (const task of ended) {
      await parts.store.run('tasks.finish', {
        taskId: task.id,
        outcome: null,
        problem: null,
        warnings: [],
        attempt: { phase: 'embed', ms, worker: 'embed' },
        figures: { embed: { ms: 0, items: 1 } },
        archive: null,
      })
    }
    if (ended.length > 0) startedMs = parts.nowMs()
    open = open.filter((task) => !ended.includes(task))
  }
}
