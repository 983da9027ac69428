/**
 * Owns the embed phase: a batch of tasks whose texts are committed gets its vectors, each by the model that serves its collection.
 * Refuses: deciding outcomes; those were decided when the text was committed. A crash between index and store is undone by the intent.
 */
import { AppError, toAppError } from '../../shared/errors'
import { TaskErrors } from '../jobs/task-errors'
import type { Use } from '../providers/provider'
import type { ClaimedTask, ServingSpace } from '../store/contract'
import { embedPassages, SomeEmbedded, type Embedded, toBatch, tokensOf, windowsOf } from './embedding'
import { readServing, requireModel } from './models'
import { elapsedSince, type IngestParts } from './parts'
import { buildSome } from './rebuild'
import { takeAll } from './turns'

/** Chunks of one round: one commit to the index of about 500 windows. */
const CHUNKS_PER_ROUND = 256

type Batch = { readonly serving: ServingSpace; readonly tasks: readonly ClaimedTask[] }

/** Embeds one round of pending chunks; tells the contents of this batch of which nothing is left to do, as far as was known at its beginning. */
const runRound = async (parts: IngestParts, { serving, tasks }: Batch, signal: AbortSignal): Promise<number[]> => {
  const startedMs = parts.nowMs()
  const { space } = serving
  const jobOfContent = new Map<number, number>()
  for (const { contentId, jobId } of tasks) if (contentId !== null) jobOfContent.set(contentId, jobId)
  const contentIds = [...jobOfContent.keys()]
  const pending = await parts.store.run('embed.pending', { contentIds, limit: CHUNKS_PER_ROUND })
  const last = pending.at(-1)
  // Pending chunks come in the order of their contents: all but the last one of a full page are complete.
  const complete = contentIds.filter(
    (id) => last === undefined || pending.length < CHUNKS_PER_ROUND || id < last.contentId,
  )
  if (pending.length === 0) return complete
  const collections = new Map(pending.map(({ chunkId, collectionId }) => [chunkId, collectionId]))
  const collectionOf = ({ chunkId }: { chunkId: number }): number => collections.get(chunkId) ?? 0
  const provider = await requireModel(parts, serving)
  const useOf = (chunk: { chunkId: number; contentId: number }): Use => {
    const collectionId = collectionOf(chunk)
    return { purpose: 'embed', jobId: jobOfContent.get(chunk.contentId) ?? null, collectionId }
  }
  // The cache is the checkpoint: whatever fails after this costs no second computation.
  const failed: { error: AppError | null } = { error: null }
  const embedded = await embedPassages(parts, provider, pending, useOf, signal).catch((thrown: unknown) => {
    if (!(thrown instanceof SomeEmbedded) || thrown.embedded.length === 0 || signal.aborted) throw thrown
    failed.error = thrown
    // Of the passages that were just asked for.
    return thrown.embedded as readonly Embedded<(typeof pending)[number]>[]
  })
  // Opened first: what is said from here on has to be closed.
  const vectors = await (await parts.vectors()).space(space)
  const { intentId, living } = await parts.intents.open(embedded, space)
  const jobs = new Map<number, { computed: number; cached: number; tokens: number }>()
  try {
    await vectors.append(toBatch(living, space.dimensions, collectionOf))
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
      chunks: living.map(({ chunk, value }) => ({
        id: chunk.chunkId,
        windows: windowsOf(value),
        tokens: tokensOf(value),
      })),
      jobs: [...jobs].map(([jobId, figures]) => ({ jobId, ...figures, ms: ms / jobs.size })),
    })
  } finally {
    parts.intents.close(intentId)
  }
  for (const jobId of jobs.keys()) parts.onChange(jobId, 'embed')
  if (vectors.needsOptimize()) await vectors.optimize()
  if (failed.error !== null) throw failed.error
  return complete
}

/** Tasks of collections that one model serves go together. */
const divide = (tasks: readonly ClaimedTask[], serving: readonly ServingSpace[]): Batch[] => {
  const batches = serving.map((one) => ({
    serving: one,
    tasks: tasks.filter(({ collectionId }) => one.collectionIds.includes(collectionId)),
  }))
  return batches.filter((batch) => batch.tasks.length > 0)
}

