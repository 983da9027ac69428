/**
 * Owns which texts an older version has read, and the job that reads them anew: document by document, each keeps its text until its new one
 * takes its place.
 * Refuses: reading; its tasks are those of any document.
 */
import { AppError } from '../../shared/errors'
import type { Job } from '../../shared/domain'
import { textOf } from '../../shared/remarks'
import type { Operations } from './contract'
import { NOW, type Database } from './database'
import { needJob, toJob } from './job-rows'

/** Documents that are found and whose text an older version (`?2`) has read. */
const OLDER = `FROM documents d JOIN contents k ON k.id = d.content_id AND k.state = 'current'
  WHERE d.collection_id = ?1 AND d.gone_at IS NULL AND CAST(k.settings_key AS INTEGER) < ?2`

export const listOlder = (
  db: Database,
  { version }: Operations['texts.older']['params'],
): Operations['texts.older']['result'] =>
  db.all(
    `SELECT c.id AS collectionId, c.name AS collection, count(DISTINCT d.id) AS documents
      FROM contents k JOIN documents d ON d.content_id = k.id AND d.gone_at IS NULL JOIN collections c ON c.id = k.collection_id
      WHERE k.state = 'current' AND CAST(k.settings_key AS INTEGER) < ? GROUP BY c.id ORDER BY c.id`,
    version,
  )

export const estimateOlder = (
  db: Database,
  { collectionId, version }: Operations['texts.estimate']['params'],
): Operations['texts.estimate']['result'] => ({
  ...db.one<{ documents: number; bytes: number }>(
    `SELECT count(*) AS documents, COALESCE(sum(d.size_bytes), 0) AS bytes ${OLDER}`,
    collectionId,
    version,
  ),
  ...db.one<{ chunks: number; tokens: number; chars: number; needOcr: number }>(
    `SELECT COALESCE(sum(chunk_count), 0) AS chunks, COALESCE(sum(tokens), 0) AS tokens, COALESCE(sum(chars), 0) AS chars,
      COALESCE(sum(units_ocr > 0), 0) AS needOcr FROM contents WHERE id IN (SELECT k.id ${OLDER})`,
    collectionId,
    version,
  ),
})

/** The job of a collection that has not ended, and is not about to. */
const findOpen = (db: Database, collectionId: number): number | null =>
  db.get<{ id: number }>(
    `SELECT id FROM jobs WHERE collection_id = ? AND text_version IS NOT NULL AND cancelling = 0
      AND state NOT IN ('completed', 'completed_with_problems', 'failed', 'cancelled') LIMIT 1`,
    collectionId,
  )?.id ?? null

/** @throws NOT_FOUND */
export const startReading = (
  db: Database,
  { collectionId, version, naming }: Operations['texts.readAnew']['params'],
): Job => {
  if (db.get('SELECT id FROM collections WHERE id = ?', collectionId) === null)
    throw new AppError('NOT_FOUND', { what: 'collection', id: collectionId })
  db.run('UPDATE collections SET text_version = ? WHERE id = ?', version, collectionId)
  const open = findOpen(db, collectionId)
  if (open !== null) return toJob(needJob(db, open))
  const label = textOf(naming)
  const { id } = db.run(
    `INSERT INTO jobs (collection_id, label, label_remark, paths, patterns, kind, state, priority, text_version, created_at)
      VALUES (?, ?, ?, '[]', '{"globs":[],"ignores":[]}', 'repair', 'queued', -1, ?, ${NOW})`,
    collectionId,
    label,
    JSON.stringify(naming),
    version,
  )
  db.run(
    `INSERT INTO tasks (job_id, collection_id, kind, lane, phase, state, item_key, path, locator, depth, size_bytes, created_at)
      VALUES (?, ?, 'scan', 'expand', 'expand', 'queued', 'read-anew', ?, '{"location":"","entries":[]}', 0, 0, ${NOW})`,
    id,
    collectionId,
    label,
  )
  return toJob(needJob(db, id))
}

/** A page of the documents becomes tasks of the job; what it has already is left as it is. */
export const queueOlder = (
  db: Database,
  { jobId, afterDocumentId, limit }: Operations['texts.queue']['params'],
): Operations['texts.queue']['result'] => {
  const job = db.one<{ collection_id: number; text_version: number | null; cancelling: number }>(
    'SELECT collection_id, text_version, cancelling FROM jobs WHERE id = ?',
    jobId,
  )
  if (job.cancelling === 1 || job.text_version === null) return { next: null }
  const page = db.all<{ id: number }>(
    `SELECT d.id ${OLDER} AND d.id > ?3 ORDER BY d.id LIMIT ?4`,
    job.collection_id,
    job.text_version,
    afterDocumentId,
    limit,
  )
  db.run(
    `INSERT INTO tasks (job_id, collection_id, source_id, kind, lane, phase, state, item_key, path, locator, depth, size_bytes, fingerprint,
      modified_ms, document_id, created_at)
      SELECT ?1, d.collection_id, d.source_id, 'document', 'extract', 'extract', 'queued', d.item_key, d.path, d.locator,
        json_array_length(d.locator, '$.entries'), d.size_bytes, d.fingerprint, d.modified_ms, d.id, ${NOW}
      FROM documents d WHERE d.id IN (SELECT value FROM json_each(?2)) ON CONFLICT DO NOTHING`,
    jobId,
    JSON.stringify(page.map(({ id }) => id)),
  )
  return { next: page.length < limit ? null : (page.at(-1)?.id ?? null) }
}
