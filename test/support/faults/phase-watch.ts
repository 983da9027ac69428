// Owns looking into the database of a command that works, from outside, to catch it in a phase. Refuses: writing.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import type { Command } from './command'
import { isStopped } from './processes'

const GIVE_UP_MS = 60_000

/** Moments of an ingest: a query that is true while it lasts; where that is a few milliseconds, also once it is over. */
export const moments = {
  'right after the job was made': 'SELECT count(*) > 0 AS yes FROM jobs',
  'while archives are opened': `SELECT count(*) > 0 AS yes FROM tasks WHERE kind = 'archive' AND state = 'running'`,
  'while a long text is staged': `SELECT count(*) > 0 AS yes FROM contents
    WHERE state = 'staged' AND chunk_count > 0 OR state = 'current' AND chunk_count > 200`,
  'while documents are read': `SELECT count(*) > 0 AS yes FROM tasks WHERE lane = 'extract' AND state = 'running'
    AND (SELECT count(*) FROM contents WHERE state = 'current') > 10`,
  'right after the last text was committed': `SELECT count(*) > 0 AS yes FROM jobs WHERE open_text = 0 AND discovery_total > 1`,
  'while vectors are made': `SELECT count(*) > 0 AS yes FROM tasks WHERE lane = 'embed' AND state = 'running'
    AND (SELECT sum(open_extract) FROM jobs) = 0`,
  'while vectors are written': `SELECT (SELECT count(*) FROM vector_intents) > 0
    OR (SELECT sum(windows_computed + windows_cached) FROM jobs) > 0 AS yes`,
  'after some vectors were recorded': `SELECT sum(windows_computed + windows_cached) > 0 AS yes FROM jobs`,
} as const
export type Moment = keyof typeof moments

/** Opens a database for looking; it may not be there yet. */
const openForLooking = (dataDir: string): InstanceType<typeof Libsql> | null => {
  const path = join(dataDir, 'sluice.db')
  return existsSync(path) ? new Libsql(path, { timeout: 1_000 }) : null
}

const isTrue = (db: InstanceType<typeof Libsql>, sql: string): boolean => {
  try {
    return (db.prepare(sql).get([]) as { yes: number | null } | undefined)?.yes === 1
  } catch (error) {
    // The schema is being made.
    if (/no such table|locked|busy/i.test(String(error))) return false
    throw error
  }
}

/** Resolves with true at the moment, with false when `isOver` says that it does not come any more. */
export const catchMoment = async (dataDir: string, moment: Moment, isOver: () => boolean): Promise<boolean> => {
  let db: InstanceType<typeof Libsql> | null = null
  const deadline = performance.now() + GIVE_UP_MS
  try {
    while (!isOver() && performance.now() < deadline) {
      db ??= openForLooking(dataDir)
      if (db !== null && isTrue(db, moments[moment])) return true
      // As often as can be: some moments last a few milliseconds.
      await new Promise((resolve) => setImmediate(resolve))
    }
    return false
  } finally {
    db?.close()
  }
}

/** When the vector index was last committed to, in milliseconds of the wall clock. */
const lastCommitMs = (dataDir: string): number => {
  const root = join(dataDir, 'vectors')
  if (!existsSync(root)) return 0
  const manifests = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.manifest'),
  )
  // The first one is that of the empty table.
  if (manifests.length < 2) return 0
  return Math.max(0, ...manifests.map((name) => statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? 0))
}

const INTENT_SINCE = `SELECT (julianday(max(created_at)) - 2440587.5) * 86400000.0 AS ms FROM vector_intents`

/**
 * Stops the owner between its write to the vector index and the record of it in the database: the moment that a crash must not turn
 * into vectors that are there twice. It is let on in slices shorter than that moment, so it cannot be missed for long. Resolves with
 * true when the process stands still there, with false when it has ended.
 */
export const stopBeforeRecord = async (dataDir: string, command: Command): Promise<boolean> => {
  await catchMoment(dataDir, 'while vectors are written', () => !command.isRunning())
  const db = openForLooking(dataDir)
  if (db === null) return false
  try {
    while (command.isRunning()) {
      command.kill('SIGSTOP')
      while (command.isRunning() && !isStopped(command.pid)) await new Promise((resolve) => setImmediate(resolve))
      const { ms } = db.prepare(INTENT_SINCE).get([]) as { ms: number | null }
      if (ms !== null && lastCommitMs(dataDir) > ms) return command.isRunning()
      command.kill('SIGCONT')
      // Without an intent nothing can happen soon.
      await new Promise((resolve) => (ms === null ? setTimeout(resolve, 2) : setImmediate(resolve)))
    }
    return false
  } finally {
    db.close()
  }
}
