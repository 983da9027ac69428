/**
 * Owns reading a task, recording its attempts, and adding to the figures of its job.
 * Refuses: moving tasks from state to state.
 */
import { AppError, type ErrorCode, type ErrorDetails } from '../../shared/errors'
import type { Outcome, Phase } from '../../shared/domain'
import { phaseTable, type Lane } from '../../shared/phases'
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
  state: 'queued' | 'running' | 'waiting' | 'ended'
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
}

const COLUMNS = `id, job_id, collection_id, source_id, parent_id, kind, lane, phase, state, path, locator, depth, size_bytes, fingerprint,
  modified_ms, alone, attempts, interruptions, document_id, content_id, planned_outcome, code, details, problem_phase, problem_attempts, warnings`

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

export const readRunning = (db: Database): TaskRow[] =>
  db.all<TaskRow>(`SELECT ${COLUMNS} FROM tasks WHERE state = 'running' ORDER BY id`)

/**
 * The task of this claim, while the claim still holds it: `null` when it has ended, gone on to another lane, or is queued again. A late
 * report then changes nothing.
 */
export const readHeld = (db: Database, id: number, phase: Phase): TaskRow | null => {
  const task = readTask(db, id)
  return task && task.state === 'running' && task.lane === phaseTable[phase].lane ? task : null
}

/** As `readHeld`. @throws INTERNAL_BUG when the claim does not hold the task any more */
export const needHeld = (db: Database, id: number, phase: Phase): TaskRow => {
  const task = readHeld(db, id, phase)
  if (task === null) throw new AppError('INTERNAL_BUG', { reason: `task ${id} is not being worked on in ${phase}` })
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
    `INSERT INTO attempts (task_id, phase, ended_at, ms, worker, counted, code, details, stack) VALUES (?, ?, ${NOW}, ?, ?, ?, ?, ?, ?)`,
    taskId,
    attempt.phase,
    attempt.ms,
    attempt.worker,
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
