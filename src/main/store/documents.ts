/**
 * Owns documents: the paths people know, what state each is in and which content it points at.
 * Refuses: deciding outcomes (task-ends.ts, extraction.ts) and searching.
 */
import type { DocumentRow, DocumentState, Outcome } from '../../shared/domain'
import { toldMaybe } from '../../shared/errors'
import { countUnits, PLAIN_RECEIPT, receiptOfNone } from '../../shared/receipts'
import type { Coverage, Locator, Warning } from '../../shared/work'
import type { Operations } from './contract'
import { discardUnused, readAs, readContent } from './contents'
import { NOW, type Database } from './database'
import { itemKeyOf } from './item-key'
import { readSummaryOf } from './summaries'
import { parseCode, parseCoverage, parseDetails, parseLocator } from './stored-json'

/** What of a task is kept on its document. */
export type DocumentItem = {
  collection_id: number
  source_id: number | null
  path: string
  /** A `Locator` as JSON. */
  locator: string
  size_bytes: number
  fingerprint: string | null
  modified_ms: number | null
}

/** Paths are listed and looked for without regard to case or to how accents are composed. */
export const foldPath = (path: string): string => path.normalize('NFC').toLowerCase()

/** The document at this place, which is there, gone or not before; made, in state `queued`, when there is none. */
export const ensureDocument = (db: Database, item: DocumentItem, locator: Locator): number => {
  const itemKey = itemKeyOf(locator)
  const known = db.get<{ id: number }>(
    'SELECT id FROM documents WHERE collection_id = ? AND item_key = ?',
    item.collection_id,
    itemKey,
  )
  if (known) {
    db.run(`UPDATE documents SET met_at = ${NOW}, gone_at = NULL WHERE id = ?`, known.id)
    return known.id
  }
  return db.run(
    `INSERT INTO documents (collection_id, source_id, item_key, path, path_folded, location, locator, state, size_bytes, fingerprint, modified_ms, created_at, met_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?, NULL, ?, ${NOW}, ${NOW})`,
    item.collection_id,
    item.source_id,
    itemKey,
    item.path,
    foldPath(item.path),
    locator.location,
    item.locator,
    item.size_bytes,
    item.modified_ms,
  ).id
}

/** Points a document at a current content; what it pointed at before goes when nothing else points there. */
export const pointDocument = (
  db: Database,
  documentId: number,
  item: DocumentItem,
  target: { contentId: number; sizeBytes: number; partial: Warning | null },
): void => {
  const before = db.one<{ content_id: number | null }>(
    'SELECT content_id FROM documents WHERE id = ?',
    documentId,
  ).content_id
  const { contentId, sizeBytes, partial } = target
  db.run(
    `UPDATE documents SET content_id = ?, state = ?, code = ?, details = ?, source_id = ?, path = ?, path_folded = ?,
      location = ?, locator = ?, size_bytes = ?, fingerprint = ?, modified_ms = ?, indexed_at = CASE WHEN content_id IS ? AND indexed_at IS NOT NULL THEN indexed_at ELSE ${NOW} END
      WHERE id = ?`,
    contentId,
    partial ? 'partial' : 'indexed',
    partial && partial.code,
    partial && JSON.stringify(partial.details),
    item.source_id,
    item.path,
    foldPath(item.path),
    parseLocator(item.locator).location,
    item.locator,
    sizeBytes,
    item.fingerprint,
    item.modified_ms,
    contentId,
    documentId,
  )
  if (before !== contentId) discardUnused(db, before)
}

/**
 * Names a document as its item is named now, and says where in its archive it stands now. Where only the position tells items apart,
 * another one may stand there: text of that other one goes.
 */
