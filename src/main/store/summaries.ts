/**
 * Owns summaries that are kept, and the texts that summaries are made of.
 * Refuses: making them, and outliving the text they were made of (a trigger of migration 0008 sees to that).
 */
import { keptSummarySchema } from '../../shared/answers'
import type { DocumentRow } from '../../shared/domain'
import type { Operations } from './contract'
import { NOW, type Database } from './database'
import { parseJson } from './stored-json'

type Nothing = Record<string, never>

export const readSummary = (
  db: Database,
  { key }: Operations['summaries.find']['params'],
): Operations['summaries.find']['result'] =>
  db.get<{ body: string }>('SELECT body FROM summaries WHERE key = ?', key)?.body ?? null

/** What its collection had made of a document, as far as it says anything. */
export const readSummaryOf = (db: Database, documentId: number): NonNullable<DocumentRow['summary']> | null => {
  const row = db.get<{ body: string; made_at: string }>(
    `SELECT s.body, m.made_at FROM documents d JOIN content_summaries m ON m.content_id = d.content_id JOIN summaries s ON s.key = m.key
      WHERE d.id = ?`,
    documentId,
  )
  if (row === null) return null
  const { summary: text, method, partial } = parseJson(keptSummarySchema, row.body)
  return text === '' ? null : { text, method, partial, madeAt: row.made_at }
}

/** Keeps it, unless one of its texts went meanwhile. */
export const keepSummary = (
  db: Database,
  { key, contentIds, collectionId, body }: Operations['summaries.keep']['params'],
): Nothing => {
  const { current } = db.one<{ current: number }>(
    `SELECT count(*) AS current FROM contents WHERE state = 'current' AND id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(contentIds),
  )
  const [only, ...others] = contentIds
  if (only === undefined || current !== contentIds.length) return {}
  db.run(
    `INSERT INTO summaries (key, content_id, collection_id, body, created_at) VALUES (?, ?, ?, ?, ${NOW})
      ON CONFLICT (key) DO UPDATE SET content_id = excluded.content_id, collection_id = excluded.collection_id, body = excluded.body`,
    key,
    others.length === 0 ? only : null,
    collectionId,
    body,
  )
  return {}
}

const TARGET = `
  SELECT d.id AS documentId, d.path, d.location, d.collection_id AS collectionId, c.name AS collection, k.id AS contentId, k.sha256,
    k.settings_key AS settingsKey, k.title, k.chars, k.chunk_count AS chunks
  FROM documents d JOIN contents k ON k.id = d.content_id AND k.state = 'current' JOIN collections c ON c.id = d.collection_id
  WHERE d.gone_at IS NULL`

/** Documents with text, each content once: those named, or those of a job or a collection, the longest first. */
export const listSummaryTargets = (
  db: Database,
  { documentIds, jobId, collectionId, limit }: Operations['summaries.targets']['params'],
): Operations['summaries.targets']['result'] => {
  if (documentIds !== null)
    return {
      targets: db.all(
        `${TARGET} AND d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id`,
        JSON.stringify(documentIds),
      ),
      total: documentIds.length,
    }
  const [where, id] =
    jobId !== null
      ? ['d.id IN (SELECT document_id FROM tasks WHERE job_id = ? AND document_id IS NOT NULL)', jobId]
      : ['d.collection_id = ?', collectionId ?? 0]
  const targets = db.all<Operations['summaries.targets']['result']['targets'][number]>(
    `${TARGET} AND ${where} GROUP BY k.id ORDER BY k.chars DESC, d.id LIMIT ?`,
    id,
    limit,
  )
  const { total } = db.one<{ total: number }>(
    `SELECT count(DISTINCT d.content_id) AS total FROM documents d JOIN contents k ON k.id = d.content_id AND k.state = 'current'
      WHERE d.gone_at IS NULL AND ${where}`,
    id,
  )
  return { targets, total }
}

/** Chunks of a content in order; where it has more than `limit`, every n-th, so that they come from all of it. */
export const listSummaryChunks = (
  db: Database,
  { contentId, limit }: Operations['summaries.chunks']['params'],
): Operations['summaries.chunks']['result'] =>
  db.all(
    `SELECT c.ordinal AS chunk, c.page, c.text, c."start" AS "start", c."end" AS "end" FROM chunks c JOIN contents k ON k.id = c.content_id
      WHERE k.state = 'current' AND c.content_id = ?1 AND (k.chunk_count <= ?2 OR (c.ordinal * ?2) % k.chunk_count < ?2)
      ORDER BY c."start" LIMIT ?2`,
    contentId,
    limit,
  )
