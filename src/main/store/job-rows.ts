/**
 * Owns how a row of `jobs` becomes what people see of a job, and when a job is over.
 * Refuses: changing tasks. The counters of the row are kept by triggers.
 */
import {
  finalJobStates,
  jobPriorities,
  outcomes,
  type Job,
  type JobPriority,
  type JobState,
  type OutcomeCounts,
} from '../../shared/domain'
import { AppError } from '../../shared/errors'
import type { Told } from '../../shared/remarks'
import { shareDone } from '../../shared/phases'
import { NOW, type Database } from './database'
import { sweepGone } from './gone'
import type { UnitRow } from './receipts'
import { parseRemark } from './stored-json'

type Counters = Record<(typeof outcomes)[number], number>

export type JobRow = Counters &
  UnitRow & {
    id: number
    collection_id: number
    collection: string
    key: string | null
    label: string
    label_remark: string | null
    state: JobState
    cancelling: number
    created_at: string
    started_at: string | null
    keyword_ready_at: string | null
    finished_at: string | null
    now: string
    open_tasks: number
    open_discovery: number
    open_text: number
    open_documents: number
    open_extract: number
    open_summaries: number
    summarizes: number
    wants_summaries: number
    discovery_total: number
    documents_total: number
    scans: number
    failed_scans: number
    size_bytes: number
    embed_chunks: number
    pending_chunks: number
    confirmed: number
    waiting_tasks: number
    gone: number
    chunks: number
    tokens: number
    windows_computed: number
    windows_cached: number
    peak_rss_bytes: number
    peak_temp_bytes: number
    priority: number
    rank: number
    retries: number
    pruned_at: string | null
    position: number | null
    kind: 'intake' | 'repair'
    generation_id: number | null
    text_version: number | null
  }

/** Columns of `JobRow`; to be followed by conditions on `j` (jobs) and `c` (collections). */
export const SELECT_JOB = `SELECT j.*, c.name AS collection, c.summaries <> 'off' AS wants_summaries, ${NOW} AS now,
    iif(j.state = 'queued', (SELECT count(*) FROM jobs q WHERE q.state = 'queued' AND q.collection_id = j.collection_id
      AND (q.priority > j.priority OR (q.priority = j.priority AND q.rank <= j.rank))), NULL) AS position
  FROM jobs j JOIN collections c ON c.id = j.collection_id`

export const readJobRow = (db: Database, id: number): JobRow | null =>
  db.get<JobRow>(`${SELECT_JOB} WHERE j.id = ?`, id)

/** @throws NOT_FOUND */
export const needJob = (db: Database, id: number): JobRow => {
  const row = readJobRow(db, id)
  if (row === null) throw new AppError('NOT_FOUND', { what: 'job', id })
  return row
}

export const priorityNumbers: Readonly<Record<JobPriority, number>> = { low: -1, normal: 0, high: 1 }

const priorityOf = (stored: number): JobPriority =>
  jobPriorities.find((priority) => priorityNumbers[priority] === stored) ?? 'normal'

export const isFinal = (state: JobState): boolean => finalJobStates.includes(state)

const msBetween = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from))

/** 0–1, as `shareDone` weighs it. */
const progressOf = (row: JobRow): number => {
  if (isFinal(row.state)) return 1
  const chunks = { done: row.embed_chunks - row.pending_chunks, total: row.embed_chunks }
  // A generation that is filled has no documents of its own.
  if (row.generation_id !== null && chunks.total === 0) return 1
  const ended = row.documents_total - row.open_documents
  return shareDone({
    expand: { done: row.discovery_total - row.open_discovery, total: row.discovery_total },
    extract: { done: row.documents_total - row.open_extract, total: row.documents_total },
    embed: { done: ended + row.open_summaries, total: row.documents_total },
    chunks,
    summaries: {
      kind: row.summarizes === 1 ? 'only' : row.wants_summaries === 1 ? 'also' : 'none',
      through: ended,
    },
    discovering: row.open_discovery > 0,
  })
}

