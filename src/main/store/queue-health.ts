/**
 * Owns comparing what the database says of itself: counters with what they count, claims with who holds them, documents with their
 * contents; and putting right what differs.
 * Refuses: vectors and the full-text index (reconcile.ts, health.ts).
 */
import type { Operations } from './contract'
import { discardContent } from './contents'
import type { Database } from './database'
import { SUPERSEDED } from './dead-letters'
import { readJobRow, settleJob } from './job-rows'

/** What a job counts, and how it is counted anew. Of a job that was pruned, only what is open. */
const OPEN_COUNTERS: Readonly<Record<string, string>> = {
  open_tasks: `state <> 'ended'`,
  open_discovery: `state <> 'ended' AND kind <> 'document'`,
  open_text: `state <> 'ended' AND lane NOT IN ('embed', 'summarize')`,
  open_documents: `state <> 'ended' AND kind = 'document'`,
  open_extract: `state <> 'ended' AND kind = 'document' AND lane NOT IN ('embed', 'summarize')`,
  open_summaries: `state <> 'ended' AND lane = 'summarize'`,
  waiting_tasks: `state = 'waiting'`,
}
const OTHER_COUNTERS: Readonly<Record<string, string>> = {
  discovery_total: `kind <> 'document'`,
  documents_total: `kind = 'document'`,
  ...Object.fromEntries(
    ['indexed', 'unchanged', 'duplicate', 'partial', 'skipped', 'rejected', 'failed', 'cancelled'].map((outcome) => [
      outcome,
      `outcome IS '${outcome}'`,
    ]),
  ),
}

const sumsOf = (counters: Readonly<Record<string, string>>): string =>
  Object.entries(counters)
    .map(([name, condition]) => `COALESCE(sum(${condition}), 0) AS ${name}`)
    .join(', ')

const differs = (counters: Readonly<Record<string, string>>): string =>
  Object.keys(counters)
    .map((name) => `j.${name} <> COALESCE(n.${name}, 0)`)
    .join(' OR ')

const all = { ...OPEN_COUNTERS, ...OTHER_COUNTERS }

const MISCOUNTED = `
  WITH n AS (SELECT job_id, ${sumsOf(all)} FROM tasks GROUP BY job_id)
  SELECT j.id FROM jobs j LEFT JOIN n ON n.job_id = j.id
    WHERE ${differs(OPEN_COUNTERS)} OR (j.pruned_at IS NULL AND (${differs(OTHER_COUNTERS)}))`

const recount = (db: Database, id: number): void => {
  const counters = readJobRow(db, id)?.pruned_at === null ? all : OPEN_COUNTERS
  const names = Object.keys(counters)
  db.run(
    `UPDATE jobs SET (${names.join(', ')}) = (SELECT ${sumsOf(counters)} FROM tasks WHERE job_id = jobs.id) WHERE id = ?`,
    id,
  )
}

type Finding = {
  /** For a person, after the number. */
  readonly what: string
  /** Ids of what is not as it should be. */
  readonly find: string
  readonly mend: (db: Database, id: number) => void
}

const findings: readonly Finding[] = [
  {
    what: 'failed task(s) of which it is not known whether they have the last word',
    find: `SELECT id FROM tasks WHERE state = 'ended' AND outcome IN ('failed', 'rejected') AND superseded <> ${SUPERSEDED}`,
    mend: (db, id) => {
      db.run(`UPDATE tasks SET superseded = ${SUPERSEDED} WHERE id = ?`, id)
    },
  },
  {
    what: 'job(s) whose figures do not add up',
    find: MISCOUNTED,
    mend: recount,
  },
  {
    what: 'task(s) that nobody works on',
    // Pictures and vectors may be under way, waiting for their turn.
    find: `SELECT id FROM tasks WHERE state = 'running' AND lane IN ('expand', 'extract')`,
    mend: (db, id) => {
      db.run(`UPDATE tasks SET state = 'queued', run_at_ms = 0 WHERE id = ? AND state = 'running'`, id)
    },
  },
  {
    what: 'job(s) that should be over',
    find: `SELECT id FROM jobs WHERE open_tasks = 0 AND finished_at IS NULL AND id NOT IN (SELECT job_id FROM sweeps)`,
    mend: (db, id) => settleJob(db, id),
  },
  {
    what: 'half-written version(s)',
    find: `SELECT k.id FROM contents k WHERE k.state = 'staged'
      AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = k.task_id AND t.state = 'running')`,
    mend: (db, id) => discardContent(db, id),
  },
  {
    what: 'document(s) that point at a version which is gone',
    find: `SELECT d.id FROM documents d JOIN contents k ON k.id = d.content_id WHERE k.state <> 'current'`,
    // Read again when its source is offered or looked through next.
    mend: (db, id) => {
      db.run(
        `UPDATE documents SET content_id = NULL, fingerprint = NULL, state = 'queued', indexed_at = NULL WHERE id = ?`,
        id,
      )
    },
  },
  {
    what: 'version(s) that no document points at',
    find: `SELECT k.id FROM contents k WHERE k.state = 'current' AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.content_id = k.id)`,
    mend: (db, id) => discardContent(db, id),
  },
  {
    what: 'version(s) whose pending vectors are miscounted',
    find: `SELECT k.id FROM contents k WHERE k.state = 'current' AND k.pending_chunks <>
      (SELECT count(*) FROM chunks c INDEXED BY chunks_pending WHERE c.content_id = k.id AND c.windows IS NULL)`,
    mend: (db, id) => {
      db.run(
        `UPDATE contents SET pending_chunks = (SELECT count(*) FROM chunks c WHERE c.content_id = contents.id AND c.windows IS NULL) WHERE id = ?`,
        id,
      )
    },
  },
]

/** Must run while nothing is claimed. */
export const checkQueue = (
  db: Database,
  { repair }: Operations['health.queue']['params'],
): Operations['health.queue']['result'] => {
  const found: string[] = []
  for (const { what, find, mend } of findings) {
    const rows = db.all<{ id: number }>(find)
    if (rows.length === 0) continue
    found.push(`${rows.length} ${what}`)
    if (repair) for (const { id } of rows) mend(db, id)
  }
  if (found.length === 0) {
    const { jobs, tasks } = db.one<{ jobs: number; tasks: number }>(
      'SELECT (SELECT count(*) FROM jobs) AS jobs, (SELECT count(*) FROM tasks) AS tasks',
    )
    return { ok: true, detail: `${jobs} job(s) and ${tasks} task(s) agree with what they count` }
  }
  return { ok: repair, detail: `${repair ? 'repaired: ' : ''}${found.join('; ')}` }
}
