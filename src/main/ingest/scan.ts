/**
 * Owns the scan phase: walking one offered path and making a task of everything in it.
 * Refuses: opening files. A scan that is repeated after a crash finds what it had inserted and adds the rest.
 */
import type { ClaimedTask, NewTask } from '../store/contract'
import { elapsedSince, type IngestParts } from './parts'
import { dispositionOf } from '../../shared/errors'
import type { Warning } from '../../shared/work'
import type { Outcome } from '../../shared/domain'
import { walk, type WalkedItem } from './walk'

/** The outcome in which something that is never opened is counted. */
export const outcomeOfProblem = (problem: Warning): Outcome => {
  const disposition = dispositionOf(problem.code)
  if (disposition === 'skip') return 'skipped'
  return disposition === 'reject' ? 'rejected' : 'failed'
}

/** Named as an archive that can be opened. A hint: the bytes decide when it is claimed. */
export const isArchiveName = (path: string): boolean => /\.zip$/i.test(path)

const toTask = (item: WalkedItem): NewTask => {
  const archive = isArchiveName(item.path) && item.problem === null
  return {
    kind: archive ? 'archive' : 'document',
    lane: archive ? 'expand' : 'extract',
    phase: archive ? 'expand' : 'extract',
    path: item.path,
    locator: item.locator,
    depth: 0,
    sizeBytes: item.sizeBytes,
    fingerprint: item.fingerprint,
    modifiedMs: item.modifiedMs,
    problem: item.problem === null ? null : { ...item.problem, outcome: outcomeOfProblem(item.problem) },
  }
}

/** Runs a claimed scan to its end. */
export const runScan = async (parts: IngestParts, task: ClaimedTask, signal: AbortSignal): Promise<void> => {
  const startedMs = parts.nowMs()
  let found = 0
  const limit = parts.limits()['job.documents']
  await walk({
    offered: { path: task.locator.location, bytes: task.locator.locationBytes },
    globs: task.request.globs,
    ignores: task.request.ignores,
    dataDir: parts.dataDir,
    signal,
    onPage: async (items) => {
      const tasks = items.map((item, index) => {
        const made = toTask(item)
        if (found + index < limit) return made
        const details = { limit, setting: 'job.documents' }
        return { ...made, problem: { outcome: 'rejected', code: 'JOB_DOCUMENTS_LIMIT', details } } satisfies NewTask
      })
      found += items.length
      await parts.store.run('tasks.insert', { jobId: task.jobId, parentId: task.id, items: tasks })
      parts.onChange(task.jobId)
    },
  })
  const ms = elapsedSince(parts, startedMs)
  await parts.store.run('tasks.finish', {
    taskId: task.id,
    outcome: null,
    problem: null,
    warnings: [],
    attempt: { phase: 'expand', ms, worker: null },
    figures: { expand: { ms, items: 0 } },
    archive: null,
  })
}