export const nameDocument = (
  db: Database,
  documentId: number,
  item: Pick<DocumentItem, 'path' | 'locator' | 'source_id'>,
): void => {
  const row = db.get<{ path: string; locator: string; content_id: number | null }>(
    'SELECT path, locator, content_id FROM documents WHERE id = ?',
    documentId,
  )
  if (row === null || (row.path === item.path && row.locator === item.locator)) return
  const namesOf = (json: string): string => JSON.stringify(parseLocator(json).entries.map(({ name }) => name))
  const another = namesOf(row.locator) !== namesOf(item.locator)
  db.run(
    `UPDATE documents SET path = ?, path_folded = ?, location = ?, locator = ?, source_id = ?, content_id = iif(?, NULL, content_id) WHERE id = ?`,
    item.path,
    foldPath(item.path),
    parseLocator(item.locator).location,
    item.locator,
    item.source_id,
    another ? 1 : 0,
    documentId,
  )
  if (another) discardUnused(db, row.content_id)
}

/** Deletes a document; its content goes with its last path. */
export const removeDocument = (db: Database, id: number): boolean => {
  const row = db.get<{ content_id: number | null }>('SELECT content_id FROM documents WHERE id = ?', id)
  if (row === null) return false
  db.run('DELETE FROM documents WHERE id = ?', id)
  discardUnused(db, row.content_id)
  return true
}

/** Forgets the document at a place that turned out to be an archive. */
export const forgetDocument = (db: Database, collectionId: number, locator: Locator): void => {
  const known = db.get<{ id: number }>(
    'SELECT id FROM documents WHERE collection_id = ? AND item_key = ?',
    collectionId,
    itemKeyOf(locator),
  )
  if (known) removeDocument(db, known.id)
}

