/**
 * Owns which files documents are read from, for the files that are ours to remove. Refuses: the files.
 */
import type { Operations } from './contract'
import type { Database } from './database'

/** Behind every name in a folder, in the order of bytes. */
const LAST = '\u{10ffff}'

/** Files in `folder` that nothing but these documents, or this collection, is read from. */
export const listNotes = (
  db: Database,
  { folder, documentIds, collectionId }: Operations['documents.notes']['params'],
): Operations['documents.notes']['result'] => {
  const [mine, others, param] =
    documentIds === null
      ? ['d.collection_id = ?1', 'o.collection_id IN (SELECT id FROM collections WHERE id <> ?1)', collectionId]
      : [
          'd.id IN (SELECT value FROM json_each(?1))',
          'o.collection_id IN (SELECT id FROM collections) AND o.id NOT IN (SELECT value FROM json_each(?1))',
          JSON.stringify(documentIds),
        ]
  return db
    .all<{ location: string }>(
      `SELECT DISTINCT d.location AS location FROM documents d WHERE ${mine} AND d.location > ?2 AND d.location < ?3
        AND NOT EXISTS (SELECT 1 FROM documents o WHERE ${others} AND o.location = d.location)`,
      param,
      folder,
      folder + LAST,
    )
    .map(({ location }) => location)
}

/** Those of these files that no document is read from. */
export const listUnread = (
  db: Database,
  { locations }: Operations['documents.unread']['params'],
): Operations['documents.unread']['result'] =>
  db
    .all<{ location: string }>(
      `SELECT value AS location FROM json_each(?) WHERE NOT EXISTS
        (SELECT 1 FROM documents d WHERE d.collection_id IN (SELECT id FROM collections) AND d.location = value)`,
      JSON.stringify(locations),
    )
    .map(({ location }) => location)
