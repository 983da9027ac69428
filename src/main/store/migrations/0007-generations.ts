/**
 * Owns the seventh schema: spaces of vectors, the generations of each collection, and what a generation that does not serve holds.
 * Refuses: other versions.
 */
export const generations: readonly string[] = [
  // One table of the vector index each: what one model of so many dimensions made, laid out by one version. version below 0: to be taken away.
  `CREATE TABLE vector_spaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model TEXT NOT NULL,
    dimensions INTEGER NOT NULL,
    version INTEGER NOT NULL,
    table_name TEXT NOT NULL UNIQUE,
    UNIQUE (model, dimensions, version)
  ) STRICT`,
  // serving: searches ask it. building: a job fills it. ready: complete, a person decides. previous: kept to go back to. dropped: its vectors go.
  // model_ref: by which name the model is asked for (local, or that of a provider). comparison: JSON, as of the switch.
  `CREATE TABLE generations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection_id INTEGER NOT NULL,
    space_id INTEGER NOT NULL REFERENCES vector_spaces(id),
    model_ref TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('serving', 'building', 'ready', 'previous', 'dropped')),
    job_id INTEGER,
    switches INTEGER NOT NULL DEFAULT 1 CHECK (switches IN (0, 1)),
    comparison TEXT,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
  ) STRICT`,
  `CREATE UNIQUE INDEX generations_role ON generations (collection_id, (iif(state = 'ready', 'building', state))) WHERE state <> 'dropped'`,
  `CREATE INDEX generations_space ON generations (space_id, state)`,
  // What a generation holds that does not serve; of the serving one, contents and chunks tell. rest: the first passage (by ordinal) that is
  // not embedded yet; NULL when none is.
  `CREATE TABLE generation_contents (
    generation_id INTEGER NOT NULL REFERENCES generations(id) ON DELETE CASCADE,
    content_id INTEGER NOT NULL,
    windows INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    rest INTEGER,
    PRIMARY KEY (generation_id, content_id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX generation_contents_content ON generation_contents (content_id)`,
  // NULL: of the time when there was one table.
  `ALTER TABLE vector_intents ADD COLUMN space_id INTEGER`,
  // The generation that the job fills.
  `ALTER TABLE jobs ADD COLUMN generation_id INTEGER`,
]
