/**
 * Owns what is gone: documents that a finished job did not meet where they were, although it looked there. They are not found any more,
 * are kept for a while, and are as before when they come back.
 * Refuses: doubt. What lies below a folder that could not be read or was left out, in an archive that was not opened as a whole, or in
 * a source that is missing itself, is kept. Jobs with patterns that name what to take say nothing about what they did not take.
 */
import { dirname, sep } from 'node:path'
import { isUtf8 } from 'node:buffer'
import { dispositionOf, isErrorCode, type ErrorCode } from '../../shared/errors'
import type { Outcome } from '../../shared/domain'
import type { Locator } from '../../shared/work'
import type { TaskKind } from './contract'
import type { Operations } from './contract'
import { NOW, type Database } from './database'
import { removeDocument } from './documents'
import { itemKeyOf, taskKeyOf } from './item-key'
import { parseLocator, parsePatterns, parseWarnings } from './stored-json'

/** Documents that one step looks at; about 10 ms. */
const SWEEP_DOCUMENTS = 2_000
/** Documents that one step forgets. */
const FORGET_DOCUMENTS = 200

type Scan = { id: number; collection_id: number; locator: string; started_at: string }
type Place = { id: number; location: string; met_at: string | null; gone_at: string | null }
type Item = { kind: TaskKind; state: string; outcome: Outcome | null; code: string | null; warnings: string | null }
type Position = { scanId: number; location: string; documentId: number }

/** What is this and nothing else holds no items. */
const HOLDS_NOTHING: readonly (string | null)[] = [
  'FILE_EMPTY',
  'UNSUPPORTED_FORMAT',
  'BINARY_FILE',
  'NOT_A_FILE',
  'DOCUMENT_NO_TEXT',
] satisfies readonly ErrorCode[]
/** What is said of an archive or a mail although all that it holds was listed. */
const HIDES_NOTHING: readonly ErrorCode[] = [
  'ARCHIVE_EXTRA_BYTES',
  'VECTORS_MISSING',
  'TEXT_UNDECODABLE',
  'MAIL_ENCRYPTED',
]
const READ: readonly (Outcome | null)[] = ['indexed', 'unchanged', 'duplicate', 'partial']

/** The folder a place lies in. */
const folderOf = ({ location, locationBytes }: Locator): Locator => {
  const above = { location: dirname(location), entries: [] }
  if (locationBytes === undefined) return above
  const raw = Buffer.from(locationBytes, 'base64')
  const folder = raw.subarray(0, Math.max(1, raw.lastIndexOf(0x2f)))
  return isUtf8(folder) ? above : { ...above, locationBytes: folder.toString('base64') }
}

/** What one job knows about places. */
class Witness {
  readonly #items = new Map<string, Item | null>()

  constructor(
    readonly db: Database,
    readonly jobId: number,
    readonly takesAll: boolean,
  ) {}

