/**
 * Owns the expand task: the entries of one archive, judged, in pages. Refuses: inflating any of them (only archives that hold this
 * one are), and letting a page out before the archive as a whole has passed.
 */
import { findIgnoreRule } from '../../shared/ignore-rules'
import type { ExpandedEntry, ExpandParams, ExpandResult, Warning, WorkRunner } from '../../shared/work'
import { breathe } from '../source/pace'
import { requireApart, requireDepth, requireTotals } from './archive-guards'
import type { Directory, EntryRecord } from './directory'
import { isFolder, judgeEntry, refuse } from './entry-guards'
import { threadArchives } from './open-archives'
import type { OpenArchive, OpenArchives } from './open-archives'

const PAGE_ENTRIES = 500
/** Of JSON, roughly: names are at most a few KiB, so a page stays far below the largest message. */
const PAGE_BYTES = 400_000
const ENTRY_BYTES = 300

type Pace = { readonly signal: AbortSignal; readonly beat: () => void }
/** What becomes of one record. */
type Verdict = { readonly record: EntryRecord; readonly name: string; readonly problem: Warning | null }

/** The first name of a path that is left out by default, and the path up to it. */
const findIgnored = (name: string): { path: string; rule: string } | null => {
  const segments = name.split('/')
  for (const [index, segment] of segments.entries()) {
    const rule = findIgnoreRule(segment)
    if (rule !== null) return { path: segments.slice(0, index + 1).join('/'), rule }
  }
  return null
}

/** Judges entries in their order. What is left out by a folder's name is one verdict for the folder, as on disk. */
const judgeRecords = (directory: Directory, { limits }: ExpandParams): { verdicts: Verdict[]; ignored: number } => {
  const verdicts: Verdict[] = []
  const ignoredPaths = new Set<string>()
  const names = new Set<string>()
  let ignored = 0
  for (const record of directory.records) {
    const { name, problem: nameProblem } = record.name
    if (isFolder(record)) continue
    const leftOut = nameProblem === null ? findIgnored(name) : null
    if (leftOut !== null) {
      ignored += 1
      if (ignoredPaths.has(leftOut.path)) continue
      ignoredPaths.add(leftOut.path)
      verdicts.push({ record, name: leftOut.path, problem: refuse('IGNORED', { rule: leftOut.rule }) })
      continue
    }
    // Written in two ways (composed, decomposed), a name is still the same; in capitals it is another one, except to some systems.
    const key = name.normalize('NFC')
    const twice = nameProblem === null && names.has(key)
    names.add(key)
    const problem = twice ? refuse('ARCHIVE_DUPLICATE_NAME', { name }) : judgeEntry(record, limits)
    verdicts.push({ record, name, problem })
  }
  return { verdicts, ignored }
}

const toEntry = ({ record, name, problem }: Verdict): ExpandedEntry => ({
  index: record.index,
  name,
  sizeBytes: problem?.code === 'IGNORED' ? 0 : record.sizeBytes,
  compressedBytes: record.compressedBytes,
  crc32: record.crc32,
  modifiedMs: record.modifiedMs,
  problem,
})

/** Sizes of an entry whose data is not there say nothing; every other refusal is the better thing to tell. */
const combine = ({ problem }: Verdict, misplaced: Warning | undefined): Warning | null => {
  const bySize = problem?.code === 'ARCHIVE_ENTRY_LIMIT' || problem?.code === 'ARCHIVE_BOMB_RATIO'
  return problem === null || bySize ? (misplaced ?? problem) : problem
}

/** @throws what refuses the archive as a whole */
const judgeArchive = async ({ directory, offered }: OpenArchive, params: ExpandParams, pace: Pace) => {
  const { verdicts, ignored } = judgeRecords(directory, params)
  const files = directory.records.filter((record) => !isFolder(record))
  const misplaced = await requireApart(directory, files, pace)
  const judged = verdicts.map((verdict) => ({
    ...verdict,
    problem: combine(verdict, misplaced.get(verdict.record.index)),
  }))
  const accepted = judged.filter(({ problem }) => problem === null).map(({ record }) => record)
  requireTotals(accepted, offered.sizeBytes, params.inflateBudgetBytes ?? null, params.limits)
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
    requireDepth(params.depth, params.limits)
    const lease = await archives.open({
      ...params,
      inflateBudgetBytes: params.inflateBudgetBytes ?? null,
      signal,
      beat,
    })
    try {
      const { judged, accepted, ignored } = await judgeArchive(lease, params, { signal, beat })
      for await (const entries of toPages(judged)) {
        await breathe(signal, beat)
        await say({ type: 'entries', entries })
      }
      return {
        entries: judged.length,
        bytesCompressed: accepted.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0),
        bytesExpanded: accepted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        warnings: [...lease.directory.warnings],
        ignored,
      }
    } finally {
      lease.release()
    }
  }

/**
 * Lists an archive: pages of at most 500 entries, each with its problem if it has one.
 * @throws UNSUPPORTED_FORMAT (the bytes are no zip at all), ARCHIVE_CORRUPT, ARCHIVE_TRUNCATED, ARCHIVE_ENCRYPTED, ARCHIVE_ENTRIES_LIMIT,
 * ARCHIVE_DEPTH_LIMIT, ARCHIVE_TOTAL_LIMIT, ARCHIVE_BOMB_RATIO, ARCHIVE_OVERLAP; for an archive in an archive also what reading its
 * bytes can throw
 */
export const runExpand: WorkRunner<'expand'> = createExpand(threadArchives)
