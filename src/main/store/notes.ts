/**
 * Owns by which names notes are read: files in a folder `Notes`, wherever it was called that when they were added. The data folder may be moved,
 * or be reached by another way; what a name stands for in it is for who owns the files.
 * Refuses: the files.
 */
import { NOTES_FOLDER } from '../../shared/notes'
import { foldPath } from './documents'
import { parseLocator } from './stored-json'
import type { Operations } from './contract'
import type { Database } from './database'

/** The name of a file that lies directly in a folder `Notes`, of whatever system; `null` for all others. */
const nameOf = (location: string): string | null => {
  const steps = location.split(/[/\\]/)
  return foldPath(steps.at(-2) ?? '') === foldPath(NOTES_FOLDER) ? (steps.at(-1) ?? null) : null
}

/** By how they are compared: some disks list a name with other capitals or accents than it was given, and a note that is read must never go for that. */
const namesOf = (locations: readonly string[]): Map<string, string> =>
  new Map(
    locations.flatMap((location): [string, string][] => {
      const name = nameOf(location)
      return name === null ? [] : [[foldPath(name), name]]
    }),
  )

const PLACE = `location LIKE '%${NOTES_FOLDER}%'`

/** Names that open tasks read, but for those of these documents. */
const namesInWork = (db: Database, ofDocuments: string): Map<string, string> =>
  namesOf(
    db
      .all<{ locator: string }>(
        `SELECT t.locator FROM tasks t WHERE t.state <> 'ended' AND t.locator LIKE '%${NOTES_FOLDER}%'
          AND (t.document_id IS NULL OR t.document_id NOT IN (SELECT value FROM json_each(?)))`,
        ofDocuments,
      )
      .map(({ locator }) => parseLocator(locator).location),
  )

/** Names of notes that nothing but these documents, or this collection, is read from. */
export const listNotes = (
  db: Database,
  { documentIds, collectionId }: Operations['documents.notes']['params'],
): Operations['documents.notes']['result'] => {
  const [mine, others, param] =
    documentIds === null
      ? ['collection_id = ?1', 'collection_id IN (SELECT id FROM collections WHERE id <> ?1)', collectionId]
      : [
          'id IN (SELECT value FROM json_each(?1))',
          'collection_id IN (SELECT id FROM collections) AND id NOT IN (SELECT value FROM json_each(?1))',
          JSON.stringify(documentIds),
        ]
  const locationsOf = (where: string): string[] =>
    db
      .all<{ location: string }>(`SELECT DISTINCT location FROM documents WHERE ${where} AND ${PLACE}`, param)
      .map(({ location }) => location)
  const names = namesOf(locationsOf(mine))
  if (names.size === 0) return []
  const ids =
    documentIds ??
    db.all<{ id: number }>('SELECT id FROM documents WHERE collection_id = ?', collectionId).map(({ id }) => id)
  const needed = [...namesOf(locationsOf(others)).keys(), ...namesInWork(db, JSON.stringify(ids)).keys()]
  for (const name of needed) names.delete(name)
  return [...names.values()]
}

/** Those of these names that no document and no open task is read from. */
export const listUnread = (
  db: Database,
  { names }: Operations['documents.unread']['params'],
): Operations['documents.unread']['result'] => {
  const read = namesOf(
    db
      .all<{ location: string }>(
        `SELECT DISTINCT location FROM documents WHERE collection_id IN (SELECT id FROM collections) AND ${PLACE}`,
      )
      .map(({ location }) => location),
  )
  const needed = namesInWork(db, '[]')
  return names.filter((name) => !read.has(foldPath(name)) && !needed.has(foldPath(name)))
}