  #find(key: string): Item | null {
    const known = this.#items.get(key)
    if (known !== undefined) return known
    const item = this.db.get<Item>(
      'SELECT kind, state, outcome, code, warnings FROM tasks WHERE job_id = ? AND item_key = ?',
      this.jobId,
      key,
    )
    this.#items.set(key, item)
    return item
  }

  /** Whether a folder between the scanned one and this place was not walked. */
  #isLeftOut(place: Locator, scanned: Locator): boolean {
    for (let folder = folderOf(place); folder.location.length > scanned.location.length; folder = folderOf(folder)) {
      const walked = this.#find(taskKeyOf('scan', folder))
      if (walked !== null && (walked.state !== 'ended' || walked.outcome !== null)) return true
      const item = this.#find(itemKeyOf(folder))
      if (item !== null && !READ.includes(item.outcome)) return true
    }
    return false
  }

  /** Whether what this item holds is known as a whole: what was not met in it is not in it. */
  #isOpened(item: Item): boolean {
    if (item.state !== 'ended') return false
    const said = [
      ...parseWarnings(item.warnings).map(({ code }) => code),
      ...(isErrorCode(item.code) ? [item.code] : []),
    ]
    const isWhole = said.every((code) => HIDES_NOTHING.includes(code) || dispositionOf(code) === 'note')
    if (item.kind === 'archive' ? item.outcome === null : READ.includes(item.outcome)) return isWhole
    return item.outcome === 'skipped' && HOLDS_NOTHING.includes(item.code)
  }

  /** Whether the job looked for the document where it was, and it is not there. */
  misses(place: Locator, scanned: Locator): boolean {
    if (this.#find(itemKeyOf(place)) !== null) return false
    for (let level = 0; level < place.entries.length; level += 1) {
      const container = this.#find(itemKeyOf({ ...place, entries: place.entries.slice(0, level) }))
      if (container === null) return level > 0 || this.#missesFile(place, scanned)
      if (!this.#isOpened(container)) return false
    }
    return place.entries.length > 0 || this.#missesFile(place, scanned)
  }

  #missesFile(place: Locator, scanned: Locator): boolean {
    const file = { ...place, entries: [] }
    return this.takesAll && file.location !== scanned.location && !this.#isLeftOut(file, scanned)
  }
}

const readPosition = (db: Database, jobId: number): Position => {
  const row = db.get<{ scan_id: number; location: string; document_id: number }>(
    'SELECT scan_id, location, document_id FROM sweeps WHERE job_id = ?',
    jobId,
  )
  return row === null
    ? { scanId: 0, location: '', documentId: 0 }
    : { scanId: row.scan_id, location: row.location, documentId: row.document_id }
}

/** Offered paths that were looked through to their end. */
const nextScan = (db: Database, jobId: number, fromId: number): Scan | null =>
  db.get<Scan>(
    `SELECT id, collection_id, locator, started_at FROM tasks WHERE job_id = ? AND item_key >= 'scan:' AND item_key < 'scan;'
      AND parent_id IS NULL AND state = 'ended' AND outcome IS NULL AND started_at IS NOT NULL AND id >= ? ORDER BY id LIMIT 1`,
    jobId,
    fromId,
  )

/** Documents at and below the scanned path; what sorts between the two is left out by the caller. */
const readPlaces = (db: Database, scan: Scan, { location }: Locator, after: Position): Place[] => {
  const inside = location.endsWith(sep) ? location : location + sep
  const end = inside.slice(0, -1) + String.fromCharCode(inside.charCodeAt(inside.length - 1) + 1)
  return db.all<Place>(
    `SELECT id, location, met_at, gone_at FROM documents INDEXED BY documents_place
      WHERE collection_id = ? AND location >= ? AND location < ? AND (location, id) > (?, ?) ORDER BY location, id LIMIT ?`,
    scan.collection_id,
    after.location === '' ? location : after.location,
    end,
    after.location,
    after.documentId,
    SWEEP_DOCUMENTS,
  )
}

