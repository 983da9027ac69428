/**
 * Owns turning one entry into its bytes: found by its local header, inflated, counted, its checksum compared.
 * Refuses: more bytes than the entry declared (and declared bytes are held against every limit first), and keeping them.
 */
import { pipeline } from 'node:stream/promises'
import { createInflateRaw, inflateRawSync } from 'node:zlib'
import { AppError } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import { openPart, openWindow, readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { breathe, requireGoingOn } from '../source/pace'
import { crc32 } from './crc32'
import { inflateDeflate64 } from './deflate64'
import type { Directory, Encryption, EntryRecord } from './directory'
import { prefixOf, suffixOf, tryPassword } from './zip-decryption'
import type { Decryption } from './zip-decryption'

const LOCAL_HEADER = 0x04034b50
const LOCAL_HEADER_BYTES = 30
export const STORED = 0
export const DEFLATED = 8
export const DEFLATED_64 = 9
const MiB = 1024 * 1024
/** Entries up to this size, compressed and not, are inflated in one go: far faster than a stream for the many small ones. */
const SMALL_BYTES = 4 * MiB
const READ_BYTES = 256 * 1024
/** The least that zlib takes for a piece of output. */
const LEAST_CHUNK_BYTES = 64
/** Entries up to this size, compressed, are read together with their local header. */
const NEAR_BYTES = 64 * 1024
/** What a local header mostly has beyond its name; should it have more, the rest is read by itself. */
const EXTRA_BYTES = 128

type Placed = { readonly start: number; readonly end: number; readonly problem: null } | { readonly problem: string }

/** Where the data of an entry lies in the archive, or what is wrong with the place. */
export const findEntryBytes = ({ bytes }: Pick<Directory, 'bytes'>, record: EntryRecord): Placed => {
  const header = readBytes(bytes, record.offset, LOCAL_HEADER_BYTES)
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_HEADER) {
    return { problem: 'it is not where the table of contents says' }
  }
  const start = record.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28)
  const end = start + record.compressedBytes
  return end > bytes.sizeBytes ? { problem: 'its data is cut off' } : { start, end, problem: null }
}

/** The archive as one entry is read from it: what is small is at hand after one read. */
const openNear = ({ bytes }: Directory, { name, offset, compressedBytes }: EntryRecord): ByteSource =>
  compressedBytes > NEAR_BYTES
    ? bytes
    : openWindow(bytes, offset, LOCAL_HEADER_BYTES + Buffer.byteLength(name.name) + EXTRA_BYTES + compressedBytes)

const corrupt = (reason: string, cause?: unknown): AppError =>
  new AppError('ARCHIVE_ENTRY_CORRUPT', { reason }, { cause })
const tooLong = (cause?: unknown): AppError => corrupt('it is larger than the archive says', cause)

const hasCode = (thrown: unknown, code: string): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === code

const isZlibError = (thrown: unknown): thrown is Error =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && thrown.code.startsWith('Z_')

const toEntryError = (thrown: unknown): unknown => {
  if (hasCode(thrown, 'ERR_BUFFER_TOO_LARGE')) return tooLong(thrown)
  return isZlibError(thrown) ? corrupt('its compressed data is damaged', thrown) : thrown
}

/** Counts and checks what goes by. */
const createCheck = (record: EntryRecord, sink: (chunk: Buffer) => void) => {
  const { encryption } = record
  const hasCrc = encryption?.kind !== 'aes' || encryption.hasCrc
  let sizeBytes = 0
  let checksum = 0
  return {
    take: (chunk: Buffer): void => {
      sizeBytes += chunk.length
      if (sizeBytes > record.sizeBytes) throw tooLong()
      checksum = crc32(chunk, checksum)
      sink(chunk)
    },
    finish: (): void => {
      if (sizeBytes < record.sizeBytes) throw corrupt('it is smaller than the archive says')
      if (hasCrc && checksum !== record.crc32) throw corrupt('its checksum does not match')
    },
  }
}

async function* readRange(
  bytes: ByteSource,
  { start, end }: { start: number; end: number },
  { signal, beat }: { signal: AbortSignal; beat: () => void },
): AsyncGenerator<Buffer> {
  for (let position = start; position < end;) {
    const chunk = readBytes(bytes, position, Math.min(READ_BYTES, end - position))
    if (chunk.length === 0) throw corrupt('its data is cut off')
    yield chunk
    position += chunk.length
    await breathe(signal, beat)
  }
}

type Range = { readonly start: number; readonly end: number }
export type InflationOptions = {
  readonly limits: Limits
  readonly signal: AbortSignal
  readonly beat: () => void
  readonly passwords: readonly string[]
}
type Take = (chunk: Buffer) => void

