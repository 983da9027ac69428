/**
 * Owns jobs: making them, their lists and figures, stopping them and trying again what did not work out.
 * Refuses: running anything.
 */
import { AppError } from '../../shared/errors'
import type { Job } from '../../shared/domain'
import type { JobFigures, Operations } from './contract'
import { ensureCollection } from './collections'
import { NOW, type Database } from './database'
import { isFinal, readJobRow, SELECT_JOB, reopenJob, settleJob, toCounts, toJob, type JobRow } from './job-rows'
import { reopenContainers } from './relisting'
import { forgetFailedPictures } from './pictures'
import { cancelTask } from './task-ends'
import { readResting } from './task-rows'
import { insertTasks } from './tasks'

/** Queued tasks that one transaction cancels; 20 to 50 ms. The rest follows in steps (`cancelSome`). */
const CANCEL_TASKS = 400
/** Paths that are told as being worked on. */
const CURRENT_TASKS = 5

const need = (db: Database, id: number): JobRow => {
  const row = readJobRow(db, id)
  if (row === null) throw new AppError('NOT_FOUND', { what: 'job', id })
  return row
}

/** Inserts a job with its scans; with a key that exists, it is the job of that key. @throws NOT_FOUND */
export const createJob = (
  db: Database,
  params: Operations['jobs.create']['params'],
): Operations['jobs.create']['result'] => {
  const { key, label, request, scans, confirmed = false } = params
  const known = key === null ? null : db.get<{ id: number }>('SELECT id FROM jobs WHERE key = ?', key)
  if (known) return { job: toJob(need(db, known.id)), created: false }
  const collectionId = params.collectionId ?? Number(ensureCollection(db, { name: params.collectionName }).id)
  if (db.get('SELECT id FROM collections WHERE id = ?', collectionId) === null) {
    throw new AppError('NOT_FOUND', { what: 'collection', id: collectionId })
  }
  const { paths, globs, ignores, leaveOut = [] } = request
  const { id } = db.run(
    `INSERT INTO jobs (collection_id, key, label, paths, patterns, kind, state, confirmed, created_at)
      VALUES (?, ?, ?, ?, ?, 'intake', 'queued', ?, ${NOW})`,
    collectionId,
    key,
    label,
    JSON.stringify(paths),
    JSON.stringify({ globs, ignores, leaveOut }),
    confirmed ? 1 : 0,
  )
  insertTasks(db, { jobId: id, parentId: null, items: scans })
  settleJob(db, id)
  return { job: toJob(need(db, id)), created: true }
}

export const findJobByKey = (db: Database, { key }: Operations['jobs.findKey']['params']): Job | null => {
  const known = db.get<{ id: number }>('SELECT id FROM jobs WHERE key = ?', key)
  return known && toJob(need(db, known.id))
}

export const findJob = (db: Database, { id }: Operations['jobs.find']['params']): Job | null => {
  const row = readJobRow(db, id)
  return row && toJob(row)
}

/** Newest first. */
export const listJobs = (
  db: Database,
  { states, offset, limit }: Operations['jobs.list']['params'],
): Operations['jobs.list']['result'] => {
  const wanted = states && JSON.stringify(states)
  const where = '(?1 IS NULL OR j.state IN (SELECT value FROM json_each(?1)))'
  const rows = db.all<JobRow>(
    `${SELECT_JOB} WHERE ${where} ORDER BY j.id DESC LIMIT ?2 OFFSET ?3`,
    wanted,
    limit,
    offset,
  )
  const { total } = db.one<{ total: number }>(`SELECT count(*) AS total FROM jobs j WHERE ${where}`, wanted)
  return { jobs: rows.map((row) => ({ ...toJob(row), documents: toCounts(row) })), total }
}

export const readProgress = (db: Database, { id }: Operations['jobs.progress']['params']): JobFigures | null => {
  const row = readJobRow(db, id)
  if (row === null) return null
  const current = db.all<JobFigures['current'][number]>(
    `SELECT path, phase FROM tasks WHERE job_id = ? AND state = 'running' ORDER BY id LIMIT ?`,
    id,
    CURRENT_TASKS,
  )
  const { next } = db.one<{ next: number | null }>(
    `SELECT min(run_at_ms) AS next FROM tasks INDEXED BY tasks_delayed WHERE state = 'queued' AND run_at_ms > 0 AND job_id = ?`,
    id,
  )
  const documents = toCounts(row)
  return {
    job: toJob(row),
    documents,
    found: documents.total + row.open_documents,
    discovering: row.open_discovery > 0,
    phases: {
      expand: { done: row.discovery_total - row.open_discovery, total: row.discovery_total },
      extract: { done: row.documents_total - row.open_extract, total: row.documents_total },
      embed: { done: row.documents_total - row.open_documents, total: row.documents_total },
    },
    windowsDone: row.windows_computed + row.windows_cached,
    chunksTotal: row.embed_chunks,
    chunksPending: row.pending_chunks,
    current: current.map(({ path, phase }) => ({ path, phase })),
    waiting: row.waiting_tasks,
    nextRetryAtMs: next,
  }
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
  const row = need(db, id)
  if (isFinal(row.state)) throw new AppError('JOB_STATE', { state: row.state, verb: 'cancelled' })
  db.run('UPDATE jobs SET cancelling = 1 WHERE id = ?', id)
  cancelResting(db, id)
  const running = db.all<{ id: number }>(`SELECT id FROM tasks WHERE job_id = ? AND state = 'running'`, id)
  return { job: toJob(need(db, id)), running: running.map((task) => task.id) }
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
  const row = need(db, id)
  if (isFinal(row.state) || row.cancelling === 1)
    throw new AppError('JOB_STATE', { state: row.state, verb: 'confirmed' })
  db.run('UPDATE jobs SET confirmed = 1 WHERE id = ?', id)
  const tasks = db.run(
    `UPDATE tasks SET state = 'queued', waits_for = NULL, code = NULL, details = NULL, problem_phase = NULL
      WHERE job_id = ? AND state = 'waiting' AND waits_for = 'confirmation'`,
    id,
  ).changes
  settleJob(db, id)
  return { job: toJob(need(db, id)), tasks }
}

