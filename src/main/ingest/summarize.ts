/**
 * Owns the summarize phase: a document whose text is found gets the summary that its collection wants, and what was there before is queued
 * for it.
 * Refuses: making summaries (src/main/answers does), and taking anything from a document whose summary cannot be made.
 */
import { AppError, toAppError } from '../../shared/errors'
import type { ClaimedTask } from '../store/contract'
import { elapsedSince, limitsFor, type IngestParts } from './parts'
import { takeAll } from './turns'

/** Runs `work` with a signal that is aborted with `signal`, or with SUMMARY_TIMEOUT after `timeMs`. */
const withinTime = async <T>(
  timeMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const inner = new AbortController()
  const pass = (): void => inner.abort(signal.reason)
  const late = new AppError('SUMMARY_TIMEOUT', { limit: timeMs / 1000, setting: 'summaries.timeMs' })
  const timer = setTimeout(() => inner.abort(late), timeMs)
  timer.unref()
  signal.addEventListener('abort', pass, { once: true })
  if (signal.aborted) pass()
  try {
    return await work(inner.signal)
  } catch (thrown) {
    // What was stopped says that it was; why is known here.
    throw inner.signal.aborted ? toAppError(inner.signal.reason) : thrown
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', pass)
  }
}

/**
 * Makes the summary, unless it is there, was made in the same way, or is not wanted any more. One document stands for all that have the
 * text: when it goes, even in the middle, another one does.
 */
const makeSummary = async (parts: IngestParts, task: ClaimedTask, signal: AbortSignal): Promise<void> => {
  const { contentId, documentId: rather } = task
  if (contentId === null) return
  // Several documents may have the same text; what one of them pays for, another one does not.
  const release = await takeAll(parts.store, [`summary of content ${contentId}`], signal)
  try {
    const tried = new Set<number>()
    for (;;) {
      const wanted = await parts.store.run('summaries.wish', { contentId, rather })
      if (wanted === null || wanted.wish === 'off') return
      const { wish: mode, maker, documentId } = wanted
      if (maker !== null && maker === parts.summaries.makerOf(mode)) return
      if (documentId === null || tried.has(documentId)) return
      tried.add(documentId)
      const made = await withinTime(limitsFor(parts, task)['summaries.timeMs'], signal, (inner) =>
        parts.summaries.keepFor({ documentId, mode, jobId: task.jobId, signal: inner }),
      )
      if (made === null) continue
      return await parts.gate.write(signal, async () => {
        await parts.store.run('summaries.record', made)
      })
    }
  } finally {
    release()
  }
}

/** Runs a claimed task of the lane to its end. @throws what kept the summary from being made */
export const runSummarize = async (parts: IngestParts, task: ClaimedTask, signal: AbortSignal): Promise<void> => {
  // Not through the gate: it holds what embeds, and writes vectors.
  if (signal.aborted) throw new AppError('CANCELLED')
  const startedMs = parts.nowMs()
  await makeSummary(parts, task, signal)
  if (signal.aborted) throw new AppError('CANCELLED')
  const ms = elapsedSince(parts, startedMs)
  await parts.store.run('tasks.finish', {
    taskId: task.id,
    outcome: null,
    problem: null,
    warnings: [],
    attempt: { phase: 'summarize', ms, ...parts.describeWorker('summarize') },
    figures: { summarize: { ms, items: 1 } },
    archive: null,
  })
}

/** Texts that one step looks at: a transaction of some milliseconds. */
const OWED_STEP = 500

/** Queues what was there when collections began to want summaries, in at most `steps` steps for each; tells how many documents. */
export const queueOwedSummaries = async (
  parts: Pick<IngestParts, 'store' | 'summaries'>,
  steps = Number.POSITIVE_INFINITY,
): Promise<number> => {
  let documents = 0
  for (const { collectionId, wish } of await parts.store.run('summaries.owed', {})) {
    if (wish === 'off') continue
    for (let more = true, step = 0; more && step < steps; step += 1) {
      const maker = parts.summaries.makerOf(wish)
      const queued = await parts.store.run('summaries.queueOwed', { collectionId, maker, limit: OWED_STEP })
      documents += queued.queued
      more = queued.more
    }
  }
  return documents
}
