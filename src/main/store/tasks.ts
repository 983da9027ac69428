/**
 * Owns how tasks come to be, and how one changes its kind.
 * Refuses: claiming them (claims.ts) and ending them (task-ends.ts).
 */
import type { Warning } from '../../shared/work'
import type { NewTask, Operations } from './contract'
import { discardStaged } from './contents'
import { NOW, type Database } from './database'
import { ensureDocument, forgetDocument, markDocument, nameDocument } from './documents'
import { locationKeyOf, taskKeyOf } from './item-key'
import { readJobRow, settleJob } from './job-rows'
import { parseLocator } from './stored-json'
import { dropItems, isAnother, type ListedTask } from './relisting'
import { endTask } from './task-ends'
import { addFigures, needWanted, recordAttempt, type TaskRow } from './task-rows'

type Parent = { id: number; root: number | null; sourceId: number | null; settings: string | null }

const readParent = (db: Database, parentId: number | null): Parent | null => {
  if (parentId === null) return null
  const row = db.one<
    Pick<TaskRow, 'id' | 'kind' | 'document_id' | 'source_id' | 'settings'> & { root_id: number | null }
  >('SELECT id, kind, root_id, document_id, source_id, settings FROM tasks WHERE id = ?', parentId)
  if (row.kind === 'document' && row.document_id !== null)
    db.run('UPDATE documents SET holds_items = 1 WHERE id = ?', row.document_id)
  // A mail within an archive is no archive, but what it holds is still within that one.
  const root = row.root_id ?? (row.kind === 'archive' ? row.id : null)
  // What a person allowed an archive holds for what is in it.
  return { id: row.id, root, sourceId: row.source_id, settings: row.settings }
}

/** The source an offered path stands for; made when the collection does not have it yet. */
const ensureSource = (db: Database, collectionId: number, item: NewTask): number => {
  const key = locationKeyOf(item.locator)
  const known = db.get<{ id: number }>(
    'SELECT id FROM sources WHERE collection_id = ? AND location_key = ?',
    collectionId,
    key,
  )
  if (known) return known.id
  return db.run(
    `INSERT INTO sources (collection_id, location_key, location, created_at) VALUES (?, ?, ?, ${NOW})`,
    collectionId,
    key,
    item.locator.location,
  ).id
}

/** Whole numbers only: file systems tell fractions of a millisecond. */
const wholeOrNull = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) ? null : Math.round(value)

const ITEM = [
  'source_id',
  'parent_id',
  'root_id',
  'kind',
  'lane',
  'phase',
  'state',
  'path',
  'locator',
  'depth',
  'size_bytes',
  'fingerprint',
  'modified_ms',
  'document_id',
  'outcome',
  'code',
  'details',
  'problem_phase',
  'settings',
]

const INSERT = (ended: boolean): string =>
  `INSERT INTO tasks (${ITEM.join(', ')}, job_id, collection_id, item_key, problem_attempts, created_at, ended_at)
    VALUES (${ITEM.map(() => '?').join(', ')}, ?, ?, ?, 0, ${NOW}, ${ended ? NOW : 'NULL'})`

/** Another item stands where one was listed before: as if that one had never been. */
const REPLACE = (ended: boolean): string =>
  `UPDATE tasks SET ${ITEM.map((column) => `${column} = ?`).join(', ')}, problem_attempts = 0, ended_at = ${ended ? NOW : 'NULL'},
    stale = 0, run_at_ms = 0, alone = 0, attempts = 0, interruptions = 0, content_id = NULL, embed_chunks = 0, pending_chunks = 0,
    planned_outcome = NULL, warnings = NULL, archive = NULL, tries = NULL, discarded_at = NULL WHERE id = ?`

/** Tells whether the job knows one item more than before. */
const insertTask = (
  db: Database,
  job: { id: number; collectionId: number; cancelling: boolean },
  parent: Parent | null,
  item: NewTask,
): boolean => {
  const key = taskKeyOf(item.kind, item.locator)
  const known = db.get<ListedTask>(
    'SELECT id, state, path, fingerprint, outcome, stale FROM tasks WHERE job_id = ? AND item_key = ?',
    job.id,
    key,
  )
  if (known && !isAnother(db, known, item)) {
    if (known.stale === 1) db.run('UPDATE tasks SET stale = 0 WHERE id = ?', known.id)
    return false
  }
  const sourceId = parent ? parent.sourceId : ensureSource(db, job.collectionId, item)
  const ended =
    item.problem ?? (job.cancelling ? { outcome: 'cancelled' as const, code: 'CANCELLED' as const, details: {} } : null)
  const locator = JSON.stringify(item.locator)
  const modifiedMs = wholeOrNull(item.modifiedMs)
  const documentId =
    item.kind === 'document'
      ? ensureDocument(
          db,
          {
            collection_id: job.collectionId,
            source_id: sourceId,
            path: item.path,
            locator,
            size_bytes: item.sizeBytes,
            fingerprint: item.fingerprint,
            modified_ms: modifiedMs,
          },
          item.locator,
        )
      : null
  const values = [
    sourceId,
    parent && parent.id,
    parent && parent.root,
    item.kind,
    item.lane,
    item.phase,
    ended ? 'ended' : 'queued',
    item.path,
    locator,
    item.depth,
    Math.round(item.sizeBytes),
    item.fingerprint,
    modifiedMs,
    documentId,
    ended && ended.outcome,
    ended && ended.code,
    ended && JSON.stringify(ended.details),
    ended && item.phase,
    parent && parent.settings,
  ]
  if (known) {
    discardStaged(db, known.id)
    if (item.kind !== 'archive') dropItems(db, job.id, known.id)
    db.run(REPLACE(ended !== null), ...values, known.id)
  } else {
    db.run(INSERT(ended !== null), ...values, job.id, job.collectionId, key)
  }
  if (ended && documentId !== null) {
    const named = { source_id: sourceId, path: item.path, locator }
    nameDocument(db, documentId, named)
    markDocument(db, documentId, ended.outcome, ended, false)
  }
  return known === null
}

