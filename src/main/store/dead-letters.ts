/**
 * Owns dead letters: tasks that failed for good, found by cause, queued again, put aside and taken back.
 * Refuses: deleting any. What a later job made good, or looks at right now, is none any more.
 */
import type { Phase } from '../../shared/domain'
import {
  remedyOf,
  type Attempt,
  type DeadLetter,
  type DeadLetterFilter,
  type DeadLetterGroup,
} from '../../shared/dead-letters'
import { isErrorCode, type ErrorCode, type ErrorDetails, told, toldMaybe } from '../../shared/errors'
import type { Operations } from './contract'
import { NOW, type Database, type SqlValue } from './database'
import { isFinal, needJob, reopenJob, settleJob } from './job-rows'
import { reopenContainers } from './relisting'
import { parseDetails, parseLocator } from './stored-json'

/** Tasks that one transaction queues again. */
const REPLAY_TASKS = 500
/** Ids that one transaction puts aside. */
const DISCARD_TASKS = 10_000
/** Attempts that are told of one: the last ones. */
const ATTEMPTS = 50

type Row = {
  id: number
  job_id: number
  collection: string
  document_id: number | null
  path: string
  locator: string
  size_bytes: number
  phase: Phase
  problem_phase: Phase | null
  code: string | null
  details: string | null
  outcome: 'failed' | 'rejected'
  ended_at: string | null
  discarded_at: string | null
}

const COLUMNS = `t.id, t.job_id, c.name AS collection, t.document_id, t.path, t.locator, t.size_bytes, t.phase, t.problem_phase, t.code, t.details,
  t.outcome, t.ended_at, t.discarded_at`

/** The last word on an item, kept by triggers: no later task is about its document, which is still there, and nothing has made it good. */
const LAST_WORD = `t.state = 'ended' AND t.outcome IN ('failed', 'rejected') AND t.stale = 0 AND t.superseded = 0`

/** A failed or refused task that has not the last word, as it is told from other rows; what is kept must be the same (`health.queue`). */
export const SUPERSEDED = `(tasks.document_id IS NOT NULL AND (
    EXISTS (SELECT 1 FROM tasks n WHERE n.document_id = tasks.document_id AND n.id > tasks.id)
    OR NOT EXISTS (SELECT 1 FROM documents d WHERE d.id = tasks.document_id AND NOT (d.state IN ('indexed', 'partial')
      AND max(COALESCE(d.indexed_at, ''), COALESCE(d.met_at, '')) > COALESCE(tasks.ended_at, '')))))`

type Where = {
  /** Reads nothing but this index, unless tasks are named. */
  readonly from: (index: 'tasks_letters' | 'tasks_causes') => string
  readonly sql: string
  readonly values: readonly SqlValue[]
}

const numbersOf = (ids: readonly string[]): number[] => ids.filter((id) => /^\d{1,15}$/.test(id)).map(Number)

export const whereOf = ({ ids, code, job, collection, rejected, discarded }: DeadLetterFilter): Where => {
  const conditions = [
    LAST_WORD,
    ...(rejected ? [] : [`t.outcome = 'failed'`]),
    `t.discarded_at IS ${discarded ? 'NOT NULL' : 'NULL'}`,
  ]
  const values: SqlValue[] = []
  const add = (condition: string, value: SqlValue): void => {
    conditions.push(condition)
    values.push(value)
  }
  if (ids) add('t.id IN (SELECT value FROM json_each(?))', JSON.stringify(numbersOf(ids)))
  if (code) add('t.code = ?', code)
  if (job !== undefined) add('t.job_id = ?', numbersOf([job])[0] ?? -1)
  if (collection !== undefined) add('t.collection_id = (SELECT id FROM collections WHERE name = ?)', collection)
  const from = (index: 'tasks_letters' | 'tasks_causes'): string => `FROM tasks t ${ids ? '' : `INDEXED BY ${index}`}`
  return { from, sql: conditions.join(' AND '), values }
}

const FROM = 'FROM tasks t JOIN collections c ON c.id = t.collection_id'

/** The ids of a page, the newest first, and the number of all of them. */
export const PAGE_QUERY = ({ from, sql }: Pick<Where, 'from' | 'sql'>): string =>
  `SELECT t.id ${from('tasks_letters')} WHERE ${sql} ORDER BY t.id DESC LIMIT ? OFFSET ?`
