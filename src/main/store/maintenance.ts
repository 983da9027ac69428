/**
 * Owns what the writer does when nobody asks for anything: deleting garbage, ending the tasks of large cancelled jobs and looking for what
 * is gone at the end of large jobs, in steps so short that nobody waits for them.
 * Refuses: anything that people could see the order of.
 */
import { purgeGarbage } from './contents'
import type { Database } from './database'
import { settleJob } from './job-rows'
import { cancelSome } from './job-control'

/** Goes on with a job of which nothing is open but the search for what is gone. */
const sweepSome = (db: Database): boolean => {
  const job = db.get<{ id: number }>(
    'SELECT j.id FROM sweeps s JOIN jobs j ON j.id = s.job_id WHERE j.open_tasks = 0 AND j.finished_at IS NULL LIMIT 1',
  )
  if (job === null) return false
  settleJob(db, job.id)
  return true
}

const steps: readonly ((db: Database) => boolean)[] = [cancelSome, sweepSome, purgeGarbage]

/** Does one step; `true` when there may be more to do. */
export const maintain = (db: Database): boolean => {
  for (const step of steps) if (db.transaction('write', () => step(db))) return true
  return false
}
