/**
 * Owns opening the files of the data folder for one thread.
 * Refuses: threads, and locking: whoever opens a writer must hold the owner lock.
 */
import { join } from 'node:path'
import { VectorCache } from './cache'
import { Database } from './database'
import { migrate } from './migrations'
import type { Session } from './operations'

export type ThreadRole = 'reader' | 'writer'

/** Opens the database; the writer makes it and brings its schema up to date. @throws DATA_DIR_NEWER, DATA_DIR_UNWRITABLE, DATABASE_CORRUPT, DISK_FULL */
export const openSession = (dir: string, role: ThreadRole): Session => {
  const db = new Database(join(dir, 'sluice.db'), role)
  const cachePath = join(dir, 'cache.db')
  try {
    if (role === 'writer') migrate(db)
    return { db, cachePath, cache: role === 'writer' ? new VectorCache(cachePath) : null }
  } catch (thrown) {
    db.close()
    throw thrown
  }
}

/** Closes the files; the writer, which must be the last to close, folds their logs into them. */
export const closeSession = ({ db, cache }: Session): void => {
  try {
    cache?.close()
    if (cache) db.fold()
  } finally {
    db.close()
  }
}
