/**
 * Owns jobs: making them, their lists and figures, and the figures of the queue.
 * Refuses: changing what is to become of them (job-control.ts).
 */
import { GENERATED_KEY, isGeneratedKey } from '../../shared/calls'
import { AppError } from '../../shared/errors'
import type { Job } from '../../shared/domain'
import { lanes, type Lane } from '../../shared/phases'
import type { JobFigures, Operations } from './contract'
import { ensureCollection } from './collections'
import { NOW, type Database } from './database'
import { countDeadLetters } from './dead-letters'
import { confirmJob } from './job-control'
import {
  needJob,
  priorityNumbers,
  readJobRow,
  SELECT_JOB,
  settleJob,
  tellLabel,
  toCounts,
  toJob,
  type JobRow,
} from './job-rows'
import { listRetries } from './retries'
import { insertTasks } from './tasks'

/** Paths that are told as being worked on, and retries as coming up. */
const CURRENT_TASKS = 5

/** The open job of a collection that was offered just these paths in the same way; without a key of its own. */
const findTwin = (db: Database, collectionId: number, paths: string, patterns: string): { id: number } | null =>
  db.get<{ id: number }>(
    `SELECT id FROM jobs WHERE collection_id = ? AND open_tasks > 0 AND cancelling = 0 AND kind = 'intake' AND (key IS NULL OR key GLOB ?)
      AND paths = ? AND patterns = ? ORDER BY id DESC LIMIT 1`,
    collectionId,
    `${GENERATED_KEY}*`,
    paths,
    patterns,
  )

/** Looks through the offered paths once more: what came since the first time is found as well. What was found already is left as it is. */
const scanAgain = (db: Database, jobId: number): void => {
  db.run(
    `UPDATE tasks SET state = 'queued', attempts = 0, alone = 0, interruptions = 0, outcome = NULL, code = NULL, details = NULL,
      problem_phase = NULL, problem_attempts = NULL, warnings = NULL, ended_at = NULL, discarded_at = NULL
      WHERE job_id = ? AND kind = 'scan' AND state = 'ended'`,
    jobId,
  )
}

/** Inserts a job with its scans; with a key that exists, or paths that are being worked on, it is that job. @throws NOT_FOUND */
export const createJob = (
  db: Database,
  params: Operations['jobs.create']['params'],
): Operations['jobs.create']['result'] => {
  const { key, label, naming = null, request, scans, confirmed = false, client = 'local', priority = 'normal' } = params
  const known = key === null ? null : db.get<{ id: number }>('SELECT id FROM jobs WHERE key = ?', key)
  if (known) return { job: toJob(needJob(db, known.id)), created: false }
  const collectionId = params.collectionId ?? Number(ensureCollection(db, { name: params.collectionName }).id)
  if (db.get('SELECT id FROM collections WHERE id = ?', collectionId) === null) {
    throw new AppError('NOT_FOUND', { what: 'collection', id: collectionId })
  }
  const { globs, ignores, leaveOut = [] } = request
  const paths = JSON.stringify(request.paths)
  const patterns = JSON.stringify({ globs, ignores, leaveOut })
  const twin = key === null || isGeneratedKey(key) ? findTwin(db, collectionId, paths, patterns) : null
  if (twin) {
    if (confirmed) confirmJob(db, { id: twin.id })
    scanAgain(db, twin.id)
    settleJob(db, twin.id)
    return { job: toJob(needJob(db, twin.id)), created: false }
  }
  const { id } = db.run(
    `INSERT INTO jobs (collection_id, key, label, label_remark, paths, patterns, kind, state, confirmed, client, priority, created_at)
      VALUES (?, ?, ?, ?, ?, ?, 'intake', 'queued', ?, ?, ?, ${NOW})`,
    collectionId,
    key,
    label,
    naming === null ? null : JSON.stringify(naming),
    paths,
    patterns,
    confirmed ? 1 : 0,
    client,
    priorityNumbers[priority],
  )
  insertTasks(db, { jobId: id, parentId: null, items: scans })
  settleJob(db, id)
  return { job: toJob(needJob(db, id)), created: true }
}

export const findJobByKey = (db: Database, { key }: Operations['jobs.findKey']['params']): Job | null => {
  const known = db.get<{ id: number }>('SELECT id FROM jobs WHERE key = ?', key)
  return known && toJob(needJob(db, known.id))
}

export const findJob = (db: Database, { id }: Operations['jobs.find']['params']): Job | null => {
  const row = readJobRow(db, id)
  return row && toJob(row)
}

const orders = { newest: 'j.id DESC', line: 'j.collection_id, j.priority DESC, j.rank' } as const