/** What the job has no room for; only counted, as what has a problem anyway is. */
const beyondLimit = (item: NewTask, limit: number): NewTask => {
  const details = { limit, setting: 'job.documents' }
  return { ...item, problem: { outcome: 'rejected', code: 'JOB_DOCUMENTS_LIMIT', details } }
}

/** Inserts tasks of a job; an item that the job has already is left as it is, unless it is another one now. Into a cancelled job they come as cancelled. */
export const insertTasks = (
  db: Database,
  { jobId, parentId, items, maxItems = Number.POSITIVE_INFINITY }: Operations['tasks.insert']['params'],
): { inserted: number } => {
  const job = db.one<{ id: number; collection_id: number; cancelling: number; found: number }>(
    'SELECT id, collection_id, cancelling, documents_total + discovery_total - scans AS found FROM jobs WHERE id = ?',
    jobId,
  )
  const parent = readParent(db, parentId)
  const owner = { id: job.id, collectionId: job.collection_id, cancelling: job.cancelling === 1 }
  let inserted = 0
  let { found } = job
  for (const item of items) {
    if (!insertTask(db, owner, parent, found < maxItems || item.kind === 'scan' ? item : beyondLimit(item, maxItems)))
      continue
    inserted += 1
    if (item.kind !== 'scan') found += 1
  }
  return { inserted }
}

/** Whether it became what it is since it was last tried to its end: only a change of kind is an uncounted attempt without an error. */
const hasChangedKind = (db: Database, taskId: number): boolean =>
  db.get(
    `SELECT 1 AS yes FROM attempts WHERE task_id = ?1 AND counted = 0 AND code IS NULL
      AND id > (SELECT COALESCE(max(id), 0) FROM attempts WHERE task_id = ?1 AND counted = 1) LIMIT 1`,
    taskId,
  ) !== null

/**
 * Takes a claimed task back into the queue as another kind, with fresh attempts. Those who read documents and those who open archives
 * may disagree about the same bytes: the second change is its end, or it would go round for ever.
 */
const become = (
  db: Database,
  { taskId, attempt, figures }: Operations['tasks.becomeDocument']['params'],
  kind: 'archive' | 'document',
): boolean => {
  const task = needWanted(db, taskId, attempt.phase)
  addFigures(db, task.job_id, figures)
  if (hasChangedKind(db, task.id)) {
    const problem: Warning = {
      code: 'ARCHIVE_CORRUPT',
      details: { reason: 'it begins as an archive and cannot be opened' },
    }
    recordAttempt(db, task.id, attempt, { counted: true, error: { ...problem, stack: null } })
    const attempts = task.attempts + 1
    endTask(db, task, { outcome: 'failed', problem, warnings: [], phase: attempt.phase, attempts, read: true })
    settleJob(db, task.job_id)
    return false
  }
  recordAttempt(db, task.id, attempt, { counted: false, error: null })
  const lane = kind === 'archive' ? 'expand' : 'extract'
  const cancelled = readJobRow(db, task.job_id)?.cancelling === 1
  const documentId = kind === 'document' ? ensureDocument(db, task, parseLocator(task.locator)) : null
  if (kind === 'archive') forgetDocument(db, task.collection_id, parseLocator(task.locator))
  db.run(
    `UPDATE tasks SET kind = ?, lane = ?, phase = ?, state = 'queued', attempts = 0, alone = 0, interruptions = 0, document_id = ?, content_id = NULL WHERE id = ?`,
    kind,
    lane,
    lane,
    documentId,
    task.id,
  )
  if (!cancelled) return true
  db.run(
    `UPDATE tasks SET state = 'ended', outcome = 'cancelled', code = 'CANCELLED', details = '{}', problem_phase = phase, problem_attempts = 0, ended_at = ${NOW} WHERE id = ?`,
    task.id,
  )
  settleJob(db, task.job_id)
  return true
}

export const becomeArchive = (
  db: Database,
  params: Operations['tasks.becomeArchive']['params'],
): Record<string, never> => {
  const changed = become(db, params, 'archive')
  if (changed && params.fingerprint !== null)
    db.run('UPDATE tasks SET fingerprint = ? WHERE id = ?', params.fingerprint, params.taskId)
  return {}
}

export const becomeDocument = (
  db: Database,
  params: Operations['tasks.becomeDocument']['params'],
): Record<string, never> => {
  become(db, params, 'document')
  return {}
}
