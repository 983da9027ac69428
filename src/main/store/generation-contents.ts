/**
 * Owns what a generation holds that does not serve: which texts have vectors in it, how far the one under way has come, what is missing.
 * Refuses: which generation is what (generations.ts), and vectors.
 */
import type { Operations, UnbuiltChunk } from './contract'
import type { Database } from './database'
import { collectGone, intendVectors, needIntent } from './embedding'
import { parseIds } from './stored-json'
import { addFigures } from './task-rows'

type Nothing = Record<string, never>

/** Texts without vectors in it, those with some included, and their passages. */
const MISSING = `
  SELECT count(*) AS contents, COALESCE(sum(k.chunk_count - COALESCE(h.rest, 0)), 0) AS chunks
    FROM contents k LEFT JOIN generation_contents h ON h.generation_id = ?1 AND h.content_id = k.id
    WHERE k.collection_id = ?2 AND k.state = 'current' AND k.chunk_count > 0 AND (h.content_id IS NULL OR h.rest IS NOT NULL)`

export const countMissing = (db: Database, id: number, collectionId: number): { contents: number; chunks: number } =>
  db.one(MISSING, id, collectionId)

export const listUnbuilt = (
  db: Database,
  { id, afterContentId, limit }: Operations['generations.pending']['params'],
): UnbuiltChunk[] => {
  const contents = db.all<{ id: number; rest: number }>(
    `SELECT k.id, COALESCE(h.rest, 0) AS rest FROM generations g JOIN contents k ON k.collection_id = g.collection_id
      LEFT JOIN generation_contents h ON h.generation_id = g.id AND h.content_id = k.id
      WHERE g.id = ? AND k.id > ? AND k.state = 'current' AND k.chunk_count > 0 AND (h.content_id IS NULL OR h.rest IS NOT NULL)
      ORDER BY k.id LIMIT ?`,
    id,
    afterContentId,
    limit,
  )
  const found: UnbuiltChunk[] = []
  for (const content of contents) {
    if (found.length >= limit) break
    const room = limit - found.length
    const rows = db.all<{ chunkId: number; ordinal: number; text: string }>(
      'SELECT id AS chunkId, ordinal, text FROM chunks WHERE content_id = ? AND ordinal >= ? ORDER BY ordinal LIMIT ?',
      content.id,
      content.rest,
      room + 1,
    )
    const page = rows.slice(0, room)
    for (const [index, row] of page.entries())
      found.push({ ...row, contentId: content.id, last: rows.length <= room && index === page.length - 1 })
  }
  return found
}

const ADD = `
  INSERT INTO generation_contents (generation_id, content_id, windows, tokens, rest) SELECT ?1, k.id, ?3, ?4, ?5 FROM contents k
    WHERE k.id = ?2 AND k.state = 'current'
  ON CONFLICT (generation_id, content_id) DO UPDATE SET windows = windows + excluded.windows, tokens = tokens + excluded.tokens, rest = excluded.rest`

type Sums = { windows: number; tokens: number; rest: number | null }

const sumByContent = (chunks: Operations['generations.record']['params']['chunks']): Map<number, Sums> => {
  const sums = new Map<number, Sums>()
  for (const { contentId, ordinal, last, windows, tokens } of chunks) {
    const known = sums.get(contentId)
    sums.set(contentId, {
      windows: windows + (known?.windows ?? 0),
      tokens: tokens + (known?.tokens ?? 0),
      rest: last ? null : ordinal + 1,
    })
  }
  return sums
}

/** @throws INTERNAL_BUG when the intent was undone meanwhile */
export const recordBuilt = (db: Database, params: Operations['generations.record']['params']): Nothing => {
  const { id, intentId, taskId, chunks, figures } = params
  const intent = needIntent(db, intentId)
  const task = db.get<{ job_id: number }>('SELECT job_id FROM tasks WHERE id = ?', taskId)
  const generation = db.get<{ state: string }>('SELECT state FROM generations WHERE id = ?', id)
  // Dropped meanwhile: its intent stays, and what was written is undone.
  if (generation?.state !== 'building' && generation?.state !== 'ready') return {}
  for (const [contentId, { windows, tokens, rest }] of sumByContent(chunks))
    db.run(ADD, id, contentId, windows, tokens, rest)
  collectGone(db, parseIds(intent.content_ids))
  db.run('DELETE FROM vector_intents WHERE id = ?', intentId)
  if (task === null) return {}
  db.run('UPDATE tasks SET pending_chunks = max(0, pending_chunks - ?) WHERE id = ?', chunks.length, taskId)
  const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0)
  db.run(
    'UPDATE jobs SET windows_computed = windows_computed + ?, windows_cached = windows_cached + ?, tokens = tokens + ? WHERE id = ?',
    figures.computed,
    figures.cached,
    tokens,
    task.job_id,
  )
  addFigures(db, task.job_id, { embed: { ms: figures.ms, items: 0 } })
  return {}
}

/** What came since it began is more to do; a pause or a cancellation holds it, as anything that is queued. */
export const restTask = (db: Database, { id, taskId }: Operations['generations.rest']['params']): Nothing => {
  const generation = db.get<{ collection_id: number }>('SELECT collection_id FROM generations WHERE id = ?', id)
  const missing = generation === null ? 0 : countMissing(db, id, generation.collection_id).chunks
  db.run(
    `UPDATE tasks SET state = 'queued', run_at_ms = 0, attempts = 0, alone = 0, interruptions = 0,
      embed_chunks = max(embed_chunks, embed_chunks - pending_chunks + ?1), pending_chunks = ?1 WHERE id = ?2 AND state = 'running'`,
    missing,
    taskId,
  )
  return {}
}

/** Contents that one step declares invalid. */
const INVALIDATE_CONTENTS = 500

/** The vectors of these texts are made again; those that are there are undone, whoever dies in between. */
export const invalidateBuilt = (
  db: Database,
  { id, contentIds }: Operations['generations.invalidate']['params'],
): Operations['generations.invalidate']['result'] => {
  const rows = db.all<{ contentId: number; spaceId: number }>(
    `SELECT h.content_id AS contentId, g.space_id AS spaceId FROM generation_contents h JOIN generations g ON g.id = h.generation_id
      WHERE h.generation_id = ?1 AND (?2 IS NULL OR h.content_id IN (SELECT value FROM json_each(?2))) LIMIT ?3`,
    id,
    contentIds && JSON.stringify(contentIds),
    contentIds?.length ?? INVALIDATE_CONTENTS,
  )
  for (const { contentId, spaceId } of rows) {
    const chunks = db.all<{ id: number }>('SELECT id FROM chunks WHERE content_id = ?', contentId)
    if (chunks.length > 0) intendVectors(db, { chunkIds: chunks.map((chunk) => chunk.id), spaceId })
    db.run('DELETE FROM generation_contents WHERE generation_id = ? AND content_id = ?', id, contentId)
  }
  return { more: contentIds === null && rows.length === INVALIDATE_CONTENTS }
}
