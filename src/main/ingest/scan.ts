/**
 * Owns the scan phase: walking one offered path and making a task of everything in it.
 * Refuses: opening files. A scan that is repeated after a crash finds what it had inserted and adds the rest.
 */
import { stat } from 'node:fs/promises'
import type { ClaimedTask, NewTask } from '../store/contract'
import { elapsedSince, type IngestParts } from './parts'
import { dispositionOf } from '../../shared/errors'
import type { Warning } from '../../shared/work'
import type { Outcome } from '../../shared/domain'
import { isArchiveName } from '../../shared/kinds'
import { kindOfName, problemOfKind } from './left-out'
import { walk, type WalkedItem } from './walk'
import { errnoOf } from './walk-stat'

/** The outcome in which something that is never opened is counted. */
export const outcomeOfProblem = (problem: Warning): Outcome => {
  const disposition = dispositionOf(problem.code)
  // What waits for a person where nobody can be asked is left alone.
  if (disposition === 'skip' || disposition === 'wait') return 'skipped'
  if (disposition === 'partial') return 'partial'
  return disposition === 'reject' ? 'rejected' : 'failed'
}

/** What could not even be looked at or listed may be a folder: to try it again is to walk it again. */
const isUnwalked = ({ problem }: WalkedItem): boolean => problem !== null && outcomeOfProblem(problem) === 'failed'

const kindOf = (item: WalkedItem): NewTask['kind'] => {
  if (isUnwalked(item)) return 'scan'
  return isArchiveName(item.path) && item.problem === null ? 'archive' : 'document'
}

const isSamePlace = (item: WalkedItem, { locator }: ClaimedTask): boolean =>
  item.locator.location === locator.location && item.locator.locationBytes === locator.locationBytes

/** Names of the folders between what was offered and the path of this scan, the former included. */
const namesAbove = ({ path }: ClaimedTask): string[] => path.replaceAll('!%2F', '!/').split('/').slice(0, -1)

/** The item with a problem, when its job leaves its kind out. */
const judge = (item: WalkedItem, leaveOut: readonly string[]): WalkedItem =>
  item.problem !== null || leaveOut.length === 0
    ? item
    : { ...item, problem: problemOfKind(kindOfName(item.path), leaveOut) }

const toTask = (found: WalkedItem, leaveOut: readonly string[]): NewTask => {
  const item = judge(found, leaveOut)
  const kind = kindOf(item)
  const lane = kind === 'document' ? 'extract' : 'expand'
  return {
    kind,
    lane,
    phase: lane,
    path: item.path,
    locator: item.locator,
    depth: 0,
    sizeBytes: item.sizeBytes,
    fingerprint: item.fingerprint,
    modifiedMs: item.modifiedMs,
    problem: item.problem === null ? null : { ...item.problem, outcome: outcomeOfProblem(item.problem) },
  }
}

/**
 * An empty folder where documents were on another file system: the disk is not there, only the place at which it is mounted. Nobody has
 * deleted what it holds.
 */
const problemOfSource = async (parts: IngestParts, task: ClaimedTask, isEmpty: boolean): Promise<Warning | null> => {
  const { location, locationBytes } = task.locator
  const place = locationBytes === undefined ? location : Buffer.from(locationBytes, 'base64')
  const device = await stat(place, { bigint: true }).then(
    ({ dev }) => String(dev),
    (thrown: unknown) => {
      if (errnoOf(thrown) === null) throw thrown
      return null
    },
  )
  // It vanished since it was walked.
  if (device === null) return isEmpty ? { code: 'PATH_MISSING', details: { path: location } } : null
  if (task.parentId !== null) return null
  const { unmounted } = await parts.store.run('sources.note', { taskId: task.id, device, isEmpty })
  return unmounted ? { code: 'SOURCE_UNMOUNTED', details: { path: location } } : null
}

/** Runs a claimed scan to its end. */
export const runScan = async (parts: IngestParts, task: ClaimedTask, signal: AbortSignal): Promise<void> => {
  const startedMs = parts.nowMs()
  let own: Warning | null = null
  let isEmpty = true
  const maxItems = parts.limits()['job.documents']
  await walk({
    offered: { path: task.locator.location, bytes: task.locator.locationBytes },
    above: namesAbove(task),
    globs: task.request.globs,
    ignores: task.request.ignores,
    dataDir: parts.dataDir,
    signal,
    onPage: async (items) => {
      own ??= items.find((item) => isUnwalked(item) && isSamePlace(item, task))?.problem ?? null
      const others = items.filter((item) => !(isUnwalked(item) && isSamePlace(item, task)))
      isEmpty &&= others.length === 0
      await parts.store.run('tasks.insert', {
        jobId: task.jobId,
        parentId: task.id,
        items: others.map((item) => toTask(item, task.leaveOut)),
        maxItems,
      })
      parts.onChange(task.jobId)
    },
  })
  own ??= await problemOfSource(parts, task, isEmpty)
  const ms = elapsedSince(parts, startedMs)
  await parts.store.run('tasks.finish', {
    taskId: task.id,
    outcome: own === null ? null : outcomeOfProblem(own),
    problem: own,
    warnings: [],
    attempt: { phase: 'expand', ms, worker: null },
    figures: { expand: { ms, items: 0 } },
    archive: null,
  })
}
