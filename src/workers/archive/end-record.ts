/**
 * Owns finding where a zip ends and its table of contents (central directory) begins: with bytes before or after the archive, with
 * 64-bit records, and telling cut off from damaged from not a zip at all. Refuses: reading the table itself.
 * Source: PKWARE APPNOTE 6.3.10, 4.3.14 to 4.3.16.
 */
import { AppError } from '../../shared/errors'
import { readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'

export const LOCAL_HEADER = 0x04034b50
export const CENTRAL_HEADER = 0x02014b50
const END_RECORD_64 = 0x06064b50
const END_LOCATOR_64 = 0x07064b50
/** First bytes of a part of a split archive. */
export const SPLIT_MARK = 0x08074b50
const END_RECORD = 0x06054b50
const END_RECORD_BYTES = 22
const END_RECORD_64_BYTES = 56
const END_LOCATOR_64_BYTES = 20
/** The second version of the 64-bit record tells how the table of contents is encrypted. */
const ENCRYPTION_BYTES = 72
const ENCRYPTION_AT = 74
const MAX_COMMENT_BYTES = 0xffff

/** PKWARE's own encryption (APPNOTE 7), which hardly any other program reads. */
export const STRONG_ENCRYPTION_NAME = 'PKWARE strong encryption'
export const SPLIT_REASON = 'it is one part of a split archive'

/** Where the archive lies in its file. */
export type ArchiveFrame = {
  /** Bytes before the archive; all offsets in it count from here. */
  readonly start: number
  /** Just after its last byte (the comment included). */
  readonly end: number
  /** Where the table of contents begins, from the start of the file. */
  readonly directoryStart: number
  /** Where it must have ended. */
  readonly directoryEnd: number
}

const signatureAt = (source: ByteSource, position: number): number => {
  const bytes = readBytes(source, position, 4)
  return bytes.length === 4 ? bytes.readUInt32LE(0) : 0
}

const readUInt64 = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at))

/** An end record: where it is, and where it says that the table of contents is (from the start of the archive). */
type EndRecord = {
  readonly at: number
  readonly end: number
  readonly offset: number
  readonly sizeBytes: number
  readonly entries: number
  /** The table of contents itself is encrypted (APPNOTE 7.3.4). */
  readonly encrypted: boolean
}

/** Positions of end records in the last bytes, those that end with the file first. */
const findEndRecords = (source: ByteSource): { at: number; end: number }[] => {
  const tail = readBytes(
    source,
    Math.max(0, source.sizeBytes - END_RECORD_BYTES - MAX_COMMENT_BYTES),
    Number.MAX_SAFE_INTEGER,
  )
  const tailStart = source.sizeBytes - tail.length
  const found: { at: number; end: number }[] = []
  for (let at = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1'); at >= 0;) {
    if (at + END_RECORD_BYTES <= tail.length) {
      const end = at + END_RECORD_BYTES + tail.readUInt16LE(at + 20)
      if (end <= tail.length) found.push({ at: tailStart + at, end: tailStart + end })
    }
    at = at === 0 ? -1 : tail.lastIndexOf('PK\x05\x06', at - 1, 'latin1')
  }
  return [...found.filter(({ end }) => end === source.sizeBytes), ...found.filter(({ end }) => end < source.sizeBytes)]
}

