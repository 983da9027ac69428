/**
 * Owns the jobs that look at the originals of chosen documents again: each keeps its text until a new one takes its place, and keeps it for
 * good where its original says the same. Refuses: reading; its tasks are those of any document.
 */
import type { Job } from '../../shared/domain'
import type { Operations } from './contract'
import { NOW, type Database } from './database'
import { needJob, toJob } from './job-rows'
import { settleJob } from './job-rows'

const startJob = (db: Database, collectionId: number, ids: readonly number[]): Job => {
  const label = ids.length === 1 ? '1 document read again' : `${ids.length} documents read again`
  const { id } = db.run(
    `INSERT INTO jobs (collection_id, label, paths, patterns, kind, state, client, created_at)
      VALUES (?, ?, '[]', '{"globs":[],"ignores":[]}', 'intake', 'queued', 'again', ${NOW})`,
    collectionId,
    label,
  )
  const chosen = JSON.stringify(ids)
  // What stands for "read before" is forgotten, so that the original is opened whatever its times and size say.
  db.run('UPDATE documents SET fingerprint = NULL WHERE id IN (SELECT value FROM json_each(?))', chosen)
  db.run(
    `INSERT INTO tasks (job_id, collection_id, source_id, kind, lane, phase, state, item_key, path, locator, depth, size_bytes, modified_ms,
      document_id, created_at)
      SELECT ?1, d.collection_id, d.source_id, 'document', 'extract', 'extract', 'queued', d.item_key, d.path, d.locator,
        json_array_length(d.locator, '$.entries'), d.size_bytes, d.modified_ms, d.id, ${NOW}
      FROM documents d WHERE d.id IN (SELECT value FROM json_each(?2)) ON CONFLICT DO NOTHING`,
    id,
    chosen,
  )
  settleJob(db, id)
  return toJob(needJob(db, id))
}

/** One job for each of their collections. Ids that are not there are left out. */
export const readAgain = (
  db: Database,
  { ids }: Operations['documents.readAgain']['params'],
): Operations['documents.readAgain']['result'] => {
  const rows = db.all<{ id: number; collectionId: number }>(
    'SELECT id, collection_id AS collectionId FROM documents WHERE id IN (SELECT value FROM json_each(?)) ORDER BY collection_id, id',
    JSON.stringify(ids),
  )
  const byCollection = new Map<number, number[]>()
  for (const { id, collectionId } of rows)
    byCollection.set(collectionId, [...(byCollection.get(collectionId) ?? []), id])
  return {
    jobs: [...byCollection].map(([collectionId, chosen]) => startJob(db, collectionId, chosen)),
    documents: rows.length,
  }
}
