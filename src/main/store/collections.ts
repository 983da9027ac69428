/**
 * Owns collections: finding, making, renaming them, and removing one with everything in it, a page at a time.
 * Refuses: removing vectors; the contents it leaves behind are garbage that the owner of the vector index collects.
 */
import { AppError } from '../../shared/errors'
import type { SummaryWish } from '../../shared/answers'
import { collectionColors, type Collection, type FigureReading, type ScanReading } from '../../shared/domain'
import type { Operations } from './contract'
import { NOW, type Database } from './database'
import { removeDocument } from './documents'
import { removeGenerations } from './generations'
import { parseTexts } from './stored-json'
import { discardContent } from './contents'

type Row = {
  id: number
  name: string
  created_at: string
  documents: number
  bytes: number
  chunks: number
  pending: number
  weight: number
  tasks_per_minute: number | null
  ignores: string
  summaries: SummaryWish
  scans: ScanReading
  figures: FigureReading
  color: string | null
  model_ref: string | null
  model: string | null
  dimensions: number | null
}

const toCollection = (row: Row): Collection => ({
  id: String(row.id),
  name: row.name,
  createdAt: row.created_at,
  documents: row.documents,
  chunks: row.chunks,
  pendingVectors: row.pending,
  bytes: row.bytes,
  weight: row.weight,
  tasksPerMinute: row.tasks_per_minute,
  ignores: parseTexts(row.ignores),
  summaries: row.summaries,
  scans: row.scans,
  figures: row.figures,
  color: collectionColors.find((color) => color === row.color) ?? null,
  model:
    row.model_ref === null || row.model === null || row.dimensions === null
      ? null
      : { ref: row.model_ref, id: row.model, dimensions: row.dimensions },
})

/** Contents of a collection that only documents point at that are gone: kept, but not found. */
const ONLY_GONE = `
  SELECT g.content_id FROM documents g WHERE g.gone_at IS NOT NULL AND g.collection_id = c.id AND g.content_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM documents o WHERE o.content_id = g.content_id AND o.gone_at IS NULL)`

const SELECT = `
  SELECT c.id, c.name, c.created_at, c.weight, c.tasks_per_minute, c.ignores, c.summaries, c.scans, c.figures, c.color, g.model_ref, s.model, s.dimensions,
    (SELECT count(*) FROM documents WHERE collection_id = c.id AND state IN ('indexed', 'partial') AND gone_at IS NULL) AS documents,
    (SELECT COALESCE(sum(size_bytes), 0) FROM documents WHERE collection_id = c.id AND state IN ('indexed', 'partial') AND gone_at IS NULL) AS bytes,
    (SELECT COALESCE(sum(chunk_count), 0) FROM contents WHERE collection_id = c.id AND state = 'current')
      - (SELECT COALESCE(sum(chunk_count), 0) FROM contents WHERE id IN (${ONLY_GONE})) AS chunks,
    (SELECT COALESCE(sum(pending_chunks), 0) FROM contents WHERE collection_id = c.id AND state = 'current') AS pending
  FROM collections c LEFT JOIN generations g ON g.collection_id = c.id AND g.state = 'serving' LEFT JOIN vector_spaces s ON s.id = g.space_id`

const byName = (db: Database, name: string): Collection | null => {
  const row = db.get<Row>(`${SELECT} WHERE c.name = ?`, name)
  return row && toCollection(row)
}

export const listCollections = (db: Database): Collection[] =>
  db.all<Row>(`${SELECT} ORDER BY c.name`).map(toCollection)

export const findCollection = (db: Database, { name }: Operations['collections.find']['params']): Collection | null =>
  byName(db, name)

/** @throws COLLECTION_EXISTS */
export const createCollection = (
  db: Database,
  { name, ...changes }: Operations['collections.create']['params'],
): Collection => {
  if (byName(db, name)) throw new AppError('COLLECTION_EXISTS', { name })
  db.run(`INSERT INTO collections (name, created_at) VALUES (?, ${NOW})`, name)
  const { id } = db.one<{ id: number }>('SELECT id FROM collections WHERE name = ?', name)
  return updateCollection(db, { id, ...changes })
}