export const COUNT_QUERY = ({ from, sql }: Pick<Where, 'from' | 'sql'>): string =>
  `SELECT count(*) AS total ${from('tasks_letters')} WHERE ${sql}`
export const GROUP_QUERY = ({ from, sql }: Pick<Where, 'from' | 'sql'>): string =>
  `SELECT t.code, COALESCE(t.problem_phase, t.phase) AS phase, count(*) AS count, max(t.id) AS sample ${from('tasks_causes')}
    WHERE ${sql} GROUP BY t.code, COALESCE(t.problem_phase, t.phase) ORDER BY 3 DESC, 1`

const codeOf = (code: string | null): ErrorCode => (isErrorCode(code) ? code : 'INTERNAL_BUG')

const readAttempts = (db: Database, taskId: number): Attempt[] =>
  db
    .all<{
      ended_at: string
      ms: number
      phase: Phase
      code: string | null
      details: string | null
      counted: number
      worker: string | null
      peak_rss_bytes: number | null
    }>(
      `SELECT * FROM (SELECT id, ended_at, ms, phase, code, details, counted, worker, peak_rss_bytes FROM attempts
        WHERE task_id = ? ORDER BY id DESC LIMIT ?) ORDER BY id`,
      taskId,
      ATTEMPTS,
    )
    .map((row) => {
      const code = isErrorCode(row.code) ? row.code : null
      return {
        at: row.ended_at,
        ms: row.ms,
        phase: row.phase,
        ...toldMaybe(code, parseDetails(row.details)),
        counted: row.counted === 1,
        worker: row.worker,
        peakRssBytes: row.peak_rss_bytes,
      }
    })

const toDeadLetter = (db: Database, row: Row): DeadLetter => {
  const code = codeOf(row.code)
  const details: ErrorDetails = parseDetails(row.details)
  return {
    id: String(row.id),
    job: String(row.job_id),
    collection: row.collection,
    documentId: row.document_id === null ? null : String(row.document_id),
    path: row.path,
    location: parseLocator(row.locator).location,
    bytes: row.size_bytes,
    phase: row.problem_phase ?? row.phase,
    ...told(code, details),
    at: row.ended_at ?? '',
    outcome: row.outcome,
    discardedAt: row.discarded_at,
    attempts: readAttempts(db, row.id),
    remedy: remedyOf(code, details),
  }
}

/** Newest first. */
export const listDeadLetters = (
  db: Database,
  { filter, offset, limit }: Operations['deadLetters.list']['params'],
): Operations['deadLetters.list']['result'] => {
  const where = whereOf(filter)
  const ids = db.all<{ id: number }>(PAGE_QUERY(where), ...where.values, limit, offset).map(({ id }) => id)
  const rows = db.all<Row>(
    `SELECT ${COLUMNS} ${FROM} WHERE t.id IN (SELECT value FROM json_each(?)) ORDER BY t.id DESC`,
    JSON.stringify(ids),
  )
  const { total } = db.one<{ total: number }>(COUNT_QUERY(where), ...where.values)
  return { deadLetters: rows.map((row) => toDeadLetter(db, row)), total }
}

/** Beyond this many it does not matter how many there are: the queue is asked for its figures all the time. */
export const MANY_DEAD_LETTERS = 10_000

/** Dead letters that nobody put aside, at most `MANY_DEAD_LETTERS`. */
export const countDeadLetters = (db: Database): number =>
  db.one<{ total: number }>(
    `SELECT count(*) AS total FROM (SELECT 1 FROM tasks t INDEXED BY tasks_letters WHERE ${LAST_WORD} AND t.outcome = 'failed'
      AND t.discarded_at IS NULL LIMIT ${MANY_DEAD_LETTERS})`,
  ).total

/** By cause, the most frequent first. */
export const groupDeadLetters = (
  db: Database,
  { filter }: Operations['deadLetters.groups']['params'],
): Operations['deadLetters.groups']['result'] => {
  const where = whereOf(filter)
  const rows = db.all<{ code: string | null; phase: Phase; count: number; sample: number }>(
    GROUP_QUERY(where),
    ...where.values,
  )
  const groups = rows.map(({ code: stored, phase, count, sample }): DeadLetterGroup => {
    const { path, details } = db.one<{ path: string; details: string | null }>(
      'SELECT path, details FROM tasks WHERE id = ?',
      sample,
    )
    const code = codeOf(stored)
    const facts = parseDetails(details)
    return { ...told(code, facts), phase, count, path, remedy: remedyOf(code, facts) }
  })
  return { groups, total: groups.reduce((sum, { count }) => sum + count, 0) }
}

