/**
 * Owns forgetting what nobody asks for any more: attempts and plainly finished tasks of jobs that ended long ago, some at a time.
 * Refuses: touching reports (counts, problems, archives stay), dead letters and their attempts.
 */
import type { Operations } from './contract'
import { NOW, type Database } from './database'

/** Rows that one transaction removes. */
const STEP = 1_000

const removeAttempts = (db: Database, ids: readonly { id: number }[]): number =>
  ids.length === 0
    ? 0
    : db.run(
        'DELETE FROM attempts WHERE id IN (SELECT value FROM json_each(?))',
        JSON.stringify(ids.map(({ id }) => id)),
      ).changes

/** Tasks of which nothing but that they went well could be told. */
const PLAIN = `kind = 'document' AND state = 'ended' AND outcome IN ('indexed', 'unchanged', 'duplicate')`

export const prune = (
  db: Database,
  { days, attempts: most }: Operations['queue.prune']['params'],
): Operations['queue.prune']['result'] => {
  const before = db.one<{ before: string }>(
    `SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?) AS before`,
    `-${Math.max(0, Math.floor(days))} days`,
  ).before
  const old = db.all<{ id: number }>(
    `SELECT a.id FROM tasks t INDEXED BY tasks_over JOIN attempts a ON a.task_id = t.id
      WHERE t.state = 'ended' AND t.ended_at < ? AND t.outcome IS NOT 'failed' LIMIT ?`,
    before,
    STEP,
  )
  const { count } = db.one<{ count: number }>('SELECT count(*) AS count FROM attempts')
  const surplus = Math.min(STEP, count - old.length - most)
  const oldest =
    surplus <= 0
      ? []
      : db.all<{ id: number }>(
          `SELECT a.id FROM attempts a JOIN tasks t ON t.id = a.task_id
            WHERE t.state = 'ended' AND t.outcome IS NOT 'failed' ORDER BY a.id LIMIT ?`,
          surplus,
        )
  const attempts = removeAttempts(db, [...old, ...oldest])
  const job = db.get<{ id: number }>(
    `SELECT j.id FROM jobs j WHERE j.open_tasks = 0 AND j.finished_at < ? AND EXISTS (SELECT 1 FROM tasks WHERE job_id = j.id AND ${PLAIN}) LIMIT 1`,
    before,
  )
  let tasks = 0
  if (job) {
    db.run(`UPDATE jobs SET pruned_at = COALESCE(pruned_at, ${NOW}) WHERE id = ?`, job.id)
    tasks = db.run(
      `DELETE FROM tasks WHERE id IN (SELECT id FROM tasks WHERE job_id = ? AND ${PLAIN} LIMIT ?)`,
      job.id,
      STEP,
    ).changes
  }
  return { attempts, tasks, more: attempts + tasks > 0 }
}
