/**
 * Owns what refuses an archive as a whole: nesting, total size, total ratio, entries that share bytes.
 * Refuses: single entries (entry-guards) and counting over several archives (the engine's budget).
 */
import { AppError } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import type { Warning } from '../../shared/work'
import { breathe } from '../source/pace'
import type { Directory, EntryRecord } from './directory'
import { refuse } from './entry-guards'
import { findEntryBytes } from './inflation'

const BREATHE_ENTRIES = 1_000

/** @throws ARCHIVE_DEPTH_LIMIT `depth` is 0 for an archive on disk */
export const requireDepth = (depth: number, limits: Limits): void => {
  const limit = limits['archive.depth']
  if (depth >= limit) throw new AppError('ARCHIVE_DEPTH_LIMIT', { limit, actual: depth + 1, setting: 'archive.depth' })
}

/**
 * What the entries declare together, alone and with what was inflated already. Declarations can be trusted here, because reading stops
 * at them.
 * @param offeredBytes Size of the outermost archive on disk
 * @param leftBytes As for `requireLeft`
 * @throws ARCHIVE_TOTAL_LIMIT, ARCHIVE_BOMB_RATIO
 */
export const requireTotals = (
  records: readonly EntryRecord[],
  offeredBytes: number,
  leftBytes: number | null,
  limits: Limits,
): void => {
  const total = records.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  requireTotal(total, offeredBytes, limits)
  requireLeft(total, leftBytes, offeredBytes, limits)
}

/**
 * @param leftBytes What all entries of the offered archive may still inflate to; `null` when nothing of it was counted
 * @throws ARCHIVE_TOTAL_LIMIT, ARCHIVE_BOMB_RATIO
 */
export const requireLeft = (
  totalBytes: number,
  leftBytes: number | null,
  offeredBytes: number,
  limits: Limits,
): void => {
  if (leftBytes === null || totalBytes <= leftBytes) return
  // The budget is the smaller of two limits (total size, total ratio): the one that was smaller is the one to name.
  const byRatio = Math.max(limits['archive.totalRatioFromBytes'], offeredBytes * limits['archive.totalRatio'])
  const whole = Math.min(byRatio, limits['archive.totalBytes'])
  const actual = whole - leftBytes + totalBytes
  if (byRatio >= limits['archive.totalBytes']) {
    throw new AppError('ARCHIVE_TOTAL_LIMIT', { limit: whole, actual, setting: 'archive.totalBytes' })
  }
  const ratio = Math.round(actual / Math.max(1, offeredBytes))
  throw new AppError('ARCHIVE_BOMB_RATIO', {
    limit: limits['archive.totalRatio'],
    actual: ratio,
    setting: 'archive.totalRatio',
  })
}

/** @throws ARCHIVE_TOTAL_LIMIT, ARCHIVE_BOMB_RATIO */
export const requireTotal = (totalBytes: number, offeredBytes: number, limits: Limits): void => {
  const ratio = totalBytes / Math.max(1, offeredBytes)
  if (totalBytes > limits['archive.totalRatioFromBytes'] && ratio > limits['archive.totalRatio']) {
    const limit = limits['archive.totalRatio']
    throw new AppError('ARCHIVE_BOMB_RATIO', { limit, actual: Math.round(ratio), setting: 'archive.totalRatio' })
  }
  const limit = limits['archive.totalBytes']
  if (totalBytes > limit) {
    throw new AppError('ARCHIVE_TOTAL_LIMIT', { limit, actual: totalBytes, setting: 'archive.totalBytes' })
  }
}

/** Bytes of the archive that belong to one thing only. */
type Range = { readonly from: number; readonly to: number }

/**
 * Makes sure that no two entries, and no entry and the table of contents, share bytes: that is how bombs get past the ratio of a
 * single entry (D. Fifield, "A better zip bomb", 2019). Entries whose data is not where it should be are returned with their problem.
 * @throws ARCHIVE_OVERLAP
 */
export const requireApart = async (
  directory: Directory,
  records: readonly EntryRecord[],
  { signal, beat }: { signal: AbortSignal; beat: () => void },
): Promise<Map<number, Warning>> => {
  const misplaced = new Map<number, Warning>()
  const ranges: Range[] = [{ from: directory.start, to: directory.end }]
  for (const record of records) {
    const found = findEntryBytes(directory, record)
    if (found.problem === null) ranges.push({ from: record.offset, to: found.end })
    else misplaced.set(record.index, refuse('ARCHIVE_ENTRY_CORRUPT', { reason: found.problem }))
    if (ranges.length % BREATHE_ENTRIES === 0) await breathe(signal, beat)
  }
  ranges.sort((a, b) => a.from - b.from)
  let reached = 0
  for (const { from, to } of ranges) {
    if (from < reached) throw new AppError('ARCHIVE_OVERLAP')
    reached = Math.max(reached, to)
  }
  return misplaced
}
