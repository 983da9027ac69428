/**
 * Owns the schema of summaries that are kept. Refuses: other versions.
 *
 * What was made of a text goes with it: of one content (content_id), or of several of a collection (content_id is NULL), as soon as one of
 * them goes. The key names the texts, how they were read, and how it was made.
 */
export const answers: readonly string[] = [
  `CREATE TABLE summaries (
    key TEXT PRIMARY KEY,
    content_id INTEGER REFERENCES contents(id) ON DELETE CASCADE,
    collection_id INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX summaries_content ON summaries (content_id)`,
  `CREATE INDEX summaries_collection ON summaries (collection_id) WHERE content_id IS NULL`,
  `CREATE TRIGGER summaries_of_garbage AFTER UPDATE OF state ON contents WHEN NEW.state = 'garbage' AND OLD.state <> 'garbage' BEGIN
    DELETE FROM summaries WHERE content_id = NEW.id;
    DELETE FROM summaries WHERE content_id IS NULL AND collection_id = NEW.collection_id;
  END`,
]
