/**
 * Owns how a claim ends: finished, failed, put back, cancelled, or found running at start; and what that does to document and job.
 * Refuses: deciding between these; the queue does, by the disposition of the error.
 */
import { isErrorCode } from '../../shared/errors'
import type { ErrorCode } from '../../shared/errors'
import type { Outcome, Phase } from '../../shared/domain'
import type { Warning } from '../../shared/work'
import type { ArchiveFigures, AttemptRecord, Operations } from './contract'
import { discardStaged, readContent } from './contents'
import { NOW, type Database } from './database'
import { ensureDocument, forgetDocument, markDocument, nameDocument } from './documents'
import { settleJob } from './job-rows'
import { dropStale } from './relisting'
import { parseDetails, parseLocator, parseWarnings } from './stored-json'
import { lacksSummary, moveToSummary } from './summary-tasks'
import { addFigures, isRemoved, needHeld, readHeld, readRunning, recordAttempt, type TaskRow } from './task-rows'

type Nothing = Record<string, never>

type End = {
  outcome: Outcome | null
  problem: Warning | null
  warnings: readonly Warning[]
  phase: Phase
  attempts: number
  archive?: ArchiveFigures | null
  /** Whether the bytes were looked at. */
  read: boolean
}

const VECTORS_MISSING: Warning = { code: 'VECTORS_MISSING', details: {} }
const SUMMARY_MISSING: Warning = { code: 'SUMMARY_MISSING', details: {} }

/** After so many interruptions a task runs alone; an owner that died this often with it running alone gives it up. */
const ALONE_AFTER = 3
const GIVE_UP_AFTER = 6

/** Interruptions that may be the task's own doing. A person closing the program is none. */
const SUSPICIOUS: readonly ErrorCode[] = ['INTERRUPTED', 'HOST_DIED']

/** Ends a task, and nothing else. */
const endRow = (db: Database, task: TaskRow, end: End): void => {
  const { outcome, problem, warnings, archive } = end
  discardStaged(db, task.id)
  db.run(
    `UPDATE tasks SET state = 'ended', waits_for = NULL, run_at_ms = 0, outcome = ?, code = ?, details = ?, problem_phase = ?, problem_attempts = ?, warnings = ?,
      archive = COALESCE(?, archive), ended_at = ${NOW} WHERE id = ?`,
    outcome,
    problem && problem.code,
    problem && JSON.stringify(problem.details),
    problem && end.phase,
    problem && end.attempts,
    warnings.length === 0 ? null : JSON.stringify(warnings),
    archive ? JSON.stringify(archive) : null,
    task.id,
  )
}

/** Ends a task and tells its document. The caller settles the job. */
export const endTask = (db: Database, task: TaskRow, end: End): void => {
  endRow(db, task, end)
  tellDocument(db, task, end)
}

/** What the end of a task, or of all of it but its summary, means for its document. */
const tellDocument = (db: Database, task: TaskRow, { outcome, problem, read }: Omit<End, 'archive'>): void => {
  if (task.kind === 'scan') return
  if (read && (outcome === null || outcome === 'unchanged' || outcome === 'indexed' || outcome === 'duplicate'))
    dropStale(db, task.job_id, task.id)
  const locator = parseLocator(task.locator)
  if (outcome === null) return forgetDocument(db, task.collection_id, locator)
  const documentId = task.kind === 'archive' ? ensureDocument(db, task, locator) : task.document_id
  if (documentId === null) return
  if (documentId !== task.document_id) db.run('UPDATE tasks SET document_id = ? WHERE id = ?', documentId, task.id)
  nameDocument(db, documentId, task)
  markDocument(db, documentId, outcome, problem, read)
}

/** The end of a document of which everything is found: over, or on to its summary where its collection wants one and it has none. */
export const endText = (db: Database, task: TaskRow, end: End): void => {
  if (!lacksSummary(db, task.content_id) || isCancelling(db, task.job_id)) return endTask(db, task, end)
  tellDocument(db, task, end)
  moveToSummary(db, task.id)
}

