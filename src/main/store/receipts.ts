/**
 * Owns receipts: what became of each part of a document, of one document now, and of every item of a job when the job ended it.
 * Refuses: making them up. What never got a text is one part that was skipped, and its code says why.
 *
 * Receipts can be long, and messages cannot: a page holds as many lines as fit into the bytes that it may have.
 */
import type {
  CoverageCounts,
  DocumentReceipt,
  DocumentState,
  JobReceipt,
  Outcome,
  ReceiptLine,
} from '../../shared/domain'
import { AppError, told, toldMaybe, type ErrorCode } from '../../shared/errors'
import { countUnits, PLAIN_RECEIPT, receiptOfNone, toReceiptLine } from '../../shared/receipts'
import type { Coverage, Locator } from '../../shared/work'
import type { Operations } from './contract'
import type { Database } from './database'
import { readCoverage, showDocument } from './documents'
import { parseCode, parseCoverage, parseDetails, parseLocator, parseWarnings } from './stored-json'

/** Columns of `UnitRow`, of tasks as `t`. */
export const UNITS = 't.units_indexed, t.units_ocr, t.units_empty, t.units_truncated, t.units_skipped'

export type UnitRow = {
  units_indexed: number
  units_ocr: number
  units_empty: number
  units_truncated: number
  units_skipped: number
}

export const toUnits = (row: UnitRow): CoverageCounts => ({
  indexed: row.units_indexed,
  ocr: row.units_ocr,
  empty: row.units_empty,
  truncated: row.units_truncated,
  skipped: row.units_skipped,
})

/** The receipt that a document's text came with; documents that were read before there were any are one part. */
const coverageOfText = (json: string | null): Coverage[] => (json === null ? [...PLAIN_RECEIPT] : parseCoverage(json))

/** Takes values while there is room for them in a message. */
const createRoom = (limit: number, maxBytes: number) => {
  let values = 0
  let bytes = 0
  return {
    /** `needed`: there has to be progress, and nothing alone is larger than a message. */
    take: (value: unknown, needed: boolean): boolean => {
      const sizeBytes = Buffer.byteLength(JSON.stringify(value))
      if (!needed && (values >= limit || bytes + sizeBytes > maxBytes)) return false
      values += 1
      bytes += sizeBytes
      return true
    },
  }
}

type ItemRow = {
  id: number
  path: string
  locator: string
  state: DocumentState
  code: string | null
  details: string | null
  gone_at: string | null
}

/** Whether one place is within another. */
const isWithin = (inner: Locator, outer: Locator): boolean =>
  inner.locationBytes === outer.locationBytes &&
  inner.entries.length > outer.entries.length &&
  outer.entries.every(({ index }, at) => inner.entries[at]?.index === index)

/** Documents within this one, at any depth: of an archive that was attached, its entries. */
const readItems = (db: Database, collectionId: number, locator: Locator): DocumentReceipt['items'] =>
  db
    .all<ItemRow>(
      `SELECT id, path, locator, state, code, details, gone_at FROM documents WHERE collection_id = ? AND location = ? ORDER BY path_folded, id`,
      collectionId,
      locator.location,
    )
    .filter((row) => isWithin(parseLocator(row.locator), locator))
    .map((row) => {
      const code = row.code === null ? null : parseCode(row.code)
      return {
        documentId: String(row.id),
        path: row.path,
        state: row.gone_at === null ? row.state : 'gone',
        ...toldMaybe(code, parseDetails(row.details)),
      }
    })

/** What is said of a document as a whole, so much of it at most. */
const MAX_WARNINGS = 100

/** What its reading had to say, but for what stands at the head of the receipt. */
const readWarnings = (db: Database, id: string, head: ErrorCode | null): NonNullable<DocumentReceipt['warnings']> => {
  const row = db.get<{ warnings: string | null }>(
    'SELECT k.warnings FROM documents d JOIN contents k ON k.id = d.content_id WHERE d.id = ?',
    id,
  )
  const further = parseWarnings(row?.warnings ?? null)
  const first = further.findIndex(({ code }) => code === head)
  return further
    .filter((_, index) => index !== first)
    .slice(0, MAX_WARNINGS)
    .map(({ code, details }) => told(code, details))
}

type PlaceRow = { collection_id: number; locator: string; holds_items: number }