/** What can be tried again, and where it goes on: at its vectors when the text is committed, else at its start. */
const RETRY = `
  UPDATE tasks SET state = 'queued', run_at_ms = 0, attempts = 0, alone = 0, interruptions = 0, outcome = NULL, ended_at = NULL,
    lane = CASE WHEN kind <> 'document' THEN 'expand' WHEN pending_chunks > 0 THEN 'embed' ELSE 'extract' END,
    phase = CASE WHEN kind <> 'document' THEN 'expand' WHEN pending_chunks > 0 THEN 'embed' ELSE 'extract' END,
    embed_chunks = max(embed_chunks, pending_chunks),
    code = NULL, details = NULL, problem_phase = NULL, problem_attempts = NULL, warnings = NULL
  WHERE job_id = ? AND outcome IN ('failed', 'cancelled', 'partial') AND stale = 0
    AND (outcome <> 'partial' OR pending_chunks > 0 OR code IN ('OCR_MISSING', 'OCR_FAILED'))`

/** What goes on at its vectors keeps what makes its text partial. */
const RESTORE_PROBLEMS = `
  UPDATE tasks SET code = json_extract(k.partial, '$.code'), details = json_extract(k.partial, '$.details'), problem_phase = 'extract', problem_attempts = 1
  FROM contents k WHERE k.id = tasks.content_id AND k.partial IS NOT NULL AND tasks.job_id = ? AND tasks.state = 'queued' AND tasks.lane = 'embed'`

/** Queues again what failed, was cancelled, or lacks vectors or the text of pictures. @throws NOT_FOUND, JOB_STATE */
export const retryJob = (
  db: Database,
  { id }: Operations['jobs.retry']['params'],
): Operations['jobs.retry']['result'] => {
  const row = need(db, id)
  if (!isFinal(row.state)) throw new AppError('JOB_STATE', { state: row.state, verb: 'retried' })
  forgetFailedPictures(db, id)
  const tasks = reopenContainers(db, id) + db.run(RETRY, id).changes
  if (tasks > 0) {
    db.run(RESTORE_PROBLEMS, id)
    reopenJob(db, id)
  }
  return { job: toJob(need(db, id)), tasks }
}

/** Keeps the highest figures that were seen. */
export const addPeaks = (
  db: Database,
  { id, rssBytes, tempDiskBytes }: Operations['jobs.addPeaks']['params'],
): Record<string, never> => {
  db.run(
    'UPDATE jobs SET peak_rss_bytes = max(peak_rss_bytes, ?), peak_temp_bytes = max(peak_temp_bytes, ?) WHERE id = ?',
    Math.round(rssBytes),
    Math.round(tempDiskBytes),
    id,
  )
  return {}
}

export const readQueueStatus = (
  db: Database,
  { nowMs }: Operations['queue.status']['params'],
): Operations['queue.status']['result'] => {
  const { open } = db.one<{ open: number }>(
    'SELECT COALESCE(sum(open_tasks - waiting_tasks), 0) AS open FROM jobs WHERE open_tasks > 0',
  )
  const { running } = db.one<{ running: number }>(`SELECT count(*) AS running FROM tasks WHERE state = 'running'`)
  const { delayed, next } = db.one<{ delayed: number; next: number | null }>(
    `SELECT count(*) AS delayed, min(run_at_ms) AS next FROM tasks INDEXED BY tasks_delayed
      WHERE state = 'queued' AND run_at_ms > 0 AND run_at_ms > ?`,
    Math.max(0, Math.floor(nowMs)),
  )
  const waiting = db.all<JobRow>(
    `${SELECT_JOB} WHERE j.state IN ('awaiting_confirmation', 'paused') ORDER BY j.id DESC LIMIT 100`,
  )
  return { queued: open - running - delayed, running, delayed, nextRunAtMs: next, waiting: waiting.map(toJob) }
}

const RATE_JOBS = 20
const RATE_CHUNKS = 200

export const readChunkMs = (db: Database): number | null => {
  const { ms, chunks } = db.one<{ ms: number | null; chunks: number | null }>(
    `SELECT sum(p.ms) AS ms, sum(j.chunks) AS chunks FROM (
        SELECT id, chunks FROM jobs WHERE open_tasks = 0 AND chunks > 0 AND windows_computed > 9 * windows_cached ORDER BY id DESC LIMIT ?
      ) j JOIN job_phases p ON p.job_id = j.id AND p.phase = 'embed'`,
    RATE_JOBS,
  )
  return ms === null || chunks === null || chunks < RATE_CHUNKS ? null : ms / chunks
}
