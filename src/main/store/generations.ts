/**
 * Owns the generations of collections: which one serves, which one is being built, which one is kept, and the changes between these.
 * Refuses: vectors and models; what a generation holds is told by those who write it (generation-contents.ts).
 */
import { AppError } from '../../shared/errors'
import type { Job } from '../../shared/domain'
import { textOf, type Remark } from '../../shared/remarks'
import type { Generation, GenerationState, ModelChoice, Operations, ServingSpace, VectorSpace } from './contract'
import { NOW, type Database } from './database'
import { clearVectors, intendVectors, queueContent } from './embedding'
import { countMissing } from './generation-contents'
import { needJob, toJob } from './job-rows'

type Nothing = Record<string, never>

type SpaceRow = { space_id: number; model: string; dimensions: number; version: number; table_name: string }
type Row = SpaceRow & {
  id: number
  collection_id: number
  collection: string | null
  state: GenerationState
  model_ref: string
  job_id: number | null
  switches: number
  comparison: string | null
  created_at: string
  changed_at: string
}

const toSpace = (row: SpaceRow): VectorSpace => ({
  id: row.space_id,
  model: row.model,
  dimensions: row.dimensions,
  version: row.version,
  table: row.table_name,
})

const SPACE = 's.id AS space_id, s.model, s.dimensions, s.version, s.table_name'
const SELECT = `SELECT g.*, ${SPACE}, c.name AS collection
  FROM generations g JOIN vector_spaces s ON s.id = g.space_id LEFT JOIN collections c ON c.id = g.collection_id`

const toGeneration = (row: Row): Generation => ({
  id: row.id,
  collectionId: row.collection_id,
  collection: row.collection ?? '',
  state: row.state,
  ref: row.model_ref,
  space: toSpace(row),
  jobId: row.job_id,
  switches: row.switches === 1,
  comparison: row.comparison,
  createdAt: row.created_at,
  changedAt: row.changed_at,
})

const readRow = (db: Database, id: number): Row | null => db.get<Row>(`${SELECT} WHERE g.id = ?`, id)

/** @throws NOT_FOUND */
export const countGeneration = (
  db: Database,
  { id }: Operations['generations.count']['params'],
): Operations['generations.count']['result'] => {
  const row = readRow(db, id)
  if (row === null) throw new AppError('NOT_FOUND', { what: 'generation', id })
  const { collection_id, state } = row
  if (state === 'serving')
    return db.one(
      `SELECT COALESCE(sum(pending_chunks = 0), 0) AS contents, COALESCE(sum(pending_chunks > 0), 0) AS missing, COALESCE(sum(windows), 0) AS windows
        FROM contents WHERE collection_id = ? AND state = 'current' AND chunk_count > 0`,
      collection_id,
    )
  const { contents, windows } = db.one<{ contents: number; windows: number }>(
    `SELECT COALESCE(sum(rest IS NULL), 0) AS contents, COALESCE(sum(windows), 0) AS windows FROM generation_contents WHERE generation_id = ?`,
    id,
  )
  const missing = state === 'dropped' ? 0 : countMissing(db, id, collection_id).contents
  return { contents, missing, windows }
}

export const findGeneration = (db: Database, { id }: { id: number }): Generation | null => {
  const row = readRow(db, id)
  return row && toGeneration(row)
}

/** @throws NOT_FOUND */
const needGeneration = (db: Database, id: number): Generation => {
  const found = findGeneration(db, { id })
  if (found === null) throw new AppError('NOT_FOUND', { what: 'generation', id })
  return found
}

const inState = (db: Database, collectionId: number, states: readonly GenerationState[]): Row | null =>
  db.get<Row>(
    `${SELECT} WHERE g.collection_id = ? AND g.state IN (SELECT value FROM json_each(?)) ORDER BY g.id DESC LIMIT 1`,
    collectionId,
    JSON.stringify(states),
  )

export const listGenerations = (
  db: Database,
  { collectionId }: Operations['generations.list']['params'],
): Generation[] =>
  db
    .all<Row>(`${SELECT} WHERE ?1 IS NULL OR g.collection_id = ?1 ORDER BY g.collection_id, g.id`, collectionId)
    .map(toGeneration)

