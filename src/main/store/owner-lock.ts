/**
 * Owns the lock that makes one process the owner of a data folder. The operating system releases it when the process dies.
 * Refuses: waiting. Nobody else in this process may open `owner.db`: closing any handle of it would release the lock.
 */
import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import { toStoreError } from './sqlite-error'
import { requireInUse } from './whereabouts'

export type OwnerLock = { release: () => void }

/** Kept here as well: a connection that is garbage-collected would let go of the lock. */
const held = new Set<InstanceType<typeof Libsql>>()

/**
 * Makes the data folder (private to the account) when there is none, and takes its lock; `null` when another owner holds it.
 * @throws DATA_DIR_UNWRITABLE, DISK_FULL, DATABASE_CORRUPT; DATA_DIR_MOVED, DATA_DIR_ARRIVING, MOVE_DAMAGED when it is not the folder in use
 */
export const acquireOwnerLock = (dataDir: string): OwnerLock | null => {
  const path = join(dataDir, 'owner.db')
  let connection: InstanceType<typeof Libsql> | null = null
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    // On a disk that is read-only the lock would be had, and the first write would fail without saying why.
    accessSync(dataDir, constants.W_OK)
    connection = new Libsql(path, { timeout: 0 })
    connection.exec('BEGIN EXCLUSIVE')
    requireInUse(dataDir)
  } catch (thrown) {
    connection?.close()
    const error = toStoreError(thrown, dataDir)
    if (error.code === 'DATABASE_BUSY') return null
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
