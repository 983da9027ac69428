/**
 * Owns the third schema: the receipt of every item of a job with its sums, and what is needed to tell which documents are gone.
 * Refuses: other versions.
 *
 * A receipt is copied from the content to the task when the task ends: what a job did stays known when the content is replaced later.
 */
import type { Database } from '../database'
import { itemKeyOf } from '../item-key'
import { parseLocator } from '../stored-json'

const states = ['indexed', 'ocr', 'empty', 'truncated', 'skipped'] as const

const columnsOf = (table: string, plain?: (typeof states)[number]): string[] =>
  states.map(
    (state) => `ALTER TABLE ${table} ADD COLUMN units_${state} INTEGER NOT NULL DEFAULT ${state === plain ? 1 : 0}`,
  )

const sums = states.map((state) => `units_${state}`).join(', ')

const withText = `NEW.outcome IN ('indexed', 'unchanged', 'duplicate', 'partial') AND NEW.content_id IS NOT NULL`

/** What a task adds to the counters of its job, as the triggers of insertion and change have it. */
const counted: readonly (readonly [string, string])[] = [
  ['open_tasks', `OLD.state <> 'ended'`],
  ['open_discovery', `OLD.state <> 'ended' AND OLD.kind <> 'document'`],
  ['open_text', `OLD.state <> 'ended' AND OLD.lane <> 'embed'`],
  ['open_documents', `OLD.state <> 'ended' AND OLD.kind = 'document'`],
  ['open_extract', `OLD.state <> 'ended' AND OLD.kind = 'document' AND OLD.lane <> 'embed'`],
  ['waiting_tasks', `OLD.state = 'waiting'`],
  ['discovery_total', `OLD.kind <> 'document'`],
  ['documents_total', `OLD.kind = 'document'`],
  ['scans', `OLD.kind = 'scan'`],
  ['failed_scans', `OLD.kind = 'scan' AND OLD.outcome IS 'failed'`],
  ...['indexed', 'unchanged', 'duplicate', 'partial', 'skipped', 'rejected', 'failed', 'cancelled'].map(
    (outcome) => [outcome, `OLD.outcome IS '${outcome}'`] as const,
  ),
  ['size_bytes', `iif(OLD.kind = 'document' AND OLD.outcome IS NOT NULL, OLD.size_bytes, 0)`],
  ['embed_chunks', 'OLD.embed_chunks'],
  ['pending_chunks', 'OLD.pending_chunks'],
  ...states.map((state) => [`units_${state}`, `OLD.units_${state}`] as const),
]

/** Codes of entries whose names may be those of others, too. */
const NAME_REFUSALS = ['ARCHIVE_DUPLICATE_NAME', 'ARCHIVE_BAD_NAME', 'ARCHIVE_PATH_TRAVERSAL']

/** Entries of archives were known by their positions; from now on they are by their names. */
const nameEntries =
  (table: 'documents' | 'tasks') =>
  (db: Database): void => {
    const rows = db.all<{ id: number; locator: string; code: string | null }>(
      `SELECT id, locator, code FROM ${table} WHERE locator LIKE '%"index":%'`,
    )
    for (const { id, locator: json, code } of rows) {
      const { entries, ...file } = parseLocator(json)
      const last = entries.length - 1
      const isRefused = code !== null && NAME_REFUSALS.includes(code)
      const named = entries.map((entry, at) => (isRefused && at === last ? { ...entry, byIndex: true } : entry))
      const locator = { ...file, entries: named }
      db.run(
        `UPDATE OR IGNORE ${table} SET item_key = ?, locator = ? WHERE id = ?`,
        itemKeyOf(locator),
        JSON.stringify(locator),
        id,
      )
    }
  }

