/**
 * Owns documents of which pictures of text are still to be read: their text without the pictures is found meanwhile, and stays when the
 * pictures cannot be read.
 * Refuses: the usual ways of a document (extraction.ts, task-ends.ts).
 *
 * Such text is a content under a settings key of its own: nothing that asks for what is known of the same bytes finds it.
 */
import { AppError, quoteOf, sentenceOf } from '../../shared/errors'
import type { Warning } from '../../shared/work'
import { discardContent, findContent, readContent } from './contents'
import type { Operations } from './contract'
import type { Database } from './database'
import { ensureDocument, pointDocument } from './documents'
import { arrive, outcomeOfKnown, storeContent, warningsOf } from './extraction'
import { settleJob } from './job-rows'
import { itemKeyOf } from './item-key'
import { parseDetails, parseLocator } from './stored-json'
import { cancelTask, failTask, isSpent } from './task-ends'
import { addFigures, needWanted, readHeld, readTask, recordAttempt, type TaskRow } from './task-rows'

type Nothing = Record<string, never>

/** Marks the settings key of a content that lacks the text of pictures. */
export const WITHOUT_PICTURES = '~text'

/** The content of the text without the pictures, found from now on; `null` where there is no such text, or better is found already. */
const storeText = (
  db: Database,
  task: TaskRow,
  documentId: number,
  params: Operations['extract.toOcr']['params'],
): number | null => {
  const { sha256, facts } = params
  const { before } = db.one<{ before: string | null }>(
    'SELECT (SELECT sha256 FROM contents k WHERE k.id = d.content_id) AS before FROM documents d WHERE d.id = ?',
    documentId,
  )
  const settingsKey = params.settingsKey + WITHOUT_PICTURES
  const twin = findContent(db, { collectionId: task.collection_id, sha256, settingsKey })
  // What was read of these very bytes before has the text of the pictures, too.
  const better = before === sha256 && twin === null
  if ((better || twin) && params.contentId !== null) discardContent(db, params.contentId)
  if (params.chunkCount === 0 || better) return null
  if (twin) return twin.id
  const contentId = storeContent(db, task, { ...params, settingsKey }, facts.warnings[0] ?? null)
  db.run('UPDATE contents SET settings_key = ? WHERE id = ?', settingsKey, contentId)
  return contentId
}

/** @throws INTERNAL_BUG when the claim does not hold the task any more, or chunks are missing; CANCELLED when the document was removed */
export const movePictures = (db: Database, params: Operations['extract.toOcr']['params']): Nothing => {
  const { attempt, figures, sizeBytes } = params
  const task = needWanted(db, params.taskId, attempt.phase)
  const documentId = ensureDocument(db, task, parseLocator(task.locator))
  const contentId = storeText(db, task, documentId, params)
  const partial = contentId === null ? null : (readContent(db, contentId)?.partial ?? null)
  if (contentId !== null) pointDocument(db, documentId, task, { contentId, sizeBytes, partial })
  recordAttempt(db, task.id, attempt, { counted: true, error: null })
  addFigures(db, task.job_id, figures)
  db.run(
    `UPDATE tasks SET lane = ?, phase = 'ocr', state = 'queued', run_at_ms = 0, attempts = 0, alone = 0, interruptions = 0,
      document_id = ?, content_id = ?, size_bytes = ? WHERE id = ?`,
    params.lane ?? 'ocr',
    documentId,
    contentId,
    sizeBytes,
    task.id,
  )
  const { cancelling } = db.one<{ cancelling: number }>('SELECT cancelling FROM jobs WHERE id = ?', task.job_id)
  const moved = readTask(db, task.id)
  if (moved && cancelling === 1) cancelTask(db, moved)
  settleJob(db, task.job_id)
  return {}
}

