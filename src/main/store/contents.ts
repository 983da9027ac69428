/**
 * Owns contents and their chunks with the full-text index: staging, committing, finding, discarding and deleting them.
 * Refuses: deciding which document points where (extraction.ts does).
 */
import { AppError } from '../../shared/errors'
import { countUnits, isPlainReceipt } from '../../shared/receipts'
import type { Chunk, Warning } from '../../shared/work'
import type { KnownContent, Operations } from './contract'
import { NOW, type Database } from './database'
import { gramsOf } from '../../shared/grams'
import { parseWarning } from './stored-json'

/** Chunks that one step of deletion removes; about 20 ms. */
const PURGE_CHUNKS = 300

type KnownRow = { id: number; chunk_count: number; pending_chunks: number; partial: string | null; kind: string }

const KNOWN = `SELECT id, chunk_count, pending_chunks, partial, kind FROM contents k WHERE state = 'current'`

const toKnown = (row: KnownRow): KnownContent => ({
  id: row.id,
  chunks: row.chunk_count,
  pendingChunks: row.pending_chunks,
  partial: parseWarning(row.partial),
  kind: row.kind,
})

/**
 * That the content `k` was read with the settings of a key, by its version or by an older one that nobody has agreed to replace in the
 * collection yet. A key is `version:settings`.
 */
export const readAs = (key: string, collection: string): string =>
  `substr(k.settings_key, instr(k.settings_key, ':')) = substr(${key}, instr(${key}, ':')) AND CAST(k.settings_key AS INTEGER) >=
    min(CAST(${key} AS INTEGER), COALESCE((SELECT text_version FROM collections WHERE id = ${collection}), 0))`

export const findContent = (db: Database, params: Operations['contents.find']['params']): KnownContent | null => {
  const row = db.get<KnownRow>(
    `${KNOWN} AND collection_id = ?1 AND sha256 = ?2 AND ${readAs('?3', '?1')} ORDER BY CAST(k.settings_key AS INTEGER) DESC LIMIT 1`,
    params.collectionId,
    params.sha256,
    params.settingsKey,
  )
  return row && toKnown(row)
}

/** The content of this id, if it is current. */
export const readContent = (db: Database, id: number): KnownContent | null => {
  const row = db.get<KnownRow>(`${KNOWN} AND id = ?`, id)
  return row && toKnown(row)
}

/** Starts a content that nobody sees. What an earlier try of the task had staged is discarded. */
export const stageContent = (
  db: Database,
  { taskId, collectionId, sha256, settingsKey, kind }: Operations['contents.stage']['params'],
): { contentId: number } => {
  discardStaged(db, taskId)
  const { id } = db.run(
    `INSERT INTO contents (collection_id, sha256, settings_key, state, task_id, kind, created_at) VALUES (?, ?, ?, 'staged', ?, ?, ${NOW})`,
    collectionId,
    sha256,
    settingsKey,
    taskId,
    kind,
  )
  return { contentId: id }
}

const addToFulltext = (db: Database, firstId: number, lastId: number): void => {
  db.run(
    'INSERT INTO chunks_fts (rowid, text, heading, title) SELECT id, text, heading, title FROM chunks WHERE id BETWEEN ? AND ?',
    firstId,
    lastId,
  )
}

/** Text of scripts without spaces between words has an index of its own; most chunks have none. */
const addGrams = (db: Database, id: number, texts: readonly string[]): void => {
  const grams = gramsOf(texts.join('\n'))
  if (grams !== '') db.run('INSERT INTO chunks_grams (rowid, grams) VALUES (?, ?)', id, grams)
}

const removeGrams = (db: Database, ids: readonly number[]): void => {
  db.run('DELETE FROM chunks_grams WHERE rowid IN (SELECT value FROM json_each(?))', JSON.stringify(ids))
}

/** Adds chunks to a staged content, in order. @throws INTERNAL_BUG when the content is not staged (any more) */
export const addChunks = (
  db: Database,
  { contentId, chunks, title }: { contentId: number; chunks: readonly Chunk[]; title: string | null },
): void => {
  const staged = db.get(`SELECT id FROM contents WHERE id = ? AND state = 'staged'`, contentId)
  if (staged === null) throw new AppError('INTERNAL_BUG', { reason: `content ${contentId} takes no chunks any more` })
  let firstId = Number.MAX_SAFE_INTEGER
  let lastId = 0
  for (const chunk of chunks) {
    const { id } = db.run(
      'INSERT INTO chunks (content_id, ordinal, text, heading, title, "start", "end", page) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      contentId,
      chunk.ordinal,
      chunk.text,
      chunk.heading,
      chunk.ordinal === 0 ? (title ?? '') : '',
      chunk.start,
      chunk.end,
      chunk.page,
    )
    addGrams(db, id, [chunk.ordinal === 0 ? (title ?? '') : '', chunk.heading, chunk.text])
    firstId = Math.min(firstId, id)
    lastId = id
  }
  // Ids of one transaction follow each other; one statement for all of them costs half of one for each.
  addToFulltext(db, firstId, lastId)
  db.run(
    'UPDATE contents SET chunk_count = chunk_count + ?, pending_chunks = pending_chunks + ? WHERE id = ?',
    chunks.length,
    chunks.length,
    contentId,
  )
}

