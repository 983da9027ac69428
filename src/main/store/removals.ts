/**
 * Owns removing documents as a person asks for it: with a document go the tasks that would read it.
 * Refuses: stopping what reads it right now; whoever asked does, and a commit that comes first is refused (`needWanted`).
 */
import type { Operations } from './contract'
import type { Database } from './database'
import { removeDocument } from './documents'
import { settleJob } from './job-rows'
import { cancelTask } from './task-ends'
import { markRemoved, readReading } from './task-rows'

/** Removes documents with what would bring them back; tells which tasks are reading them right now. */
export const removeDocuments = (
  db: Database,
  { ids }: Operations['documents.remove']['params'],
): Operations['documents.remove']['result'] => {
  const running: number[] = []
  const jobs = new Set<number>()
  let removed = 0
  for (const id of ids) {
    if (!removeDocument(db, id)) continue
    removed += 1
    const reading = readReading(db, id)
    markRemoved(db, id)
    for (const task of reading) {
      if (task.state === 'running') {
        running.push(task.id)
      } else {
        cancelTask(db, task)
        jobs.add(task.job_id)
      }
    }
  }
  for (const jobId of jobs) settleJob(db, jobId)
  return { removed, running }
}
