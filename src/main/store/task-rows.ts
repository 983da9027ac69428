/**
 * Owns reading a task, recording its attempts, and adding to the figures of its job.
 * Refuses: moving tasks from state to state.
 */
import { AppError, type ErrorCode, type ErrorDetails } from '../../shared/errors'
import type { Outcome, Phase } from '../../shared/domain'
import { phaseTable, type Lane } from '../../shared/phases'
import type { TaskState } from '../../shared/transitions'
import type { AttemptRecord, PhaseFigures, TaskKind } from './contract'
import { NOW, type Database } from './database'

export type TaskRow = {
  id: number
  job_id: number
  collection_id: number
  source_id: number | null
  parent_id: number | null
  kind: TaskKind
  lane: Lane
  phase: Phase
  state: TaskState
  path: string
  locator: string
  depth: number
  size_bytes: number
  fingerprint: string | null
  modified_ms: number | null
  alone: number
  attempts: number
  interruptions: number
  document_id: number | null
  content_id: number | null
  planned_outcome: Outcome | null
  code: string | null
  details: string | null
  problem_phase: Phase | null
  problem_attempts: number | null
  warnings: string | null
  settings: string | null
}

const COLUMNS = `id, job_id, collection_id, source_id, parent_id, kind, lane, phase, state, path, locator, depth, size_bytes, fingerprint,
  modified_ms, alone, attempts, interruptions, document_id, content_id, planned_outcome, code, details, problem_phase, problem_attempts, warnings, settings`

/** Marks queued tasks as being worked on; in the order of the ids. */
export const takeTasks = (db: Database, ids: readonly number[]): TaskRow[] => {
  if (ids.length === 0) return []
  const taken = db.all<TaskRow>(
    `UPDATE tasks SET state = 'running', started_at = ${NOW} WHERE id IN (SELECT value FROM json_each(?)) RETURNING ${COLUMNS}`,
    JSON.stringify(ids),
  )
  return taken.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
}

export const readTask = (db: Database, id: number): TaskRow | null =>
  db.get<TaskRow>(`SELECT ${COLUMNS} FROM tasks WHERE id = ?`, id)

/** Tasks of a job that nothing works on, queued ones first, oldest first. */
export const readResting = (db: Database, jobId: number, limit: number): TaskRow[] => {
  const read = (state: 'queued' | 'waiting', count: number): TaskRow[] =>
    db.all<TaskRow>(
      `SELECT ${COLUMNS} FROM tasks WHERE job_id = ? AND state = '${state}' ORDER BY id LIMIT ?`,
      jobId,
      count,
    )
  const queued = read('queued', limit)
  return queued.length === limit ? queued : [...queued, ...read('waiting', limit - queued.length)]
}

/** Lanes in which a document gets its text: what is committed there makes it anew. */
const READING_LANES = `('extract', 'ocr', 'vision')`

/** Tasks that read this document, or are to. */
export const readReading = (db: Database, documentId: number): TaskRow[] =>
  db.all<TaskRow>(
    `SELECT ${COLUMNS} FROM tasks WHERE document_id = ? AND state IN ('queued', 'waiting', 'running') AND kind = 'document'
      AND lane IN ${READING_LANES} ORDER BY id`,
    documentId,
  )

/**
 * Notes at every task that has read this document, reads it, or is to, that a person has removed it: its number becomes negative. A number
 * without a document is not enough: a document also goes when it turns out to be an archive, and that is still wanted.
 */
export const markRemoved = (db: Database, documentId: number): void => {
  db.run(
    `UPDATE tasks SET document_id = -document_id WHERE document_id = ? AND kind = 'document' AND (state = 'ended' OR lane IN ${READING_LANES})`,
    documentId,
  )
}

/** Whether a person has removed the document that this task is to read. */
export const isRemoved = (db: Database, { id }: Pick<TaskRow, 'id'>): boolean =>
  db.get('SELECT id FROM tasks WHERE id = ? AND document_id < 0', id) !== null

export const readRunning = (db: Database): TaskRow[] =>
  db.all<TaskRow>(`SELECT ${COLUMNS} FROM tasks WHERE state = 'running' ORDER BY id`)

/**
 * The task of this claim, while the claim still holds it: `null` when it has ended, gone on to another lane, or is queued again. A late
 * report then changes nothing.
 */
export const readHeld = (db: Database, id: number, phase: Phase): TaskRow | null => {
  const task = readTask(db, id)
  if (task?.state !== 'running') return null
  // Pictures are read in one of two lanes.
  const lane = task.lane === 'vision' ? 'ocr' : task.lane
  return lane === phaseTable[phase].lane ? task : null
}

/** As `readHeld`. @throws INTERNAL_BUG when the claim does not hold the task any more */
export const needHeld = (db: Database, id: number, phase: Phase): TaskRow => {
  const task = readHeld(db, id, phase)
  if (task === null) throw new AppError('INTERNAL_BUG', { reason: `task ${id} is not being worked on in ${phase}` })
  return task
}

/** As `needHeld`. @throws CANCELLED when its document was removed meanwhile: a text that comes now would bring it back */
export const needWanted = (db: Database, id: number, phase: Phase): TaskRow => {
  const task = needHeld(db, id, phase)
  if (isRemoved(db, task)) throw new AppError('CANCELLED')
  return task
}

type AttemptError = { code: ErrorCode; details: ErrorDetails; stack: string | null }

export const recordAttempt = (
  db: Database,
  taskId: number,
  attempt: AttemptRecord,
  ended: { counted: boolean; error: AttemptError | null },
): void => {
  const { counted, error } = ended
  db.run(
    `INSERT INTO attempts (task_id, phase, ended_at, ms, worker, peak_rss_bytes, counted, code, details, stack)
      VALUES (?, ?, ${NOW}, ?, ?, ?, ?, ?, ?, ?)`,
    taskId,
    attempt.phase,
    attempt.ms,
    attempt.worker,
    attempt.peakRssBytes ?? null,
    counted ? 1 : 0,
    error && error.code,
    error && JSON.stringify(error.details),
    error && error.stack,
  )
}

export const addFigures = (db: Database, jobId: number, figures: PhaseFigures): void => {
  for (const [phase, { ms, items }] of Object.entries(figures)) {
    db.run(
      `INSERT INTO job_phases (job_id, phase, ms, items) VALUES (?, ?, ?, ?)
        ON CONFLICT (job_id, phase) DO UPDATE SET ms = ms + excluded.ms, items = items + excluded.items`,
      jobId,
      phase,
      ms,
      items,
    )
  }
}
