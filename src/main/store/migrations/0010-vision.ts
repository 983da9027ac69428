/**
 * Owns the schema of reading pictures by a model: a lane for it, which collections ask for it, and what was read of a document so far.
 * Refuses: other versions.
 *
 * Foreign keys are off while this runs (see index.ts): the table of tasks is made again (SQLite cannot change a CHECK).
 */
import type { Database } from '../database'

const LANES = /lane IN \(([^)]*)\)/

/** The same table with one more lane, whatever lanes it had; its indexes and triggers are made again as they were. */
const addLane = (db: Database): void => {
  const { sql } = db.one<{ sql: string }>(`SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'tasks'`)
  const made = db.all<{ sql: string }>(
    `SELECT sql FROM sqlite_master WHERE tbl_name = 'tasks' AND type IN ('index', 'trigger') AND sql IS NOT NULL`,
  )
  const columns = db
    .all<{ name: string }>('PRAGMA table_info(tasks)')
    .map(({ name }) => name)
    .join(', ')
  db.exec(sql.replace(/^CREATE TABLE "?tasks"?/, 'CREATE TABLE tasks_seeing').replace(LANES, `lane IN ($1, 'vision')`))
  db.exec(`INSERT INTO tasks_seeing (${columns}) SELECT ${columns} FROM tasks`)
  // No id is used twice, also not those of tasks that are gone.
  db.exec(`DELETE FROM sqlite_sequence WHERE name = 'tasks_seeing'`)
  db.exec(
    `INSERT INTO sqlite_sequence (name, seq) SELECT 'tasks_seeing', seq FROM sqlite_sequence WHERE name = 'tasks'`,
  )
  db.exec('DROP TABLE tasks')
  db.exec('ALTER TABLE tasks_seeing RENAME TO tasks')
  for (const one of made) db.exec(one.sql)
}

export const vision: readonly (string | ((db: Database) => void))[] = [
  addLane,
  `ALTER TABLE collections ADD COLUMN scans TEXT NOT NULL DEFAULT 'ocr' CHECK (scans IN ('ocr', 'vision'))`,
  // What a model read of the pictures of a task that is not done: it was paid for. hash: of the picture and of who reads it how.
  `CREATE TABLE vision_pages (
    task_id INTEGER NOT NULL REFERENCES tasks(id) ON DELETE CASCADE,
    hash BLOB NOT NULL,
    text TEXT NOT NULL,
    cut INTEGER NOT NULL CHECK (cut IN (0, 1)),
    PRIMARY KEY (task_id, hash)
  ) STRICT, WITHOUT ROWID`,
  // Its text is committed, or nobody wants it any more.
  `CREATE TRIGGER vision_pages_read AFTER UPDATE OF lane ON tasks WHEN OLD.lane = 'vision' AND NEW.lane <> 'vision' BEGIN
    DELETE FROM vision_pages WHERE task_id = NEW.id;
  END`,
  `CREATE TRIGGER vision_pages_ended AFTER UPDATE OF state ON tasks WHEN NEW.state = 'ended' AND OLD.state <> 'ended' BEGIN
    DELETE FROM vision_pages WHERE task_id = NEW.id;
  END`,
]
