/**
 * Owns what a removal is proven by: which texts only the removed documents held, and what of them is left.
 * Refuses: removing; documents.ts, collections.ts and the garbage steps do. Traces in the files are wiped in wiping.ts.
 */
import { createHash } from 'node:crypto'
import type { Operations } from './contract'
import { NOW, type Database } from './database'
import type { Session } from './session'
import { overwriteDeleted } from './wiping'

/** Contents that nothing else will point at when these documents, or this collection, are removed. */
export const listErasable = (
  db: Database,
  { documentIds, collectionId }: Operations['erasure.contents']['params'],
): number[] =>
  (documentIds === null
    ? db.all<{ id: number }>(`SELECT id FROM contents WHERE collection_id = ? AND state <> 'garbage'`, collectionId)
    : db.all<{ id: number }>(
        `SELECT DISTINCT d.content_id AS id FROM documents d WHERE d.id IN (SELECT value FROM json_each(?1)) AND d.content_id IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM documents o WHERE o.content_id = d.content_id AND o.id NOT IN (SELECT value FROM json_each(?1)))`,
        JSON.stringify(documentIds),
      )
  ).map(({ id }) => id)

/** Words that a text begins with, to look for it. */
const SAMPLE = /^[^]{0,200}(?!\S)/

/** Hashes of a page of their passages (of all texts: those that stay), by which the cache knows vectors, and the first words of the first of each text. */
export const readErasable = (
  db: Database,
  { contentIds, afterChunkId, limit }: Operations['erasure.passages']['params'],
): Operations['erasure.passages']['result'] =>
  db
    .all<{ id: number; text: string; ordinal: number }>(
      `SELECT id, text, ordinal FROM chunks WHERE ${contentIds === null ? `?1 IS NULL AND content_id NOT IN (SELECT id FROM contents WHERE state = 'garbage')` : 'content_id IN (SELECT value FROM json_each(?1))'}
        AND id > ?2 ORDER BY id LIMIT ?3`,
      contentIds && JSON.stringify(contentIds),
      afterChunkId,
      limit,
    )
    .map(({ id, text, ordinal }) => ({
      id,
      hash: createHash('sha256').update(text).digest(),
      sample: ordinal === 0 && contentIds !== null ? (SAMPLE.exec(text)?.[0] ?? text.slice(0, 200)) : null,
    }))

/** What of these contents is still stored anywhere. */
export const countLeft = (
  db: Database,
  { contentIds }: Operations['erasure.left']['params'],
): Operations['erasure.left']['result'] => {
  const { texts, passages, summaries, vectors } = db.one<Operations['erasure.left']['result']>(
    `WITH gone AS (SELECT value AS id FROM json_each(?))
    SELECT (SELECT count(*) FROM contents WHERE id IN (SELECT id FROM gone)) AS texts,
      (SELECT count(*) FROM chunks WHERE content_id IN (SELECT id FROM gone)) AS passages,
      (SELECT count(*) FROM summaries WHERE content_id IN (SELECT id FROM gone)) AS summaries,
      (SELECT count(*) FROM vector_garbage WHERE content_id IN (SELECT id FROM gone)) AS vectors`,
    JSON.stringify(contentIds),
  )
  return { texts, passages, summaries, vectors }
}

export const countPictures = (
  db: Database,
  { documentIds, collectionId }: Operations['erasure.pictures']['params'],
): Operations['erasure.pictures']['result'] => {
  const pages = 'SELECT count(*) AS pages FROM tasks t JOIN vision_pages v ON v.task_id = t.id'
  return documentIds === null
    ? db.one<{ pages: number }>(`${pages} WHERE t.collection_id = ?`, collectionId).pages
    : db.one<{ pages: number }>(
        `${pages} WHERE t.document_id IN (SELECT value FROM json_each(?))`,
        JSON.stringify(documentIds),
      ).pages
}

/** Of these matches, one that is no chunk. */
const isLeftIn = (db: Database, index: string, match: string): boolean =>
  db.get(
    `SELECT rowid FROM ${index} WHERE ${index} MATCH ? AND rowid NOT IN (SELECT id FROM chunks) LIMIT 1`,
    match,
  ) !== null

/** What the full-text indexes hold by themselves, whatever the tables say. */
export const readIndexed = (
  db: Database,
  { chunkIds, matches, grams }: Operations['erasure.indexed']['params'],
): Operations['erasure.indexed']['result'] => {
  const { named } = db.one<{ named: number }>(
    `WITH gone AS (SELECT value AS id FROM json_each(?))
      SELECT (SELECT count(*) FROM chunks_fts_docsize WHERE id IN (SELECT id FROM gone))
        + (SELECT count(*) FROM chunks_grams_docsize WHERE id IN (SELECT id FROM gone)) AS named`,
    JSON.stringify(chunkIds),
  )
  const left = [
    ...matches.map((match) => isLeftIn(db, 'chunks_fts', match)),
    ...grams.map((match) => isLeftIn(db, 'chunks_grams', match)),
  ]
  return { named, found: left.filter(Boolean).length }
}

/** From now on what is deleted is overwritten at once, until the last `wipeTraces`. */
export const beginErasure = ({ db }: Session): Operations['erasure.begin']['result'] => {
  const { id } = db.transaction('write', () => db.run(`INSERT INTO erasures (begun_at) VALUES (${NOW})`))
  overwriteDeleted(db, 'pages')
  return { erasureId: id }
}

/** Not before its last text is deleted: only then there is nothing more to wipe. */
export const hasUnfinished = ({ db, lastErasureId }: Session): boolean =>
  db.get('SELECT id FROM erasures WHERE id <= ?', lastErasureId) !== null &&
  db.get(`SELECT id FROM contents WHERE state = 'garbage' LIMIT 1`) === null