const markGone = (db: Database, jobId: number, ids: readonly number[]): void => {
  if (ids.length === 0) return
  db.run(`UPDATE documents SET gone_at = ${NOW} WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids))
  db.run('UPDATE jobs SET gone = gone + ? WHERE id = ?', ids.length, jobId)
}

/** Looks at one page of one scan; tells where the next one begins, `null` after the last. */
const sweepPage = (db: Database, witness: Witness, scan: Scan, after: Position): Position => {
  const scanned = parseLocator(scan.locator)
  const inside = scanned.location.endsWith(sep) ? scanned.location : scanned.location + sep
  const places = readPlaces(db, scan, scanned, after)
  // What was met since, by whatever job, is there; stamps alone would not do when the clock was set back.
  const unmet = places.filter(
    ({ location, met_at, gone_at }) =>
      gone_at === null &&
      (met_at === null || met_at < scan.started_at) &&
      (location === scanned.location || location.startsWith(inside)),
  )
  const rows = db.all<{ id: number; locator: string }>(
    'SELECT id, locator FROM documents WHERE id IN (SELECT value FROM json_each(?))',
    JSON.stringify(unmet.map(({ id }) => id)),
  )
  const gone = rows.filter(({ locator }) => witness.misses(parseLocator(locator), scanned))
  markGone(
    db,
    witness.jobId,
    gone.map(({ id }) => id),
  )
  const last = places[places.length - 1]
  return last === undefined || places.length < SWEEP_DOCUMENTS
    ? { scanId: scan.id + 1, location: '', documentId: 0 }
    : { scanId: scan.id, location: last.location, documentId: last.id }
}

/**
 * Takes one step in looking for what the sources of a job do not hold any more; `true` when the last one is done. To be called when nothing
 * of the job is open but this; a job that was cancelled has not looked everywhere.
 */
export const sweepGone = (db: Database, jobId: number): boolean => {
  const job = db.one<{ kind: string; cancelling: number; patterns: string }>(
    'SELECT kind, cancelling, patterns FROM jobs WHERE id = ?',
    jobId,
  )
  let position = readPosition(db, jobId)
  const scan = job.kind !== 'intake' || job.cancelling === 1 ? null : nextScan(db, jobId, position.scanId)
  if (scan === null) {
    db.run('DELETE FROM sweeps WHERE job_id = ?', jobId)
    return true
  }
  if (scan.id !== position.scanId) position = { scanId: scan.id, location: '', documentId: 0 }
  const { globs } = parsePatterns(job.patterns)
  const next = sweepPage(db, new Witness(db, jobId, globs.length === 0), scan, position)
  if (nextScan(db, jobId, next.scanId) === null) {
    db.run('DELETE FROM sweeps WHERE job_id = ?', jobId)
    return true
  }
  db.run(
    `INSERT INTO sweeps (job_id, scan_id, location, document_id) VALUES (?, ?, ?, ?)
      ON CONFLICT (job_id) DO UPDATE SET scan_id = excluded.scan_id, location = excluded.location, document_id = excluded.document_id`,
    jobId,
    next.scanId,
    next.location,
    next.documentId,
  )
  return false
}

/** Forgets some of what has been gone for this many days, with text and vectors; `more` when some is left. */
export const forgetGone = (
  db: Database,
  { days }: Operations['documents.forgetGone']['params'],
): Operations['documents.forgetGone']['result'] => {
  const ids = db
    .all<{ id: number }>(
      `SELECT id FROM documents INDEXED BY documents_gone
        WHERE gone_at IS NOT NULL AND gone_at <= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?) ORDER BY gone_at LIMIT ?`,
      `-${days} days`,
      FORGET_DOCUMENTS,
    )
    .map(({ id }) => id)
  const removed = ids.filter((id) => removeDocument(db, id)).length
  return { removed, more: ids.length === FORGET_DOCUMENTS }
}

/** What the scan of an offered path tells about it. */
export const noteSource = (
  db: Database,
  { taskId, device, isEmpty }: Operations['sources.note']['params'],
): Operations['sources.note']['result'] => {
  const source = db.get<{ id: number; device: string | null }>(
    'SELECT s.id, s.device FROM tasks t JOIN sources s ON s.id = t.source_id WHERE t.id = ?',
    taskId,
  )
  if (source === null) return { unmounted: false }
  if (isEmpty) return { unmounted: source.device !== null && source.device !== device }
  if (source.device !== device) db.run('UPDATE sources SET device = ? WHERE id = ?', device, source.id)
  return { unmounted: false }
}

/** Where a source is, and on which file system something was last found in it. */
export const findSource = (
  db: Database,
  { id }: Operations['sources.find']['params'],
): Operations['sources.find']['result'] =>
  db.get<{ location: string; device: string | null }>('SELECT location, device FROM sources WHERE id = ?', id)