/** One of them, put aside or not, made good or not; `null` when it is no dead letter and no rejection. */
export const showDeadLetter = (db: Database, { id }: Operations['deadLetters.show']['params']): DeadLetter | null => {
  const row = db.get<Row>(
    `SELECT ${COLUMNS} ${FROM} WHERE t.id = ? AND t.state = 'ended' AND t.outcome IN ('failed', 'rejected')`,
    id,
  )
  return row && toDeadLetter(db, row)
}

/** From its start, or at its vectors when its text is there; with what a person allowed it. */
const REPLAY = `
  UPDATE tasks SET state = 'queued', run_at_ms = 0, attempts = 0, alone = 0, interruptions = 0, outcome = NULL, ended_at = NULL,
    lane = CASE WHEN kind = 'document' THEN 'extract' WHEN lane = 'embed' THEN 'embed' ELSE 'expand' END,
    phase = CASE WHEN kind = 'document' THEN 'extract' WHEN lane = 'embed' THEN 'embed' ELSE 'expand' END,
    code = NULL, details = NULL, problem_phase = NULL, problem_attempts = NULL, warnings = NULL, tries = NULL, discarded_at = NULL, settings = ?
  WHERE id IN (SELECT value FROM json_each(?)) AND state = 'ended' AND stale = 0`

/** A guardrail that no setting moves says no again. */
const REPLAYABLE = `(t.outcome = 'failed' OR json_extract(t.details, '$.setting') IS NOT NULL)`

/** Must be called until there is no `more`. Jobs that are over are taken up again. */
export const replayDeadLetters = (
  db: Database,
  { filter, settings }: Operations['deadLetters.replay']['params'],
): Operations['deadLetters.replay']['result'] => {
  const { sql, values } = whereOf(filter)
  const rows = db.all<{ id: number; job_id: number; code: string | null }>(
    `SELECT t.id, t.job_id, t.code FROM tasks t JOIN jobs j ON j.id = t.job_id
      WHERE ${sql} AND ${REPLAYABLE} AND NOT (j.cancelling = 1 AND j.finished_at IS NULL) ORDER BY t.id LIMIT ?`,
    ...values,
    REPLAY_TASKS,
  )
  const jobIds = [...new Set(rows.map(({ job_id }) => job_id))]
  const over = new Set(jobIds.filter((id) => isFinal(needJob(db, id).state)))
  let tasks = 0
  // What failed because the archive that it is in had changed is listed anew.
  const changed = new Set(rows.filter(({ code }) => code === 'FILE_CHANGED').map(({ job_id }) => job_id))
  for (const id of over) if (changed.has(id) && needJob(db, id).pruned_at === null) tasks += reopenContainers(db, id)
  const allowed = Object.keys(settings).length === 0 ? null : JSON.stringify(settings)
  tasks += db.run(REPLAY, allowed, JSON.stringify(rows.map(({ id }) => id))).changes
  for (const id of jobIds) {
    if (over.has(id)) reopenJob(db, id)
    settleJob(db, id)
  }
  return { tasks, jobs: jobIds.map(String), more: rows.length === REPLAY_TASKS }
}

const mark = (db: Database, filter: DeadLetterFilter, value: string): { ids: string[]; total: number } => {
  const { sql, values } = whereOf(filter)
  const ids = db
    .all<{ id: number }>(`SELECT t.id FROM tasks t WHERE ${sql} ORDER BY t.id LIMIT ?`, ...values, DISCARD_TASKS)
    .map(({ id }) => id)
  db.run(`UPDATE tasks SET discarded_at = ${value} WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids))
  return { ids: ids.map(String), total: ids.length }
}

/** Puts them aside. Their jobs go on counting them as failed: that is what happened. */
export const discardDeadLetters = (
  db: Database,
  { filter }: Operations['deadLetters.discard']['params'],
): Operations['deadLetters.discard']['result'] => mark(db, { ...filter, discarded: false }, NOW)

export const restoreDeadLetters = (
  db: Database,
  { filter }: Operations['deadLetters.restore']['params'],
): Operations['deadLetters.restore']['result'] => mark(db, { ...filter, discarded: true }, 'NULL')
