/**
 * Owns the ninth schema: a lane for summaries, what a collection wants of them, and which summary each text has.
 * Refuses: other versions.
 *
 * Foreign keys are off while this runs (see index.ts): the table of tasks is made again (SQLite cannot change a CHECK).
 */
import type { Database } from '../database'

const LANES = `lane IN ('expand', 'extract', 'ocr', 'embed')`
const MORE_LANES = `lane IN ('expand', 'extract', 'ocr', 'embed', 'summarize')`

type Made = { type: 'index' | 'trigger'; sql: string }

/** Like a text that waits for its vectors, one that waits for its summary is found: it counts as read. */
const countAsRead = (sql: string): string =>
  sql.replace(/((?:OLD|NEW)\.lane) <> 'embed'/g, `$1 NOT IN ('embed', 'summarize')`)

/** The same table with one more lane; its indexes and triggers are made again as they were. */
const addLane = (db: Database): void => {
  const { sql } = db.one<{ sql: string }>(`SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'tasks'`)
  const made = db.all<Made>(
    `SELECT type, sql FROM sqlite_master WHERE tbl_name = 'tasks' AND type IN ('index', 'trigger') AND sql IS NOT NULL`,
  )
  const columns = db
    .all<{ name: string }>('PRAGMA table_info(tasks)')
    .map(({ name }) => name)
    .join(', ')
  db.exec(sql.replace(/^CREATE TABLE "?tasks"?/, 'CREATE TABLE tasks_rebuilt').replace(LANES, MORE_LANES))
  db.exec(`INSERT INTO tasks_rebuilt (${columns}) SELECT ${columns} FROM tasks`)
  // No id is used twice, also not those of tasks that are gone.
  db.exec(`DELETE FROM sqlite_sequence WHERE name = 'tasks_rebuilt'`)
  db.exec(
    `INSERT INTO sqlite_sequence (name, seq) SELECT 'tasks_rebuilt', seq FROM sqlite_sequence WHERE name = 'tasks'`,
  )
  db.exec('DROP TABLE tasks')
  db.exec('ALTER TABLE tasks_rebuilt RENAME TO tasks')
  for (const one of made) db.exec(countAsRead(one.sql))
}

export const summaries: readonly (string | ((db: Database) => void))[] = [
  addLane,
  // What is made of its documents by itself. summaries_from: contents above this id are still to be looked at for the lack of one; NULL: none.
  `ALTER TABLE collections ADD COLUMN summaries TEXT NOT NULL DEFAULT 'off' CHECK (summaries IN ('off', 'extractive', 'provider'))`,
  `ALTER TABLE collections ADD COLUMN summaries_from INTEGER`,
  // The job makes summaries of what was there before.
  `ALTER TABLE jobs ADD COLUMN summarizes INTEGER NOT NULL DEFAULT 0 CHECK (summarizes IN (0, 1))`,
  // Tasks of it in the lane of summaries; kept by triggers.
  `ALTER TABLE jobs ADD COLUMN open_summaries INTEGER NOT NULL DEFAULT 0`,
  // The summary that was made of a text by itself. maker: names how (another way of making them makes new ones). key: of the kept one.
  `CREATE TABLE content_summaries (
    content_id INTEGER PRIMARY KEY REFERENCES contents(id) ON DELETE CASCADE,
    maker TEXT NOT NULL,
    key TEXT NOT NULL,
    made_at TEXT NOT NULL
  ) STRICT`,
  `CREATE TRIGGER content_summaries_of_garbage AFTER UPDATE OF state ON contents WHEN NEW.state = 'garbage' AND OLD.state <> 'garbage' BEGIN
    DELETE FROM content_summaries WHERE content_id = NEW.id;
  END`,
  `CREATE TRIGGER tasks_summary_inserted AFTER INSERT ON tasks WHEN NEW.lane = 'summarize' AND NEW.state <> 'ended' BEGIN
    UPDATE jobs SET open_summaries = open_summaries + 1 WHERE id = NEW.job_id;
  END`,
  `CREATE TRIGGER tasks_summary_moved AFTER UPDATE OF state, lane ON tasks
  WHEN (OLD.lane = 'summarize' AND OLD.state <> 'ended') <> (NEW.lane = 'summarize' AND NEW.state <> 'ended') BEGIN
    UPDATE jobs SET open_summaries = open_summaries + iif(NEW.lane = 'summarize' AND NEW.state <> 'ended', 1, -1) WHERE id = NEW.job_id;
  END`,
  `CREATE TRIGGER tasks_summary_deleted AFTER DELETE ON tasks WHEN OLD.lane = 'summarize' AND OLD.state <> 'ended' BEGIN
    UPDATE jobs SET open_summaries = open_summaries - 1 WHERE id = OLD.job_id;
  END`,
]