export const ensureCollection = (db: Database, params: Operations['collections.ensure']['params']): Collection =>
  byName(db, params.name) ?? createCollection(db, params)

/** @throws NOT_FOUND, COLLECTION_EXISTS */
export const renameCollection = (db: Database, params: Operations['collections.rename']['params']): Collection => {
  const { id, newName } = params
  const other = db.get<{ id: number }>('SELECT id FROM collections WHERE name = ?', newName)
  if (other && other.id !== id) throw new AppError('COLLECTION_EXISTS', { name: newName })
  const { changes } = db.run('UPDATE collections SET name = ? WHERE id = ?', newName, id)
  if (changes === 0) throw new AppError('NOT_FOUND', { what: 'collection', id })
  return toCollection(db.one<Row>(`${SELECT} WHERE c.id = ?`, id))
}

/** @throws NOT_FOUND */
export const updateCollection = (db: Database, params: Operations['collections.update']['params']): Collection => {
  const { id, weight, tasksPerMinute, ignores, summaries, scans, figures, color } = params
  if (weight !== undefined) db.run('UPDATE collections SET weight = ? WHERE id = ?', weight, id)
  if (tasksPerMinute !== undefined)
    db.run('UPDATE collections SET tasks_per_minute = ? WHERE id = ?', tasksPerMinute, id)
  if (ignores !== undefined) db.run('UPDATE collections SET ignores = ? WHERE id = ?', JSON.stringify(ignores), id)
  // In one step: whatever happens next, what is there is looked at.
  if (summaries !== undefined)
    db.run(
      `UPDATE collections SET summaries = ?1, summaries_from = iif(?1 = 'off', NULL, 0) WHERE id = ?2`,
      summaries,
      id,
    )
  if (scans !== undefined) db.run('UPDATE collections SET scans = ? WHERE id = ?', scans, id)
  if (figures !== undefined) db.run('UPDATE collections SET figures = ? WHERE id = ?', figures, id)
  if (color !== undefined) db.run('UPDATE collections SET color = ? WHERE id = ?', color, id)
  const row = db.get<Row>(`${SELECT} WHERE c.id = ?`, id)
  if (row === null) throw new AppError('NOT_FOUND', { what: 'collection', id })
  return toCollection(row)
}

/** Steps of a removal in the order in which rows may go; each deletes at most `limit` rows and tells how many. */
const remains: readonly ((db: Database, id: number, limit: number) => number)[] = [
  (db, id, limit) =>
    db.run(
      'DELETE FROM tasks WHERE id IN (SELECT t.id FROM jobs j JOIN tasks t ON t.job_id = j.id WHERE j.collection_id = ? LIMIT ?)',
      id,
      limit,
    ).changes,
  (db, id, limit) =>
    db.run('DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE collection_id = ? LIMIT ?)', id, limit).changes,
  (db, id, limit) =>
    db.run('DELETE FROM sources WHERE id IN (SELECT id FROM sources WHERE collection_id = ? LIMIT ?)', id, limit)
      .changes,
  (db, id, limit) => {
    const left = db.all<{ id: number }>(
      "SELECT id FROM contents WHERE collection_id = ? AND state = 'current' UNION ALL SELECT id FROM contents WHERE collection_id = ? AND state = 'staged' LIMIT ?",
      id,
      id,
      limit,
    )
    for (const content of left) discardContent(db, content.id)
    return left.length
  },
]

/** Deletes at most `limit` documents, and when none is left, at most `limit` rows of everything else. */
export const removeCollectionPage = (
  db: Database,
  { id, limit }: Operations['collections.removePage']['params'],
): Operations['collections.removePage']['result'] => {
  const page = db.all<{ id: number }>('SELECT id FROM documents WHERE collection_id = ? LIMIT ?', id, limit)
  for (const document of page) removeDocument(db, document.id)
  if (page.length > 0) return { removed: page.length, more: true }
  for (const step of remains) if (step(db, id, limit) > 0) return { removed: 0, more: true }
  removeGenerations(db, id)
  db.run('DELETE FROM collections WHERE id = ?', id)
  return { removed: 0, more: false }
}
