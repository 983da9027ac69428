/**
 * Owns what a model has read of the pictures of documents that are not done yet: it was paid for, so a crash or a retry must not ask again.
 * Refuses: keeping it longer; triggers take it away with the end of the reading.
 */
import type { Operations } from './contract'
import type { Database } from './database'

type Nothing = Record<string, never>

/** @returns also whether the collection still asks for it: a person may have taken that back while the document is read */
export const findVisionPage = (
  db: Database,
  { taskId, collectionId, hash, figure }: Operations['vision.find']['params'],
): Operations['vision.find']['result'] => {
  const page = db.get<{ text: string; cut: number }>(
    'SELECT text, cut FROM vision_pages WHERE task_id = ? AND hash = ?',
    taskId,
    hash,
  )
  const wanted = db.get(
    `SELECT 1 AS yes FROM collections WHERE id = ? AND iif(?, figures, scans) = 'vision'`,
    collectionId,
    figure ? 1 : 0,
  )
  return { page: page && { text: page.text, cut: page.cut === 1 }, wanted: wanted !== null }
}

/** Of a task that has ended meanwhile nothing is kept, and nothing of a document that was removed. */
export const keepVisionPage = (
  db: Database,
  { taskId, hash, text, cut }: Operations['vision.keep']['params'],
): Nothing => {
  db.run(
    `INSERT OR REPLACE INTO vision_pages (task_id, hash, text, cut) SELECT id, ?, ?, ? FROM tasks WHERE id = ? AND lane = 'vision' AND state <> 'ended'
      AND (document_id IS NULL OR EXISTS (SELECT 1 FROM documents d WHERE d.id = tasks.document_id))`,
    hash,
    text,
    cut ? 1 : 0,
    taskId,
  )
  return {}
}