/** Ends those that lack nothing; tells which. Of the others, a person took the model away while their vectors were made. */
const finish = async (
  parts: IngestParts,
  complete: ReadonlyMap<ClaimedTask, string | undefined>,
  ms: number,
): Promise<ClaimedTask[]> => {
  const done: ClaimedTask[] = []
  for (const [task, ref] of complete) {
    const { ended } = await parts.store.run('tasks.finish', {
      taskId: task.id,
      outcome: null,
      problem: null,
      warnings: [],
      attempt: { phase: 'embed', ms: ms / complete.size, ...parts.describeWorker('embed', ref) },
      figures: { embed: { ms: 0, items: 1 } },
      archive: null,
      whole: true,
    })
    if (ended) done.push(task)
  }
  return done
}

/** Its model is another one by now: its text stays found, and a person decides. Told of each task alone, for none of them is at fault. */
const giveUp = async (parts: IngestParts, { serving, tasks }: Batch, error: AppError): Promise<void> => {
  for (const task of tasks) {
    await parts.store.run('tasks.fail', {
      taskId: task.id,
      code: error.code,
      details: error.details,
      stack: null,
      attempt: { phase: 'embed', ms: 0, ...parts.describeWorker('embed', serving.ref) },
      retryAtMs: null,
      outcome: 'failed',
    })
  }
}

/** What became of tasks that did not end. */
type Failures = Map<ClaimedTask, AppError>

/** Runs tasks until none of their contents lacks vectors; each ends as soon as its own content is complete. */
const embedTexts = async (
  parts: IngestParts,
  tasks: readonly ClaimedTask[],
  failures: Failures,
  signal: AbortSignal,
): Promise<void> => {
  let startedMs = parts.nowMs()
  let open = [...tasks]
  const over = new Set<ClaimedTask>()
  while (open.length > 0) {
    await parts.gate.pass(signal)
    if (signal.aborted) throw new AppError('CANCELLED')
    // Asked anew each time: a person may have changed the model meanwhile.
    const serving = await readServing(parts, [...new Set(open.map(({ collectionId }) => collectionId))])
    // Whatever an earlier try, or a process that died, wrote without recording it goes first: nothing is ever there twice.
    await parts.intents.undo()
    const batches = divide(open, serving)
    // Of a collection that went away meanwhile.
    const lost = open.filter((task) => !batches.some((batch) => batch.tasks.includes(task)))
    // With the model that each of them was complete by.
    const complete = new Map<ClaimedTask, string | undefined>(lost.map((task) => [task, undefined]))
    for (const batch of batches) {
      try {
        const contents = new Set(await runRound(parts, batch, signal))
        for (const task of batch.tasks)
          if (task.contentId === null || contents.has(task.contentId)) complete.set(task, batch.serving.ref)
      } catch (thrown) {
        const error = toAppError(thrown)
        if (signal.aborted) throw error
        // One model fails; what others serve goes on.
        if (error.code === 'MODEL_CHANGED') await giveUp(parts, batch, error)
        else for (const task of batch.tasks) failures.set(task, error)
        for (const task of batch.tasks) over.add(task)
      }
    }
    const ended = await finish(parts, complete, elapsedSince(parts, startedMs))
    if (ended.length > 0) startedMs = parts.nowMs()
    open = open.filter((task) => !ended.includes(task) && !over.has(task))
  }
}

/**
 * Runs a claimed batch: texts to their end, and of a generation that is being built a part, so that others have their turn.
 * @throws TaskErrors when models failed: each has its own reason, and what others serve has gone on
 */
export const runEmbed = async (
  parts: IngestParts,
  tasks: readonly ClaimedTask[],
  signal: AbortSignal,
): Promise<void> => {
  const texts = tasks.filter(({ kind }) => kind === 'document')
  const builds = tasks.filter(({ kind }) => kind !== 'document')
  const failures: Failures = new Map()
  // A task that was cancelled may still be at work on a content that another one is to have vectors of.
  const contents = [...new Set(texts.flatMap(({ contentId }) => (contentId === null ? [] : [`content ${contentId}`])))]
  const release = await takeAll(parts.store, contents, signal)
  // Not before: who waits for another run waits for one that may wait at the gate.
  const leave = parts.gate.join()
  try {
    await embedTexts(parts, texts, failures, signal).finally(release)
    for (const task of builds) {
      try {
        await buildSome(parts, task, { alone: tasks.length === 1 }, signal)
      } catch (thrown) {
        if (signal.aborted) throw thrown
        failures.set(task, toAppError(thrown))
      }
    }
  } finally {
    leave()
  }
  if (failures.size > 0) throw new TaskErrors(failures)
}
