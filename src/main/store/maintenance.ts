/**
 * Owns what the writer does when nobody asks for anything: deleting garbage and ending the tasks of large cancelled jobs, in steps so
 * short that nobody waits for them.
 * Refuses: anything that people could see the order of.
 */
import { purgeGarbage } from './contents'
import type { Database } from './database'
import { cancelSome } from './jobs'

const steps: readonly ((db: Database) => boolean)[] = [cancelSome, purgeGarbage]

/** Does one step; `true` when there may be more to do. */
export const maintain = (db: Database): boolean => {
  for (const step of steps) if (db.transaction('write', () => step(db))) return true
  return false
}