/** What was decided about a document when its text was committed. */
const plannedEnd = (task: TaskRow): Pick<End, 'outcome' | 'problem' | 'warnings' | 'phase' | 'attempts'> => ({
  outcome: task.planned_outcome ?? 'indexed',
  problem: isErrorCode(task.code) ? { code: task.code, details: parseDetails(task.details) } : null,
  warnings: parseWarnings(task.warnings),
  phase: task.problem_phase ?? task.phase,
  attempts: task.problem_attempts ?? task.attempts + 1,
})

/** The end of a document whose text is committed and whose vectors lack: `problem` comes first, what was known before after it. */
const withoutVectors = (task: TaskRow, problem: Warning, attempts: number): Omit<End, 'read'> => {
  const planned = plannedEnd(task)
  const missing = problem.code === 'VECTORS_MISSING' ? [] : [VECTORS_MISSING]
  const known = planned.problem ? [planned.problem] : []
  return {
    outcome: 'partial',
    problem,
    warnings: [...missing, ...known, ...planned.warnings],
    phase: 'embed',
    attempts,
  }
}

/** The same of its summary. The document is as it was: everything that can be found of it is found. */
const endWithoutSummary = (db: Database, task: TaskRow, problem: Warning, attempts: number): void => {
  const planned = plannedEnd(task)
  const missing = problem.code === 'SUMMARY_MISSING' ? [] : [SUMMARY_MISSING]
  const warnings = [...missing, ...(planned.problem ? [planned.problem] : []), ...planned.warnings]
  endRow(db, task, { outcome: 'partial', problem, warnings, phase: 'summarize', attempts, read: true })
}

const lacksVectors = (db: Database, task: TaskRow): boolean =>
  task.lane === 'embed' && task.content_id !== null && (readContent(db, task.content_id)?.pendingChunks ?? 0) > 0

/** Ends a task of a cancelled job: committed text is kept and named as partial, what is complete counts as what it is. */
export const cancelTask = (db: Database, task: TaskRow): void => {
  if (task.lane === 'summarize') return endWithoutSummary(db, task, SUMMARY_MISSING, task.attempts)
  const text =
    (task.lane === 'ocr' || task.lane === 'vision') && task.content_id !== null
      ? readContent(db, task.content_id)
      : null
  if (text && !isRemoved(db, task)) {
    const warnings = text.pendingChunks > 0 ? [VECTORS_MISSING] : []
    const end = { outcome: 'partial', problem: text.partial, warnings, phase: 'ocr', attempts: task.attempts } as const
    return endTask(db, task, { ...end, read: true })
  }
  if (task.lane !== 'embed' || task.kind !== 'document') {
    const problem: Warning = { code: 'CANCELLED', details: {} }
    return endTask(db, task, {
      outcome: 'cancelled',
      problem,
      warnings: [],
      phase: task.phase,
      attempts: task.attempts,
      read: false,
    })
  }
  const end = lacksVectors(db, task) ? withoutVectors(task, VECTORS_MISSING, task.attempts) : plannedEnd(task)
  endTask(db, task, { ...end, read: true })
}

const isCancelling = (db: Database, jobId: number): boolean =>
  db.one<{ cancelling: number }>('SELECT cancelling FROM jobs WHERE id = ?', jobId).cancelling === 1

/** What is cancelled, with its job or because its document was removed, is not tried again. */
const isUnwanted = (db: Database, task: TaskRow): boolean => isCancelling(db, task.job_id) || isRemoved(db, task)

/** Whether a passage of its text is without vectors, by the passages themselves. */
const hasBarePassages = (db: Database, { content_id }: TaskRow): boolean =>
  content_id !== null &&
  db.get(
    `SELECT c.id FROM contents k JOIN chunks c ON c.content_id = k.id AND c.windows IS NULL WHERE k.id = ? AND k.state = 'current' LIMIT 1`,
    content_id,
  ) !== null

export const finishTask = (
  db: Database,
  params: Operations['tasks.finish']['params'],
): Operations['tasks.finish']['result'] => {
  const { attempt, figures, archive } = params
  const task = needHeld(db, params.taskId, attempt.phase)
  if (params.whole === true && hasBarePassages(db, task)) return { ended: false }
  recordAttempt(db, task.id, attempt, { counted: true, error: null })
  addFigures(db, task.job_id, figures)
  if (task.lane === 'summarize') {
    endRow(db, task, { ...plannedEnd(task), read: true })
  } else if (task.kind === 'document' && params.outcome === null) {
    if (lacksVectors(db, task))
      endTask(db, task, { ...withoutVectors(task, VECTORS_MISSING, task.attempts + 1), read: true })
    else endText(db, task, { ...plannedEnd(task), read: true })
  } else {
    const { outcome, problem, warnings } = params
    endTask(db, task, {
      outcome,
      problem,
      warnings,
      archive,
      phase: attempt.phase,
      attempts: task.attempts + 1,
      read: true,
    })
  }
  settleJob(db, task.job_id)
  return { ended: true }
}

