/**
 * Owns the fourth schema: the steps that jobs and tasks may take, priorities and turns, what was tried, dead letters that were put aside.
 * Refuses: other versions.
 */
import type { Database } from '../database'

/** As of this version; what comes later adds its own (a test compares the database with `shared/transitions.ts`). */
const steps: Readonly<Record<'task' | 'job', Readonly<Record<string, readonly string[]>>>> = {
  task: {
    queued: ['running', 'ended'],
    running: ['queued', 'waiting', 'ended'],
    waiting: ['queued', 'ended'],
    ended: ['queued'],
  },
  job: {
    queued: [
      'running',
      'paused',
      'awaiting_confirmation',
      'completed',
      'completed_with_problems',
      'failed',
      'cancelled',
    ],
    running: [
      'queued',
      'paused',
      'awaiting_confirmation',
      'completed',
      'completed_with_problems',
      'failed',
      'cancelled',
    ],
    awaiting_confirmation: ['queued', 'paused', 'completed', 'completed_with_problems', 'failed', 'cancelled'],
    paused: ['queued', 'completed', 'completed_with_problems', 'failed', 'cancelled'],
    completed: ['queued'],
    completed_with_problems: ['queued'],
    failed: ['queued'],
    cancelled: ['queued'],
  },
}

const insertSteps = (kind: 'task' | 'job'): string[] =>
  Object.entries(steps[kind]).flatMap(([from, tos]) =>
    tos.map((to) => `INSERT INTO transitions (kind, from_state, to_state) VALUES ('${kind}', '${from}', '${to}')`),
  )

const guard = (kind: 'task' | 'job', births: readonly string[]): string[] => [
  `CREATE TRIGGER ${kind}s_step BEFORE UPDATE OF state ON ${kind}s WHEN OLD.state <> NEW.state AND NOT EXISTS (
    SELECT 1 FROM transitions WHERE kind = '${kind}' AND from_state = OLD.state AND to_state = NEW.state)
  BEGIN SELECT RAISE(ABORT, 'this ${kind} cannot take that step'); END`,
  `CREATE TRIGGER ${kind}s_birth BEFORE INSERT ON ${kind}s WHEN NEW.state NOT IN (${births.map((state) => `'${state}'`).join(', ')})
  BEGIN SELECT RAISE(ABORT, 'no ${kind} begins in that state'); END`,
]

/** What is pruned stays counted: only an item that its archive does not hold any more was not offered. */
const keepCounts = (db: Database): void => {
  const { sql } = db.one<{ sql: string }>(
    `SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'tasks_deleted'`,
  )
  db.exec('DROP TRIGGER tasks_deleted')
  db.exec(
    sql.replace(
      'AFTER DELETE ON tasks BEGIN',
      'AFTER DELETE ON tasks WHEN (SELECT pruned_at FROM jobs WHERE id = OLD.job_id) IS NULL BEGIN',
    ),
  )
}

export const queue: readonly (string | ((db: Database) => void))[] = [
  // priority: -1, 0, 1. rank: its place in the line; the id, unless a person moved it. client: who asked for it.
  // retries: tries that were spent beyond the first, over all its tasks. pruned_at: since when tasks of it may be missing.
  `ALTER TABLE jobs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN -1 AND 1)`,
  `ALTER TABLE jobs ADD COLUMN rank REAL`,
  `ALTER TABLE jobs ADD COLUMN client TEXT NOT NULL DEFAULT 'local'`,
  `ALTER TABLE jobs ADD COLUMN retries INTEGER NOT NULL DEFAULT 0`,
  `ALTER TABLE jobs ADD COLUMN pruned_at TEXT`,
  `UPDATE jobs SET rank = id`,
  `CREATE TRIGGER jobs_rank AFTER INSERT ON jobs WHEN NEW.rank IS NULL BEGIN UPDATE jobs SET rank = NEW.id WHERE id = NEW.id; END`,
  `CREATE INDEX jobs_line ON jobs (collection_id, priority DESC, rank) WHERE state = 'queued'`,
  `CREATE INDEX jobs_active ON jobs (id) WHERE state = 'running'`,

  // Turns that a collection gets beside others, and tasks of it that may start in a minute (NULL: the setting).
  `ALTER TABLE collections ADD COLUMN weight REAL NOT NULL DEFAULT 1 CHECK (weight > 0)`,
  `ALTER TABLE collections ADD COLUMN tasks_per_minute INTEGER`,
  // JSON: patterns of what is left out whenever something is offered to it.
  `ALTER TABLE collections ADD COLUMN ignores TEXT NOT NULL DEFAULT '[]'`,

  // tries: how often it is tried at most, as of its last failure. settings (JSON): what a person allowed it alone. discarded_at: put aside.
  `ALTER TABLE tasks ADD COLUMN tries INTEGER`,
  // How long it was to wait when it was put off: from that, a clock that was set back is noticed.
  `ALTER TABLE tasks ADD COLUMN wait_ms INTEGER`,
  `ALTER TABLE tasks ADD COLUMN settings TEXT`,
  `ALTER TABLE tasks ADD COLUMN discarded_at TEXT`,
  `CREATE INDEX tasks_dead ON tasks (outcome, code, problem_phase, discarded_at) WHERE state = 'ended' AND outcome IN ('failed', 'rejected')`,
  // Which task had the last word on a document.
  `CREATE INDEX tasks_document ON tasks (document_id, id) WHERE document_id IS NOT NULL`,
  `CREATE INDEX tasks_over ON tasks (ended_at) WHERE state = 'ended'`,
  `ALTER TABLE attempts ADD COLUMN peak_rss_bytes INTEGER`,

  `CREATE TABLE transitions (
    kind TEXT NOT NULL CHECK (kind IN ('task', 'job')),
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    PRIMARY KEY (kind, from_state, to_state)
  ) STRICT, WITHOUT ROWID`,
  ...insertSteps('task'),
  ...insertSteps('job'),
  ...guard('task', ['queued', 'ended']),
  ...guard('job', ['queued']),
  keepCounts,
]
