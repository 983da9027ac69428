/**
 * Owns what a removal is proven by: which texts only the removed documents held, and what of them is left.
 * Refuses: removing; documents.ts, collections.ts and the garbage steps do. Traces in the files are wiped in wiping.ts.
 */
import { createHash } from 'node:crypto'
import type { Erasable, OpenErasure, Operations } from './contract'
import { NOW, type Database } from './database'
import type { Session } from './session'
import { parseIds } from './stored-json'
import { overwriteDeleted } from './wiping'

/** Contents that nothing else will point at when these documents, or this collection, are removed. */
export const listErasable = (db: Database, { documentIds, collectionId }: Erasable): number[] =>
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
  const { texts, passages, summaries, vectors, keptTexts, keptPassages } = db.one<
    Omit<Operations['erasure.left']['result'], 'going'> & { keptTexts: number; keptPassages: number }
  >(
    `WITH gone AS (SELECT value AS id FROM json_each(?)),
      kept AS (SELECT id FROM contents WHERE id IN (SELECT id FROM gone) AND state <> 'garbage')
    SELECT (SELECT count(*) FROM contents WHERE id IN (SELECT id FROM gone)) AS texts,
      (SELECT count(*) FROM chunks WHERE content_id IN (SELECT id FROM gone)) AS passages,
      (SELECT count(*) FROM summaries WHERE content_id IN (SELECT id FROM gone))
        + (SELECT count(*) FROM content_summaries WHERE content_id IN (SELECT id FROM gone)) AS summaries,
      (SELECT count(*) FROM vector_garbage WHERE content_id IN (SELECT id FROM gone)) AS vectors,
      (SELECT count(*) FROM kept) AS keptTexts,
      (SELECT count(*) FROM chunks WHERE content_id IN (SELECT id FROM kept)) AS keptPassages`,
    JSON.stringify(contentIds),
  )
  return { texts, passages, summaries, vectors, going: texts - keptTexts + passages - keptPassages + vectors }
}

export const countPictures = (
  db: Database,
  { documentIds, collectionId }: Erasable,
): Operations['erasure.pictures']['result'] => {
  const pages = 'SELECT count(*) AS pages FROM tasks t JOIN vision_pages v ON v.task_id = t.id'
  return documentIds === null
    ? db.one<{ pages: number }>(`${pages} WHERE t.collection_id = ?`, collectionId).pages
    : // A removed document stands at its tasks with a negative number (`markRemoved`).
      db.one<{ pages: number }>(
        `${pages} WHERE abs(t.document_id) IN (SELECT value FROM json_each(?))`,
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

/** That many are told of what was removed with proof. */
const KEPT_PROOFS = 100

/** From now on what is deleted is overwritten at once, until the last `wipeTraces`. */
export const beginErasure = ({ db }: Session, what: Erasable): Operations['erasure.begin']['result'] =>
  db.transaction('write', () => {
    const contentIds = listErasable(db, what)
    const ids = JSON.stringify(contentIds)
    const { id } = db.run(
      `INSERT INTO erasures (begun_at, document_ids, collection_id, content_ids, passages) VALUES (${NOW}, ?1, ?2, ?3,
        (SELECT count(*) FROM chunks WHERE content_id IN (SELECT value FROM json_each(?3))))`,
      what.documentIds && JSON.stringify(what.documentIds),
      what.collectionId,
      ids,
    )
    overwriteDeleted(db, 'pages')
    return { erasureId: id, contentIds }
  })

type Row = {
  id: number
  document_ids: string | null
  collection_id: number | null
  content_ids: string
  passages: number
}

const whatOf = ({ document_ids, collection_id }: Row): Erasable | null => {
  if (document_ids !== null) return { documentIds: parseIds(document_ids), collectionId: null }
  return collection_id === null ? null : { documentIds: null, collectionId: collection_id }
}

export const listOpen = ({ db, lastErasureId }: Session): OpenErasure[] =>
  db
    .all<Row>(
      'SELECT id, document_ids, collection_id, content_ids, passages FROM erasures WHERE proof IS NULL AND id <= ? ORDER BY id',
      lastErasureId,
    )
    .map((row) => ({
      id: row.id,
      what: whatOf(row),
      contentIds: parseIds(row.content_ids),
      passages: row.passages,
    }))

/** What went already is still to be wiped, and proven. */
export const letErasureGo = (
  db: Database,
  { erasureId }: Operations['erasure.letGo']['params'],
): Operations['erasure.letGo']['result'] => {
  db.run(
    `UPDATE erasures SET document_ids = '[]', collection_id = NULL, passages = 0, content_ids = (SELECT json_group_array(value)
      FROM json_each(content_ids) WHERE value NOT IN (SELECT id FROM contents WHERE state <> 'garbage')) WHERE id = ?`,
    erasureId,
  )
  return {}
}

/** Of long ago none is kept. */
export const proveErasure = (
  db: Database,
  { erasureId, proof }: Operations['erasure.prove']['params'],
): Operations['erasure.prove']['result'] => {
  db.run(`UPDATE erasures SET proof = ?, proven_at = ${NOW} WHERE id = ?`, proof, erasureId)
  db.run(
    'DELETE FROM erasures WHERE proof IS NOT NULL AND id NOT IN (SELECT id FROM erasures ORDER BY id DESC LIMIT ?)',
    KEPT_PROOFS,
  )
  return {}
}

export const listErasures = (
  db: Database,
  { limit }: Operations['erasure.list']['params'],
): Operations['erasure.list']['result'] =>
  db.all(
    `SELECT id, begun_at AS begunAt, proven_at AS provenAt, json_array_length(document_ids) AS documents,
      json_array_length(content_ids) AS texts, proof FROM erasures ORDER BY id DESC LIMIT ?`,
    limit,
  )

export const countStray = (db: Database): Operations['erasure.stray']['result'] =>
  db.one<{ stray: number }>(
    `SELECT (SELECT count(*) FROM chunks_fts_docsize WHERE id NOT IN (SELECT id FROM chunks))
      + (SELECT count(*) FROM chunks_grams_docsize WHERE id NOT IN (SELECT id FROM chunks)) AS stray`,
  ).stray

/** A removed document stands at its tasks with a negative number (`markRemoved`). */
export const forgetNotes = (
  db: Database,
  { documentIds }: Operations['erasure.notes']['params'],
): Operations['erasure.notes']['result'] => {
  const ids = JSON.stringify(documentIds)
  const tasks = `SELECT t.id FROM json_each(?) g JOIN tasks t ON t.document_id IN (g.value, -g.value)`
  db.run(
    `UPDATE attempts SET stack = NULL, details = json_remove(details, '$.reason') WHERE task_id IN (${tasks})`,
    ids,
  )
  db.run(
    `UPDATE tasks SET warnings = NULL, details = json_remove(details, '$.reason') WHERE state = 'ended' AND id IN (${tasks})`,
    ids,
  )
  return {}
}

/** Not before its last text is deleted: only then there is nothing more to wipe. */
export const hasUnfinished = ({ db, lastErasureId }: Session): boolean =>
  db.get('SELECT id FROM erasures WHERE proof IS NULL AND id <= ?', lastErasureId) !== null &&
  db.get(`SELECT id FROM contents WHERE state = 'garbage' LIMIT 1`) === null