export const listServing = (
  db: Database,
  { collectionIds }: Operations['generations.serving']['params'],
): Operations['generations.serving']['result'] => {
  const wanted = collectionIds && JSON.stringify(collectionIds)
  const rows = db.all<SpaceRow & { collection_id: number; model_ref: string; mixed: number }>(
    `SELECT g.collection_id, g.model_ref, ${SPACE},
        EXISTS (SELECT 1 FROM generations o WHERE o.space_id = g.space_id AND o.state <> 'serving') AS mixed
      FROM generations g JOIN vector_spaces s ON s.id = g.space_id
      WHERE g.state = 'serving' AND (?1 IS NULL OR g.collection_id IN (SELECT value FROM json_each(?1))) ORDER BY g.id`,
    wanted,
  )
  const bySpace = new Map<string, ServingSpace>()
  for (const row of rows) {
    const key = `${row.space_id} ${row.model_ref}`
    const known = bySpace.get(key)
    if (known) known.collectionIds.push(row.collection_id)
    else {
      const { model_ref: ref, collection_id: id, mixed } = row
      bySpace.set(key, { space: toSpace(row), ref, collectionIds: [id], isMixed: mixed === 1 })
    }
  }
  const serving = [...bySpace.values()]
  // Two names for one space: each search of it has to name its collections, or it would find those of the other.
  for (const one of serving)
    if (serving.some((other) => other !== one && other.space.id === one.space.id)) one.isMixed = true
  const unassigned = db.get(
    `SELECT 1 AS yes FROM collections c WHERE (?1 IS NULL OR c.id IN (SELECT value FROM json_each(?1)))
      AND NOT EXISTS (SELECT 1 FROM generations g WHERE g.collection_id = c.id AND g.state = 'serving')
      AND EXISTS (SELECT 1 FROM contents k WHERE k.collection_id = c.id AND k.state = 'current' AND k.chunk_count > 0) LIMIT 1`,
    wanted,
  )
  return { serving, hasUnassigned: unassigned !== null }
}

const plainName = (model: string): string => `windows_${model.replace(/[^A-Za-z0-9]+/g, '_')}`.slice(0, 150)

const ensureSpace = (db: Database, { model, dimensions, version }: ModelChoice): number => {
  const known = db.get<{ id: number }>(
    'SELECT id FROM vector_spaces WHERE model = ? AND dimensions = ? AND version = ?',
    model,
    dimensions,
    version,
  )
  if (known) return known.id
  // Names of files: those that differ by case alone are one on some systems.
  const taken = (name: string): boolean =>
    db.get('SELECT id FROM vector_spaces WHERE lower(table_name) = lower(?)', name) !== null
  let name = plainName(model)
  for (let number = 2; taken(name); number += 1) name = `${plainName(model)}_${number}`
  return db.run(
    'INSERT INTO vector_spaces (model, dimensions, version, table_name) VALUES (?, ?, ?, ?)',
    model,
    dimensions,
    version,
    name,
  ).id
}

const insertGeneration = (
  db: Database,
  row: { collectionId: number; spaceId: number; ref: string; state: GenerationState; switches: boolean },
): number =>
  db.run(
    `INSERT INTO generations (collection_id, space_id, model_ref, state, switches, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ${NOW}, ${NOW})`,
    row.collectionId,
    row.spaceId,
    row.ref,
    row.state,
    row.switches ? 1 : 0,
  ).id

const setState = (db: Database, id: number, state: GenerationState): void => {
  db.run(`UPDATE generations SET state = ?, changed_at = ${NOW} WHERE id = ?`, state, id)
  if (state === 'dropped' || state === 'serving') db.run('DELETE FROM generation_contents WHERE generation_id = ?', id)
}

export const ensureGenerations = (
  db: Database,
  choice: Operations['generations.ensure']['params'],
): Operations['generations.ensure']['result'] => {
  const bare = db.all<{ id: number }>(
    `SELECT id FROM collections c WHERE NOT EXISTS (SELECT 1 FROM generations g WHERE g.collection_id = c.id AND g.state = 'serving')`,
  )
  if (bare.length === 0) return { assigned: 0 }
  const spaceId = ensureSpace(db, choice)
  for (const { id } of bare)
    insertGeneration(db, { collectionId: id, spaceId, ref: choice.ref, state: 'serving', switches: true })
  return { assigned: bare.length }
}

const sameSpace = (row: Row, { model, dimensions, version }: ModelChoice): boolean =>
  row.model === model && row.dimensions === dimensions && row.version === version

