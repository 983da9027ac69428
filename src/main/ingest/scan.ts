/**
 * Owns the scan phase: walking one offered path and making a task of everything in it.
 * Refuses: opening files. A scan that is repeated after a crash finds what it had inserted and adds the rest.
 */
import type { ClaimedTask, NewTask } from '../store/contract'
import { elapsedSince, type IngestParts } from './parts'
import { dispositionOf } from '../../shared/errors'
import type { Warning } from '../../shared/work'
import type { Outcome } from '../../shared/domain'
import { isArchiveName } from '../../shared/kinds'
import { kindOfName, problemOfKind } from './left-out'
import { deviceOf, findTakenAway, isTakenAway, takenAway } from './source-disk'
import { walk, type WalkedItem } from './walk'

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

const placeOf = ({ locator: { location, locationBytes } }: ClaimedTask): string | Buffer =>
  locationBytes === undefined ? location : Buffer.from(locationBytes, 'base64')

/** What only the walk of a place that is there finds none of. */
const MISSING: readonly string[] = ['PATH_MISSING', 'FILE_UNREADABLE']

/**
 * What is wrong with the source as a whole: its disk was taken away before or during the walk, or is not there, only the empty place at which it is
 * mounted. Nobody has deleted what it holds.
 */
const problemOfSource = async (
  parts: IngestParts,
  task: ClaimedTask,
  walked: { readonly own: Warning | null; readonly device: string | null; readonly isEmpty: boolean },
): Promise<Warning | null> => {
  const { location } = task.locator
  const { own, device, isEmpty } = walked
  if (own !== null) return (MISSING.includes(own.code) ? await findTakenAway(parts, task) : null) ?? own
  const now = await deviceOf(placeOf(task))
  if (device !== null && now !== null && now !== device) return takenAway(location)
  // It vanished since it was walked: with its disk, or alone.
  if (now === null) {
    const isAway = device !== null && (await isTakenAway(location, device))
    if (isAway) return takenAway(location)
    return isEmpty ? { code: 'PATH_MISSING', details: { path: location } } : null
  }
  if (task.parentId !== null || !isEmpty) return null
  const { unmounted } = await parts.store.run('sources.note', { taskId: task.id, device: now, isEmpty })
  return unmounted ? { code: 'SOURCE_UNMOUNTED', details: { path: location } } : null
}

/** Runs a claimed scan to its end. */
export const runScan = async (parts: IngestParts, task: ClaimedTask, signal: AbortSignal): Promise<void> => {
  const startedMs = parts.nowMs()
  let own: Warning | null = null
  let isEmpty = true
  const maxItems = parts.limits()['job.documents']
  const device = await deviceOf(placeOf(task))
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
      // Before the first of them is read: by it, a disk that is taken away is told from a file that is.
      if (isEmpty && others.length > 0 && task.parentId === null && device !== null)
        await parts.store.run('sources.note', { taskId: task.id, device, isEmpty: false })
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
  own = await problemOfSource(parts, task, { own, device, isEmpty })
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
