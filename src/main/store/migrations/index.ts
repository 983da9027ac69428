/**
 * Owns the way from any older schema to the present one: numbered steps, each a transaction.
 * Refuses: a database that a newer program wrote.
 */
import { dirname } from 'node:path'
import { AppError } from '../../../shared/errors'
import type { Database } from '../database'
import { initial } from './0001-initial'

/** In order; the position plus one is the version that a step leads to. */
const migrations: readonly (readonly string[])[] = [initial]

export const SCHEMA_VERSION = migrations.length

/** The version of the schema in the file; 0 when it is empty. */
export const readVersion = (db: Database): number =>
  db.one<{ user_version: number }>('PRAGMA user_version').user_version

/** Brings the schema up to date. @throws DATA_DIR_NEWER, DATABASE_CORRUPT, DISK_FULL, DATABASE_BUSY */
export const migrate = (db: Database): void => {
  const found = readVersion(db)
  if (found > SCHEMA_VERSION) throw new AppError('DATA_DIR_NEWER', { path: dirname(db.path) })
  for (let version = found; version < SCHEMA_VERSION; version += 1) {
    db.transaction('write', () => {
      for (const statement of migrations[version] ?? []) db.exec(statement)
      db.exec(`PRAGMA user_version = ${version + 1}`)
    })
  }
}