export const estimateGeneration = (
  db: Database,
  { collectionId, choice }: Operations['generations.estimate']['params'],
): Operations['generations.estimate']['result'] => {
  const figures = db.one<{ contents: number; chunks: number; windows: number; tokens: number }>(
    `SELECT count(*) AS contents, COALESCE(sum(chunk_count), 0) AS chunks, COALESCE(sum(windows), 0) AS windows, COALESCE(sum(tokens), 0) AS tokens
      FROM contents WHERE collection_id = ? AND state = 'current' AND chunk_count > 0`,
    collectionId,
  )
  const { chars } = db.one<{ chars: number }>(
    `SELECT COALESCE(sum(chars), 0) AS chars FROM contents WHERE collection_id = ? AND state = 'current' AND chunk_count > 0`,
    collectionId,
  )
  const kept = inState(db, collectionId, ['previous', 'building', 'ready'])
  const missing = kept && sameSpace(kept, choice) ? countMissing(db, kept.id, collectionId).chunks : figures.chunks
  return { ...figures, chars, keptChunks: figures.chunks - missing }
}

const JOB_IN_PROGRESS = `SELECT id FROM jobs WHERE id = ? AND state NOT IN ('completed', 'completed_with_problems', 'failed', 'cancelled')`

/** The job that fills a generation: one task, which takes its turns in the lane of embedding. */
const createRebuild = (db: Database, generation: number, collectionId: number, naming: Remark): Job => {
  const label = textOf(naming)
  const { chunks } = countMissing(db, generation, collectionId)
  const { id } = db.run(
    `INSERT INTO jobs (collection_id, label, label_remark, paths, patterns, kind, state, priority, generation_id, created_at)
      VALUES (?, ?, ?, '[]', '{"globs":[],"ignores":[]}', 'repair', 'queued', -1, ?, ${NOW})`,
    collectionId,
    label,
    JSON.stringify(naming),
    generation,
  )
  db.run(
    `INSERT INTO tasks (job_id, collection_id, kind, lane, phase, state, item_key, path, locator, depth, size_bytes, embed_chunks, pending_chunks, created_at)
      VALUES (?, ?, 'scan', 'embed', 'embed', 'queued', 'rebuild', ?, '{"location":"","entries":[]}', 0, 0, ?, ?, ${NOW})`,
    id,
    collectionId,
    label,
    chunks,
    chunks,
  )
  db.run('UPDATE generations SET job_id = ? WHERE id = ?', id, generation)
  return toJob(needJob(db, id))
}

/** @throws NOT_FOUND, REBUILD_SAME_MODEL, REBUILD_RUNNING */
export const startGeneration = (
  db: Database,
  { collectionId, choice, switches, naming }: Operations['generations.start']['params'],
): Operations['generations.start']['result'] => {
  const collection = db.get<{ name: string }>('SELECT name FROM collections WHERE id = ?', collectionId)
  if (collection === null) throw new AppError('NOT_FOUND', { what: 'collection', id: collectionId })
  const { name } = collection
  const serving = inState(db, collectionId, ['serving'])
  if (serving && sameSpace(serving, choice)) {
    if (serving.model_ref === choice.ref) throw new AppError('REBUILD_SAME_MODEL', { name, model: choice.model })
    // The same vectors under another name.
    db.run('UPDATE generations SET model_ref = ? WHERE id = ?', choice.ref, serving.id)
    return { generation: needGeneration(db, serving.id), job: null }
  }
  const building = inState(db, collectionId, ['building', 'ready'])
  if (building && building.job_id !== null && db.get(JOB_IN_PROGRESS, building.job_id))
    throw new AppError('REBUILD_RUNNING', { name, job: building.job_id })
  const previous = inState(db, collectionId, ['previous'])
  const kept = [building, previous].find((row) => row && sameSpace(row, choice)) ?? null
  if (building && building !== kept) setState(db, building.id, 'dropped')
  const isEmpty = !db.get(
    `SELECT 1 AS yes FROM contents WHERE collection_id = ? AND state = 'current' AND chunk_count > 0 LIMIT 1`,
    collectionId,
  )
  const row = { collectionId, spaceId: ensureSpace(db, choice), ref: choice.ref, switches }
  const id = kept?.id ?? insertGeneration(db, { ...row, state: 'building' })
  db.run(
    `UPDATE generations SET state = 'building', model_ref = ?, switches = ?, comparison = NULL, changed_at = ${NOW} WHERE id = ?`,
    choice.ref,
    switches ? 1 : 0,
    id,
  )
  if (isEmpty) {
    serve(db, collectionId, id)
    return { generation: needGeneration(db, id), job: null }
  }
  const job = createRebuild(db, id, collectionId, naming)
  return { generation: needGeneration(db, id), job }
}