const retriesOf = (db: Database, jobId: number): number =>
  db.one<{ retries: number }>('SELECT retries FROM jobs WHERE id = ?', jobId).retries

/** Whether another try was meant, of which the job has none left. */
export const isSpent = (db: Database, jobId: number, params: Operations['tasks.fail']['params']): boolean =>
  params.retryAtMs !== null && params.jobTries !== undefined && retriesOf(db, jobId) >= params.jobTries

/** A claim that does not hold its task any more changes nothing: the task has ended or gone on. */
export const failTask = (db: Database, params: Operations['tasks.fail']['params']): Nothing => {
  const { code, details, attempt, retryAtMs } = params
  const task = readHeld(db, params.taskId, attempt.phase)
  if (task === null) return {}
  const attempts = task.attempts + 1
  recordAttempt(db, task.id, attempt, { counted: true, error: { code, details, stack: params.stack } })
  const spent = isSpent(db, task.job_id, params)
  if (retryAtMs !== null && isUnwanted(db, task)) {
    cancelTask(db, task)
  } else if (retryAtMs !== null && !spent) {
    discardStaged(db, task.id)
    const runAtMs = Math.max(1, Math.ceil(retryAtMs))
    db.run(
      `UPDATE tasks SET state = 'queued', attempts = ?, tries = ?, wait_ms = ?, run_at_ms = ? WHERE id = ?`,
      attempts,
      params.tries ?? null,
      params.waitMs === undefined ? null : Math.ceil(params.waitMs),
      runAtMs,
      task.id,
    )
    db.run('UPDATE jobs SET retries = retries + 1 WHERE id = ?', task.job_id)
  } else if (task.lane === 'summarize') {
    endWithoutSummary(db, task, { code, details }, attempts)
  } else if (lacksVectors(db, task)) {
    endTask(db, task, { ...withoutVectors(task, { code, details }, attempts), read: true })
  } else {
    const end = {
      outcome: params.outcome,
      problem: { code, details },
      warnings: [],
      phase: attempt.phase,
      attempts,
      read: true,
    }
    endTask(db, task, end)
  }
  settleJob(db, task.job_id)
  return {}
}

/** What waits for something is tried every few seconds, for days if it must: one attempt tells them all, and when the last one was. */
const repeatAttempt = (db: Database, taskId: number, code: ErrorCode, { phase, ms }: AttemptRecord): boolean =>
  !SUSPICIOUS.includes(code) &&
  db.run(
    `UPDATE attempts SET ended_at = ${NOW}, ms = ms + ? WHERE id = (SELECT max(id) FROM attempts WHERE task_id = ?)
      AND phase = ? AND code = ? AND counted = 0`,
    ms,
    taskId,
    phase,
    code,
  ).changes > 0

const putBack = (db: Database, task: TaskRow, code: ErrorCode, alone: boolean, attempt: AttemptRecord): void => {
  if (!repeatAttempt(db, task.id, code, attempt))
    recordAttempt(db, task.id, attempt, { counted: false, error: { code, details: {}, stack: null } })
  const interruptions = task.interruptions + (SUSPICIOUS.includes(code) ? 1 : 0)
  const runsAlone = alone || task.alone === 1 || interruptions >= ALONE_AFTER
  discardStaged(db, task.id)
  db.run(
    `UPDATE tasks SET state = 'queued', run_at_ms = 0, interruptions = ?, alone = ? WHERE id = ?`,
    interruptions,
    runsAlone ? 1 : 0,
    task.id,
  )
}

