/**
 * Owns which entries of an archive are refused one by one, before a byte of them is inflated; their neighbors go on.
 * Refuses: what concerns the archive as a whole (archive-guards).
 */
import type { ErrorCode, ErrorDetails } from '../../shared/errors'
import type { LimitName, Limits } from '../../shared/limits'
import type { Warning } from '../../shared/work'
import type { EntryRecord } from './directory'

const STORED = 0
const DEFLATED = 8

/** Compression methods by name (APPNOTE 4.4.5), for the person who has to repack. */
const methodNames: Readonly<Record<number, string>> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'BZIP2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'XZ',
  97: 'WavPack',
  98: 'PPMd',
}

const LINK = 0o120000
/** Sockets, block devices, character devices, pipes. */
const specialTypes: readonly number[] = [0o140000, 0o060000, 0o020000, 0o010000]
const FOLDER = 0o040000

export const isFolder = (record: EntryRecord): boolean =>
  record.sizeBytes === 0 && (record.name.folder || record.fileType === FOLDER)

/** Times the compressed size; an entry cannot be smaller than a byte. */
export const ratioOf = (sizeBytes: number, compressedBytes: number): number => sizeBytes / Math.max(1, compressedBytes)

export const refuse = (code: ErrorCode, details: ErrorDetails = {}): Warning => ({ code, details })

export const overLimit = (code: ErrorCode, setting: LimitName, limits: Limits, actual: number): Warning =>
  refuse(code, { limit: limits[setting], actual, setting })

type Guard = (record: EntryRecord, limits: Limits) => Warning | null

/** In this order: what the person can do something about comes before sizes. */
const guards: readonly Guard[] = [
  ({ name }) => name.problem,
  ({ name }) =>
    name.folder ? refuse('ARCHIVE_BAD_NAME', { name: name.name, reason: 'a folder with contents of its own' }) : null,
  ({ fileType }) => (fileType === LINK ? refuse('ARCHIVE_SYMLINK') : null),
  ({ fileType }) => (specialTypes.includes(fileType) ? refuse('ARCHIVE_SPECIAL') : null),
  ({ encrypted }) => (encrypted ? refuse('ARCHIVE_ENCRYPTED') : null),
  ({ method }) =>
    method === STORED || method === DEFLATED
      ? null
      : refuse('ARCHIVE_METHOD', { method: methodNames[method] ?? `number ${method}` }),
  ({ method, sizeBytes, compressedBytes }) =>
    method === STORED && sizeBytes !== compressedBytes
      ? refuse('ARCHIVE_ENTRY_CORRUPT', { reason: 'its sizes contradict each other' })
      : null,
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
export const judgeEntry = (record: EntryRecord, limits: Limits): Warning | null => {
  for (const guard of guards) {
    const problem = guard(record, limits)
    if (problem !== null) return problem
  }
  return null
}