export const listJobs = (
  db: Database,
  { states, offset, limit, collectionId = null, order = 'newest' }: Operations['jobs.list']['params'],
): Operations['jobs.list']['result'] => {
  const wanted = states && JSON.stringify(states)
  const where = '(?1 IS NULL OR j.state IN (SELECT value FROM json_each(?1))) AND (?2 IS NULL OR j.collection_id = ?2)'
  const rows = db.all<JobRow>(
    `${SELECT_JOB} WHERE ${where} ORDER BY ${orders[order]} LIMIT ?3 OFFSET ?4`,
    wanted,
    collectionId,
    limit,
    offset,
  )
  const { total } = db.one<{ total: number }>(
    `SELECT count(*) AS total FROM jobs j WHERE ${where}`,
    wanted,
    collectionId,
  )
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
  const { summarized } = db.one<{ summarized: number }>(
    `SELECT COALESCE((SELECT items FROM job_phases WHERE job_id = ? AND phase = 'summarize'), 0) AS summarized`,
    id,
  )
  const documents = toCounts(row)
  return {
    job: toJob(row),
    documents,
    summaries: row.summarizes === 1 ? 'only' : row.wants_summaries === 1 ? 'also' : 'none',
    found: documents.total + row.open_documents,
    discovering: row.open_discovery > 0,
    phases: {
      expand: { done: row.discovery_total - row.open_discovery, total: row.discovery_total },
      extract: { done: row.documents_total - row.open_extract, total: row.documents_total },
      embed: { done: row.documents_total - row.open_documents + row.open_summaries, total: row.documents_total },
      summarize: { done: summarized, total: summarized + row.open_summaries },
    },
    windowsDone: row.windows_computed + row.windows_cached,
    chunksTotal: row.embed_chunks,
    chunksPending: row.pending_chunks,
    current: current.map(({ path, phase }) => ({
      path,
      phase,
      // What no item is read for is called as its job is.
      ...tellLabel('path', path === row.label ? row.label_remark : null),
    })),
    waiting: row.waiting_tasks,
    retries: listRetries(db, id, CURRENT_TASKS),
    nextRetryAtMs: next,
  }
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

/** What waits for its next try in jobs that are not paused: those go on by themselves. */
const DELAYED = `
  SELECT COALESCE(sum(t.run_at_ms > ?), 0) AS delayed, min(t.run_at_ms) AS next FROM tasks t INDEXED BY tasks_delayed JOIN jobs j ON j.id = t.job_id
    WHERE t.state = 'queued' AND t.run_at_ms > 0 AND j.state <> 'paused'`

const laneCounts = (db: Database): Record<Lane, { queued: number; running: number }> => {
  const counts = Object.fromEntries(lanes.map((lane) => [lane, { queued: 0, running: 0 }])) as Record<
    Lane,
    { queued: number; running: number }
  >
  const read = (from: string): { lane: Lane; count: number }[] =>
    db.all(`SELECT lane, count(*) AS count FROM tasks ${from} GROUP BY lane`)
  for (const { lane, count } of read(`INDEXED BY tasks_claimable WHERE state = 'queued' AND run_at_ms = 0`))
    counts[lane].queued = count
  for (const { lane, count } of read(`INDEXED BY tasks_running WHERE state = 'running'`)) counts[lane].running = count
  return counts
}

export const readQueueStatus = (
  db: Database,
  { nowMs }: Operations['queue.status']['params'],
): Operations['queue.status']['result'] => {
  const figures = db.one<{ open: number; active: number; queued: number; paused: number; waiting: number }>(
    `SELECT COALESCE(sum(iif(state = 'paused', 0, open_tasks - waiting_tasks)), 0) AS open, COALESCE(sum(state = 'running'), 0) AS active,
      COALESCE(sum(state = 'queued'), 0) AS queued, COALESCE(sum(state = 'paused'), 0) AS paused,
      COALESCE(sum(state = 'awaiting_confirmation'), 0) AS waiting FROM jobs WHERE open_tasks > 0`,
  )
  const byLane = laneCounts(db)
  const running = lanes.reduce((sum, lane) => sum + byLane[lane].running, 0)
  const { delayed, next } = db.one<{ delayed: number; next: number | null }>(DELAYED, Math.max(0, Math.floor(nowMs)))
  const waiting = db.all<JobRow>(
    `${SELECT_JOB} WHERE j.state IN ('awaiting_confirmation', 'paused') ORDER BY j.id DESC LIMIT 100`,
  )
  const { active, queued, paused } = figures
  return {
    queued: Math.max(0, figures.open - running - delayed),
    running,
    delayed,
    nextRunAtMs: next,
    waiting: waiting.map(toJob),
    deadLetters: countDeadLetters(db),
    jobs: { active, queued, paused, waiting: figures.waiting },
    lanes: byLane,
  }
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
