/**
 * Owns listing the items of an archive or a mail again, because it changed after it was opened: they may be elsewhere in it now, be others
 * under the same names, or not be there at all.
 * Refuses: listing; the worker that opens it does. From when it is queued again until it has been opened, its items are `stale`.
 */
import type { Outcome } from '../../shared/domain'
import type { NewTask } from './contract'
import type { Database } from './database'

/** What is known of an item that is listed once more. */
export type ListedTask = {
  id: number
  state: 'queued' | 'running' | 'waiting' | 'ended'
  path: string
  fingerprint: string | null
  outcome: Outcome | null
  stale: number
}

/** After these an item is tried again when its archive is. */
const UNDONE: readonly (Outcome | null)[] = ['failed', 'cancelled']

/** Items that failed because what they were in had changed. */
const CHANGED = `
  SELECT parent_id AS id FROM tasks WHERE job_id = ?1 AND state = 'ended' AND outcome = 'failed' AND code = 'FILE_CHANGED'
    AND depth > 0 AND parent_id IS NOT NULL`

/** What they are in, up to the file on disk. */
const CONTAINERS = `
  WITH RECURSIVE above (id) AS (
    ${CHANGED} UNION SELECT t.parent_id FROM above a JOIN tasks t ON t.id = a.id WHERE t.depth > 0 AND t.parent_id IS NOT NULL
  ) SELECT id FROM above`

/**
 * Queues again every file that holds items that failed because it had changed; its items rest until it has listed them. Tells how many
 * files that are.
 */
export const reopenContainers = (db: Database, jobId: number): number => {
  const ids = JSON.stringify(db.all<{ id: number }>(CONTAINERS, jobId).map(({ id }) => id))
  db.run(
    `UPDATE tasks SET stale = 1 WHERE job_id = ? AND parent_id IN (SELECT value FROM json_each(?)) AND state = 'ended'`,
    jobId,
    ids,
  )
  return db.run(
    `UPDATE tasks SET state = 'queued', run_at_ms = 0, attempts = 0, alone = 0, interruptions = 0, outcome = NULL, ended_at = NULL,
      lane = iif(kind = 'document', 'extract', 'expand'), phase = iif(kind = 'document', 'extract', 'expand'),
      code = NULL, details = NULL, problem_phase = NULL, problem_attempts = NULL, warnings = NULL
      WHERE id IN (SELECT value FROM json_each(?)) AND stale = 0 AND state = 'ended'`,
    ids,
  ).changes
}

/**
 * Whether an item that the job knows has to be looked at anew, now that it is listed once more. What is at work finds out by itself, and a
 * file on disk that was offered twice is the same file.
 */
export const isAnother = (db: Database, known: ListedTask, item: NewTask): boolean => {
  if (known.state === 'running' || known.state === 'waiting' || item.depth === 0) return false
  if (known.path !== item.path || known.fingerprint !== item.fingerprint) return true
  if (known.stale === 0) return false
  return UNDONE.includes(known.outcome) || hasStale(db, known.id)
}

const hasStale = (db: Database, taskId: number): boolean =>
  db.get('SELECT id FROM tasks WHERE parent_id = ? AND stale = 1 LIMIT 1', taskId) !== null

/** Takes tasks out of their job, with whatever was found in them. Their documents are there no more than other jobs met them since. */
const dropTasks = (db: Database, jobId: number, taskIds: readonly number[]): void => {
  if (taskIds.length === 0) return
  const ids = JSON.stringify(taskIds)
  const within = db.all<{ id: number }>(
    'SELECT id FROM tasks WHERE job_id = ? AND parent_id IN (SELECT value FROM json_each(?))',
    jobId,
    ids,
  )
  dropTasks(
    db,
    jobId,
    within.map(({ id }) => id),
  )
  db.run(
    `UPDATE documents SET met_at = NULL WHERE id IN (SELECT document_id FROM tasks WHERE id IN (SELECT value FROM json_each(?)))
      AND met_at <= (SELECT COALESCE(max(ended_at), met_at) FROM tasks WHERE id IN (SELECT value FROM json_each(?)))`,
    ids,
    ids,
  )
  db.run('DELETE FROM tasks WHERE id IN (SELECT value FROM json_each(?))', ids)
}

/** What was in an item that another one has taken the place of. */
export const dropItems = (db: Database, jobId: number, taskId: number): void => {
  const items = db.all<{ id: number }>('SELECT id FROM tasks WHERE job_id = ? AND parent_id = ?', jobId, taskId)
  dropTasks(
    db,
    jobId,
    items.map(({ id }) => id),
  )
}

/** Items that were not listed once more when all were: they are not there any more. */
export const dropStale = (db: Database, jobId: number, taskId: number): void => {
  const stale = db.all<{ id: number }>('SELECT id FROM tasks WHERE parent_id = ? AND stale = 1', taskId)
  dropTasks(
    db,
    jobId,
    stale.map(({ id }) => id),
  )
}
