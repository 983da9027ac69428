/**
 * Owns which documents wait for a password, for whose bytes that password is, and what goes on when it was entered.
 * Refuses: passwords. None ever comes here: they stay in the memory of the owner.
 */
import { AppError } from '../../shared/errors'
import type { Operations } from './contract'
import type { Database } from './database'
import { isFinal, readJobRow, reopenJob, settleJob, toJob } from './job-rows'
import { parseLocator } from './stored-json'

/** Codes with which something ends that a password may open. The index `tasks_locked` is made of the same. */
const LOCKED = `('PDF_ENCRYPTED', 'DOCUMENT_ENCRYPTED', 'ARCHIVE_ENCRYPTED', 'PASSWORD_WRONG')`

/** Codes that say that the document itself is encrypted, and not the archive that it is in. */
const OF_THE_DOCUMENT: readonly string[] = ['PDF_ENCRYPTED', 'DOCUMENT_ENCRYPTED']

type LockedTask = { id: number; job_id: number; parent_id: number | null; code: string; locator: string }

/** The last task of the document that ended for want of a password, while that is how the document stands. */
const readLocked = (db: Database, documentId: number): LockedTask | null => {
  const document = db.get<{ locked: number }>(
    `SELECT code IN ${LOCKED} AS locked FROM documents WHERE id = ?`,
    documentId,
  )
  if (document === null) throw new AppError('NOT_FOUND', { what: 'document', id: documentId })
  if (document.locked !== 1) return null
  return db.get<LockedTask>(
    `SELECT id, job_id, parent_id, code, locator FROM tasks
      WHERE document_id = ? AND state = 'ended' AND code IN ${LOCKED} ORDER BY id DESC LIMIT 1`,
    documentId,
  )
}

/** Why it was locked at first: a wrong password does not say what it was wrong for. */
const isOfDocument = (db: Database, { id, code }: LockedTask): boolean => {
  const first = db.get<{ code: string }>(
    `SELECT code FROM attempts WHERE task_id = ? AND code IN ${LOCKED} AND code <> 'PASSWORD_WRONG' ORDER BY id DESC LIMIT 1`,
    id,
  )
  return OF_THE_DOCUMENT.includes(first?.code ?? code)
}

export const findLock = (
  db: Database,
  { id }: Operations['documents.lock']['params'],
): Operations['documents.lock']['result'] => {
  const task = readLocked(db, id)
  if (task === null) return null
  const locator = parseLocator(task.locator)
  const scope = isOfDocument(db, task) ? locator : { ...locator, entries: locator.entries.slice(0, -1) }
  return { scope, taskId: task.id, jobId: task.job_id }
}

/** From the start, as if never tried. */
const REQUEUE = `
  UPDATE tasks SET state = 'queued', run_at_ms = 0, attempts = 0, alone = 0, interruptions = 0, outcome = NULL, ended_at = NULL,
    lane = CASE WHEN kind = 'document' THEN 'extract' ELSE 'expand' END,
    phase = CASE WHEN kind = 'document' THEN 'extract' ELSE 'expand' END,
    code = NULL, details = NULL, problem_phase = NULL, problem_attempts = NULL, warnings = NULL`

export const unlockDocument = (
  db: Database,
  { id }: Operations['documents.unlock']['params'],
): Operations['documents.unlock']['result'] => {
  const task = readLocked(db, id)
  if (task === null) throw new AppError('NOT_LOCKED')
  const before = readJobRow(db, task.job_id)
  if (before === null) throw new AppError('NOT_FOUND', { what: 'job', id: task.job_id })
  const over = isFinal(before.state)
  if (!over && before.cancelling === 1) throw new AppError('JOB_STATE', { state: 'being cancelled', verb: 'resumed' })
  let tasks = db.run(`${REQUEUE} WHERE id = ?`, task.id).changes
  // Entries of one archive share their parent, and mostly their password.
  if (task.parent_id !== null && parseLocator(task.locator).entries.length > 0 && !isOfDocument(db, task)) {
    tasks += db.run(
      `${REQUEUE} WHERE job_id = ? AND parent_id = ? AND state = 'ended' AND code IN ('ARCHIVE_ENCRYPTED', 'PASSWORD_WRONG')`,
      task.job_id,
      task.parent_id,
    ).changes
  }
  if (over) reopenJob(db, task.job_id)
  settleJob(db, task.job_id)
  const job = readJobRow(db, task.job_id) ?? before
  return { job: toJob(job), tasks }
}
