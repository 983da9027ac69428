/**
 * Owns the moment at which a document's text counts: the content becomes current, the document points at it, the task goes on.
 * Refuses: staging chunks (contents.ts) and vectors (embedding.ts).
 */
import { performance } from 'node:perf_hooks'
import { AppError, dispositionOf, type ErrorCode, type ErrorDetails } from '../../shared/errors'
import type { Outcome } from '../../shared/domain'
import type { Warning } from '../../shared/work'
import type { AttemptRecord, KnownContent, Operations, PhaseFigures } from './contract'
import { addChunks, commitContent, discardContent, findContent, readContent, stageContent } from './contents'
import type { Database } from './database'
import { ensureDocument, pointDocument } from './documents'
import { settleJob } from './job-rows'
import { parseLocator, parseWarnings } from './stored-json'
import { cancelTask, endText } from './task-ends'
import { addFigures, needWanted, readTask, recordAttempt, type TaskRow } from './task-rows'

const makesPartial = ({ code }: Warning): boolean => dispositionOf(code) === 'partial'

/** The warning that makes a document partial: the first that says so. */
const partialOf = (warnings: readonly Warning[]): Warning | null => warnings.find(makesPartial) ?? null

/** The warnings beside that one. */
const furtherOf = (warnings: readonly Warning[]): Warning[] => {
  const first = warnings.findIndex(makesPartial)
  return warnings.filter((_, index) => index !== first)
}

type Arrival = {
  task: TaskRow
  documentId: number
  content: KnownContent
  outcome: Outcome
  warnings: readonly Warning[]
  sizeBytes: number
  attempt: AttemptRecord
  figures: PhaseFigures
  /** Why there is not more of it, where something went wrong. */
  error?: { code: ErrorCode; details: ErrorDetails; stack: string | null } | null
}

/** Points the document at its content; the task waits for the vectors, or ends when none is missing. Tells the outcome in the latter case. */
export const arrive = (db: Database, arrival: Arrival): Outcome | null => {
  const { task, documentId, content, outcome, warnings, sizeBytes, attempt, figures, error = null } = arrival
  const problem = content.partial
  pointDocument(db, documentId, task, { contentId: content.id, sizeBytes, partial: problem })
  recordAttempt(db, task.id, attempt, { counted: true, error })
  addFigures(db, task.job_id, figures)
  const pending = content.pendingChunks
  const further = furtherOf(warnings)
  db.run(
    `UPDATE tasks SET lane = 'embed', phase = 'embed', state = 'queued', run_at_ms = 0, attempts = 0, alone = 0, interruptions = 0,
      document_id = ?, content_id = ?, size_bytes = ?, embed_chunks = ?, pending_chunks = ?, planned_outcome = ?, code = ?, details = ?,
      problem_phase = ?, problem_attempts = ?, warnings = ? WHERE id = ?`,
    documentId,
    content.id,
    sizeBytes,
    pending,
    pending,
    outcome,
    problem && problem.code,
    problem && JSON.stringify(problem.details),
    problem && attempt.phase,
    problem && task.attempts + 1,
    further.length === 0 ? null : JSON.stringify(further),
    task.id,
  )
  const cancelling =
    db.one<{ cancelling: number }>('SELECT cancelling FROM jobs WHERE id = ?', task.job_id).cancelling === 1
  const moved = readTask(db, task.id)
  if (moved && cancelling && pending > 0) cancelTask(db, moved)
  else if (moved && pending === 0) {
    endText(db, moved, {
      outcome,
      problem,
      warnings: further,
      phase: attempt.phase,
      attempts: task.attempts + 1,
      read: true,
    })
  }
  settleJob(db, task.job_id)
  return pending === 0 ? outcome : null
}

/**
 * Of a content that was there before: partial stays partial, else it is the same as before here, or a copy of something elsewhere. What
 * is gone is nowhere: of that, only the work is saved.
 */
export const outcomeOfKnown = (db: Database, documentId: number, content: KnownContent): Outcome => {
  if (content.partial) return 'partial'
  const { content_id: before } = db.one<{ content_id: number | null }>(
    'SELECT content_id FROM documents WHERE id = ?',
    documentId,
  )
  if (before === content.id) return 'unchanged'
  const elsewhere = db.get(
    'SELECT id FROM documents WHERE content_id = ? AND gone_at IS NULL AND id <> ? LIMIT 1',
    content.id,
    documentId,
  )
  return elsewhere === null ? 'indexed' : 'duplicate'
}

export const warningsOf = (db: Database, contentId: number): Warning[] =>
  parseWarnings(db.one<{ warnings: string | null }>('SELECT warnings FROM contents WHERE id = ?', contentId).warnings)

/** Stores the last chunks and makes the content current. */
export const storeContent = (
  db: Database,
  task: TaskRow,
  params: Operations['extract.commit']['params'],
  partial: Warning | null,
): number => {
  const { sha256, settingsKey, facts, chunks } = params
  const staging = { taskId: task.id, collectionId: task.collection_id, sha256, settingsKey, kind: facts.kind }
  const contentId = params.contentId ?? stageContent(db, staging).contentId
  addChunks(db, { contentId, chunks, title: facts.title })
  commitContent(db, contentId, params, partial)
  return contentId
}

/** @throws INTERNAL_BUG when the claim does not hold the task any more, or chunks are missing; CANCELLED when the document was removed */
export const commitExtraction = (
  db: Database,
  params: Operations['extract.commit']['params'],
): Operations['extract.commit']['result'] => {
  const { attempt, figures, sizeBytes, sha256, settingsKey, facts } = params
  const startedMs = performance.now()
  const task = needWanted(db, params.taskId, attempt.phase)
  const documentId = ensureDocument(db, task, parseLocator(task.locator))
  // A copy was read at the same time and came first: one of the two is enough.
  const twin = findContent(db, { collectionId: task.collection_id, sha256, settingsKey })
  if (twin && params.contentId !== null) discardContent(db, params.contentId)
  const partial = partialOf(facts.warnings)
  const outcome = twin ? outcomeOfKnown(db, documentId, twin) : partial ? 'partial' : 'indexed'
  const content = twin ?? readContent(db, storeContent(db, task, params, partial))
  if (!twin) db.run('UPDATE jobs SET chunks = chunks + ? WHERE id = ?', params.chunkCount, task.job_id)
  if (content === null) throw new AppError('INTERNAL_BUG', { reason: 'a content vanished while it was committed' })
  const warnings = facts.warnings
  arrive(db, { task, documentId, content, outcome, warnings, sizeBytes, attempt, figures })
  // The caller cannot know how long this transaction takes; it is most of the indexing of a small document.
  addFigures(db, task.job_id, { index: { ms: performance.now() - startedMs, items: 0 } })
  return { documentId, contentId: content.id, pendingChunks: content.pendingChunks }
}

/** @throws INTERNAL_BUG when the claim does not hold the task any more; INTERRUPTED when the content went away meanwhile, CANCELLED when the document was removed */
export const linkContent = (
  db: Database,
  params: Operations['extract.link']['params'],
): Operations['extract.link']['result'] => {
  const { attempt, figures, sizeBytes } = params
  const task = needWanted(db, params.taskId, attempt.phase)
  const content = readContent(db, params.contentId)
  if (content === null) throw new AppError('INTERRUPTED')
  const documentId = ensureDocument(db, task, parseLocator(task.locator))
  const outcome = outcomeOfKnown(db, documentId, content)
  const warnings = warningsOf(db, content.id)
  return {
    documentId,
    outcome: arrive(db, { task, documentId, content, outcome, warnings, sizeBytes, attempt, figures }),
  }
}