/** `offset` and `limit` go over its lines, then its items; `nextOffset` is `null` at the end. */
export const readDocumentReceipt = (
  db: Database,
  { id, offset, limit, maxBytes }: Operations['documents.receipt']['params'],
): Operations['documents.receipt']['result'] => {
  const document = showDocument(db, { id })
  const row = db.get<PlaceRow>('SELECT collection_id, locator, holds_items FROM documents WHERE id = ?', id)
  if (document === null || row === null) return null
  const all = readCoverage(db, id)
  const lines = all.map(toReceiptLine)
  const items = row.holds_items === 1 ? readItems(db, row.collection_id, parseLocator(row.locator)) : []
  const total = lines.length + items.length
  const warnings = readWarnings(db, document.id, document.code)
  const room = createRoom(limit, maxBytes)
  let end = offset
  while (end < total && room.take(lines[end] ?? items[end - lines.length], end === offset)) end += 1
  const receipt: DocumentReceipt = {
    documentId: document.id,
    path: document.path,
    location: document.location,
    collection: document.collection,
    state: document.state,
    kind: document.kind,
    code: document.code,
    message: document.message,
    ...(document.details === undefined ? {} : { details: document.details }),
    ...(warnings.length > 0 ? { warnings } : {}),
    counts: countUnits(all),
    coverage: lines.slice(offset, end),
    items: items.slice(Math.max(0, offset - lines.length), Math.max(0, end - lines.length)),
  }
  return { receipt, total, nextOffset: end < total ? end : null }
}

type TaskRow = UnitRow & {
  document_id: number | null
  path: string
  locator: string
  outcome: Outcome
  kind: string | null
  code: string | null
  details: string | null
  coverage: string | null
}

/** From the index that holds what has ended, in the order of discovery. */
export const RECEIPTS = `
  SELECT d.id AS document_id, t.path, t.locator, t.outcome, k.kind, t.code, t.details, t.coverage, ${UNITS}
  FROM tasks t INDEXED BY tasks_receipts LEFT JOIN documents d ON d.id = t.document_id LEFT JOIN contents k ON k.id = t.content_id
  WHERE t.job_id = ? AND t.outcome IS NOT NULL ORDER BY t.id LIMIT ? OFFSET ?`

const coverageOfTask = (row: TaskRow): Coverage[] => {
  if (row.units_skipped !== 1 || row.coverage !== null) return coverageOfText(row.coverage)
  return receiptOfNone(row.code === null ? null : { code: parseCode(row.code), details: parseDetails(row.details) })
}

const toReceipt = (row: TaskRow, lines: ReceiptLine[]): JobReceipt => {
  const code = row.code === null ? null : parseCode(row.code)
  return {
    documentId: row.document_id === null ? null : String(row.document_id),
    path: row.path,
    location: parseLocator(row.locator).location,
    outcome: row.outcome,
    kind: row.kind,
    ...toldMaybe(code, parseDetails(row.details)),
    counts: toUnits(row),
    coverage: lines,
  }
}

/** Everything that the job has counted. A receipt that does not fit goes on in the next page (`line`), with its head said again. */
export const listReceipts = (
  db: Database,
  { id, offset, line, limit, maxBytes }: Operations['jobs.receipts']['params'],
): Operations['jobs.receipts']['result'] => {
  const job = db.get<{ total: number }>(
    `SELECT indexed + unchanged + duplicate + partial + skipped + rejected + failed + cancelled AS total FROM jobs WHERE id = ?`,
    id,
  )
  if (job === null) throw new AppError('NOT_FOUND', { what: 'job', id })
  const rows = db.all<TaskRow>(RECEIPTS, id, limit, offset)
  const room = createRoom(Number.POSITIVE_INFINITY, maxBytes)
  const receipts: JobReceipt[] = []
  for (const [at, row] of rows.entries()) {
    const lines = coverageOfTask(row).map(toReceiptLine)
    const head = toReceipt(row, [])
    const from = at === 0 ? line : 0
    let end = from
    const begins = room.take(head, at === 0)
    while (begins && end < lines.length && room.take(lines[end], at === 0 && end === from)) end += 1
    const isAll = end >= lines.length
    // A head alone says nothing: it comes with the next page.
    if (begins && (isAll || end > from)) receipts.push({ ...head, coverage: lines.slice(from, end) })
    if (!begins || !isAll) return { receipts, total: job.total, next: { offset: offset + at, line: end } }
  }
  const next = offset + rows.length
  return { receipts, total: job.total, next: next < job.total && rows.length > 0 ? { offset: next, line: 0 } : null }
}
