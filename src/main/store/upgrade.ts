/**
 * Owns bringing a data folder of an older version up to date: room first, then a backup, then the change, which is whole or not at all.
 * Refuses: folders of a newer version. Only for the process that holds the owner lock.
 */
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UPGRADE_SIGN } from '../../shared/backups'
import { AppError, toAppError } from '../../shared/errors'
import { makeBackup, markDone, sizeOf } from './backups'
import type { Database } from './database'
import { migrate, newerError, readVersion, SCHEMA_VERSION } from './migrations'
import { peekVersion } from './schema-version'
import { toStoreError } from './sqlite-error'

/** What was done: from which version of the data to which, and the backup of how it was. */
export type Upgrade = { readonly from: number; readonly to: number; readonly backup: string }

/** Beside what can be counted: the files of the vectors get second names, the log a beginning. */
const MARGIN_BYTES = 8 * 1024 * 1024

/** Refuses a folder that a newer program wrote; opens and writes nothing. @throws DATA_DIR_NEWER, DATA_DIR_UNWRITABLE */
export const refuseNewer = (dataDir: string): void => {
  let found: number | null
  try {
    found = peekVersion(join(dataDir, 'sluice.db'))
  } catch (thrown) {
    throw toStoreError(thrown, dataDir)
  }
  if (found !== null && found > SCHEMA_VERSION) throw newerError(dataDir, found)
}

/**
 * A copy of the database, and at most as much again while it is changed: the change is in the log until it is whole.
 * @throws UPGRADE_NO_ROOM
 */
const requireRoom = (dataDir: string, databaseBytes: number): void => {
  const needed = 2 * databaseBytes + MARGIN_BYTES
  const { bavail, bsize } = statfsSync(dataDir)
  const free = bavail * bsize
  if (free < needed) throw new AppError('UPGRADE_NO_ROOM', { path: dataDir, actual: free, limit: needed })
}

const failureOf = (thrown: unknown, dataDir: string, from: number): AppError => {
  const error = toAppError(thrown)
  if (error.code === 'DISK_FULL') return new AppError('UPGRADE_NO_ROOM', { path: dataDir }, { cause: thrown })
  // Its own words say more: what is damaged, who is in the way, what may not be written.
  if (error.code !== 'INTERNAL_BUG') return error
  const reason = typeof error.details['reason'] === 'string' ? error.details['reason'] : error.message
  return new AppError('UPGRADE_FAILED', { path: dataDir, from, to: SCHEMA_VERSION, reason }, { cause: thrown })
}

/**
 * Brings an open database, and with it its folder, up to date. Whatever fails, and whenever the process dies, the data is as it was, or as it is to be.
 * @param reached is told after each part; tests die there
 * @returns what was done; `null` when it was new or up to date
 * @throws DATA_DIR_NEWER, UPGRADE_NO_ROOM, UPGRADE_FAILED, DATABASE_CORRUPT, DATA_DIR_UNWRITABLE, DATABASE_BUSY
 */
export const bringUpToDate = (db: Database, reached: (what: string) => void = () => undefined): Upgrade | null => {
  const dataDir = dirname(db.path)
  const sign = join(dataDir, UPGRADE_SIGN)
  const from = readVersion(db)
  if (from === 0 || from >= SCHEMA_VERSION) {
    rmSync(sign, { force: true })
    migrate(db)
    return null
  }
  let backup: string
  try {
    writeFileSync(sign, '', { mode: 0o600 })
    reached('sign')
    requireRoom(dataDir, sizeOf(db.path) + sizeOf(`${db.path}-wal`))
    backup = makeBackup(db, dataDir, reached)
    reached('backup')
    migrate(db, SCHEMA_VERSION, () => reached('part'))
    reached('changed')
  } catch (thrown) {
    throw failureOf(toStoreError(thrown, dataDir), dataDir, from)
  } finally {
    rmSync(sign, { force: true })
  }
  markDone(dataDir, backup)
  return { from, to: SCHEMA_VERSION, backup }
}
