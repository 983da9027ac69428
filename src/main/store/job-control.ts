/**
 * Owns what people do with jobs: pause and resume, cancel, confirm, retry, order.
 * Refuses: running anything; what runs right now is interrupted by the queue.
 */
import { AppError } from '../../shared/errors'
import type { Job } from '../../shared/domain'
import type { Operations } from './contract'
import type { Database } from './database'
import { isFinal, needJob, priorityNumbers, reopenJob, settleJob, toJob, type JobRow } from './job-rows'
import { forgetFailedPictures } from './pictures'
import { reopenContainers } from './relisting'
import { cancelTask } from './task-ends'
import { readResting } from './task-rows'

/** Queued tasks that one transaction cancels; 20 to 50 ms. The rest follows in steps (`cancelSome`). */
const CANCEL_TASKS = 400

const runningOf = (db: Database, jobId: number): number[] =>
  db.all<{ id: number }>(`SELECT id FROM tasks WHERE job_id = ? AND state = 'running'`, jobId).map((task) => task.id)

/** @throws NOT_FOUND, JOB_STATE */
const needOpen = (db: Database, id: number, verb: string): JobRow => {
  const row = needJob(db, id)
  if (isFinal(row.state)) throw new AppError('JOB_STATE', { state: row.state.replaceAll('_', ' '), verb })
  if (row.cancelling === 1) throw new AppError('JOB_STATE', { state: 'being cancelled', verb })
  return row
}

/** Nothing of it is claimed from now on. What runs is told, to be interrupted. @throws NOT_FOUND, JOB_STATE */
export const pauseJob = (
  db: Database,
  { id }: Operations['jobs.pause']['params'],
): Operations['jobs.pause']['result'] => {
  needOpen(db, id, 'paused')
  db.run(`UPDATE jobs SET state = 'paused' WHERE id = ?`, id)
  return { job: toJob(needJob(db, id)), running: runningOf(db, id) }
}

/** Back into the line, at its place. @throws NOT_FOUND, JOB_STATE */
export const resumeJob = (db: Database, { id }: Operations['jobs.resume']['params']): Job => {
  if (needOpen(db, id, 'resumed').state === 'paused') {
    db.run(`UPDATE jobs SET state = 'queued' WHERE id = ?`, id)
    settleJob(db, id)
  }
  return toJob(needJob(db, id))
}

/** @throws NOT_FOUND */
export const prioritizeJob = (db: Database, { id, priority }: Operations['jobs.prioritize']['params']): Job => {
  needJob(db, id)
  db.run('UPDATE jobs SET priority = ? WHERE id = ?', priorityNumbers[priority], id)
  return toJob(needJob(db, id))
}

/**
 * Moves a queued job before another one of its collection, or to the end of the line; it takes on the priority of its new neighbor, or the
 * line would put it back. @throws NOT_FOUND, JOB_STATE
 */
export const moveJob = (db: Database, { id, before }: Operations['jobs.move']['params']): Job => {
  const row = needJob(db, id)
  if (row.state !== 'queued')
    throw new AppError('JOB_STATE', { state: row.state.replaceAll('_', ' '), verb: 'moved in the line' })
  if (before === id) return toJob(row)
  const next = before === null ? null : needJob(db, before)
  if (next !== null && (next.collection_id !== row.collection_id || next.state !== 'queued'))
    throw new AppError('JOB_STATE', {
      state: next.state.replaceAll('_', ' '),
      verb: 'something to move another before',
    })
  const line = db.all<{ id: number; priority: number; rank: number }>(
    `SELECT id, priority, rank FROM jobs WHERE state = 'queued' AND collection_id = ? AND id <> ? ORDER BY priority DESC, rank`,
    row.collection_id,
    id,
  )
  const place = next === null ? line.length : line.findIndex((other) => other.id === next.id)
  const behind = line[place]
  const ahead = line[place - 1]
  const priority = behind?.priority ?? ahead?.priority ?? row.priority
  const low = ahead?.priority === priority ? ahead.rank : (behind?.rank ?? row.rank) - 2
  const high = behind?.priority === priority ? behind.rank : low + 2
  db.run('UPDATE jobs SET priority = ?, rank = ? WHERE id = ?', priority, (low + high) / 2, id)
  return toJob(needJob(db, id))
}

/** Cancels some tasks that nothing works on, of a job that was told to stop; `true` when more are left. */
const cancelResting = (db: Database, jobId: number): boolean => {
  const resting = readResting(db, jobId, CANCEL_TASKS)
  for (const task of resting) cancelTask(db, task)
  settleJob(db, jobId)
  return resting.length === CANCEL_TASKS
}

