/**
 * Owns the table of contents of a zip (its central directory), read by yauzl and kept as small records.
 * Refuses: judging entries (entry-guards, archive-guards) and reading their data (inflation).
 */
import { RandomAccessReader, fromRandomAccessReaderPromise } from 'yauzl'
import type { Entry } from 'yauzl'
import { AppError } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import type { Warning } from '../../shared/work'
import { openPart, readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { breathe } from '../source/pace'
import { CENTRAL_HEADER, SPLIT_REASON, findArchive } from './end-record'
import { readEntryName } from './entry-name'
import type { EntryName } from './entry-name'

/** One entry, as the table of contents has it: nothing of it is to be trusted. */
export type EntryRecord = {
  /** Position in the table: how the entry is addressed. */
  readonly index: number
  readonly name: EntryName
  readonly flags: number
  readonly method: number
  readonly crc32: number
  readonly compressedBytes: number
  /** Declared size. Reading more than this fails. */
  readonly sizeBytes: number
  /** Where its local header begins, within the archive. */
  readonly offset: number
  readonly modifiedMs: number | null
  /** Type bits of the Unix mode (`S_IFMT`), 0 when unknown. */
  readonly fileType: number
  readonly encrypted: boolean
}

export type Directory = {
  readonly records: readonly EntryRecord[]
  /** The bytes of the archive alone; offsets of records count in it. */
  readonly bytes: ByteSource
  /** Where the table of contents lies in `bytes`. */
  readonly start: number
  readonly end: number
  readonly warnings: readonly Warning[]
}

const FIXED_BYTES = 46
const FLAGS_AT = 8
const ENCRYPTED = 0x0001
const STRONG_ENCRYPTION = 0x0040
const READ_AHEAD_BYTES = 128 * 1024
const BREATHE_ENTRIES = 1_000
const AES_METHOD = 99
const EARLIEST_DOS_MS = Date.UTC(1980, 0, 2)

/** yauzl gives up an archive for one entry with "strong encryption". As plainly encrypted, the entry is refused and its neighbors are read. */
const showAsEncrypted = (header: Buffer, at: number): void => {
  const flags = header.readUInt16LE(at + FLAGS_AT)
  if (header.readUInt32LE(at) !== CENTRAL_HEADER || (flags & STRONG_ENCRYPTION) === 0) return
  header.writeUInt16LE((flags & ~STRONG_ENCRYPTION) | ENCRYPTED, at + FLAGS_AT)
}

/** What yauzl reads from: a window over the table, because it asks for a few bytes at a time. */
class DirectoryReader extends RandomAccessReader {
  #window: Buffer = Buffer.alloc(0)
  #windowStart = 0
  readonly #source: ByteSource

  constructor(source: ByteSource) {
    super()
    this.#source = source
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    try {
      if (position < this.#windowStart || position + length > this.#windowStart + this.#window.length) {
        this.#window = readBytes(this.#source, position, Math.max(length, READ_AHEAD_BYTES))
        this.#windowStart = position
      }
      const from = position - this.#windowStart
      const count = this.#window.copy(buffer, offset, from, from + length)
      if (length === FIXED_BYTES) showAsEncrypted(buffer, offset)
      callback(null, count)
    } catch (thrown) {
      callback(thrown instanceof Error ? thrown : new Error(String(thrown)))
    }
  }
}

/** What yauzl says about a damaged table, in words for people. */
const reasons: readonly [RegExp, string][] = [
  [/multi-disk/, SPLIT_REASON],
  [/unexpected EOF/, 'its table of contents is cut off'],
  [/central directory file header signature/, 'its table of contents is damaged'],
  [/extra field/, 'an entry in its table of contents is damaged'],
]

const toArchiveError = (thrown: unknown): unknown => {
  if (thrown instanceof AppError || !(thrown instanceof Error) || 'syscall' in thrown) return thrown
  const reason =
    reasons.find(([pattern]) => pattern.test(thrown.message))?.[1] ?? 'its table of contents cannot be read'
  return new AppError('ARCHIVE_CORRUPT', { reason }, { cause: thrown })
}

const modifiedOf = (entry: Entry): number | null => {
  const ms = entry.getLastModDate().getTime()
  return entry.lastModFileDate === 0 && ms < EARLIEST_DOS_MS ? null : ms
}

const toRecord = (entry: Entry, index: number, maxNameBytes: number): EntryRecord => {
  const { fileNameRaw: bytes, generalPurposeBitFlag: flags, extraFields, versionMadeBy: madeBy } = entry
  return {
    index,
    name: readEntryName({ bytes, flags, extraFields, madeBy }, maxNameBytes),
    flags,
    method: entry.compressionMethod,
    crc32: entry.crc32,
    compressedBytes: entry.compressedSize,
    sizeBytes: entry.uncompressedSize,
    offset: entry.relativeOffsetOfLocalHeader,
    modifiedMs: modifiedOf(entry),
    fileType: (entry.externalFileAttributes >>> 16) & 0o170000,
    encrypted: entry.isEncrypted() || entry.compressionMethod === AES_METHOD,
  }
}

const extraBytes = (where: string, bytes: number): Warning[] =>
  bytes > 0 ? [{ code: 'ARCHIVE_EXTRA_BYTES', details: { where, bytes } }] : []

const requireCount = (actual: number, limits: Limits): void => {
  const limit = limits['archive.entries']
  if (actual > limit) throw new AppError('ARCHIVE_ENTRIES_LIMIT', { actual, limit, setting: 'archive.entries' })
}

/**
 * Reads the whole table of contents: an archive is taken or refused as a whole before anything of it is.
 * @throws UNSUPPORTED_FORMAT (no zip at all), ARCHIVE_TRUNCATED, ARCHIVE_CORRUPT, ARCHIVE_ENCRYPTED, ARCHIVE_ENTRIES_LIMIT
 */
export const readDirectory = async (
  source: ByteSource,
  { limits, signal, beat }: { limits: Limits; signal: AbortSignal; beat: () => void },
): Promise<Directory> => {
  const frame = findArchive(source)
  const bytes = openPart(source, frame.start, frame.end - frame.start)
  const start = frame.directoryStart - frame.start
  const records: EntryRecord[] = []
  let end = start
  try {
    const options = { decodeStrings: false, validateEntrySizes: false }
    const zip = await fromRandomAccessReaderPromise(new DirectoryReader(bytes), bytes.sizeBytes, options)
    requireCount(zip.entryCount, limits)
    // Where the table was found, which is not always where the archive says. (Its type claims a boolean.)
    Object.assign(zip, { readEntryCursor: start })
    for await (const entry of zip.eachEntry()) {
      end += FIXED_BYTES + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength
      records.push(toRecord(entry, records.length, limits['archive.nameBytes']))
      if (records.length % BREATHE_ENTRIES === 0) await breathe(signal, beat)
    }
  } catch (thrown) {
    throw toArchiveError(thrown)
  }
  const next = readBytes(bytes, end, 4)
  if (end < frame.directoryEnd - frame.start && next.length === 4 && next.readUInt32LE(0) === CENTRAL_HEADER) {
    throw new AppError('ARCHIVE_CORRUPT', { reason: 'its table of contents has more entries than it says' })
  }
  const warnings = [...extraBytes('before', frame.start), ...extraBytes('after', source.sizeBytes - frame.end)]
  return { records, bytes, start, end, warnings }
}
