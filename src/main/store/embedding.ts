/**
 * Owns what is known about vectors: which chunks lack them, what is being written, what is to be deleted.
 * Refuses: the vectors themselves, which live in the vector index.
 */
import { AppError } from '../../shared/errors'
import { remark, textOf } from '../../shared/remarks'
import type { Warning } from '../../shared/work'
import type { Operations } from './contract'
import { NOW, type Database } from './database'
import { completeDocuments } from './documents'
import { addFigures } from './task-rows'
import { parseIds, parseWarning } from './stored-json'

type Nothing = Record<string, never>

export const listPending = (
  db: Database,
  { contentIds, limit }: Operations['embed.pending']['params'],
): Operations['embed.pending']['result'] =>
  db.all(
    `SELECT c.id AS chunkId, c.content_id AS contentId, k.collection_id AS collectionId, c.text AS text
      FROM contents k JOIN chunks c ON c.content_id = k.id AND c.windows IS NULL
      WHERE k.state = 'current' AND k.id IN (SELECT value FROM json_each(?)) ORDER BY c.content_id, c.ordinal LIMIT ?`,
    JSON.stringify(contentIds),
    limit,
  )

/** Says so of the chunks whose text is current. What went before this is garbage already, and would stay there for ever. */
export const intendLiving = (
  db: Database,
  { chunkIds, spaceId = null }: Operations['embed.intend']['params'],
): Operations['embed.intend']['result'] => {
  const living = db
    .all<{ id: number }>(
      `SELECT c.id FROM chunks c JOIN contents k ON k.id = c.content_id AND k.state = 'current'
        WHERE c.id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(chunkIds),
    )
    .map(({ id }) => id)
  return { ...intendVectors(db, { chunkIds: living, spaceId }), chunkIds: living }
}

/** Says that vectors of these chunks may be in the index. */
export const intendVectors = (
  db: Database,
  { chunkIds, spaceId = null }: Operations['embed.intend']['params'],
): { intentId: number } => {
  const ids = JSON.stringify(chunkIds)
  const contents = db.all<{ id: number }>(
    'SELECT DISTINCT content_id AS id FROM chunks WHERE id IN (SELECT value FROM json_each(?))',
    ids,
  )
  const contentIds = JSON.stringify(contents.map(({ id }) => id))
  const { id } = db.run(
    `INSERT INTO vector_intents (chunk_ids, content_ids, space_id, created_at) VALUES (?, ?, ?, ${NOW})`,
    ids,
    contentIds,
    spaceId,
  )
  return { intentId: id }
}

const recordContent = (db: Database, contentId: number, chunks: number, windows: number, tokens: number): void => {
  db.run(
    'UPDATE contents SET pending_chunks = pending_chunks - ?, windows = windows + ?, tokens = tokens + ? WHERE id = ?',
    chunks,
    windows,
    tokens,
    contentId,
  )
  const { pending } = db.one<{ pending: number }>(
    'SELECT pending_chunks AS pending FROM contents WHERE id = ?',
    contentId,
  )
  db.run('UPDATE tasks SET pending_chunks = ? WHERE content_id = ? AND pending_chunks > 0', pending, contentId)
  if (pending === 0) completeDocuments(db, contentId)
}

/** Contents of an intent that went away while their vectors were written: those vectors are garbage. */
export const collectGone = (db: Database, contentIds: readonly number[]): void => {
  db.run(
    `INSERT OR IGNORE INTO vector_garbage (content_id) SELECT value FROM json_each(?)
      WHERE value NOT IN (SELECT id FROM contents WHERE state = 'current' AND id IN (SELECT value FROM json_each(?)))`,
    JSON.stringify(contentIds),
    JSON.stringify(contentIds),
  )
}

type Intent = { content_ids: string; space_id: number | null }

/** @throws INTERNAL_BUG when it was undone meanwhile */
export const needIntent = (db: Database, id: number): Intent => {
  const intent = db.get<Intent>('SELECT content_ids, space_id FROM vector_intents WHERE id = ?', id)
  if (intent === null) throw new AppError('INTERNAL_BUG', { reason: `there is no intent ${id}` })
  return intent
}

/** Of these contents, those of collections that another space serves by now. */
const servedElsewhere = (db: Database, { content_ids, space_id }: Intent): Set<number> => {
  if (space_id === null) return new Set()
  const rows = db.all<{ id: number }>(
    `SELECT k.id FROM contents k JOIN generations g ON g.collection_id = k.collection_id AND g.state = 'serving'
      WHERE k.id IN (SELECT value FROM json_each(?)) AND g.space_id <> ?`,
    content_ids,
    space_id,
  )
  return new Set(rows.map(({ id }) => id))
}

const undoLate = (db: Database, intent: Intent, late: ReadonlySet<number>, chunkIds: readonly number[]): number[] => {
  if (late.size === 0) return [...chunkIds]
  const rows = db.all<{ id: number }>(
    'SELECT id FROM chunks WHERE id IN (SELECT value FROM json_each(?)) AND content_id IN (SELECT value FROM json_each(?))',
    JSON.stringify(chunkIds),
    JSON.stringify([...late]),
  )
  const ids = rows.map(({ id }) => id)
  if (ids.length > 0) intendVectors(db, { chunkIds: ids, spaceId: intent.space_id })
  const undone = new Set(ids)
  return chunkIds.filter((id) => !undone.has(id))
}

export const recordVectors = (db: Database, params: Operations['embed.record']['params']): Nothing => {
  const intent = needIntent(db, params.intentId)
  const late = servedElsewhere(db, intent)
  const inTime = new Set(
    undoLate(
      db,
      intent,
      late,
      params.chunks.map(({ id }) => id),
    ),
  )
  const byContent = new Map<number, { chunks: number; windows: number; tokens: number }>()
  for (const { id, windows, tokens } of params.chunks) {
    if (!inTime.has(id)) continue
    const row = db.get<{ content_id: number }>(
      'UPDATE chunks SET windows = ? WHERE id = ? AND windows IS NULL RETURNING content_id',
      windows,
      id,
    )
    if (row === null) continue
    const sums = byContent.get(row.content_id) ?? { chunks: 0, windows: 0, tokens: 0 }
    byContent.set(row.content_id, {
      chunks: sums.chunks + 1,
      windows: sums.windows + windows,
      tokens: sums.tokens + tokens,
    })
  }
  for (const [contentId, sums] of byContent) recordContent(db, contentId, sums.chunks, sums.windows, sums.tokens)
  collectGone(db, parseIds(intent.content_ids))
  db.run('DELETE FROM vector_intents WHERE id = ?', params.intentId)
  for (const { jobId, computed, cached, tokens, ms } of params.jobs) {
    db.run(
      'UPDATE jobs SET windows_computed = windows_computed + ?, windows_cached = windows_cached + ?, tokens = tokens + ? WHERE id = ?',
      computed,
      cached,
      tokens,
      jobId,
    )
    if (db.get('SELECT id FROM jobs WHERE id = ?', jobId)) addFigures(db, jobId, { embed: { ms, items: 0 } })
  }
  return {}
}

export const listIntents = (db: Database): Operations['embed.intents']['result'] =>
  db
    .all<{ id: number; chunk_ids: string; space_id: number | null }>(
      'SELECT id, chunk_ids, space_id FROM vector_intents ORDER BY id',
    )
    .map((row) => ({ intentId: row.id, chunkIds: parseIds(row.chunk_ids), spaceId: row.space_id }))

export const clearIntent = (db: Database, { intentId }: Operations['embed.clearIntent']['params']): Nothing => {
  db.run('DELETE FROM vector_intents WHERE id = ?', intentId)
  return {}
}

/** Vectors that are being written while others are deleted would be forgotten: those contents wait until they are recorded. */
export const listGarbage = (db: Database, { limit }: Operations['embed.garbage']['params']): number[] =>
  db
    .all<{ id: number }>(
      `SELECT content_id AS id FROM vector_garbage
        WHERE content_id NOT IN (SELECT j.value FROM vector_intents i, json_each(i.content_ids) j) ORDER BY content_id LIMIT ?`,
      limit,
    )
    .map(({ id }) => id)

export const clearGarbage = (db: Database, { contentIds }: Operations['embed.clearGarbage']['params']): Nothing => {
  const ids = JSON.stringify(contentIds)
  db.run('DELETE FROM vector_garbage WHERE content_id IN (SELECT value FROM json_each(?))', ids)
  db.run('DELETE FROM generation_contents WHERE content_id IN (SELECT value FROM json_each(?))', ids)
  return {}
}

const EXPECTED = `
  SELECT k.id AS contentId, k.windows, NULL AS generationId
    FROM contents k JOIN generations g ON g.collection_id = k.collection_id AND g.state = 'serving' AND g.space_id = ?1
    WHERE k.id > ?2 AND k.state = 'current'
  UNION ALL
  SELECT k.id, h.windows, g.id
    FROM generations g JOIN generation_contents h ON h.generation_id = g.id AND h.content_id > ?2
    JOIN contents k ON k.id = h.content_id AND k.state = 'current'
    WHERE g.space_id = ?1 AND g.state IN ('building', 'ready', 'previous')
  ORDER BY 1 LIMIT ?3`

export const listExpected = (
  db: Database,
  { afterContentId, limit, spaceId }: Operations['embed.expected']['params'],
): Operations['embed.expected']['result'] =>
  spaceId === undefined
    ? db.all(
        `SELECT id AS contentId, windows, NULL AS generationId FROM contents WHERE id > ? AND state = 'current' ORDER BY id LIMIT ?`,
        afterContentId,
        limit,
      )
    : db.all(EXPECTED, spaceId, afterContentId, limit)

const REPAIR = remark('JOB_REPAIR')

/** The open repair job of a collection; made when there is none. */
const ensureRepairJob = (db: Database, collectionId: number): number => {
  const open = db.get<{ id: number }>(
    `SELECT id FROM jobs WHERE collection_id = ? AND kind = 'repair' AND generation_id IS NULL AND text_version IS NULL AND summarizes = 0 AND cancelling = 0 AND state IN ('queued', 'running') ORDER BY id DESC LIMIT 1`,
    collectionId,
  )
  if (open) return open.id
  return db.run(
    `INSERT INTO jobs (collection_id, label, label_remark, paths, patterns, kind, state, created_at)
      VALUES (?, ?, ?, '[]', '{"globs":[],"ignores":[]}', 'repair', 'queued', ${NOW})`,
    collectionId,
    textOf(REPAIR),
    JSON.stringify(REPAIR),
  ).id
}

type Path = {
  id: number
  collection_id: number
  source_id: number | null
  item_key: string
  path: string
  locator: string
  size_bytes: number
}

/** Queues a document of this content for its vectors; `false` when one waits for them anyway, or none is there. */
export const queueContent = (db: Database, contentId: number): boolean => {
  const content = db.get<{ chunk_count: number; partial: string | null }>(
    `SELECT chunk_count, partial FROM contents WHERE id = ? AND state = 'current'`,
    contentId,
  )
  const document = db.get<Path>(
    'SELECT id, collection_id, source_id, item_key, path, locator, size_bytes FROM documents WHERE content_id = ? ORDER BY id LIMIT 1',
    contentId,
  )
  if (content === null || document === null || content.chunk_count === 0) return false
  return queueRepair(db, contentId, content.chunk_count, document, parseWarning(content.partial))
}

const queueRepair = (
  db: Database,
  contentId: number,
  chunks: number,
  document: Path,
  partial: Warning | null,
): boolean => {
  const waiting = db.get(
    `SELECT t.id FROM tasks t WHERE t.content_id = ? AND t.lane = 'embed' AND t.state <> 'ended' LIMIT 1`,
    contentId,
  )
  db.run(
    'UPDATE tasks SET pending_chunks = ?, embed_chunks = max(embed_chunks, ?) WHERE content_id = ? AND state <> ? ',
    chunks,
    chunks,
    contentId,
    'ended',
  )
  if (waiting) return false
  const jobId = ensureRepairJob(db, document.collection_id)
  db.run(
    `INSERT INTO tasks (job_id, collection_id, source_id, kind, lane, phase, state, item_key, path, locator, depth, size_bytes, document_id, content_id,
      embed_chunks, pending_chunks, planned_outcome, code, details, problem_phase, problem_attempts, created_at)
      VALUES (?, ?, ?, 'document', 'embed', 'embed', 'queued', ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${NOW})
      ON CONFLICT (job_id, item_key) DO UPDATE SET state = 'queued', outcome = NULL, ended_at = NULL, content_id = excluded.content_id,
        embed_chunks = excluded.embed_chunks, pending_chunks = excluded.pending_chunks`,
    jobId,
    document.collection_id,
    document.source_id,
    document.item_key,
    document.path,
    document.locator,
    document.size_bytes,
    document.id,
    contentId,
    chunks,
    chunks,
    partial ? 'partial' : 'indexed',
    partial && partial.code,
    partial && JSON.stringify(partial.details),
    partial && 'extract',
    partial && 0,
  )
  return true
}

/** From now on a content counts as without vectors. */
export const clearVectors = (db: Database, contentId: number): void => {
  db.run('UPDATE chunks SET windows = NULL WHERE content_id = ? AND windows IS NOT NULL', contentId)
  db.run('UPDATE contents SET pending_chunks = chunk_count, windows = 0, tokens = 0 WHERE id = ?', contentId)
}

/**
 * From now on the vectors of these contents count as missing and are made again. What is in the index is undone before that, by an
 * intent that covers every chunk.
 */
export const invalidateVectors = (
  db: Database,
  { contentIds }: Operations['embed.invalidate']['params'],
): Operations['embed.invalidate']['result'] => {
  let documents = 0
  for (const contentId of contentIds) {
    const content = db.get<{ spaceId: number | null }>(
      `SELECT g.space_id AS spaceId FROM contents k LEFT JOIN generations g ON g.collection_id = k.collection_id AND g.state = 'serving'
        WHERE k.id = ? AND k.state = 'current' AND k.chunk_count > 0 AND EXISTS (SELECT 1 FROM documents d WHERE d.content_id = k.id)`,
      contentId,
    )
    if (content === null) continue
    const chunks = db.all<{ id: number }>('SELECT id FROM chunks WHERE content_id = ? ORDER BY id', contentId)
    intendVectors(db, { chunkIds: chunks.map(({ id }) => id), spaceId: content.spaceId })
    clearVectors(db, contentId)
    if (queueContent(db, contentId)) documents += 1
  }
  return { documents }
}