/** The remark that a text of a row is made of, as an answer tells it. */
export const tellLabel = (field: 'label' | 'path', json: string | null): { told?: Told } => {
  const remark = parseRemark(json)
  return remark === null ? {} : { told: { [field]: remark } }
}

export const toJob = (row: JobRow): Job => ({
  id: String(row.id),
  key: row.key,
  collection: row.collection,
  state: row.state,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  elapsedMs: row.started_at === null ? 0 : msBetween(row.started_at, row.finished_at ?? row.now),
  keywordReadyMs:
    row.started_at === null || row.keyword_ready_at === null ? null : msBetween(row.started_at, row.keyword_ready_at),
  pendingVectors: row.pending_chunks,
  label: row.label,
  ...tellLabel('label', row.label_remark),
  progress: progressOf(row),
  priority: priorityOf(row.priority),
  position: row.position,
  kind: row.generation_id === null && row.text_version === null ? row.kind : 'rebuild',
})

export const toCounts = (row: JobRow): OutcomeCounts => {
  const counts: OutcomeCounts = {
    total: 0,
    indexed: row.indexed,
    unchanged: row.unchanged,
    duplicate: row.duplicate,
    partial: row.partial,
    skipped: row.skipped,
    rejected: row.rejected,
    failed: row.failed,
    cancelled: row.cancelled,
  }
  counts.total = outcomes.reduce((sum, outcome) => sum + counts[outcome], 0)
  return counts
}

const finalStateOf = (row: JobRow): JobState => {
  if (row.cancelling === 1) return 'cancelled'
  if (row.scans > 0 && row.failed_scans === row.scans) return 'failed'
  return row.partial + row.rejected + row.failed + row.cancelled > 0 ? 'completed_with_problems' : 'completed'
}

/** Takes up again a job that was over, for tasks that were queued again. */
export const reopenJob = (db: Database, jobId: number): void => {
  db.run(
    `UPDATE jobs SET state = 'queued', cancelling = 0, retries = 0, started_at = NULL, keyword_ready_at = NULL, finished_at = NULL WHERE id = ?`,
    jobId,
  )
}

/** A job of which only tasks are open that wait for a person waits itself; with anything else to do it goes on. */
const settleOpen = (db: Database, jobId: number, row: SettleRow): void => {
  const waits = row.open_tasks === row.waiting_tasks && row.cancelling === 0
  if (waits && (row.state === 'running' || row.state === 'queued'))
    db.run(`UPDATE jobs SET state = 'awaiting_confirmation' WHERE id = ?`, jobId)
  if (!waits && row.state === 'awaiting_confirmation') db.run(`UPDATE jobs SET state = 'queued' WHERE id = ?`, jobId)
}

/** What decides on the end of a job; read after every task, so no more than that. */
type SettleRow = Pick<
  JobRow,
  'state' | 'open_text' | 'keyword_ready_at' | 'started_at' | 'open_tasks' | 'waiting_tasks' | 'cancelling'
>
const SETTLE =
  'SELECT state, open_text, keyword_ready_at, started_at, open_tasks, waiting_tasks, cancelling FROM jobs WHERE id = ?'

/**
 * Sets what follows from the counters: when everything can be found by keyword, and that the job is over. Call it after tasks ended. The
 * last of them leaves the search for what is gone; of a large source, that is done in steps (maintenance.ts).
 */
export const settleJob = (db: Database, jobId: number): void => {
  const row = db.get<SettleRow>(SETTLE, jobId)
  if (row === null || isFinal(row.state)) return
  if (row.open_text === 0 && row.keyword_ready_at === null && row.started_at !== null) {
    db.run(`UPDATE jobs SET keyword_ready_at = ${NOW} WHERE id = ?`, jobId)
  }
  if (row.open_tasks > 0) return settleOpen(db, jobId, row)
  if (!sweepGone(db, jobId)) return
  db.run(
    `UPDATE jobs SET state = ?, started_at = COALESCE(started_at, ${NOW}), finished_at = ${NOW} WHERE id = ?`,
    finalStateOf(needJob(db, jobId)),
    jobId,
  )
}
