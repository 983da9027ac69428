/**
 * Owns the first task of the job that reads texts of an older version anew: every such document becomes a task like any other. Each keeps its
 * text until its new one takes its place; a document whose file is gone or cannot be read keeps it for good, and is said.
 * Refuses: beginning; a person agrees to that first (calls/reading-calls.ts).
 */
import { AppError } from '../../shared/errors'
import type { ClaimedTask } from '../store/contract'
import { elapsedSince, type IngestParts } from './parts'

const PAGE = 500

/** Whether a scan is that task: no place is looked through. */
export const isReadingAnew = ({ kind, locator }: ClaimedTask): boolean => kind === 'scan' && locator.location === ''

/** Runs it to its end; what it had queued before it was cut off is left as it is. */
export const queueReading = async (parts: IngestParts, task: ClaimedTask, signal: AbortSignal): Promise<void> => {
  const startedMs = parts.nowMs()
  for (let from: number | null = 0; from !== null;) {
    if (signal.aborted) throw new AppError('CANCELLED')
    const page: { next: number | null } = await parts.store.run('texts.queue', {
      jobId: task.jobId,
      afterDocumentId: from,
      limit: PAGE,
    })
    from = page.next
    parts.onChange(task.jobId)
  }
  const ms = elapsedSince(parts, startedMs)
  await parts.store.run('tasks.finish', {
    taskId: task.id,
    outcome: null,
    problem: null,
    warnings: [],
    attempt: { phase: 'expand', ms, worker: null },
    figures: { expand: { ms, items: 0 } },
    archive: null,
  })
}
