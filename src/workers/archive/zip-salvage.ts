/**
 * Owns a zip that was cut off before its table of contents: what is whole of it is found by what stands before each entry.
 * Refuses: guessing. It ends at the first entry that is not whole, or whose end nothing tells.
 * Source: PKWARE APPNOTE 6.3.10, 4.3.7 and 4.3.9.
 */
import { AppError } from '../../shared/errors'
import type { Warning } from '../../shared/work'
import { openPart, readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { breathe } from '../source/pace'
import { requireCount } from './archive-guards'
import type { ContainerOptions } from './container'
import { encryptionOf } from './directory'
import type { Directory, EntryRecord } from './directory'
import { CENTRAL_HEADER, LOCAL_HEADER, SPLIT_MARK } from './end-record'
import { refuse } from './entry-guards'
import { readEntryName } from './entry-name'
import { inflateFrom } from './gzip-decoder'

const HEADER_BYTES = 30
const DESCRIPTOR_FLAG = 0x0008
const DESCRIPTOR_MARK = 0x08074b50
const FIELD_64 = 0x0001
const UNKNOWN_32 = 0xffffffff
const DEFLATED = 8
const BREATHE_ENTRIES = 200
const UNIX_HOST = 3 << 8

type ExtraField = { readonly id: number; readonly data: Buffer }
type Sizes = { readonly crc32: number; readonly compressedBytes: number; readonly sizeBytes: number }

const parseExtraFields = (bytes: Buffer): ExtraField[] => {
  const fields: ExtraField[] = []
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + bytes.readUInt16LE(at + 2)
    if (end > bytes.length) break
    fields.push({ id: bytes.readUInt16LE(at), data: bytes.subarray(at + 4, end) })
    at = end
  }
  return fields
}

const sizesOf = (header: Buffer, fields: readonly ExtraField[]): Sizes => {
  const sizes = {
    crc32: header.readUInt32LE(14),
    compressedBytes: header.readUInt32LE(18),
    sizeBytes: header.readUInt32LE(22),
  }
  const long = fields.find(({ id, data }) => id === FIELD_64 && data.length >= 16)?.data
  if (long === undefined || sizes.sizeBytes !== UNKNOWN_32) return sizes
  return { ...sizes, sizeBytes: Number(long.readBigUInt64LE(0)), compressedBytes: Number(long.readBigUInt64LE(8)) }
}

/** The end of deflated data that does not say how long it is: found by inflating it, to no more than an entry may have. */
const measureDeflated = async (
  source: ByteSource,
  start: number,
  options: ContainerOptions,
): Promise<{ compressedBytes: number; sizeBytes: number } | null> => {
  const chunks = inflateFrom(source, start, options)
  let sizeBytes = 0
  try {
    while (sizeBytes <= options.limits['archive.entryBytes']) {
      const next = await chunks.next()
      if (next.done === true) return { compressedBytes: next.value - start, sizeBytes }
      sizeBytes += next.value.length
    }
    return null
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code.startsWith('ARCHIVE_')) return null
    throw thrown
  } finally {
    await chunks.return(0)
  }
}

/** The sizes after the data of an entry, when they agree with it. */
const readDescriptor = (
  source: ByteSource,
  at: number,
  measured: { compressedBytes: number; sizeBytes: number },
): { sizes: Sizes; end: number } | null => {
  const bytes = readBytes(source, at, 24)
  const marked = bytes.length >= 4 && bytes.readUInt32LE(0) === DESCRIPTOR_MARK ? 4 : 0
  if (bytes.length < marked + 12) return null
  const crc32 = bytes.readUInt32LE(marked)
  const long = bytes.length >= marked + 20
  const fits = (compressed: number, size: number): boolean =>
    compressed === measured.compressedBytes && size === measured.sizeBytes
  const sizes = { crc32, ...measured }
  if (fits(bytes.readUInt32LE(marked + 4), bytes.readUInt32LE(marked + 8))) return { sizes, end: at + marked + 12 }
  if (long && fits(Number(bytes.readBigUInt64LE(marked + 4)), Number(bytes.readBigUInt64LE(marked + 12))))
    return { sizes, end: at + marked + 20 }
  return null
}

type Found = { readonly record: EntryRecord; readonly end: number | null }

/** The entry whose header is at `offset`; `end` is null when it is not whole. `null`: there is no header. */
const readLocal = async (
  source: ByteSource,
  offset: number,
  index: number,
  options: ContainerOptions,
): Promise<Found | null> => {
  const header = readBytes(source, offset, HEADER_BYTES)
  if (header.length < HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_HEADER) return null
  const nameBytes = header.readUInt16LE(26)
  const rest = readBytes(source, offset + HEADER_BYTES, nameBytes + header.readUInt16LE(28))
  if (rest.length < nameBytes) return null
  const flags = header.readUInt16LE(6)
  const extraFields = parseExtraFields(rest.subarray(nameBytes))
  const start = offset + HEADER_BYTES + nameBytes + header.readUInt16LE(28)
  const method = header.readUInt16LE(8)
  let sizes = sizesOf(header, extraFields)
  let end: number | null = start + sizes.compressedBytes
  if ((flags & DESCRIPTOR_FLAG) !== 0 && sizes.compressedBytes === 0) {
    const encrypted = (flags & 1) !== 0
    const measured = method === DEFLATED && !encrypted ? await measureDeflated(source, start, options) : null
    const told = measured === null ? null : readDescriptor(source, start + measured.compressedBytes, measured)
    sizes = told?.sizes ?? sizes
    end = told?.end ?? null
  }
  const whole = end !== null && end <= source.sizeBytes
  const name = { bytes: rest.subarray(0, nameBytes), flags, extraFields, madeBy: UNIX_HOST }
  const record: EntryRecord = {
    index,
    name: readEntryName(name, options.limits['archive.nameBytes']),
    flags,
    ...encryptionOf({ flags, method, crc32: sizes.crc32, extraFields }, header.readUInt16LE(10)),
    ...sizes,
    offset,
    modifiedMs: null,
    fileType: 0,
    problem: whole ? null : refuse('ARCHIVE_ENTRY_CORRUPT', { reason: 'its data is cut off' }),
  }
  return { record, end: whole ? end : null }
}

/**
 * Lists what is whole of a zip without a table of contents, and the entry that is cut.
 * @throws ARCHIVE_TRUNCATED when nothing is whole, ARCHIVE_ENTRIES_LIMIT
 */
export const salvageDirectory = async (source: ByteSource, options: ContainerOptions): Promise<Directory> => {
  const { limits, signal, beat } = options
  const records: EntryRecord[] = []
  const first = readBytes(source, 0, 4)
  let position = first.length === 4 && first.readUInt32LE(0) === SPLIT_MARK ? 4 : 0
  for (;;) {
    const found = await readLocal(source, position, records.length, options)
    if (found === null) break
    records.push(found.record)
    requireCount(records.length, limits)
    if (found.end === null) break
    position = found.end
    if (records.length % BREATHE_ENTRIES === 0) await breathe(signal, beat)
  }
  const whole = records.filter(({ problem, name }) => problem === null && !name.folder).length
  if (whole === 0) throw new AppError('ARCHIVE_TRUNCATED')
  const next = readBytes(source, position, 4)
  const listed = next.length === 4 && next.readUInt32LE(0) === CENTRAL_HEADER
  const warnings: Warning[] = [{ code: 'ARCHIVE_CUT_OFF', details: { entries: whole, all: listed } }]
  const end = source.sizeBytes
  return { records, bytes: openPart(source, 0, end), start: end, end, warnings }
}