const stateAfter: Readonly<Record<Outcome, DocumentState>> = {
  indexed: 'indexed',
  unchanged: 'indexed',
  duplicate: 'indexed',
  partial: 'partial',
  skipped: 'skipped',
  rejected: 'rejected',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** Outcomes after which the text that was read earlier no longer stands for the file. After the others it stays and is found. */
const DROPS_TEXT: readonly Outcome[] = ['skipped', 'rejected']

/**
 * Records on a document how work on it ended. Text that was found before is kept when the new reading failed or was cancelled; it goes
 * when the present bytes were looked at (`read`) and are not to be indexed.
 */
export const markDocument = (
  db: Database,
  documentId: number,
  outcome: Outcome,
  problem: Warning | null,
  read: boolean,
): void => {
  const row = db.get<{ content_id: number | null }>('SELECT content_id FROM documents WHERE id = ?', documentId)
  if (row === null) return
  const drops = read && DROPS_TEXT.includes(outcome)
  const keepsState = row.content_id !== null && !drops && stateAfter[outcome] !== 'indexed' && outcome !== 'partial'
  if (keepsState && outcome === 'cancelled') return
  db.run(
    `UPDATE documents SET content_id = iif(?, NULL, content_id), state = iif(?, state, ?), code = ?, details = ? WHERE id = ?`,
    drops ? 1 : 0,
    keepsState ? 1 : 0,
    stateAfter[outcome],
    problem && problem.code,
    problem && JSON.stringify(problem.details),
    documentId,
  )
  if (drops) discardUnused(db, row.content_id)
}

/** The vectors of a content are complete: its documents that lacked only them lack nothing now. */
export const completeDocuments = (db: Database, contentId: number): void => {
  const partial = readContent(db, contentId)?.partial ?? null
  db.run(
    `UPDATE documents SET state = ?, code = ?, details = ? WHERE content_id = ? AND code = 'VECTORS_MISSING'`,
    partial ? 'partial' : 'indexed',
    partial && partial.code,
    partial && JSON.stringify(partial.details),
    contentId,
  )
}

type Row = {
  id: number
  path: string
  location: string
  collection: string
  state: DocumentState
  kind: string | null
  title: string | null
  size_bytes: number
  chunk_count: number | null
  pages: number | null
  pending_chunks: number | null
  indexed_at: string | null
  code: string | null
  details: string | null
  gone_at: string | null
  language: string | null
}

const SELECT_DOCUMENT = `
  SELECT d.id, d.path, d.location, c.name AS collection, d.state, k.kind, k.title, d.size_bytes, k.chunk_count, k.pages,
    k.pending_chunks, d.indexed_at, d.code, d.details, d.gone_at, d.language
  FROM documents d JOIN collections c ON c.id = d.collection_id LEFT JOIN contents k ON k.id = d.content_id`

const toDocument = (row: Row): DocumentRow => {
  const code = row.code === null ? null : parseCode(row.code)
  return {
    id: String(row.id),
    path: row.path,
    location: row.location,
    collection: row.collection,
    state: row.gone_at === null ? row.state : 'gone',
    kind: row.kind,
    title: row.title,
    bytes: row.size_bytes,
    chunks: row.chunk_count ?? 0,
    pages: row.pages,
    pendingVectors: row.pending_chunks ?? 0,
    indexedAt: row.indexed_at,
    ...toldMaybe(code, parseDetails(row.details)),
    goneAt: row.gone_at,
    language: row.language,
  }
}

/** The rows of these ids, in their order. */
export const readDocuments = (db: Database, ids: readonly number[]): DocumentRow[] => {
  const rows = db.all<Row>(`${SELECT_DOCUMENT} WHERE d.id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids))
  const byId = new Map(rows.map((row) => [row.id, toDocument(row)]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** Its receipt as it is now; empty before it was looked at. */
export const readCoverage = (db: Database, id: number): readonly Coverage[] => {
  const row = db.get<{
    state: DocumentState
    content_id: number | null
    coverage: string | null
    code: string | null
    details: string | null
  }>(
    'SELECT d.state, d.content_id, k.coverage, d.code, d.details FROM documents d LEFT JOIN contents k ON k.id = d.content_id WHERE d.id = ?',
    id,
  )
  if (row === null) return []
  if (row.content_id !== null) return row.coverage === null ? PLAIN_RECEIPT : parseCoverage(row.coverage)
  if (row.state === 'queued') return []
  return receiptOfNone(row.code === null ? null : { code: parseCode(row.code), details: parseDetails(row.details) })
}

export const showDocument = (db: Database, { id }: Operations['documents.show']['params']): DocumentRow | null => {
  const row = db.get<Row>(`${SELECT_DOCUMENT} WHERE d.id = ?`, id)
  if (row === null) return null
  const coverage = readCoverage(db, id)
  return {
    ...toDocument(row),
    ...(coverage.length > 0 ? { coverage: countUnits(coverage) } : {}),
    summary: readSummaryOf(db, id),
  }
}

export const findPlace = (
  db: Database,
  { id }: Operations['documents.place']['params'],
): Operations['documents.place']['result'] => {
  const row = db.get<{ locator: string; path: string; sha256: string | null }>(
    'SELECT d.locator, d.path, c.sha256 FROM documents d LEFT JOIN contents c ON c.id = d.content_id WHERE d.id = ?',
    id,
  )
  return row && { ...row, locator: parseLocator(row.locator) }
}

/**
 * The document at this place, when its bytes are surely those that were read before with the same settings. One that holds items of its
 * own (a mail) has to be opened all the same, to find them.
 */
export const findUnchanged = (
  db: Database,
  { collectionId, locator, fingerprint, settingsKey }: Operations['documents.unchanged']['params'],
): Operations['documents.unchanged']['result'] => {
  const row = db.get<{ id: number; content_id: number; state: DocumentState }>(
    `SELECT d.id, d.content_id, d.state FROM documents d JOIN contents k ON k.id = d.content_id
      WHERE d.collection_id = ?1 AND d.item_key = ?2 AND d.fingerprint = ?3 AND d.holds_items = 0 AND k.state = 'current' AND ${readAs('?4', '?1')}`,
    collectionId,
    itemKeyOf(locator),
    fingerprint,
    settingsKey,
  )
  const content = row && readContent(db, row.content_id)
  return row && content ? { documentId: row.id, content, state: row.state } : null
}

export const areUnchanged = (
  db: Database,
  { collectionId, settingsKey, items }: Operations['documents.areUnchanged']['params'],
): boolean[] => items.map((item) => findUnchanged(db, { collectionId, settingsKey, ...item }) !== null)
