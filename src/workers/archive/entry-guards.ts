/**
 * Owns which entries of any container are refused one by one, before a byte of them is read; their neighbors go on.
 * Refuses: what concerns the container as a whole (archive-guards), and what only its kind knows (links, methods), which it says itself.
 */
import type { ErrorCode, ErrorDetails } from '../../shared/errors'
import type { LimitName, Limits } from '../../shared/limits'
import type { Warning } from '../../shared/work'
import type { ContainerEntry } from './container'

/** Times the compressed size; an entry cannot be smaller than a byte. */
export const ratioOf = (sizeBytes: number, compressedBytes: number): number => sizeBytes / Math.max(1, compressedBytes)

export const refuse = (code: ErrorCode, details: ErrorDetails = {}): Warning => ({ code, details })

export const overLimit = (
  code: ErrorCode,
  setting: LimitName,
  limits: Limits,
  actual: number,
  more: ErrorDetails = {},
): Warning => refuse(code, { ...more, limit: limits[setting], actual, setting })

type Guard = (entry: ContainerEntry, limits: Limits, passwords: readonly string[]) => Warning | null

/** In this order: what the person can do something about comes before sizes. */
const guards: readonly Guard[] = [
  ({ name }) => name.problem,
  ({ name, folder }) =>
    name.folder && !folder
      ? refuse('ARCHIVE_BAD_NAME', { name: name.name, reason: 'a folder with contents of its own' })
      : null,
  ({ problem }) => problem,
  ({ encrypted }, _, passwords) => (encrypted && passwords.length === 0 ? refuse('ARCHIVE_ENCRYPTED') : null),
  ({ sizeBytes }, limits) =>
    sizeBytes > limits['archive.entryBytes']
      ? overLimit('ARCHIVE_ENTRY_LIMIT', 'archive.entryBytes', limits, sizeBytes)
      : null,
  ({ sizeBytes, compressedBytes }, limits) => {
    const ratio = ratioOf(sizeBytes, compressedBytes)
    if (sizeBytes <= limits['archive.entryRatioFromBytes'] || ratio <= limits['archive.entryRatio']) return null
    return overLimit('ARCHIVE_BOMB_RATIO', 'archive.entryRatio', limits, Math.round(ratio))
  },
]

/** Why this entry is refused, or `null`. */
export const judgeEntry = (entry: ContainerEntry, limits: Limits, passwords: readonly string[]): Warning | null => {
  for (const guard of guards) {
    const problem = guard(entry, limits, passwords)
    if (problem !== null) return problem
  }
  return null
}
