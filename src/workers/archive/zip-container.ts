/**
 * Owns zip as a container: its entries with what only a zip knows of them, and that no two of them share bytes.
 * Refuses: names and sizes, which are judged for all kinds (entry-guards). Deflate64 is read by another library (seven-zip).
 */
import { AppError } from '../../shared/errors'
import type { Warning } from '../../shared/work'
import type { ByteSource } from '../source/byte-source'
import { breathe } from '../source/pace'
import type { Container, ContainerEntry, ContainerOptions, OpenContainer } from './container'
import { readDirectory } from './directory'
import type { Directory, EntryRecord, Encryption } from './directory'
import { refuse } from './entry-guards'
import { DEFLATED, DEFLATED_64, STORED, findEntryBytes, inflateEntry } from './inflation'
import { overheadOf } from './zip-decryption'
import { salvageDirectory } from './zip-salvage'

const BREATHE_ENTRIES = 1_000

/** Compression methods by name (APPNOTE 4.4.5), for the person who has to repack. */
const methodNames: Readonly<Record<number, string>> = {
  1: 'Shrink',
  6: 'Implode',
  12: 'BZIP2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'XZ',
  97: 'WavPack',
  98: 'PPMd',
}
const readMethods: readonly number[] = [STORED, DEFLATED, DEFLATED_64]

const LINK = 0o120000
/** Sockets, block devices, character devices, pipes. */
const specialTypes: readonly number[] = [0o140000, 0o060000, 0o020000, 0o010000]
const FOLDER = 0o040000

const isFolder = (record: EntryRecord): boolean =>
  record.sizeBytes === 0 && (record.name.folder || record.fileType === FOLDER)

const isClosed = (encryption: Encryption | null, method: number): boolean =>
  // What is protected and compressed beyond deflate is read by nobody here.
  encryption !== null && (encryption.kind === 'other' || method === DEFLATED_64)

type Guard = (record: EntryRecord) => Warning | null

const guards: readonly Guard[] = [
  ({ fileType }) => (fileType === LINK ? refuse('ARCHIVE_SYMLINK') : null),
  ({ fileType }) => (specialTypes.includes(fileType) ? refuse('ARCHIVE_SPECIAL') : null),
  ({ encryption, method }) =>
    isClosed(encryption, method)
      ? refuse('ARCHIVE_METHOD', { method: encryption?.kind === 'other' ? encryption.name : 'encrypted Deflate64' })
      : null,
  ({ method }) =>
    readMethods.includes(method)
      ? null
      : refuse('ARCHIVE_METHOD', { method: methodNames[method] ?? `number ${method}` }),
  ({ method, sizeBytes, compressedBytes, encryption }) =>
    method === STORED && sizeBytes + overheadOf(encryption) !== compressedBytes
      ? refuse('ARCHIVE_ENTRY_CORRUPT', { reason: 'its sizes contradict each other' })
      : null,
]

const judge = (record: EntryRecord): Warning | null => {
  for (const guard of guards) {
    const problem = guard(record)
    if (problem !== null) return problem
  }
  return null
}

const toEntry = (record: EntryRecord): ContainerEntry => ({
  index: record.index,
  name: record.name,
  folder: isFolder(record),
  sizeBytes: record.sizeBytes,
  compressedBytes: record.compressedBytes,
  crc32: record.crc32,
  modifiedMs: record.modifiedMs,
  encrypted: record.encryption !== null,
  problem: record.problem ?? judge(record),
})

/** Bytes of the archive that belong to one thing only. */
type Range = { readonly from: number; readonly to: number }

/**
 * Makes sure that no two entries, and no entry and the table of contents, share bytes: that is how bombs get past the ratio of a
 * single entry (D. Fifield, "A better zip bomb", 2019). Entries whose data is not where it should be are returned with their problem.
 * @throws ARCHIVE_OVERLAP
 */
const requireApart = async (
  directory: Directory,
  records: readonly EntryRecord[],
  { signal, beat }: ContainerOptions,
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

/** The table of contents; of an archive without one what stands before its entries. */
const readEntries = async (source: ByteSource, options: ContainerOptions): Promise<Directory> => {
  try {
    return await readDirectory(source, options)
  } catch (thrown) {
    if (!(thrown instanceof AppError && thrown.code === 'ARCHIVE_TRUNCATED')) throw thrown
    if (options.limits['archive.salvage'] === 0) throw thrown
    return salvageDirectory(source, options)
  }
}

/** @throws UNSUPPORTED_FORMAT (no zip at all), ARCHIVE_TRUNCATED, ARCHIVE_CORRUPT, ARCHIVE_METHOD, ARCHIVE_ENTRIES_LIMIT */
export const openZipContainer: OpenContainer = async (source, options): Promise<Container> => {
  const directory = await readEntries(source, options)
  const { records } = directory
  const entries = records.map(toEntry)
  return {
    entries,
    warnings: directory.warnings,
    read: async (index, readOptions, sink) => {
      const record = records[index]
      if (record === undefined) throw new AppError('FILE_CHANGED')
      await inflateEntry(directory, record, readOptions, sink)
    },
    inspect: (pace) =>
      requireApart(
        directory,
        records.filter((record) => !isFolder(record) && record.problem === null),
        pace,
      ),
    close: () => undefined,
  }
}
