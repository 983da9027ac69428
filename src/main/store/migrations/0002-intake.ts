/**
 * Owns the second schema: tasks that wait for a person, a lane for pictures of text, receipts, what is gone.
 * Refuses: other versions. Longer than other files because the table of tasks is made again as a whole (SQLite cannot change a CHECK).
 *
 * Foreign keys are off while this runs (see index.ts): dropping a table would take along the attempts that point at it.
 */
const COLUMNS = `id, job_id, collection_id, source_id, parent_id, root_id, kind, lane, phase, state, item_key, path, locator,
    depth, size_bytes, fingerprint, modified_ms, run_at_ms, alone, attempts, interruptions, document_id, content_id,
    embed_chunks, pending_chunks, planned_outcome, outcome, code, details, problem_phase, problem_attempts, warnings,
    archive, created_at, started_at, ended_at`

export const intake: readonly string[] = [
  // confirmed: a person agreed to what the archives of the job unpack to. waiting_tasks is kept by triggers.
  `ALTER TABLE jobs ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1))`,
  `ALTER TABLE jobs ADD COLUMN waiting_tasks INTEGER NOT NULL DEFAULT 0`,
  // JSON: what became of each part of the document. NULL: read before there were receipts.
  `ALTER TABLE contents ADD COLUMN coverage TEXT`,
  // When its source was found to hold it no more.
  `ALTER TABLE documents ADD COLUMN gone_at TEXT`,
  `CREATE INDEX documents_gone ON documents (gone_at) WHERE gone_at IS NOT NULL`,

  // state: what a claim may take (queued), what is being worked on (running), what a person decides about (waiting, for `waits_for`), what is
  // over (ended). run_at_ms is 0 when it may run now.
  // planned_outcome is decided when the text is committed; it becomes the outcome once the vectors are there.
  `CREATE TABLE tasks_rebuilt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
    collection_id INTEGER NOT NULL,
    source_id INTEGER,
    parent_id INTEGER,
    root_id INTEGER,
    kind TEXT NOT NULL CHECK (kind IN ('scan', 'archive', 'document')),
    lane TEXT NOT NULL CHECK (lane IN ('expand', 'extract', 'ocr', 'embed')),
    phase TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'waiting', 'ended')),
    waits_for TEXT CHECK (waits_for IN ('confirmation', 'password')),
    item_key TEXT NOT NULL,
    path TEXT NOT NULL,
    locator TEXT NOT NULL,
    depth INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    fingerprint TEXT,
    modified_ms INTEGER,
    run_at_ms INTEGER NOT NULL DEFAULT 0,
    alone INTEGER NOT NULL DEFAULT 0 CHECK (alone IN (0, 1)),
    attempts INTEGER NOT NULL DEFAULT 0,
    interruptions INTEGER NOT NULL DEFAULT 0,
    document_id INTEGER,
    content_id INTEGER,
    embed_chunks INTEGER NOT NULL DEFAULT 0,
    pending_chunks INTEGER NOT NULL DEFAULT 0,
    planned_outcome TEXT,
    outcome TEXT,
    code TEXT,
    details TEXT,
    problem_phase TEXT,
    problem_attempts INTEGER,
    warnings TEXT,
    archive TEXT,
    created_at TEXT NOT NULL,
    started_at TEXT,
    ended_at TEXT,
    UNIQUE (job_id, item_key)
  ) STRICT`,
  `INSERT INTO tasks_rebuilt (${COLUMNS}) SELECT ${COLUMNS} FROM tasks`,
  // No id is used twice, also not those of tasks that are gone.
  `DELETE FROM sqlite_sequence WHERE name = 'tasks_rebuilt'`,
  `INSERT INTO sqlite_sequence (name, seq) SELECT 'tasks_rebuilt', seq FROM sqlite_sequence WHERE name = 'tasks'`,
  `DROP TABLE tasks`,
  `ALTER TABLE tasks_rebuilt RENAME TO tasks`,

  `CREATE INDEX tasks_claimable ON tasks (lane, alone, job_id DESC, id) WHERE state = 'queued' AND run_at_ms = 0`,
  `CREATE INDEX tasks_delayed ON tasks (run_at_ms) WHERE state = 'queued' AND run_at_ms > 0`,
  `CREATE INDEX tasks_queued ON tasks (job_id, id) WHERE state = 'queued'`,
  `CREATE INDEX tasks_running ON tasks (job_id, id) WHERE state = 'running'`,
  `CREATE INDEX tasks_embedding ON tasks (content_id) WHERE state = 'running' AND lane = 'embed'`,
  `CREATE INDEX tasks_content ON tasks (content_id) WHERE content_id IS NOT NULL`,
  `CREATE INDEX tasks_archives ON tasks (job_id, id) WHERE archive IS NOT NULL`,
  `CREATE INDEX tasks_problems ON tasks (
    job_id,
    (CASE outcome WHEN 'failed' THEN 0 WHEN 'rejected' THEN 1 WHEN 'partial' THEN 2 WHEN 'skipped' THEN 3 ELSE 4 END),
    id
  ) WHERE outcome IN ('failed', 'rejected', 'partial', 'skipped', 'cancelled')`,

  `CREATE TRIGGER tasks_inserted AFTER INSERT ON tasks BEGIN
    UPDATE jobs SET
      open_tasks = open_tasks + (NEW.state <> 'ended'),
      open_discovery = open_discovery + (NEW.state <> 'ended' AND NEW.kind <> 'document'),
      open_text = open_text + (NEW.state <> 'ended' AND NEW.lane <> 'embed'),
      open_documents = open_documents + (NEW.state <> 'ended' AND NEW.kind = 'document'),
      open_extract = open_extract + (NEW.state <> 'ended' AND NEW.kind = 'document' AND NEW.lane <> 'embed'),
      waiting_tasks = waiting_tasks + (NEW.state = 'waiting'),
      discovery_total = discovery_total + (NEW.kind <> 'document'),
      documents_total = documents_total + (NEW.kind = 'document'),
      scans = scans + (NEW.kind = 'scan'),
      failed_scans = failed_scans + (NEW.kind = 'scan' AND NEW.outcome IS 'failed'),
      indexed = indexed + (NEW.outcome IS 'indexed'),
      unchanged = unchanged + (NEW.outcome IS 'unchanged'),
      duplicate = duplicate + (NEW.outcome IS 'duplicate'),
      partial = partial + (NEW.outcome IS 'partial'),
      skipped = skipped + (NEW.outcome IS 'skipped'),
      rejected = rejected + (NEW.outcome IS 'rejected'),
      failed = failed + (NEW.outcome IS 'failed'),
      cancelled = cancelled + (NEW.outcome IS 'cancelled'),
      size_bytes = size_bytes + iif(NEW.kind = 'document' AND NEW.outcome IS NOT NULL, NEW.size_bytes, 0),
      embed_chunks = embed_chunks + NEW.embed_chunks,
      pending_chunks = pending_chunks + NEW.pending_chunks
    WHERE id = NEW.job_id;
  END`,
  `CREATE TRIGGER tasks_updated AFTER UPDATE OF state, kind, lane, outcome, size_bytes, embed_chunks, pending_chunks ON tasks
  WHEN (OLD.state = 'ended') <> (NEW.state = 'ended') OR (OLD.state = 'waiting') <> (NEW.state = 'waiting') OR OLD.kind <> NEW.kind OR OLD.lane <> NEW.lane OR OLD.outcome IS NOT NEW.outcome
    OR OLD.size_bytes <> NEW.size_bytes OR OLD.embed_chunks <> NEW.embed_chunks OR OLD.pending_chunks <> NEW.pending_chunks
  BEGIN
    UPDATE jobs SET
      open_tasks = open_tasks + (NEW.state <> 'ended') - (OLD.state <> 'ended'),
      open_discovery = open_discovery + (NEW.state <> 'ended' AND NEW.kind <> 'document') - (OLD.state <> 'ended' AND OLD.kind <> 'document'),
      open_text = open_text + (NEW.state <> 'ended' AND NEW.lane <> 'embed') - (OLD.state <> 'ended' AND OLD.lane <> 'embed'),
      open_documents = open_documents + (NEW.state <> 'ended' AND NEW.kind = 'document') - (OLD.state <> 'ended' AND OLD.kind = 'document'),
      open_extract = open_extract + (NEW.state <> 'ended' AND NEW.kind = 'document' AND NEW.lane <> 'embed')
        - (OLD.state <> 'ended' AND OLD.kind = 'document' AND OLD.lane <> 'embed'),
      waiting_tasks = waiting_tasks + (NEW.state = 'waiting') - (OLD.state = 'waiting'),
      discovery_total = discovery_total + (NEW.kind <> 'document') - (OLD.kind <> 'document'),
      documents_total = documents_total + (NEW.kind = 'document') - (OLD.kind = 'document'),
      scans = scans + (NEW.kind = 'scan') - (OLD.kind = 'scan'),
      failed_scans = failed_scans + (NEW.kind = 'scan' AND NEW.outcome IS 'failed') - (OLD.kind = 'scan' AND OLD.outcome IS 'failed'),
      indexed = indexed + (NEW.outcome IS 'indexed') - (OLD.outcome IS 'indexed'),
      unchanged = unchanged + (NEW.outcome IS 'unchanged') - (OLD.outcome IS 'unchanged'),
      duplicate = duplicate + (NEW.outcome IS 'duplicate') - (OLD.outcome IS 'duplicate'),
      partial = partial + (NEW.outcome IS 'partial') - (OLD.outcome IS 'partial'),
      skipped = skipped + (NEW.outcome IS 'skipped') - (OLD.outcome IS 'skipped'),
      rejected = rejected + (NEW.outcome IS 'rejected') - (OLD.outcome IS 'rejected'),
      failed = failed + (NEW.outcome IS 'failed') - (OLD.outcome IS 'failed'),
      cancelled = cancelled + (NEW.outcome IS 'cancelled') - (OLD.outcome IS 'cancelled'),
      size_bytes = size_bytes + iif(NEW.kind = 'document' AND NEW.outcome IS NOT NULL, NEW.size_bytes, 0)
        - iif(OLD.kind = 'document' AND OLD.outcome IS NOT NULL, OLD.size_bytes, 0),
      embed_chunks = embed_chunks + NEW.embed_chunks - OLD.embed_chunks,
      pending_chunks = pending_chunks + NEW.pending_chunks - OLD.pending_chunks
    WHERE id = NEW.job_id;
  END`,

  `CREATE INDEX tasks_waiting ON tasks (job_id, id) WHERE state = 'waiting'`,
  // What a password may open.
  `CREATE INDEX tasks_locked ON tasks (document_id)
    WHERE state = 'ended' AND code IN ('PDF_ENCRYPTED', 'DOCUMENT_ENCRYPTED', 'ARCHIVE_ENCRYPTED', 'PASSWORD_WRONG')`,
  `CREATE INDEX tasks_locked_together ON tasks (job_id, parent_id) WHERE state = 'ended' AND code IN ('ARCHIVE_ENCRYPTED', 'PASSWORD_WRONG')`,
]
