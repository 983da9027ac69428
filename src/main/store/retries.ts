/**
 * Owns what is tried again by itself: which tasks wait for their next try, when that is, and which it is of how many.
 * Refuses: deciding that; the queue does.
 */
import type { Phase, Retry } from '../../shared/domain'
import { isErrorCode, type ErrorCode, told } from '../../shared/errors'
import type { Database } from './database'
import { parseDetails } from './stored-json'

type Row = {
  path: string
  phase: Phase
  run_at_ms: number
  attempts: number
  tries: number | null
  code: string | null
  details: string | null
}

/** With the last failure, for which it waits. */
const WAITING = `
  SELECT t.path, t.phase, t.run_at_ms, t.attempts, t.tries, a.code, a.details
    FROM tasks t INDEXED BY tasks_delayed
    LEFT JOIN attempts a ON a.id = (SELECT max(id) FROM attempts WHERE task_id = t.id AND counted = 1)
    WHERE t.state = 'queued' AND t.run_at_ms > 0 AND t.job_id = ? ORDER BY t.run_at_ms LIMIT ?`

/** The next first. */
export const listRetries = (db: Database, jobId: number, limit: number): Retry[] =>
  db.all<Row>(WAITING, jobId, limit).map((row) => {
    const code: ErrorCode = isErrorCode(row.code) ? row.code : 'INTERRUPTED'
    const attempt = row.attempts + 1
    return {
      path: row.path,
      phase: row.phase,
      ...told(code, parseDetails(row.details)),
      at: new Date(row.run_at_ms).toISOString(),
      attempt,
      of: Math.max(attempt, row.tries ?? attempt),
    }
  })
