/**
 * Owns the expand task: the entries of one archive, judged, in pages. Refuses: inflating any of them (only archives that hold this
 * one are), and letting a page out before the archive as a whole has passed.
 */
import { findIgnoreRule } from '../../shared/ignore-rules'
import type { Limits } from '../../shared/limits'
import type { ExpandedEntry, ExpandParams, ExpandResult, Warning, WorkRunner } from '../../shared/work'
import { breathe } from '../source/pace'
import { requireConfirmed, requireDepth, requireTotals } from './archive-guards'
import type { ContainerEntry } from './container'
import { judgeEntry, overLimit, refuse } from './entry-guards'
import { threadArchives } from './open-archives'
import type { OpenArchive, OpenArchives } from './open-archives'

const PAGE_ENTRIES = 500
/** Of JSON, roughly: names are at most a few KiB, so a page stays far below the largest message. */
const PAGE_BYTES = 400_000
const ENTRY_BYTES = 300

const sumSizes = (entries: readonly ContainerEntry[]): number =>
  entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

type Pace = { readonly signal: AbortSignal; readonly beat: () => void }
/** What becomes of one entry. */
type Verdict = { readonly entry: ContainerEntry; readonly name: string; readonly problem: Warning | null }

/** The first name of a path that is left out by default, and the path up to it. */
const findIgnored = (name: string): { path: string; rule: string } | null => {
  const segments = name.split('/')
  for (const [index, segment] of segments.entries()) {
    const rule = findIgnoreRule(segment)
    if (rule !== null) return { path: segments.slice(0, index + 1).join('/'), rule }
  }
  return null
}

/** Written in two ways (composed, decomposed) or in capitals, a name is the same on most systems. */
const foldName = (name: string): string => name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')

/**
 * Refuses the second one of a name. Those that differ in capitals only may be allowed (some systems tell them apart); the same name
 * twice may not: one path is one document.
 */
const createNameGuard = (limits: Limits): ((name: string) => Warning | null) => {
  const names = new Set<string>()
  const folded = new Set<string>()
  let alike = 0
  return (name) => {
    const same = name.normalize('NFC')
    const key = foldName(name)
    if (names.has(same)) return refuse('ARCHIVE_DUPLICATE_NAME', { name })
    names.add(same)
    if (!folded.has(key)) {
      folded.add(key)
      return null
    }
    alike += 1
    if (alike <= limits['archive.similarNames']) return null
    return overLimit('ARCHIVE_DUPLICATE_NAME', 'archive.similarNames', limits, alike, { name })
  }
}

/** Judges entries in their order. What is left out by a folder's name is one verdict for the folder, as on disk. */
const judgeEntries = (
  entries: readonly ContainerEntry[],
  { limits, passwords = [] }: ExpandParams,
): { verdicts: Verdict[]; ignored: number } => {
  const verdicts: Verdict[] = []
  const ignoredPaths = new Set<string>()
  const judgeName = createNameGuard(limits)
  let ignored = 0
  for (const entry of entries) {
    const { name, problem: nameProblem } = entry.name
    if (entry.folder) continue
    const leftOut = nameProblem === null ? findIgnored(name) : null
    if (leftOut !== null) {
      ignored += 1
      if (ignoredPaths.has(leftOut.path)) continue
      ignoredPaths.add(leftOut.path)
      verdicts.push({ entry, name: leftOut.path, problem: refuse('IGNORED', { rule: leftOut.rule }) })
      continue
    }
    const twice = nameProblem === null ? judgeName(name) : null
    verdicts.push({ entry, name, problem: twice ?? judgeEntry(entry, limits, passwords) })
  }
  return { verdicts, ignored }
}

const toEntry = ({ entry, name, problem }: Verdict): ExpandedEntry => ({
  index: entry.index,
  name,
  sizeBytes: problem?.code === 'IGNORED' ? 0 : entry.sizeBytes,
  compressedBytes: entry.compressedBytes,
  crc32: entry.crc32,
  modifiedMs: entry.modifiedMs,
  problem,
})

