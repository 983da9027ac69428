/**
 * Owns the expand phase: opening one archive and making a task of every entry.
 * Refuses: inflating entries to look at them; they are read when they are claimed themselves.
 */
import { toAppError, type ErrorCode } from '../../shared/errors'
import type { ExpandedEntry, Locator, Warning } from '../../shared/work'
import type { ClaimedTask, NewTask } from '../store/contract'
import type { InflateBudget } from './inflate-budget'
import { capsFor, elapsedSince, limitsFor, type IngestParts } from './parts'
import { joinArchivePath } from './paths'
import { isArchiveName } from '../../shared/kinds'
import { kindOfName, problemOfKind } from './left-out'
import { outcomeOfProblem } from './scan'
import { jobTempDir } from './temp'

/** What refuses a name: the name of such an entry may be that of another one, too. */
const NAME_REFUSALS: readonly ErrorCode[] = ['ARCHIVE_DUPLICATE_NAME', 'ARCHIVE_BAD_NAME', 'ARCHIVE_PATH_TRAVERSAL']

const stepInto = ({ index, name, problem }: ExpandedEntry): Locator['entries'][number] =>
  problem !== null && NAME_REFUSALS.includes(problem.code) ? { index, name, byIndex: true } : { index, name }

const toTask = (parent: ClaimedTask, entry: ExpandedEntry): NewTask => {
  const problem =
    entry.problem ?? (parent.leaveOut.length > 0 ? problemOfKind(kindOfName(entry.name), parent.leaveOut) : null)
  const archive = isArchiveName(entry.name) && problem === null
  const { fingerprint } = parent
  return {
    kind: archive ? 'archive' : 'document',
    lane: archive ? 'expand' : 'extract',
    phase: archive ? 'expand' : 'extract',
    path: joinArchivePath(parent.path, entry.name),
    locator: { ...parent.locator, entries: [...parent.locator.entries, stepInto(entry)] },
    depth: parent.depth + 1,
    sizeBytes: entry.sizeBytes,
    fingerprint: fingerprint === null ? null : `${fingerprint}#${entry.index}:${entry.crc32}:${entry.sizeBytes}`,
    modifiedMs: entry.modifiedMs,
    problem: problem === null ? null : { ...problem, outcome: outcomeOfProblem(problem) },
  }
}

/** Makes a task of every entry; returns how many of them are problems only. */
export const insertEntries = async (
  parts: IngestParts,
  parent: ClaimedTask,
  entries: readonly ExpandedEntry[],
): Promise<number> => {
  const items = entries.map((entry) => toTask(parent, entry))
  const maxItems = limitsFor(parts, parent)['job.documents']
  await parts.store.run('tasks.insert', { jobId: parent.jobId, parentId: parent.id, items, maxItems })
  parts.onChange(parent.jobId, 'expand')
  return items.filter((item) => item.problem !== null).length
}

/** What says that an archive is not whole, though what is left of it was read. */
export const findCut = (warnings: readonly Warning[]): Warning | null =>
  warnings.find(({ code }) => code === 'ARCHIVE_CUT_OFF') ?? null

/** Runs a claimed archive to its end. Throws the archive's own error when it is rejected or unreadable as a whole. */
export const runExpand = async (
  parts: IngestParts,
  budget: InflateBudget,
  task: ClaimedTask,
  signal: AbortSignal,
): Promise<void> => {
  const startedMs = parts.nowMs()
  let skipped = 0
  const attempt = () => ({
    phase: 'expand' as const,
    ms: elapsedSince(parts, startedMs),
    ...parts.describeWorker('expand'),
  })
  const limits = limitsFor(parts, task)
  const params = {
    locator: task.locator,
    depth: task.depth,
    limits,
    inflateBudgetBytes: await budget.reserve(task, limits),
    tempDir: jobTempDir(parts.tempRoot, task.jobId),
    passwords: parts.passwords.of(task.locator),
    confirmed: task.confirmed,
  }
  try {
    const result = await parts.parse('expand', params, {
      signal,
      label: task.path,
      alone: task.alone,
      ...capsFor(task),
      onMessage: async ({ entries }) => {
        skipped += await insertEntries(parts, task, entries)
        return undefined
      },
    })
    const { ms } = attempt()
    const { entries, bytesCompressed, bytesExpanded, warnings, kind } = result
    // What it lost is in no entry: the archive itself stands for it.
    const cut = findCut(warnings)
    await parts.store.run('tasks.finish', {
      taskId: task.id,
      outcome: cut === null ? null : 'partial',
      problem: cut,
      warnings: warnings.filter((warning) => warning !== cut),
      attempt: attempt(),
      figures: { expand: { ms, items: 1 } },
      archive: { entries, bytesCompressed, bytesExpanded, skipped, ms, kind },
    })
  } catch (thrown) {
    // The name promised an archive, the bytes are none: it is read as the document it is.
    if (toAppError(thrown).code !== 'UNSUPPORTED_FORMAT') throw thrown
    await parts.store.run('tasks.becomeDocument', { taskId: task.id, attempt: attempt(), figures: {} })
  }
}