const readEndRecord = (source: ByteSource, { at, end }: { at: number; end: number }): EndRecord => {
  const record = readBytes(source, at, END_RECORD_BYTES)
  const plain = {
    at,
    end,
    offset: record.readUInt32LE(16),
    sizeBytes: record.readUInt32LE(12),
    entries: record.readUInt16LE(10),
    encrypted: false,
  }
  const locator = readBytes(source, at - END_LOCATOR_64_BYTES, END_LOCATOR_64_BYTES)
  if (locator.length < END_LOCATOR_64_BYTES || locator.readUInt32LE(0) !== END_LOCATOR_64) return plain
  // The 64-bit record lies where the locator says, or, with bytes before the archive, just before the locator.
  const places = [readUInt64(locator, 8), at - END_LOCATOR_64_BYTES - END_RECORD_64_BYTES]
  const at64 = places.find((place) => signatureAt(source, place) === END_RECORD_64)
  const record64 = at64 === undefined ? null : readBytes(source, at64, END_RECORD_64_BYTES)
  if (at64 === undefined || record64 === null || record64.length < END_RECORD_64_BYTES) {
    throw new AppError('ARCHIVE_CORRUPT', { reason: 'its 64-bit end record is damaged' })
  }
  return {
    at: at64,
    end,
    offset: readUInt64(record64, 48),
    sizeBytes: readUInt64(record64, 40),
    entries: readUInt64(record64, 32),
    encrypted: readUInt64(record64, 4) >= ENCRYPTION_BYTES && readBytes(source, at64 + ENCRYPTION_AT, 2).some(Boolean),
  }
}

const locate = (source: ByteSource, record: EndRecord): ArchiveFrame | null => {
  const frame = (start: number, directoryStart: number): ArchiveFrame => ({
    start,
    end: record.end,
    directoryStart,
    directoryEnd: record.at,
  })
  const before = record.at - record.sizeBytes
  // An honest empty archive is an end record and nothing else; one with bytes before it hides them.
  if (record.entries === 0) return record.at === 0 ? frame(0, 0) : null
  if (record.offset < record.at && signatureAt(source, record.offset) === CENTRAL_HEADER) return frame(0, record.offset)
  if (before <= record.offset || signatureAt(source, before) !== CENTRAL_HEADER) return null
  const start = before - record.offset
  if (!beginsAsZip(source)) return frame(start, before)
  // A file that begins as one zip and ends as another was cut off within an archive stored in it, which is not what was offered.
  if (signatureAt(source, start) === LOCAL_HEADER) throw new AppError('ARCHIVE_TRUNCATED')
  // Only the offset is wrong (some programs forget to count data descriptors): entries that are where they should be can be read.
  return frame(0, before)
}

const beginsAsZip = (source: ByteSource): boolean => [LOCAL_HEADER, SPLIT_MARK].includes(signatureAt(source, 0))

/** Whether a zip ends here, whatever stands before it. */
export const hasEndRecord = (source: ByteSource): boolean => {
  try {
    return findEndRecords(source).some(
      (candidate) => candidate.end === source.sizeBytes || locate(source, readEndRecord(source, candidate)) !== null,
    )
  } catch (thrown) {
    // There is one, though damaged: for the one who opens it to say.
    if (thrown instanceof AppError) return true
    throw thrown
  }
}

/**
 * Finds the archive in its file.
 * @throws UNSUPPORTED_FORMAT (no zip at all), ARCHIVE_TRUNCATED, ARCHIVE_CORRUPT, ARCHIVE_METHOD (even its table of contents is encrypted)
 */
export const findArchive = (source: ByteSource): ArchiveFrame => {
  const candidates = findEndRecords(source)
  for (const candidate of candidates) {
    const record = readEndRecord(source, candidate)
    const frame = locate(source, record)
    if (frame !== null) return frame
    if (record.encrypted) throw new AppError('ARCHIVE_METHOD', { method: STRONG_ENCRYPTION_NAME })
  }
  const zip = beginsAsZip(source)
  if (candidates.some(({ end }) => end === source.sizeBytes) || (zip && candidates.length > 0)) {
    const split = signatureAt(source, 0) === SPLIT_MARK
    const reason = split ? SPLIT_REASON : 'its table of contents is not where it should be'
    throw new AppError('ARCHIVE_CORRUPT', { reason })
  }
  if (zip) throw new AppError('ARCHIVE_TRUNCATED')
  // Its first bytes are those of an empty archive, by which it is told apart from documents: it is nothing else, either.
  if (signatureAt(source, 0) === END_RECORD)
    throw new AppError('ARCHIVE_CORRUPT', { reason: 'its end record is damaged' })
  throw new AppError('UNSUPPORTED_FORMAT', { kind: 'not a zip archive' })
}