export const receipts: readonly (string | ((db: Database) => void))[] = [
  // The receipt of an item (NULL: a document without parts, or one without text) and its parts by what became of them.
  'ALTER TABLE tasks ADD COLUMN coverage TEXT',
  ...columnsOf('tasks'),
  // What was read before there were receipts is one indexed part.
  ...columnsOf('contents', 'indexed'),
  // Kept by triggers.
  ...columnsOf('jobs'),
  // Documents that the job found to be gone; kept by the sweep.
  'ALTER TABLE jobs ADD COLUMN gone INTEGER NOT NULL DEFAULT 0',
  `CREATE INDEX tasks_receipts ON tasks (job_id, id) WHERE outcome IS NOT NULL`,
  // Until what it is in has been opened again and tells whether it is still there.
  'ALTER TABLE tasks ADD COLUMN stale INTEGER NOT NULL DEFAULT 0 CHECK (stale IN (0, 1))',
  `CREATE INDEX tasks_stale ON tasks (parent_id) WHERE stale = 1`,

  `CREATE TRIGGER tasks_units AFTER UPDATE OF ${sums} ON tasks
  WHEN ${states.map((state) => `OLD.units_${state} <> NEW.units_${state}`).join(' OR ')}
  BEGIN
    UPDATE jobs SET ${states.map((state) => `units_${state} = units_${state} + NEW.units_${state} - OLD.units_${state}`).join(', ')}
    WHERE id = NEW.job_id;
  END`,
  // What never got a text is one part that was skipped; its code says why.
  `CREATE TRIGGER tasks_receipt_inserted AFTER INSERT ON tasks WHEN NEW.outcome IS NOT NULL BEGIN
    UPDATE tasks SET units_skipped = 1 WHERE id = NEW.id;
  END`,
  `CREATE TRIGGER tasks_receipt_text AFTER UPDATE OF outcome ON tasks WHEN OLD.outcome IS NOT NEW.outcome AND ${withText} BEGIN
    UPDATE tasks SET (coverage, ${sums}) = (SELECT coverage, ${sums} FROM contents WHERE id = NEW.content_id)
    WHERE id = NEW.id;
  END`,
  `CREATE TRIGGER tasks_receipt_none AFTER UPDATE OF outcome ON tasks WHEN OLD.outcome IS NOT NEW.outcome AND NOT (${withText}) BEGIN
    UPDATE tasks SET coverage = NULL, ${states.map((state) => `units_${state} = ${state === 'skipped' ? 'NEW.outcome IS NOT NULL' : 0}`).join(', ')}
    WHERE id = NEW.id;
  END`,
  // An entry that its archive does not hold any more was not offered.
  `CREATE TRIGGER tasks_deleted AFTER DELETE ON tasks BEGIN
    UPDATE jobs SET ${counted.map(([column, value]) => `${column} = ${column} - (${value})`).join(', ')} WHERE id = OLD.job_id;
  END`,
  // What ended before there were receipts.
  `UPDATE tasks SET units_indexed = outcome IN ('indexed', 'unchanged', 'duplicate', 'partial'),
    units_skipped = outcome IN ('skipped', 'rejected', 'failed', 'cancelled') WHERE outcome IS NOT NULL`,

  // When a job last came across it, and whether it holds items of its own (a mail with attachments).
  'ALTER TABLE documents ADD COLUMN met_at TEXT',
  'ALTER TABLE documents ADD COLUMN holds_items INTEGER NOT NULL DEFAULT 0 CHECK (holds_items IN (0, 1))',
  `CREATE INDEX documents_place ON documents (collection_id, location)`,
  `DROP INDEX documents_listing`,
  `DROP INDEX documents_state`,
  `CREATE INDEX documents_listing ON documents (collection_id, path_folded, id, state, gone_at)`,
  `CREATE INDEX documents_state ON documents (collection_id, state, gone_at, size_bytes)`,
  // Of the file system that the source was on when something was last found in it.
  'ALTER TABLE sources ADD COLUMN device TEXT',
  nameEntries('documents'),
  nameEntries('tasks'),
  // How far the search for what is gone has come, for jobs that are over but for that.
  `CREATE TABLE sweeps (
    job_id INTEGER PRIMARY KEY REFERENCES jobs(id) ON DELETE CASCADE,
    scan_id INTEGER NOT NULL,
    location TEXT NOT NULL,
    document_id INTEGER NOT NULL
  ) STRICT`,
]
