/**
 * Owns filling a generation that is being built: round by round, resting between them so that others have their turn, until nothing is
 * missing; then comparing and switching. The one that serves is not touched before that.
 * Refuses: beginning one; a person agrees to that first (calls/generation-calls.ts).
 */
import { AppError, dispositionOf, quoteOf, toAppError } from '../../shared/errors'
import { blockOf } from '../jobs/settle'
import type { EmbeddingProvider, Use } from '../providers/provider'
import type { ClaimedTask, Generation } from '../store/contract'
import { dropVectors } from './clearing'
import { compareGenerations } from './comparison'
import { embedPassages, toBatch, tokensOf, windowsOf } from './embedding'
import { choiceOf, isSame, modelChanged } from './models'
import { elapsedSince, type IngestParts } from './parts'

/** Chunks of one round, as in embed.ts. */
const CHUNKS_PER_ROUND = 256
/** With nothing else to do, so long at a time. */
const SLICE_MS = 2_000

/**
 * A model that cannot be used holds up its own job only, not the lane in which other models work for documents: the queue makes its job wait
 * where it knows how (a budget, a key, a provider that is left alone); what else would stop the lane is tried again, and given up at last.
 */
const ownFault = (thrown: unknown, ref: string): AppError => {
  const error = toAppError(thrown)
  if (dispositionOf(error.code) !== 'pause' || blockOf(error.code) !== 'lane') return error
  return new AppError(
    'REBUILD_UNREACHABLE',
    { ...error.details, ref, ...quoteOf(error, error.message) },
    { cause: error },
  )
}

const requireOwnModel = (parts: IngestParts, generation: Generation): EmbeddingProvider => {
  const now = choiceOf(parts, generation.ref)
  if (!isSame(generation, now, true)) throw modelChanged(generation.collection, generation, now)
  return parts.provider(generation.ref)
}

/** One round; tells the last content it has been at, `null` when nothing was left above `afterContentId`. */
const buildRound = async (
  parts: IngestParts,
  generation: Generation,
  task: ClaimedTask,
  afterContentId: number,
  signal: AbortSignal,
): Promise<number | null> => {
  const { id, collectionId, space, ref } = generation
  const startedMs = parts.nowMs()
  const pending = await parts.store.run('generations.pending', { id, afterContentId, limit: CHUNKS_PER_ROUND })
  const last = pending.at(-1)
  if (!last) return null
  const use: Use = { purpose: 'embed', jobId: task.jobId, collectionId }
  const embedded = await (async () => {
    try {
      return await embedPassages(parts, requireOwnModel(parts, generation), pending, () => use, signal)
    } catch (thrown) {
      throw signal.aborted ? thrown : ownFault(thrown, ref)
    }
  })()
  // Opened first: what is said from here on has to be closed.
  const vectors = await (await parts.vectors()).space(space)
  const { intentId, living } = await parts.intents.open(embedded, space)
  const figures = { computed: 0, cached: 0 }
  for (const { value, cached } of embedded) figures[cached ? 'cached' : 'computed'] += windowsOf(value)
  try {
    await vectors.append(toBatch(living, space.dimensions, () => collectionId))
    await parts.store.run('generations.record', {
      id,
      intentId,
      taskId: task.id,
      chunks: living.map(({ chunk, value }) => ({
        contentId: chunk.contentId,
        ordinal: chunk.ordinal,
        last: chunk.last,
        windows: windowsOf(value),
        tokens: tokensOf(value),
      })),
      figures: { ...figures, ms: elapsedSince(parts, startedMs) },
    })
  } finally {
    parts.intents.close(intentId)
  }
  parts.onChange(task.jobId, 'embed')
  if (vectors.needsOptimize()) await vectors.optimize()
  // A content that is not whole yet goes on in the next round.
  return last.last ? last.contentId : last.contentId - 1
}

/** Nothing was missing a moment ago: switches, or waits for a person. `false` when something came meanwhile. */
const conclude = async (parts: IngestParts, generation: Generation): Promise<boolean> => {
  const { id, collectionId } = generation
  if (generation.comparison === null) {
    // What cannot be compared is switched all the same: both are kept.
    const comparison = await compareGenerations(parts, collectionId, null).catch((thrown: unknown) => {
      parts.log.warn('models-not-compared', { generation: id, error: thrown })
      return null
    })
    if (comparison) await parts.store.run('generations.note', { id, comparison: JSON.stringify(comparison) })
  }
  if (!generation.switches) return (await parts.store.run('generations.ready', { id })).missing === 0
  const { switched } = await parts.store.run('generations.switch', { id })
  if (switched) {
    parts.log.info('model-switched', { collection: generation.collection, model: generation.space.model })
    parts.onModelSwitched?.()
  }
  return switched
}

const end = async (parts: IngestParts, task: ClaimedTask, ms: number, ref?: string): Promise<void> => {
  await parts.store.run('tasks.finish', {
    taskId: task.id,
    outcome: null,
    problem: null,
    warnings: [],
    attempt: { phase: 'embed', ms, ...parts.describeWorker('embed', ref) },
    figures: { embed: { ms: 0, items: 1 } },
    archive: null,
  })
}

/**
 * Fills a part of the generation of this task, and ends the task when all of it is done.
 * @throws REBUILD_UNREACHABLE when what computes cannot work, what the provider throws when its job is to wait for that, MODEL_CHANGED when
 * its model is another one by now
 */
export const buildSome = async (
  parts: IngestParts,
  task: ClaimedTask,
  { alone }: { alone: boolean },
  signal: AbortSignal,
): Promise<void> => {
  const startedMs = parts.nowMs()
  const found = await parts.store.run('generations.list', { collectionId: task.collectionId })
  const generation = found.find(
    ({ jobId, state }) => jobId === task.jobId && (state === 'building' || state === 'ready'),
  )
  // Dropped meanwhile, or it serves already.
  if (!generation) return end(parts, task, 0)
  await dropVectors(parts)
  let at = 0
  for (let rounds = 0; rounds === 0 || (alone && elapsedSince(parts, startedMs) < SLICE_MS); rounds += 1) {
    await parts.gate.pass(signal)
    if (signal.aborted) throw new AppError('CANCELLED')
    await parts.intents.undo()
    const next = await buildRound(parts, generation, task, at, signal)
    if (next !== null) at = next
    // Texts that came while others were embedded may have smaller numbers.
    else if (at > 0) at = 0
    else if (await conclude(parts, generation)) return end(parts, task, elapsedSince(parts, startedMs), generation.ref)
  }
  await parts.store.run('generations.rest', { id: generation.id, taskId: task.id })
}
