/**
 * Owns opening the files of the data folder for one thread.
 * Refuses: threads, and locking: whoever opens a writer must hold the owner lock.
 */
import { join } from 'node:path'
import { VectorCache } from './cache'
import { Database } from './database'
import { PassageIndex } from './passage-index'
import { bringUpToDate, type Upgrade } from './upgrade'
import { overwriteDeleted } from './wiping'

export type ThreadRole = 'reader' | 'writer'

/** What the operations of one thread work on. Only the writer has the cache. */
export type Session = {
  readonly db: Database
  readonly cache: VectorCache | null
  readonly cachePath: string
  /** For the few passages that are looked at closely. */
  readonly passages: PassageIndex
  /** The last removal with proof that a process before this one began. */
  readonly lastErasureId: number
  /** What was done to bring the folder up to date; `null` when nothing had to be. */
  readonly upgrade: Upgrade | null
}

/** At start: removals that were cut off go on overwriting; tells the last of them, 0 for none. */
const resumeErasures = (db: Database): number => {
  const { last, unwiped } = db.one<{ last: number; unwiped: number }>(
    'SELECT COALESCE(max(id), 0) AS last, COALESCE(sum(wiped_at IS NULL), 0) AS unwiped FROM erasures',
  )
  overwriteDeleted(db, unwiped > 0 ? 'pages' : 'rows')
  return last
}

/** Opens the database; the writer makes it and brings the folder up to date. @throws DATA_DIR_NEWER, UPGRADE_NO_ROOM, UPGRADE_FAILED, DATA_DIR_UNWRITABLE, DATABASE_CORRUPT, DISK_FULL */
export const openSession = (dir: string, role: ThreadRole): Session => {
  const db = new Database(join(dir, 'sluice.db'), role)
  const cachePath = join(dir, 'cache.db')
  const passages = new PassageIndex()
  try {
    if (role === 'reader') return { db, cachePath, passages, cache: null, lastErasureId: 0, upgrade: null }
    const upgrade = bringUpToDate(db)
    const cache = new VectorCache(cachePath)
    return { db, cachePath, passages, cache, lastErasureId: resumeErasures(db), upgrade }
  } catch (thrown) {
    db.close()
    throw thrown
  }
}

/** Closes the files; the writer, which must be the last to close, folds their logs into them. */
export const closeSession = ({ db, cache, passages }: Session): void => {
  try {
    passages.close()
    cache?.close()
    if (cache) db.fold()
  } finally {
    db.close()
  }
}
