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
import { requireCount } from './archive-guards'
import { CENTRAL_HEADER, SPLIT_REASON, STRONG_ENCRYPTION_NAME, findArchive } from './end-record'
import { readEntryName } from './entry-name'
import type { EntryName } from './entry-name'

/** One entry, as the table of contents has it: nothing of it is to be trusted. */
export type EntryRecord = {
  /** Position in the table: how the entry is addressed. */
  readonly index: number
  readonly name: EntryName
  readonly flags: number
  /** Of compression; for entries in WinZip's encryption the method beneath it. */
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
  readonly encryption: Encryption | null
  /** What is wrong with where it is; `null` while nothing is known. */
  readonly problem: Warning | null
}

/** How an entry is protected by a password. */
export type Encryption =
  | {
      readonly kind: 'zipcrypto'
      /** What the last byte of its header may be. */
      readonly checks: readonly number[]
    }
  | {
      readonly kind: 'aes'
      /** 1 to 3: keys of 128, 192, 256 bits. */
      readonly strength: number
      /** Whether its checksum is written down; if not, it only has its own code. */
      readonly hasCrc: boolean
    }
  /** Not to be read by us: its name. */
  | { readonly kind: 'other'; readonly name: string }

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
const DESCRIPTOR = 0x0008
const AES_METHOD = 99
const AES_FIELD = 0x9901
const AES_FIELD_BYTES = 7
const EARLIEST_DOS_MS = Date.UTC(1980, 0, 2)

/** A bit that no program sets, in place of the one that yauzl gives up a whole archive for: only the entry is refused. */
const STRONG_MARK = 0x8000

const hideStrongEncryption = (header: Buffer, at: number): void => {
  const flags = header.readUInt16LE(at + FLAGS_AT)
  if (header.readUInt32LE(at) !== CENTRAL_HEADER || (flags & STRONG_ENCRYPTION) === 0) return
  header.writeUInt16LE((flags & ~STRONG_ENCRYPTION) | ENCRYPTED | STRONG_MARK, at + FLAGS_AT)
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
      if (length === FIXED_BYTES) hideStrongEncryption(buffer, offset)
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

/** What an entry needs beside a password. @param time As MS-DOS has it, by which entries of unknown checksum are checked */
export const encryptionOf = (
  { flags, method, crc32, extraFields }: Pick<EntryRecord, 'flags' | 'method' | 'crc32'> & Pick<Entry, 'extraFields'>,
  time: number,
): { readonly encryption: Encryption | null; readonly method: number } => {
  if ((flags & STRONG_MARK) !== 0) return { encryption: { kind: 'other', name: STRONG_ENCRYPTION_NAME }, method }
  if (method === AES_METHOD) {
    const field = extraFields.find(({ id, data }) => id === AES_FIELD && data.length >= AES_FIELD_BYTES)?.data
    const strength = field?.[4] ?? 0
    if (field === undefined || strength < 1 || strength > 3)
      return { encryption: { kind: 'other', name: 'AES' }, method }
    return { encryption: { kind: 'aes', strength, hasCrc: field.readUInt16LE(0) === 1 }, method: field.readUInt16LE(5) }
  }
  if ((flags & ENCRYPTED) === 0) return { encryption: null, method }
  const byChecksum = crc32 >>> 24
  // With the checksum after the data, the time stands in for it; some programs use the checksum all the same.
  const checks = (flags & DESCRIPTOR) === 0 ? [byChecksum] : [time >>> 8, byChecksum]
  return { encryption: { kind: 'zipcrypto', checks }, method }
}

const toRecord = (entry: Entry, index: number, maxNameBytes: number): EntryRecord => {
  const { fileNameRaw: bytes, generalPurposeBitFlag: flags, extraFields, versionMadeBy: madeBy } = entry
  const facts = { flags, method: entry.compressionMethod, crc32: entry.crc32, extraFields }
  return {
    index,
    name: readEntryName({ bytes, flags, extraFields, madeBy }, maxNameBytes),
    flags,
    ...encryptionOf(facts, entry.lastModFileTime),
    crc32: entry.crc32,
    compressedBytes: entry.compressedSize,
    sizeBytes: entry.uncompressedSize,
    offset: entry.relativeOffsetOfLocalHeader,
    modifiedMs: modifiedOf(entry),
    fileType: (entry.externalFileAttributes >>> 16) & 0o170000,
    problem: null,
  }
}

const extraBytes = (where: string, bytes: number): Warning[] =>
  bytes > 0 ? [{ code: 'ARCHIVE_EXTRA_BYTES', details: { where, bytes } }] : []

/**
 * Reads the whole table of contents: an archive is taken or refused as a whole before anything of it is.
 * @throws UNSUPPORTED_FORMAT (no zip at all), ARCHIVE_TRUNCATED, ARCHIVE_CORRUPT, ARCHIVE_METHOD, ARCHIVE_ENTRIES_LIMIT
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
