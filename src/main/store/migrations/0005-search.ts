/**
 * Owns the fifth schema: full-text indexes of paths and of scripts without spaces, the vocabulary, saved searches, what was searched.
 * Refuses: other versions.
 */
import type { Database } from '../database'
import { gramsOf } from '../../../shared/grams'

/** Chunks that are read at a time when the index of grams is first made. */
const PAGE = 2_000

/** Chunks with a script that has no spaces are put into their index; others cost a look at their text. */
const fillGrams = (db: Database): void => {
  for (let after = 0; ;) {
    const page = db.all<{ id: number; text: string; heading: string; title: string }>(
      'SELECT id, text, heading, title FROM chunks WHERE id > ? ORDER BY id LIMIT ?',
      after,
      PAGE,
    )
    for (const { id, text, heading, title } of page) {
      after = id
      const grams = gramsOf(`${title}\n${heading}\n${text}`)
      if (grams !== '') db.run('INSERT INTO chunks_grams (rowid, grams) VALUES (?, ?)', id, grams)
    }
    if (page.length < PAGE) return
  }
}

export const search: readonly (string | ((db: Database) => void))[] = [
  // Names of files and folders are found as words. Documents are few beside their chunks, and much writes to them: triggers cannot forget.
  `CREATE VIRTUAL TABLE documents_fts USING fts5 (
    path, content = 'documents', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
  )`,
  `INSERT INTO documents_fts (documents_fts) VALUES ('rebuild')`,
  `CREATE TRIGGER documents_named AFTER INSERT ON documents BEGIN
    INSERT INTO documents_fts (rowid, path) VALUES (NEW.id, NEW.path);
  END`,
  `CREATE TRIGGER documents_unnamed AFTER DELETE ON documents BEGIN
    INSERT INTO documents_fts (documents_fts, rowid, path) VALUES ('delete', OLD.id, OLD.path);
  END`,
  `CREATE TRIGGER documents_renamed AFTER UPDATE OF path ON documents WHEN OLD.path <> NEW.path BEGIN
    INSERT INTO documents_fts (documents_fts, rowid, path) VALUES ('delete', OLD.id, OLD.path);
    INSERT INTO documents_fts (rowid, path) VALUES (NEW.id, NEW.path);
  END`,

  // Pairs of characters of Chinese, Japanese, Thai and other scripts without spaces (grams.ts); only chunks that have such.
  `CREATE VIRTUAL TABLE chunks_grams USING fts5 (
    grams, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co M*'"
  )`,
  fillGrams,

  // The terms of the full-text index, as it stems them, with how many chunks have each.
  `CREATE VIRTUAL TABLE chunks_terms USING fts5vocab ('chunks_fts', 'row')`,

  // scope: JSON of what is narrowed beside the query.
  `CREATE TABLE saved_searches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    query TEXT NOT NULL,
    scope TEXT NOT NULL,
    created_at TEXT NOT NULL,
    used_at TEXT
  ) STRICT`,
  `CREATE TABLE search_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    query TEXT NOT NULL,
    scope TEXT NOT NULL,
    at TEXT NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    UNIQUE (query, scope)
  ) STRICT`,
  `CREATE INDEX search_history_at ON search_history (at DESC, id DESC)`,
]
