/**
 * Owns listing the tasks of a job, page by page: what runs, what waits for a person, what is queued, what has ended; each in the order of
 * discovery. Every one of these is an index that holds nothing else, so that a page of 100,000 tasks costs as much as the first.
 */
import type { Outcome, Phase } from '../../shared/domain'
import { isErrorCode, told } from '../../shared/errors'
import { taskStates, type JobTask, type ListedTaskState, type TaskCounts } from '../../shared/job-tasks'
import type { Lane } from '../../shared/phases'
import type { Operations, TaskKind } from './contract'
import type { Database } from './database'
import { tellLabel } from './job-rows'
import { parseDetails } from './stored-json'

const SEGMENTS: Readonly<Record<ListedTaskState, { readonly index: string; readonly where: string }>> = {
  running: { index: 'tasks_running', where: `i.state = 'running'` },
  waiting: { index: 'tasks_waiting', where: `i.state = 'waiting'` },
  queued: { index: 'tasks_queued', where: `i.state = 'queued'` },
  ended: { index: 'tasks_receipts', where: 'i.outcome IS NOT NULL' },
}

const from = (state: ListedTaskState): string =>
  `FROM tasks i INDEXED BY ${SEGMENTS[state].index} WHERE i.job_id = ? AND ${SEGMENTS[state].where}`

/** A page of ids, from the index alone. */
export const TASK_IDS = (state: ListedTaskState): string => `SELECT i.id ${from(state)} ORDER BY i.id LIMIT ? OFFSET ?`
export const TASK_COUNT = (state: ListedTaskState): string => `SELECT count(*) AS total ${from(state)}`

type Row = {
  id: number
  path: string
  path_remark: string | null
  kind: TaskKind
  phase: Phase
  problem_phase: Phase | null
  lane: Lane
  outcome: Outcome | null
  code: string | null
  details: string | null
  attempts: number
  problem_attempts: number | null
  tries: number | null
  run_at_ms: number
  started_at: string | null
  ended_at: string | null
  worker: string | null
  last_code: string | null
  last_details: string | null
  tried: number
  ms: number
}

const ROWS = `
  SELECT t.id, t.path, t.kind, t.phase, t.problem_phase, t.lane, t.outcome, t.code, t.details, t.attempts, t.problem_attempts, t.tries,
    t.run_at_ms, t.started_at, t.ended_at, a.worker,
    iif(t.path = j.label AND t.item_key IN ('rebuild', 'read-anew'), j.label_remark, NULL) AS path_remark, a.code AS last_code, a.details AS last_details,
    (SELECT count(*) FROM attempts n WHERE n.task_id = t.id AND n.counted = 1 AND n.phase = a.phase) AS tried,
    (SELECT COALESCE(sum(n.ms), 0) FROM attempts n WHERE n.task_id = t.id) AS ms
  FROM tasks t JOIN jobs j ON j.id = t.job_id LEFT JOIN attempts a ON a.id = (SELECT max(n.id) FROM attempts n WHERE n.task_id = t.id)
  WHERE t.id IN (SELECT value FROM json_each(?)) ORDER BY t.id`

const toTask = (row: Row, state: ListedTaskState): JobTask => {
  const isEnded = state === 'ended'
  const isDelayed = state === 'queued' && row.run_at_ms > 0
  // What waits for its next try has no problem yet, but its last try says why it waits.
  const stored = isDelayed && row.code === null ? { code: row.last_code, details: row.last_details } : row
  const code = isErrorCode(stored.code) ? stored.code : null
  const attempt = isEnded ? (row.problem_attempts ?? row.tried) : row.attempts + 1
  return {
    id: String(row.id),
    path: row.path,
    ...tellLabel('path', row.path_remark),
    kind: row.kind,
    state,
    phase: (isEnded ? row.problem_phase : null) ?? row.phase,
    lane: row.lane,
    outcome: row.outcome,
    ...(code === null ? { code, message: null } : told(code, parseDetails(stored.details))),
    attempt,
    of: row.tries === null ? null : Math.max(row.tries, attempt),
    nextTryAt: isDelayed ? new Date(row.run_at_ms).toISOString() : null,
    worker: row.worker,
    at: isEnded ? row.ended_at : state === 'running' ? row.started_at : null,
    ms: row.ms,
  }
}

const readPage = (db: Database, jobId: number, state: ListedTaskState, limit: number, offset: number): JobTask[] => {
  const ids = db.all<{ id: number }>(TASK_IDS(state), jobId, limit, offset).map(({ id }) => id)
  return db.all<Row>(ROWS, JSON.stringify(ids)).map((row) => toTask(row, state))
}

/** Of one state, or of all: what runs first, then what waits for a person, what is queued, what has ended. `total`: of those asked for. */
export const listTasks = (
  db: Database,
  { id, state, offset, limit }: Operations['jobs.tasks']['params'],
): Operations['jobs.tasks']['result'] => {
  const count = (of: ListedTaskState): number => db.one<{ total: number }>(TASK_COUNT(of), id).total
  const counts: TaskCounts = {
    running: count('running'),
    waiting: count('waiting'),
    queued: count('queued'),
    ended: count('ended'),
  }
  const asked = state === null ? taskStates : [state]
  const tasks: JobTask[] = []
  let before = 0
  for (const of of asked) {
    const skip = Math.max(0, offset - before)
    if (tasks.length < limit && skip < counts[of]) tasks.push(...readPage(db, id, of, limit - tasks.length, skip))
    before += counts[of]
  }
  return { tasks, total: before, counts }
}
