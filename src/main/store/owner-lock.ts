/**
 * Owns the lock that makes one process the owner of a data folder. The operating system releases it when the process dies.
 * Refuses: waiting. Nobody else in this process may open `owner.db`: closing any handle of it would release the lock.
 */
import { accessSync, constants, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import { AppError } from '../../shared/errors'
import { givesSecondNames, NO_SECOND_NAMES } from '../paths/second-names'
import {
  closeFolder,
  dropFolder,
  emptyFolder,
  endRemoval,
  finishRemoval,
  isDataFolder,
  removeOther,
  type EmptyOptions,
} from './removing'
import { NO_LOCKS, toStoreError } from './sqlite-error'
import { requireInUse } from './whereabouts'

export type OwnerLock = { release: () => void }

/** Kept here as well: a connection that is garbage-collected would let go of the lock. */
const held = new Set<InstanceType<typeof Libsql>>()

/** Folders whose disk was seen to give locks: it is asked once. */
const lockable = new Set<string>()

/**
 * Some disks of a network answer "somebody has it" to every lock. A file of our own, which nobody else can have locked, tells that from an owner.
 * @throws DATA_DIR_UNWRITABLE
 */
const requireLocks = (dataDir: string): void => {
  if (lockable.has(dataDir)) return
  const path = join(dataDir, `owner-probe-${process.pid}.db`)
  const probe = new Libsql(path, { timeout: 0 })
  try {
    probe.exec('BEGIN EXCLUSIVE')
    probe.exec('ROLLBACK')
    lockable.add(dataDir)
  } catch (cause) {
    if (toStoreError(cause, dataDir).code !== 'DATABASE_BUSY') throw cause
    throw new AppError('DATA_DIR_UNWRITABLE', { path: dataDir, reason: NO_LOCKS }, { cause })
  } finally {
    probe.close()
    rmSync(path, { force: true })
  }
}

/** The same for a disk that is full, where nothing can be asked: an owner is what it most likely is. */
const isOwned = (dataDir: string): true => {
  try {
    requireLocks(dataDir)
  } catch (thrown) {
    const error = toStoreError(thrown, dataDir)
    if (error.code !== 'DISK_FULL') throw error
  }
  return true
}

/** Takes the lock whatever the folder is; `null` when another process holds it. @throws DATA_DIR_UNWRITABLE, DISK_FULL, DATABASE_CORRUPT */
const takeLock = (dataDir: string, look: () => void = () => undefined): OwnerLock | null => {
  const path = join(dataDir, 'owner.db')
  let connection: InstanceType<typeof Libsql> | null = null
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    // On a disk that is read-only the lock would be had, and the first write would fail without saying why.
    accessSync(dataDir, constants.W_OK)
    connection = new Libsql(path, { timeout: 0 })
    // Nothing is ever written to this file. So a disk that is full to the last byte gives the lock, too.
    connection.exec('PRAGMA journal_mode = MEMORY')
    connection.exec('BEGIN EXCLUSIVE')
    look()
  } catch (thrown) {
    connection?.close()
    const error = toStoreError(thrown, dataDir)
    if (error.code === 'DATABASE_BUSY' && isOwned(dataDir)) return null
    throw error
  }
  const locked = connection
  held.add(locked)
  const release = (): void => {
    if (!held.delete(locked)) return
    locked.exec('ROLLBACK')
    locked.close()
  }
  return { release }
}

/** A folder that is there already is opened all the same: what it has can be searched. @throws DATA_DIR_UNWRITABLE */
const requireFit = (dataDir: string): void => {
  if (isDataFolder(dataDir) || givesSecondNames(dataDir)) return
  throw new AppError('DATA_DIR_UNWRITABLE', { path: dataDir, reason: NO_SECOND_NAMES })
}

/**
 * Makes the data folder (private to the account) when there is none, and takes its lock; `null` when another owner holds it. A removal of it that was
 * cut off is ended first.
 * @throws DATA_DIR_UNWRITABLE, DISK_FULL, DATABASE_CORRUPT; DATA_DIR_MOVED, DATA_DIR_ARRIVING, MOVE_DAMAGED when it is not the folder in use;
 * REMOVE_IN_USE, REMOVE_FAILED
 */
export const acquireOwnerLock = (dataDir: string): OwnerLock | null =>
  takeLock(dataDir, () => {
    if (finishRemoval(dataDir, takeLock)) endRemoval(dataDir)
    requireInUse(dataDir)
    requireFit(dataDir)
  })

export type RemovalLock = OwnerLock & {
  /**
   * Removes what is in the folder, the folder, and the `others`. What leads to it comes last: until then it can be gone on with.
   * `except` leaves those parts with the journal: the next start ends it. @throws REMOVE_IN_USE, REMOVE_FAILED
   */
  readonly removeAll: (others: readonly string[], isLast: boolean, options: EmptyOptions) => void
}

/** The lock of a folder that is to be removed; `null` while somebody works in it. @throws DATA_DIR_UNWRITABLE, DISK_FULL, DATABASE_CORRUPT */
export const acquireForRemoval = (dataDir: string): RemovalLock | null => {
  const lock = takeLock(dataDir)
  if (lock === null) return null
  const close = (): void => {
    // Windows removes no file that is open; elsewhere nobody may come in between.
    if (process.platform !== 'win32') closeFolder(dataDir)
    lock.release()
    if (process.platform === 'win32') closeFolder(dataDir)
    else dropFolder(dataDir)
  }
  const removeAll: RemovalLock['removeAll'] = (others, isLast, options) => {
    emptyFolder(dataDir, options)
    if ((options.except ?? []).length > 0) return
    if (!isLast) close()
    for (const other of others) removeOther(other, takeLock, options)
    if (isLast) close()
  }
  return { ...lock, removeAll }
}