/** The compressed bytes of an entry, without what protects them. */
async function* readCompressed(
  bytes: ByteSource,
  range: Range,
  decryption: Decryption | null,
  options: InflationOptions,
): AsyncGenerator<Buffer> {
  for await (const chunk of readRange(bytes, range, options))
    yield decryption === null ? chunk : decryption.update(chunk)
}

const inflateChunks = async (chunks: AsyncGenerator<Buffer>, take: Take): Promise<void> => {
  await pipeline(chunks, createInflateRaw({ chunkSize: READ_BYTES }), async (inflated: AsyncIterable<Buffer>) => {
    for await (const chunk of inflated) take(chunk)
  })
}

/** One byte more than declared is let through, so that the count sees it and says what is wrong. Room for just that saves copying. */
const inflateWhole = (compressed: Buffer, sizeBytes: number): Buffer =>
  inflateRawSync(compressed, {
    maxOutputLength: sizeBytes + 1,
    chunkSize: Math.max(LEAST_CHUNK_BYTES, sizeBytes + 1),
  })

const readWhole = async (
  bytes: ByteSource,
  record: EntryRecord,
  range: Range,
  decryption: Decryption | null,
  options: InflationOptions,
  take: Take,
): Promise<void> => {
  const small = record.sizeBytes <= SMALL_BYTES && record.compressedBytes <= SMALL_BYTES
  if (record.method === DEFLATED_64) {
    await inflateDeflate64(openPart(bytes, range.start, range.end - range.start), record, options, take)
  } else if (small) {
    const data = readBytes(bytes, range.start, range.end - range.start)
    const plain = decryption === null ? data : decryption.update(data)
    take(record.method === DEFLATED ? inflateWhole(plain, record.sizeBytes) : plain)
  } else {
    const chunks = readCompressed(bytes, range, decryption, options)
    const takeAlive: Take = (chunk) => {
      take(chunk)
      options.beat()
      requireGoingOn(options.signal)
    }
    if (record.method === DEFLATED) await inflateChunks(chunks, takeAlive)
    else for await (const chunk of chunks) takeAlive(chunk)
  }
  options.beat()
}

const readWith = async (
  bytes: ByteSource,
  record: EntryRecord,
  { start, end }: Range,
  decryption: Decryption | null,
  options: InflationOptions,
  sink: Take,
): Promise<void> => {
  const { encryption } = record
  const range = { start: start + prefixOf(encryption), end: end - suffixOf(encryption) }
  const check = createCheck(record, sink)
  try {
    await readWhole(bytes, record, range, decryption, options, check.take)
  } catch (thrown) {
    throw toEntryError(thrown)
  }
  decryption?.finish(readBytes(bytes, range.end, suffixOf(encryption)))
  check.finish()
}

const isCorrupt = (thrown: unknown): boolean => thrown instanceof AppError && thrown.code === 'ARCHIVE_ENTRY_CORRUPT'

/** Reads with the password that opens the entry. What only seems to open it gives bytes that are damaged: then it is read to no end first. */
const readProtected = async (
  bytes: ByteSource,
  record: EntryRecord,
  place: Range,
  encryption: Encryption,
  options: InflationOptions,
  sink: Take,
): Promise<void> => {
  const { passwords } = options
  if (passwords.length === 0) throw new AppError('ARCHIVE_ENCRYPTED')
  const prefix = readBytes(bytes, place.start, prefixOf(encryption))
  const open = (password: string): Decryption | null => tryPassword(encryption, password, prefix)
  const fitting = passwords.filter((password) => open(password) !== null)
  for (const [index, password] of fitting.entries()) {
    try {
      if (index < fitting.length - 1) await readWith(bytes, record, place, open(password), options, () => undefined)
      return await readWith(bytes, record, place, open(password), options, sink)
    } catch (thrown) {
      const seemed = isCorrupt(thrown) && encryption.kind === 'zipcrypto'
      if (!seemed) throw thrown
    }
  }
  throw new AppError('PASSWORD_WRONG')
}

/**
 * Gives all bytes of an entry to `sink`, in order. The entry has passed the guards.
 * @throws ARCHIVE_ENTRY_CORRUPT, ARCHIVE_ENCRYPTED, PASSWORD_WRONG, and what `sink` throws
 */
export const inflateEntry = async (
  directory: Directory,
  record: EntryRecord,
  options: InflationOptions,
  sink: Take,
): Promise<void> => {
  requireGoingOn(options.signal)
  const bytes = openNear(directory, record)
  const place = findEntryBytes({ bytes }, record)
  if (place.problem !== null) throw corrupt(place.problem)
  const { encryption } = record
  if (encryption === null) await readWith(bytes, record, place, null, options, sink)
  else await readProtected(bytes, record, place, encryption, options, sink)
}