/** @throws NOT_FOUND, JOB_STATE */
export const cancelJob = (
  db: Database,
  { id }: Operations['jobs.cancel']['params'],
): Operations['jobs.cancel']['result'] => {
  const row = needJob(db, id)
  if (isFinal(row.state)) throw new AppError('JOB_STATE', { state: row.state, verb: 'cancelled' })
  db.run('UPDATE jobs SET cancelling = 1 WHERE id = ?', id)
  cancelResting(db, id)
  const running = db.all<{ id: number }>(`SELECT id FROM tasks WHERE job_id = ? AND state = 'running'`, id)
  return { job: toJob(needJob(db, id)), running: running.map((task) => task.id) }
}

/** One step of cancelling a job with very many tasks; `true` when there may be more. Must run in a transaction of its own. */
export const cancelSome = (db: Database): boolean => {
  const job = db.get<{ id: number }>(
    `SELECT j.id FROM jobs j WHERE j.open_tasks > 0 AND j.cancelling = 1
      AND (EXISTS (SELECT 1 FROM tasks t WHERE t.job_id = j.id AND t.state = 'queued')
        OR EXISTS (SELECT 1 FROM tasks t WHERE t.job_id = j.id AND t.state = 'waiting')) LIMIT 1`,
  )
  return job !== null && (cancelResting(db, job.id) || true)
}

/** @throws NOT_FOUND, JOB_STATE */
export const confirmJob = (
  db: Database,
  { id }: Operations['jobs.confirm']['params'],
): Operations['jobs.confirm']['result'] => {
  const row = needJob(db, id)
  if (isFinal(row.state) || row.cancelling === 1)
    throw new AppError('JOB_STATE', { state: row.state, verb: 'confirmed' })
  db.run('UPDATE jobs SET confirmed = 1 WHERE id = ?', id)
  const tasks = db.run(
    `UPDATE tasks SET state = 'queued', waits_for = NULL, code = NULL, details = NULL, problem_phase = NULL
      WHERE job_id = ? AND state = 'waiting' AND waits_for = 'confirmation'`,
    id,
  ).changes
  settleJob(db, id)
  return { job: toJob(needJob(db, id)), tasks }
}

/** Also when a copy of it got the vectors since: nothing is left to do, but it must not count as partial for ever. */
const LACKED_VECTORS = `(pending_chunks > 0 OR outcome = 'partial' AND problem_phase = 'embed')`

/** It is found, and only its summary was not made. */
const LACKED_SUMMARY = `(outcome = 'partial' AND problem_phase = 'summarize')`

const WHERE_ON = `CASE WHEN kind = 'scan' AND lane = 'embed' THEN 'embed' WHEN kind <> 'document' THEN 'expand' WHEN ${LACKED_SUMMARY} THEN 'summarize'
      WHEN ${LACKED_VECTORS} THEN 'embed' ELSE 'extract' END`

/** What can be tried again, what was removed not among it, and where it goes on: at its vectors when the text is committed, else at its start. */
const RETRY = `
  UPDATE tasks SET state = 'queued', run_at_ms = 0, attempts = 0, alone = 0, interruptions = 0, outcome = NULL, ended_at = NULL,
    lane = ${WHERE_ON}, phase = ${WHERE_ON},
    embed_chunks = max(embed_chunks, pending_chunks), discarded_at = NULL, settings = NULL,
    code = NULL, details = NULL, problem_phase = NULL, problem_attempts = NULL, warnings = NULL
  WHERE job_id = ? AND outcome IN ('failed', 'cancelled', 'partial') AND stale = 0
    AND (document_id IS NULL OR document_id > 0)
    AND (outcome <> 'partial' OR ${LACKED_SUMMARY} OR ${LACKED_VECTORS} OR code IN ('OCR_MISSING', 'OCR_FAILED'))`

/** What goes on at its vectors keeps what makes its text partial. */
const RESTORE_PROBLEMS = `
  UPDATE tasks SET code = json_extract(k.partial, '$.code'), details = json_extract(k.partial, '$.details'), problem_phase = 'extract', problem_attempts = 1
  FROM contents k WHERE k.id = tasks.content_id AND k.partial IS NOT NULL AND tasks.job_id = ? AND tasks.state = 'queued' AND tasks.lane IN ('embed', 'summarize')`

/** Queues again what failed, was cancelled, or lacks vectors, its summary or the text of pictures. @throws NOT_FOUND, JOB_STATE */
export const retryJob = (
  db: Database,
  { id }: Operations['jobs.retry']['params'],
): Operations['jobs.retry']['result'] => {
  const row = needJob(db, id)
  if (!isFinal(row.state)) throw new AppError('JOB_STATE', { state: row.state, verb: 'retried' })
  forgetFailedPictures(db, id)
  // Of a job that was pruned, nobody could tell any more what an archive held before.
  const reopened = row.pruned_at === null ? reopenContainers(db, id) : 0
  const tasks = reopened + db.run(RETRY, id).changes
  if (tasks > 0) {
    db.run(RESTORE_PROBLEMS, id)
    reopenJob(db, id)
  }
  return { job: toJob(needJob(db, id)), tasks }
}
