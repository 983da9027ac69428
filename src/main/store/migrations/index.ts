/**
 * Owns the way from any older schema to the present one: numbered steps, all of them one transaction.
 * Refuses: a database that a newer program wrote.
 */
import { dirname } from 'node:path'
import { AppError } from '../../../shared/errors'
import type { Database } from '../database'
import { readProgram } from '../program-note'
import { initial } from './0001-initial'
import { intake } from './0002-intake'
import { receipts } from './0003-receipts'
import { queue } from './0004-queue'
import { search } from './0005-search'
import { providers } from './0006-providers'
import { generations } from './0007-generations'
import { answers } from './0008-answers'
import { summaries } from './0009-summaries'
import { vision } from './0010-vision'
import { chunking } from './0011-chunking'
import { deadLetters } from './0014-dead-letters'
import { figures } from './0015-figures'
import { erasure } from './0016-erasure'
import { metrics } from './0018-metrics'
import { colors } from './0019-colors'
import { browsing } from './0020-browsing'
import { removals } from './0021-removals'
import { labels } from './0022-labels'

/** In order; the position plus one is the version that a step leads to. A part is SQL, or what SQL cannot do. */
const migrations: readonly (readonly (string | ((db: Database) => void))[])[] = [
  initial,
  intake,
  receipts,
  queue,
  search,
  providers,
  generations,
  answers,
  summaries,
  vision,
  chunking,
  deadLetters,
  figures,
  erasure,
  metrics,
  colors,
  browsing,
  removals,
  labels,
]

export const SCHEMA_VERSION = migrations.length

/** The version of the schema in the file; 0 when it is empty. */
export const readVersion = (db: Database): number =>
  db.one<{ user_version: number }>('PRAGMA user_version').user_version

/** What is said of a folder with a database of version `found`, which only a newer program reads. */
export const newerError = (dataDir: string, found: number): AppError =>
  new AppError('DATA_DIR_NEWER', {
    path: dataDir,
    theirs: readProgram(dataDir),
    theirData: found,
    ourData: SCHEMA_VERSION,
  })

/** A step must leave no row that points at nothing: such a step is undone. */
const checkReferences = (db: Database): void => {
  for (const table of ['tasks', 'attempts']) {
    const dangling = db.get<{ parent: string }>(`PRAGMA foreign_key_check(${table})`)
    if (dangling)
      throw new AppError('DATABASE_CORRUPT', { path: db.path, reason: `rows of ${table} lack their parent` })
  }
}

/** One version further; runs within a transaction. `reached` is told after each part of it. */
const step = (db: Database, version: number, reached: () => void): void => {
  for (const part of migrations[version] ?? []) {
    if (typeof part === 'string') db.exec(part)
    else part(db)
    reached()
  }
  checkReferences(db)
  db.exec(`PRAGMA user_version = ${version + 1}`)
}

/**
 * Brings the schema up to `to`, in one transaction: whatever fails, and whenever the process dies, the database is as it was.
 * @param reached is told after each part; tests die there
 * @throws DATA_DIR_NEWER, DATABASE_CORRUPT, DISK_FULL, DATABASE_BUSY
 */
export const migrate = (db: Database, to = SCHEMA_VERSION, reached: () => void = () => undefined): void => {
  const found = readVersion(db)
  if (found > SCHEMA_VERSION) throw newerError(dirname(db.path), found)
  if (found >= to) return
  // Only outside a transaction can they be turned off; with them on, rebuilding a table deletes what points at it.
  db.exec('PRAGMA foreign_keys = OFF')
  try {
    db.transaction('write', () => {
      for (let version = found; version < to; version += 1) step(db, version, reached)
    })
  } finally {
    db.exec('PRAGMA foreign_keys = ON')
  }
}
