/**
 * Owns the jobs that look at the originals of chosen documents again: each keeps its text until a new one takes its place, and keeps it for
 * good where its original says the same and all of it was read. Refuses: reading; its tasks are those of any document.
 */
import type { Job } from '../../shared/domain'
import { remark, textOf } from '../../shared/remarks'
import type { Operations } from './contract'
import { NOW, type Database } from './database'
import { needJob, settleJob, toJob } from './job-rows'

/** Marks the settings key of a content that lacks something: nothing that asks for what is known of the same bytes finds it. */
const READ_IN_PART = '~part'

const startJob = (db: Database, collectionId: number, ids: readonly number[]): Job => {
  const naming = remark('JOB_READ_AGAIN', { count: ids.length })
  const { id } = db.run(
    `INSERT INTO jobs (collection_id, label, label_remark, paths, patterns, kind, state, client, created_at)
      VALUES (?, ?, ?, '[]', '{"globs":[],"ignores":[]}', 'intake', 'queued', 'again', ${NOW})`,
    collectionId,
    textOf(naming),
    JSON.stringify(naming),
  )
  const chosen = JSON.stringify(ids)
  // What was read in part is found as it is until the same bytes were read anew: by what else it lacked then, no settings tell.
  db.run(
    `UPDATE OR IGNORE contents SET settings_key = settings_key || ?2 WHERE state = 'current' AND partial IS NOT NULL
      AND instr(settings_key, '~') = 0 AND id IN (SELECT content_id FROM documents WHERE id IN (SELECT value FROM json_each(?1)))`,
    chosen,
    READ_IN_PART,
  )
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

/**
 * One job for each of their collections. Ids that are not there are left out; of what was read in part, other places of the same bytes come along,
 * so that none keeps the part.
 */
export const readAgain = (
  db: Database,
  { ids }: Operations['documents.readAgain']['params'],
): Operations['documents.readAgain']['result'] => {
  const rows = db.all<{ id: number; collectionId: number }>(
    `WITH chosen AS (SELECT id, content_id FROM documents WHERE id IN (SELECT value FROM json_each(?)))
      SELECT id, collection_id AS collectionId FROM documents WHERE id IN (SELECT id FROM chosen) OR gone_at IS NULL AND content_id IN
        (SELECT k.id FROM contents k WHERE k.id IN (SELECT content_id FROM chosen) AND k.partial IS NOT NULL)
      ORDER BY collection_id, id`,
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
