/**
 * Owns what refuses a container of any kind as a whole: nesting, count of entries, total size, total ratio.
 * Refuses: single entries (entry-guards) and counting over several archives (the engine's budget).
 */
import { AppError } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import type { ContainerEntry } from './container'

/** @throws ARCHIVE_ENTRIES_LIMIT */
export const requireCount = (actual: number, limits: Limits): void => {
  const limit = limits['archive.entries']
  if (actual > limit) throw new AppError('ARCHIVE_ENTRIES_LIMIT', { actual, limit, setting: 'archive.entries' })
}

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
  entries: readonly Pick<ContainerEntry, 'sizeBytes'>[],
  offeredBytes: number,
  leftBytes: number | null,
  limits: Limits,
): void => {
  const total = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
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

/**
 * @param entries How many they are in; `null` while that is unknown
 * @throws ARCHIVE_CONFIRM
 */
export const requireConfirmed = (totalBytes: number, entries: number | null, limits: Limits): void => {
  const setting = 'archive.confirmBytes'
  const limit = limits[setting]
  if (totalBytes > limit) throw new AppError('ARCHIVE_CONFIRM', { actual: totalBytes, entries, limit, setting })
}