/** Puts the title, known only once everything was read, into the first chunk and its full-text row. */
const setTitle = (db: Database, contentId: number, title: string): void => {
  const first = db.get<{ id: number; heading: string; text: string }>(
    'SELECT id, heading, text FROM chunks WHERE content_id = ? AND ordinal = 0 AND windows IS NULL',
    contentId,
  )
  if (first === null) return
  removeFromFulltext(db, [first.id])
  db.run('UPDATE chunks SET title = ? WHERE id = ?', title, first.id)
  addToFulltext(db, first.id, first.id)
  removeGrams(db, [first.id])
  addGrams(db, first.id, [title, first.heading, first.text])
}

/** Makes a staged content the current one. @throws INTERNAL_BUG when it has not exactly `chunkCount` chunks */
export const commitContent = (
  db: Database,
  contentId: number,
  facts: Operations['extract.commit']['params'],
  partial: Warning | null,
): void => {
  const { kind, title, language, encoding, pages, warnings, coverage } = facts.facts
  const units = countUnits(coverage)
  const staged = db.get<{ chunk_count: number }>(
    `SELECT chunk_count FROM contents WHERE id = ? AND state = 'staged'`,
    contentId,
  )
  if (staged?.chunk_count !== facts.chunkCount) {
    const reason = `${staged?.chunk_count ?? 'no'} of ${facts.chunkCount} chunks were staged`
    throw new AppError('INTERNAL_BUG', { reason })
  }
  if (title !== null && facts.contentId !== null) setTitle(db, contentId, title)
  db.run(
    `UPDATE contents SET state = 'current', task_id = NULL, kind = ?, title = ?, language = ?, encoding = ?, pages = ?, chars = ?,
      size_bytes = ?, warnings = ?, partial = ?, coverage = ?, units_indexed = ?, units_ocr = ?, units_empty = ?, units_truncated = ?,
      units_skipped = ?, committed_at = ${NOW} WHERE id = ?`,
    kind,
    title,
    language,
    encoding,
    pages,
    facts.chars,
    facts.sizeBytes,
    JSON.stringify(warnings),
    partial && JSON.stringify(partial),
    isPlainReceipt(coverage) ? null : JSON.stringify(coverage),
    units.indexed,
    units.ocr,
    units.empty,
    units.truncated,
    units.skipped,
    contentId,
  )
}

/** Makes a content garbage: seen by nobody from now on, deleted later a page at a time, its vectors too. */
export const discardContent = (db: Database, contentId: number): void => {
  db.run('UPDATE tasks SET content_id = NULL, pending_chunks = 0 WHERE content_id = ?', contentId)
  const row = db.get<{ state: string }>('SELECT state FROM contents WHERE id = ?', contentId)
  if (row === null || row.state === 'garbage') return
  db.run(`UPDATE contents SET state = 'garbage', task_id = NULL WHERE id = ?`, contentId)
  if (row.state === 'current') db.run('INSERT OR IGNORE INTO vector_garbage (content_id) VALUES (?)', contentId)
}

/** Discards what this task has staged and not committed. */
export const discardStaged = (db: Database, taskId: number): void => {
  const staged = db.all<{ id: number }>(`SELECT id FROM contents WHERE task_id = ? AND state = 'staged'`, taskId)
  for (const { id } of staged) discardContent(db, id)
}

/** Discards a content that is staged; one that was committed meanwhile stays. */
export const dropContent = (db: Database, { contentId }: Operations['contents.drop']['params']): void => {
  if (db.get(`SELECT id FROM contents WHERE id = ? AND state = 'staged'`, contentId)) discardContent(db, contentId)
}

/** Discards a content when no document points at it any more. */
export const discardUnused = (db: Database, contentId: number | null): void => {
  if (contentId === null) return
  if (db.get('SELECT id FROM documents WHERE content_id = ? LIMIT 1', contentId) === null) discardContent(db, contentId)
}

/** An index without its own text needs the old text to forget it. */
const removeFromFulltext = (db: Database, chunkIds: readonly number[]): void => {
  db.run(
    `INSERT INTO chunks_fts (chunks_fts, rowid, text, heading, title)
      SELECT 'delete', id, text, heading, title FROM chunks WHERE id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(chunkIds),
  )
}

/** One step of deleting garbage; `true` when there may be more. Must run in a transaction of its own. */
export const purgeGarbage = (db: Database): boolean => {
  const garbage = db.get<{ id: number }>(`SELECT id FROM contents WHERE state = 'garbage' ORDER BY id LIMIT 1`)
  if (garbage === null) return false
  const page = db.all<{ id: number }>('SELECT id FROM chunks WHERE content_id = ? LIMIT ?', garbage.id, PURGE_CHUNKS)
  const ids = page.map(({ id }) => id)
  if (ids.length > 0) {
    removeFromFulltext(db, ids)
    removeGrams(db, ids)
    db.run('DELETE FROM chunks WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids))
  }
  if (ids.length < PURGE_CHUNKS) db.run('DELETE FROM contents WHERE id = ?', garbage.id)
  return true
}
