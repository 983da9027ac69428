/**
 * Owns the first schema. Never edited: what comes later is a migration of its own.
 * Longer than other files because a schema is read as a whole.
 *
 * The counters of `jobs` are kept by the triggers on `tasks`, so that no operation can forget them.
 */
export const initial: readonly string[] = [
  `CREATE TABLE collections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
  ) STRICT`,

  `CREATE TABLE sources (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection_id INTEGER NOT NULL REFERENCES collections(id),
    location_key TEXT NOT NULL,
    location TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (collection_id, location_key)
  ) STRICT`,

  `CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection_id INTEGER NOT NULL REFERENCES collections(id),
    key TEXT UNIQUE,
    label TEXT NOT NULL,
    paths TEXT NOT NULL,
    patterns TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('intake', 'repair')),
    state TEXT NOT NULL CHECK (state IN ('awaiting_confirmation', 'queued', 'running', 'paused', 'completed', 'completed_with_problems', 'failed', 'cancelled')),
    cancelling INTEGER NOT NULL DEFAULT 0 CHECK (cancelling IN (0, 1)),
    created_at TEXT NOT NULL,
    started_at TEXT,
    keyword_ready_at TEXT,
    finished_at TEXT,
    -- kept by triggers
    open_tasks INTEGER NOT NULL DEFAULT 0,
    open_discovery INTEGER NOT NULL DEFAULT 0,
    open_text INTEGER NOT NULL DEFAULT 0,
    open_documents INTEGER NOT NULL DEFAULT 0,
    open_extract INTEGER NOT NULL DEFAULT 0,
    discovery_total INTEGER NOT NULL DEFAULT 0,
    documents_total INTEGER NOT NULL DEFAULT 0,
    scans INTEGER NOT NULL DEFAULT 0,
    failed_scans INTEGER NOT NULL DEFAULT 0,
    indexed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    duplicate INTEGER NOT NULL DEFAULT 0,
    partial INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0,
    size_bytes INTEGER NOT NULL DEFAULT 0,
    embed_chunks INTEGER NOT NULL DEFAULT 0,
    pending_chunks INTEGER NOT NULL DEFAULT 0,
    -- kept by operations
    chunks INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0,
    windows_computed INTEGER NOT NULL DEFAULT 0,
    windows_cached INTEGER NOT NULL DEFAULT 0,
    peak_rss_bytes INTEGER NOT NULL DEFAULT 0,
    peak_temp_bytes INTEGER NOT NULL DEFAULT 0
  ) STRICT`,
  `CREATE INDEX jobs_collection ON jobs (collection_id)`,
  `CREATE INDEX jobs_open ON jobs (id) WHERE open_tasks > 0`,

  `CREATE TABLE job_phases (
    job_id INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
    phase TEXT NOT NULL,
    ms REAL NOT NULL,
    items INTEGER NOT NULL,
    PRIMARY KEY (job_id, phase)
  ) STRICT, WITHOUT ROWID`,

  // state: what a claim may take (queued), what is being worked on (running), what is over (ended). run_at_ms is 0 when it may run now.
  // planned_outcome is decided when the text is committed; it becomes the outcome once the vectors are there.
  `CREATE TABLE tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
    collection_id INTEGER NOT NULL,
    source_id INTEGER,
    parent_id INTEGER,
    root_id INTEGER,
    kind TEXT NOT NULL CHECK (kind IN ('scan', 'archive', 'document')),
    lane TEXT NOT NULL CHECK (lane IN ('expand', 'extract', 'embed')),
    phase TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'ended')),
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
      open_extract = open_extract + (NEW.state <> 'ended' AND NEW.kind = 'document' AND NEW.lane = 'extract'),
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
  WHEN (OLD.state = 'ended') <> (NEW.state = 'ended') OR OLD.kind <> NEW.kind OR OLD.lane <> NEW.lane OR OLD.outcome IS NOT NEW.outcome
    OR OLD.size_bytes <> NEW.size_bytes OR OLD.embed_chunks <> NEW.embed_chunks OR OLD.pending_chunks <> NEW.pending_chunks
  BEGIN
    UPDATE jobs SET
      open_tasks = open_tasks + (NEW.state <> 'ended') - (OLD.state <> 'ended'),
      open_discovery = open_discovery + (NEW.state <> 'ended' AND NEW.kind <> 'document') - (OLD.state <> 'ended' AND OLD.kind <> 'document'),
      open_text = open_text + (NEW.state <> 'ended' AND NEW.lane <> 'embed') - (OLD.state <> 'ended' AND OLD.lane <> 'embed'),
      open_documents = open_documents + (NEW.state <> 'ended' AND NEW.kind = 'document') - (OLD.state <> 'ended' AND OLD.kind = 'document'),
      open_extract = open_extract + (NEW.state <> 'ended' AND NEW.kind = 'document' AND NEW.lane = 'extract')
        - (OLD.state <> 'ended' AND OLD.kind = 'document' AND OLD.lane = 'extract'),
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

  // counted: whether the try was spent (an interruption spends none).
  `CREATE TABLE attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id INTEGER NOT NULL REFERENCES tasks(id) ON DELETE CASCADE,
    phase TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    ms REAL NOT NULL,
    worker TEXT,
    counted INTEGER NOT NULL CHECK (counted IN (0, 1)),
    code TEXT,
    details TEXT,
    stack TEXT
  ) STRICT`,
  `CREATE INDEX attempts_task ON attempts (task_id)`,

  // staged: being written, seen by nobody. current: seen. garbage: seen by nobody, deleted a page at a time.
  // partial: the first warning (JSON) that makes its documents partial.
  `CREATE TABLE contents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection_id INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    settings_key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('staged', 'current', 'garbage')),
    task_id INTEGER,
    kind TEXT NOT NULL,
    title TEXT,
    language TEXT,
    encoding TEXT,
    pages INTEGER,
    chars INTEGER NOT NULL DEFAULT 0,
    size_bytes INTEGER NOT NULL DEFAULT 0,
    warnings TEXT,
    partial TEXT,
    chunk_count INTEGER NOT NULL DEFAULT 0,
    pending_chunks INTEGER NOT NULL DEFAULT 0,
    windows INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    committed_at TEXT
  ) STRICT`,
  `CREATE UNIQUE INDEX contents_current ON contents (collection_id, sha256, settings_key) WHERE state = 'current'`,
  `CREATE INDEX contents_figures ON contents (collection_id, chunk_count, pending_chunks) WHERE state = 'current'`,
  `CREATE INDEX contents_staged ON contents (task_id) WHERE state = 'staged'`,
  `CREATE INDEX contents_garbage ON contents (id) WHERE state = 'garbage'`,

  `CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection_id INTEGER NOT NULL REFERENCES collections(id),
    source_id INTEGER,
    item_key TEXT NOT NULL,
    path TEXT NOT NULL,
    path_folded TEXT NOT NULL,
    location TEXT NOT NULL,
    locator TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'indexed', 'partial', 'skipped', 'rejected', 'failed', 'cancelled')),
    content_id INTEGER REFERENCES contents(id),
    size_bytes INTEGER NOT NULL,
    fingerprint TEXT,
    modified_ms INTEGER,
    indexed_at TEXT,
    code TEXT,
    details TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (collection_id, item_key)
  ) STRICT`,
  `CREATE INDEX documents_listing ON documents (collection_id, path_folded, id, state)`,
  `CREATE INDEX documents_state ON documents (collection_id, state, size_bytes)`,
  `CREATE INDEX documents_content ON documents (content_id) WHERE content_id IS NOT NULL`,

  // windows is NULL while the vectors are pending. title is set in the first chunk only. Ids are never used again: vectors carry them.
  `CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    content_id INTEGER NOT NULL REFERENCES contents(id),
    ordinal INTEGER NOT NULL,
    text TEXT NOT NULL,
    heading TEXT NOT NULL,
    title TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    page INTEGER,
    windows INTEGER
  ) STRICT`,
  `CREATE INDEX chunks_place ON chunks (content_id, "start", "end")`,
  `CREATE UNIQUE INDEX chunks_pending ON chunks (content_id, ordinal) WHERE windows IS NULL`,
  `CREATE VIRTUAL TABLE chunks_fts USING fts5 (
    text, heading, title,
    content = 'chunks', content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2'
  )`,
  // Words of the title count most, then those of headings.
  `INSERT INTO chunks_fts (chunks_fts, rank) VALUES ('rank', 'bm25(1.0, 2.0, 4.0)')`,

  `CREATE TABLE vector_intents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chunk_ids TEXT NOT NULL,
    content_ids TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE vector_garbage (content_id INTEGER PRIMARY KEY) STRICT`,
]