/** Sizes of an entry whose data is not there say nothing; every other refusal is the better thing to tell. */
const combine = ({ problem }: Verdict, misplaced: Warning | undefined): Warning | null => {
  const bySize = problem?.code === 'ARCHIVE_ENTRY_LIMIT' || problem?.code === 'ARCHIVE_BOMB_RATIO'
  return problem === null || bySize ? (misplaced ?? problem) : problem
}

/** @throws what refuses the archive as a whole */
const judgeArchive = async ({ container, offered }: OpenArchive, params: ExpandParams, pace: Pace) => {
  const { limits, passwords = [] } = params
  const { verdicts, ignored } = judgeEntries(container.entries, params)
  const misplaced = await container.inspect?.({ ...pace, limits, passwords })
  const judged = verdicts.map((verdict) => ({
    ...verdict,
    problem: combine(verdict, misplaced?.get(verdict.entry.index)),
  }))
  const accepted = judged.filter(({ problem }) => problem === null).map(({ entry }) => entry)
  requireTotals(accepted, offered.sizeBytes, params.inflateBudgetBytes ?? null, limits)
  if (params.confirmed !== true) requireConfirmed(sumSizes(accepted), accepted.length, limits)
  return { judged, accepted, ignored }
}

async function* toPages(verdicts: readonly Verdict[]): AsyncGenerator<ExpandedEntry[]> {
  let page: ExpandedEntry[] = []
  let pageBytes = 0
  for (const verdict of verdicts) {
    const entry = toEntry(verdict)
    const bytes = ENTRY_BYTES + 2 * Buffer.byteLength(entry.name)
    if (page.length >= PAGE_ENTRIES || (page.length > 0 && pageBytes + bytes > PAGE_BYTES)) {
      yield page
      page = []
      pageBytes = 0
    }
    page.push(entry)
    pageBytes += bytes
  }
  if (page.length > 0) yield page
}

/** The expand task over the archives of one thread. */
export const createExpand =
  (archives: OpenArchives): WorkRunner<'expand'> =>
  async (params, { say, beat, signal }): Promise<ExpandResult> => {
    const { limits, depth, confirmed } = params
    requireDepth(depth, limits)
    const request = { ...params, inflateBudgetBytes: params.inflateBudgetBytes ?? null, signal, beat }
    const onUnpack = (bytes: number): void => {
      if (confirmed !== true) requireConfirmed(bytes, null, limits)
    }
    const lease = await archives.open(request, { onUnpack })
    try {
      const { judged, accepted, ignored } = await judgeArchive(lease, params, { signal, beat })
      for await (const entries of toPages(judged)) {
        await breathe(signal, beat)
        await say({ type: 'entries', entries })
      }
      return {
        entries: judged.length,
        bytesCompressed: accepted.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0),
        bytesExpanded: sumSizes(accepted),
        warnings: [...lease.container.warnings],
        ignored,
        kind: lease.kind,
      }
    } finally {
      lease.release()
    }
  }

/**
 * Lists an archive: pages of at most 500 entries, each with its problem if it has one.
 * @throws UNSUPPORTED_FORMAT (the bytes are no archive at all), ARCHIVE_CORRUPT, ARCHIVE_TRUNCATED, ARCHIVE_ENCRYPTED, ARCHIVE_ENTRIES_LIMIT,
 * ARCHIVE_DEPTH_LIMIT, ARCHIVE_TOTAL_LIMIT, ARCHIVE_BOMB_RATIO, ARCHIVE_OVERLAP, ARCHIVE_CONFIRM, PASSWORD_WRONG; for an archive in an archive also what reading its
 * bytes can throw
 */
export const runExpand: WorkRunner<'expand'> = createExpand(threadArchives)