/** As for `tasks.fail`, a late report changes nothing. */
export const parkTask = (db: Database, params: Operations['tasks.wait']['params']): Nothing => {
  const { code, details, attempt } = params
  const task = readHeld(db, params.taskId, attempt.phase)
  if (task === null) return {}
  recordAttempt(db, task.id, attempt, { counted: false, error: { code, details, stack: null } })
  const job = db.one<{ confirmed: number; cancelling: number }>(
    'SELECT confirmed, cancelling FROM jobs WHERE id = ?',
    task.job_id,
  )
  if (job.cancelling === 1) {
    cancelTask(db, task)
  } else if (job.confirmed === 1) {
    // Confirmed while the archive was being looked at.
    db.run(`UPDATE tasks SET state = 'queued', run_at_ms = 0 WHERE id = ?`, task.id)
  } else {
    db.run(
      `UPDATE tasks SET state = 'waiting', waits_for = 'confirmation', run_at_ms = 0, code = ?, details = ?, problem_phase = ? WHERE id = ?`,
      code,
      JSON.stringify(details),
      attempt.phase,
      task.id,
    )
  }
  settleJob(db, task.job_id)
  return {}
}

/** As for `tasks.fail`, a late report changes nothing. */
export const interruptTask = (db: Database, params: Operations['tasks.interrupt']['params']): Nothing => {
  const task = readHeld(db, params.taskId, params.attempt.phase)
  if (task === null) return {}
  if (isUnwanted(db, task)) {
    recordAttempt(db, task.id, params.attempt, {
      counted: false,
      error: { code: params.code, details: {}, stack: null },
    })
    cancelTask(db, task)
    settleJob(db, task.job_id)
  } else {
    putBack(db, task, params.code, params.alone, params.attempt)
  }
  return {}
}

export const stopTask = (db: Database, params: Operations['tasks.cancelled']['params']): Nothing => {
  const task = readHeld(db, params.taskId, params.attempt.phase)
  if (task === null) return {}
  recordAttempt(db, task.id, params.attempt, { counted: false, error: { code: 'CANCELLED', details: {}, stack: null } })
  cancelTask(db, task)
  settleJob(db, task.job_id)
  return {}
}

const recoverTask = (db: Database, task: TaskRow): void => {
  const attempt: AttemptRecord = { phase: task.phase, ms: 0, worker: null }
  if (isUnwanted(db, task)) {
    recordAttempt(db, task.id, attempt, { counted: false, error: { code: 'INTERRUPTED', details: {}, stack: null } })
    cancelTask(db, task)
  } else if (task.lane === 'summarize' && task.alone === 1 && task.interruptions >= GIVE_UP_AFTER) {
    const problem: Warning = { code: 'WORKER_CRASHED', details: { reason: 'Sluice itself ended each time' } }
    recordAttempt(db, task.id, attempt, { counted: true, error: { ...problem, stack: null } })
    endWithoutSummary(db, task, problem, task.attempts + 1)
  } else if (task.lane !== 'embed' && task.alone === 1 && task.interruptions >= GIVE_UP_AFTER) {
    const problem: Warning = {
      code: 'WORKER_CRASHED',
      details: { reason: 'Sluice itself ended each time it was read' },
    }
    recordAttempt(db, task.id, attempt, { counted: true, error: { ...problem, stack: null } })
    const attempts = task.attempts + 1
    endTask(db, task, { outcome: 'failed', problem, warnings: [], phase: task.phase, attempts, read: false })
  } else {
    putBack(db, task, 'INTERRUPTED', false, attempt)
    // A batch of vectors does not bring its owner down, and would take long one by one.
    if (task.lane === 'embed') db.run('UPDATE tasks SET alone = ? WHERE id = ?', task.alone, task.id)
  }
}

/** At start, as the only owner: takes back what was running, discards staged text, ends jobs whose last task had ended. */
export const recoverTasks = (db: Database): { interrupted: number; stagedContents: number } => {
  const running = readRunning(db)
  const { staged } = db.one<{ staged: number }>(`SELECT count(*) AS staged FROM contents WHERE state = 'staged'`)
  for (const task of running) recoverTask(db, task)
  db.run(`UPDATE contents SET state = 'garbage', task_id = NULL WHERE state = 'staged'`)
  const open = db.all<{ id: number }>(
    `SELECT id FROM jobs WHERE state NOT IN ('completed', 'completed_with_problems', 'failed', 'cancelled')`,
  )
  for (const { id } of open) settleJob(db, id)
  return { interrupted: running.length, stagedContents: staged }
}