const CURRENT = `k.collection_id = ?1 AND k.state = 'current' AND k.chunk_count > 0`
const COMPLETE = `SELECT content_id FROM generation_contents WHERE generation_id = ?2 AND rest IS NULL`

/** What the serving one holds is written down, so that it can be told when it serves no more; what it holds by half is undone. */
const noteServing = (db: Database, { id, space_id }: Row, collectionId: number): void => {
  db.run(
    `INSERT OR REPLACE INTO generation_contents (generation_id, content_id, windows, tokens, rest)
      SELECT ?2, k.id, k.windows, k.tokens, NULL FROM contents k WHERE ${CURRENT} AND k.pending_chunks = 0`,
    collectionId,
    id,
  )
  const half = db.all<{ id: number }>(
    `SELECT c.id FROM contents k JOIN chunks c ON c.content_id = k.id WHERE ${CURRENT} AND k.pending_chunks > 0 AND k.windows > 0 AND c.windows IS NOT NULL`,
    collectionId,
  )
  if (half.length > 0) intendVectors(db, { chunkIds: half.map((chunk) => chunk.id), spaceId: space_id })
}

/** What lacked vectors and has them in the new one lacks nothing. */
const completeContents = (db: Database, collectionId: number, id: number): void => {
  const lacked = db.all<{ id: number }>(
    `SELECT k.id FROM contents k WHERE ${CURRENT} AND k.pending_chunks > 0 AND k.id IN (${COMPLETE})`,
    collectionId,
    id,
  )
  const ids = JSON.stringify(lacked.map((content) => content.id))
  db.run('UPDATE chunks SET windows = 1 WHERE windows IS NULL AND content_id IN (SELECT value FROM json_each(?))', ids)
  db.run(
    'UPDATE tasks SET pending_chunks = 0 WHERE pending_chunks > 0 AND content_id IN (SELECT value FROM json_each(?))',
    ids,
  )
  db.run(
    `UPDATE documents SET state = iif(k.partial IS NULL, 'indexed', 'partial'), code = json_extract(k.partial, '$.code'), details = json_extract(k.partial, '$.details')
      FROM contents k WHERE k.id = documents.content_id AND documents.state = 'partial' AND k.id IN (SELECT value FROM json_each(?))
        AND (documents.code = 'VECTORS_MISSING' OR EXISTS (SELECT 1 FROM tasks t WHERE t.document_id = documents.id
          AND t.problem_phase = 'embed' AND t.code = documents.code))`,
    ids,
  )
  db.run(
    `UPDATE contents SET windows = h.windows, tokens = h.tokens, pending_chunks = 0 FROM generation_contents h
      WHERE h.generation_id = ? AND h.rest IS NULL AND h.content_id = contents.id AND contents.state = 'current'`,
    id,
  )
}

/** What it lacks is pending from now on, and queued; what it has by half is undone. */
const queueMissing = (db: Database, collectionId: number, { id, space_id }: Row): number => {
  const lacking = db.all<{ id: number; rest: number | null }>(
    `SELECT k.id, h.rest FROM contents k LEFT JOIN generation_contents h ON h.generation_id = ?2 AND h.content_id = k.id
      WHERE ${CURRENT} AND (h.content_id IS NULL OR h.rest IS NOT NULL)`,
    collectionId,
    id,
  )
  for (const { id: contentId, rest } of lacking) {
    if (rest !== null) {
      const made = db.all<{ id: number }>('SELECT id FROM chunks WHERE content_id = ? AND ordinal < ?', contentId, rest)
      intendVectors(db, { chunkIds: made.map((chunk) => chunk.id), spaceId: space_id })
    }
    clearVectors(db, contentId)
    queueContent(db, contentId)
  }
  return lacking.length
}

