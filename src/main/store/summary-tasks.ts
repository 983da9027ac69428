/**
 * Owns summaries that are made by themselves: which text wants one, which has one, and queueing documents for it.
 * Refuses: making and keeping them (summaries.ts), and how such a task ends (task-ends.ts).
 */
import { remark, textOf } from '../../shared/remarks'
import type { Operations } from './contract'
import { NOW, type Database } from './database'
import { parseWarning } from './stored-json'

type Nothing = Record<string, never>

const WISH = `
  SELECT c.summaries AS wish, s.maker, (SELECT d.id FROM documents d WHERE d.content_id = k.id AND d.gone_at IS NULL
      ORDER BY d.id IS NOT ?2, d.id LIMIT 1) AS documentId
    FROM contents k JOIN collections c ON c.id = k.collection_id
    LEFT JOIN content_summaries s ON s.content_id = k.id
    WHERE k.id = ?1 AND k.state = 'current' AND k.chunk_count > 0`

export const readWish = (
  db: Database,
  { contentId, rather = null }: Operations['summaries.wish']['params'],
): Operations['summaries.wish']['result'] =>
  db.get<NonNullable<Operations['summaries.wish']['result']>>(WISH, contentId, rather)

/** Whether its collection wants a summary of this text and there is none at all. */
export const lacksSummary = (db: Database, contentId: number | null): boolean => {
  const found = contentId === null ? null : readWish(db, { contentId })
  return found !== null && found.wish !== 'off' && found.maker === null
}

/** On to the last lane; what was decided about the document stays with the task. */
export const moveToSummary = (db: Database, taskId: number): void => {
  db.run(
    `UPDATE tasks SET lane = 'summarize', phase = 'summarize', state = 'queued', run_at_ms = 0, attempts = 0, alone = 0, interruptions = 0,
      tries = NULL WHERE id = ?`,
    taskId,
  )
}

export const recordSummary = (
  db: Database,
  { contentId, maker, key }: Operations['summaries.record']['params'],
): Nothing => {
  db.run(
    `INSERT INTO content_summaries (content_id, maker, key, made_at)
      SELECT id, ?, ?, ${NOW} FROM contents WHERE id = ? AND state = 'current'
      ON CONFLICT (content_id) DO UPDATE SET maker = excluded.maker, key = excluded.key, made_at = excluded.made_at`,
    maker,
    key,
    contentId,
  )
  return {}
}

const SUMMARIES = remark('JOB_SUMMARIES')

/** The open job of a collection that makes summaries; made when there is none. What came with a drop goes before it. */
const ensureJob = (db: Database, collectionId: number): number => {
  const open = db.get<{ id: number }>(
    `SELECT id FROM jobs WHERE collection_id = ? AND summarizes = 1 AND cancelling = 0 AND state IN ('queued', 'running') ORDER BY id DESC LIMIT 1`,
    collectionId,
  )
  if (open) return open.id
  return db.run(
    `INSERT INTO jobs (collection_id, label, label_remark, paths, patterns, kind, state, priority, summarizes, created_at)
      VALUES (?, ?, ?, '[]', '{"globs":[],"ignores":[]}', 'repair', 'queued', -1, 1, ${NOW})`,
    collectionId,
    textOf(SUMMARIES),
    JSON.stringify(SUMMARIES),
  ).id
}

type Text = { id: number; collection_id: number; partial: string | null }

/**
 * The document that stands for the text; `NULL` where it waits for its summary, or will get its first one after its vectors, or while its
 * pictures are still to be read: then it is not the whole text, and the whole one gets its summary at the end of its way.
 */
const STANDS = `
  SELECT d.id FROM documents d WHERE d.content_id = ?1 AND d.gone_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.content_id = ?1 AND t.state <> 'ended' AND (t.lane IN ('summarize', 'ocr', 'vision')
      OR (t.lane = 'embed' AND NOT EXISTS (SELECT 1 FROM content_summaries WHERE content_id = ?1))))
    ORDER BY d.id LIMIT 1`