/** The pictures could not be read for good: the text without them is what the document has, until it is retried. */
const keepText = (db: Database, task: TaskRow, contentId: number, params: Operations['tasks.fail']['params']): void => {
  const { code, details, attempt } = params
  const row = db.one<{ sha256: string; settings_key: string; partial: string | null }>(
    'SELECT sha256, settings_key, partial FROM contents WHERE id = ?',
    contentId,
  )
  const settingsKey = row.settings_key.replace(WITHOUT_PICTURES, '')
  const final = findContent(db, { collectionId: task.collection_id, sha256: row.sha256, settingsKey })
  if (final === null) {
    const missing = warningsOf(db, contentId)
    const count = missing.find((warning) => warning.code === 'OCR_MISSING')?.details['count'] ?? null
    const failed: Warning = {
      code: 'OCR_FAILED',
      details: { count, ...quoteOf({ code, details }, sentenceOf(code, details).replace(/\.$/, '')) },
    }
    const warnings = [failed, ...missing.filter((warning) => warning.code !== 'OCR_MISSING')]
    db.run(
      `UPDATE contents SET settings_key = ?, partial = ?, warnings = ?, coverage = replace(coverage, '"OCR_MISSING"', '"OCR_FAILED"') WHERE id = ?`,
      settingsKey,
      JSON.stringify(failed),
      JSON.stringify(warnings),
      contentId,
    )
  }
  const content = final ?? readContent(db, contentId)
  if (content === null) throw new AppError('INTERNAL_BUG', { reason: 'a content vanished while its pictures failed' })
  const documentId = ensureDocument(db, task, parseLocator(task.locator))
  const outcome = final ? outcomeOfKnown(db, documentId, final) : 'partial'
  if (!final) db.run('UPDATE jobs SET chunks = chunks + ? WHERE id = ?', content.chunks, task.job_id)
  const error = { code, details, stack: params.stack }
  arrive(db, {
    task,
    documentId,
    content,
    outcome,
    warnings: warningsOf(db, content.id),
    sizeBytes: task.size_bytes,
    attempt,
    figures: {},
    error,
  })
}

/** As `failTask`; but a document whose pictures fail for good keeps the text it has. */
export const failReading = (db: Database, params: Operations['tasks.fail']['params']): Nothing => {
  const task = readHeld(db, params.taskId, params.attempt.phase)
  if (task?.lane !== 'ocr' && task?.lane !== 'vision') return failTask(db, params)
  if (params.retryAtMs !== null && !isSpent(db, task.job_id, params)) return failTask(db, params)
  const text = task.content_id === null ? null : readContent(db, task.content_id)
  if (text) {
    keepText(db, task, text.id, params)
    return {}
  }
  failTask(db, params)
  // For `findWithoutText`: nobody waits twice to be told that a photograph has no text.
  if (params.code === 'DOCUMENT_NO_TEXT')
    db.run(
      'UPDATE documents SET fingerprint = ? WHERE id = ? AND content_id IS NULL',
      task.fingerprint,
      task.document_id,
    )
  return {}
}

export const findWithoutText = (
  db: Database,
  { collectionId, locator, fingerprint, settingsKey }: Operations['documents.withoutText']['params'],
): Warning | null => {
  const row = db.get<{ details: string | null }>(
    `SELECT details FROM documents WHERE collection_id = ? AND item_key = ? AND fingerprint = ? AND content_id IS NULL
      AND state = 'skipped' AND code = 'DOCUMENT_NO_TEXT'`,
    collectionId,
    itemKeyOf(locator),
    fingerprint,
  )
  const details = parseDetails(row?.details ?? null)
  return details['settingsKey'] === settingsKey ? { code: 'DOCUMENT_NO_TEXT', details } : null
}

/** What failed on the pictures of this job is to be tried again: its text is from now on one that lacks them. */
export const forgetFailedPictures = (db: Database, jobId: number): void => {
  db.run(
    `UPDATE OR IGNORE contents SET settings_key = settings_key || ? WHERE state = 'current' AND settings_key NOT LIKE '%' || ?
      AND id IN (SELECT content_id FROM tasks WHERE job_id = ? AND outcome = 'partial' AND code = 'OCR_FAILED')`,
    WITHOUT_PICTURES,
    WITHOUT_PICTURES,
    jobId,
  )
}