/** From now on this generation serves its collection. The one that did is kept; one that was kept before is dropped. */
const serve = (db: Database, collectionId: number, id: number): number => {
  const next = readRow(db, id)
  if (next === null) throw new AppError('NOT_FOUND', { what: 'generation', id })
  const serving = inState(db, collectionId, ['serving'])
  const previous = inState(db, collectionId, ['previous'])
  if (previous && previous.id !== id) setState(db, previous.id, 'dropped')
  if (serving) noteServing(db, serving, collectionId)
  completeContents(db, collectionId, id)
  const missing = queueMissing(db, collectionId, next)
  setState(db, id, 'dropped')
  if (serving) setState(db, serving.id, 'previous')
  setState(db, id, 'serving')
  return missing
}

export const switchGeneration = (
  db: Database,
  { id }: Operations['generations.switch']['params'],
): Operations['generations.switch']['result'] => {
  const row = readRow(db, id)
  if (row === null || (row.state !== 'building' && row.state !== 'ready'))
    throw new AppError('NOT_FOUND', { what: 'generation', id })
  const missing = countMissing(db, id, row.collection_id).contents
  if (missing > 0) return { switched: false, missing }
  serve(db, row.collection_id, id)
  return { switched: true, missing: 0 }
}

export const rollBack = (
  db: Database,
  { collectionId }: Operations['generations.rollback']['params'],
): Operations['generations.rollback']['result'] => {
  const previous = inState(db, collectionId, ['previous'])
  if (previous === null) throw new AppError('NOT_FOUND', { what: 'earlier model of collection', id: collectionId })
  const missing = serve(db, collectionId, previous.id)
  return { generation: needGeneration(db, previous.id), missing }
}

export const markReady = (
  db: Database,
  { id }: Operations['generations.ready']['params'],
): Operations['generations.ready']['result'] => {
  const row = readRow(db, id)
  if (row === null) throw new AppError('NOT_FOUND', { what: 'generation', id })
  const missing = countMissing(db, id, row.collection_id).contents
  if (missing === 0 && row.state === 'building') setState(db, id, 'ready')
  return { missing }
}

export const dropGenerations = (
  db: Database,
  { collectionId, states }: Operations['generations.drop']['params'],
): { dropped: number } => {
  const rows = db.all<{ id: number }>(
    'SELECT id FROM generations WHERE collection_id = ? AND state IN (SELECT value FROM json_each(?))',
    collectionId,
    JSON.stringify(states),
  )
  for (const { id } of rows) setState(db, id, 'dropped')
  return { dropped: rows.length }
}

export const expireGenerations = (
  db: Database,
  { days }: Operations['generations.expire']['params'],
): { dropped: number } => {
  const rows = db.all<{ id: number }>(
    `SELECT g.id FROM generations g LEFT JOIN jobs j ON j.id = g.job_id
      WHERE (g.state = 'previous' AND g.changed_at <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?))
        OR (g.state IN ('building', 'ready') AND (j.id IS NULL OR j.state = 'cancelled'))`,
    `-${Math.max(0, Math.floor(days))} days`,
  )
  for (const { id } of rows) setState(db, id, 'dropped')
  return { dropped: rows.length }
}

export const forgetGeneration = (db: Database, { id }: Operations['generations.forget']['params']): Nothing => {
  db.run(`DELETE FROM generations WHERE id = ? AND state = 'dropped'`, id)
  return {}
}

export const noteComparison = (db: Database, { id, comparison }: Operations['generations.note']['params']): Nothing => {
  db.run('UPDATE generations SET comparison = ? WHERE id = ?', comparison, id)
  return {}
}

/** With a collection its generations go; its contents are garbage, in whatever space they are. */
export const removeGenerations = (db: Database, collectionId: number): void => {
  db.run('DELETE FROM generations WHERE collection_id = ?', collectionId)
}

export const listSpaces = (db: Database): VectorSpace[] =>
  db.all<SpaceRow>(`SELECT ${SPACE} FROM vector_spaces s WHERE s.version >= 0 ORDER BY s.id`).map(toSpace)

export const retireSpaces = (db: Database): VectorSpace[] => {
  db.run(
    `UPDATE vector_spaces SET version = -id WHERE version >= 0 AND NOT EXISTS (SELECT 1 FROM generations g WHERE g.space_id = vector_spaces.id)`,
  )
  return db.all<SpaceRow>(`SELECT ${SPACE} FROM vector_spaces s WHERE s.version < 0 ORDER BY s.id`).map(toSpace)
}

export const forgetSpace = (db: Database, { id }: Operations['spaces.forget']['params']): Nothing => {
  db.run('DELETE FROM vector_spaces WHERE id = ? AND version < 0', id)
  return {}
}