/** Tells the job; `null` where nothing was to be queued. */
const queueText = (db: Database, { id, collection_id: collectionId, partial }: Text): number | null => {
  const document = db.get<{ id: number }>(STANDS, id)
  if (document === null) return null
  const jobId = ensureJob(db, collectionId)
  const problem = parseWarning(partial)
  const { changes } = db.run(
    `INSERT INTO tasks (job_id, collection_id, source_id, kind, lane, phase, state, item_key, path, locator, depth, size_bytes, document_id, content_id,
      planned_outcome, code, details, problem_phase, problem_attempts, created_at)
      SELECT ?1, collection_id, source_id, 'document', 'summarize', 'summarize', 'queued', item_key, path, locator, 0, size_bytes, id, content_id,
        ?2, ?3, ?4, ?5, ?6, ${NOW} FROM documents WHERE id = ?7
      ON CONFLICT (job_id, item_key) DO UPDATE SET lane = excluded.lane, phase = excluded.phase, state = 'queued', run_at_ms = 0, attempts = 0, alone = 0,
        interruptions = 0, tries = NULL, outcome = NULL, ended_at = NULL, document_id = excluded.document_id, content_id = excluded.content_id,
        planned_outcome = excluded.planned_outcome, code = excluded.code, details = excluded.details, problem_phase = excluded.problem_phase,
        problem_attempts = excluded.problem_attempts, warnings = NULL WHERE tasks.state <> 'running'`,
    jobId,
    problem ? 'partial' : 'indexed',
    problem && problem.code,
    problem && JSON.stringify(problem.details),
    problem && 'extract',
    problem && 0,
    document.id,
  )
  return changes > 0 ? jobId : null
}

export const queueSummaries = (
  db: Database,
  { contentIds }: Operations['summaries.queue']['params'],
): Operations['summaries.queue']['result'] => {
  const texts = db.all<Text>(
    `SELECT k.id, k.collection_id, k.partial FROM contents k JOIN collections c ON c.id = k.collection_id
      WHERE k.id IN (SELECT value FROM json_each(?)) AND k.state = 'current' AND k.chunk_count > 0 AND c.summaries <> 'off' ORDER BY k.id`,
    JSON.stringify(contentIds),
  )
  const jobs = texts.flatMap((text) => queueText(db, text) ?? [])
  return { documents: jobs.length, jobs: [...new Set(jobs)] }
}

export const listOwed = (db: Database): Operations['summaries.owed']['result'] =>
  db.all(
    `SELECT id AS collectionId, summaries AS wish FROM collections WHERE summaries_from IS NOT NULL AND summaries <> 'off' ORDER BY id`,
  )

const LACKING = `
  SELECT c.name AS collection, count(*) AS texts,
      sum(EXISTS (SELECT 1 FROM tasks t WHERE t.content_id = k.id AND t.state <> 'ended')) AS waiting
    FROM collections c JOIN contents k ON k.collection_id = c.id AND k.state = 'current' AND k.chunk_count > 0
    WHERE c.summaries <> 'off' AND EXISTS (SELECT 1 FROM documents d WHERE d.content_id = k.id AND d.gone_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM content_summaries s WHERE s.content_id = k.id
        AND s.maker = COALESCE(iif(c.summaries = 'extractive', ?1, ?2), s.maker))
    GROUP BY c.id ORDER BY c.name`

export const listLacking = (
  db: Database,
  { makers }: Operations['summaries.lacking']['params'],
): Operations['summaries.lacking']['result'] => db.all(LACKING, makers.extractive, makers.provider)

/** So many texts of whatever collection, and of those the ones that lack it: a step is short however many other collections there are. */
const OWED = `
  SELECT n.id, n.collection_id, n.partial, n.collection_id = ?3 AND n.state = 'current' AND n.chunk_count > 0
      AND NOT EXISTS (SELECT 1 FROM content_summaries s WHERE s.content_id = n.id AND (?4 IS NULL OR s.maker = ?4)) AS lacks
    FROM (SELECT id, collection_id, partial, state, chunk_count FROM contents WHERE id > ?1 ORDER BY id LIMIT ?2) n ORDER BY n.id`

export const queueOwed = (
  db: Database,
  { collectionId, maker, limit }: Operations['summaries.queueOwed']['params'],
): Operations['summaries.queueOwed']['result'] => {
  const { from } = db.get<{ from: number | null }>(
    'SELECT summaries_from AS "from" FROM collections WHERE id = ?',
    collectionId,
  ) ?? { from: null }
  if (from === null) return { queued: 0, jobId: null, more: false }
  const texts = db.all<Text & { lacks: number }>(OWED, from, limit, collectionId, maker)
  const jobs = texts.flatMap((text) => (text.lacks === 1 ? (queueText(db, text) ?? []) : []))
  const last = texts.length < limit ? null : (texts.at(-1)?.id ?? null)
  db.run('UPDATE collections SET summaries_from = ? WHERE id = ?', last, collectionId)
  return { queued: jobs.length, jobId: jobs[0] ?? null, more: last !== null }
}
