/**
 * Owns turning one entry into its bytes: found by its local header, inflated, counted, its checksum compared.
 * Refuses: more bytes than the entry declared (and declared bytes are held against every limit first), and keeping them.
 */
import { pipeline } from 'node:stream/promises'
import { createInflateRaw, inflateRawSync } from 'node:zlib'
import { AppError } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import { readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { breathe, requireGoingOn } from '../source/pace'
import { crc32 } from './crc32'
import type { Directory, EntryRecord } from './directory'

const LOCAL_HEADER = 0x04034b50
const LOCAL_HEADER_BYTES = 30
const DEFLATED = 8
const MiB = 1024 * 1024
/** Entries up to this size, compressed and not, are inflated in one go: far faster than a stream for the many small ones. */
const SMALL_BYTES = 4 * MiB
const READ_BYTES = 256 * 1024

type Placed = { readonly start: number; readonly end: number; readonly problem: null } | { readonly problem: string }

/** Where the data of an entry lies in the archive, or what is wrong with the place. */
export const findEntryBytes = ({ bytes }: Directory, record: EntryRecord): Placed => {
  const header = readBytes(bytes, record.offset, LOCAL_HEADER_BYTES)
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_HEADER) {
    return { problem: 'it is not where the table of contents says' }
  }
  const start = record.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28)
  const end = start + record.compressedBytes
  return end > bytes.sizeBytes ? { problem: 'its data is cut off' } : { start, end, problem: null }
}

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
      if (checksum !== record.crc32) throw corrupt('its checksum does not match')
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

export type InflationOptions = { readonly limits: Limits; readonly signal: AbortSignal; readonly beat: () => void }

/**
 * Gives all bytes of an entry to `sink`, in order. The entry has passed `judgeEntry`.
 * @throws ARCHIVE_ENTRY_CORRUPT, and what `sink` throws
 */
export const inflateEntry = async (
  directory: Directory,
  record: EntryRecord,
  options: InflationOptions,
  sink: (chunk: Buffer) => void,
): Promise<void> => {
  const { signal, beat } = options
  requireGoingOn(signal)
  const place = findEntryBytes(directory, record)
  if (place.problem !== null) throw corrupt(place.problem)
  const check = createCheck(record, sink)
  const deflated = record.method === DEFLATED
  const small = record.sizeBytes <= SMALL_BYTES && record.compressedBytes <= SMALL_BYTES
  try {
    if (small) {
      const data = readBytes(directory.bytes, place.start, record.compressedBytes)
      // One byte more than declared is let through, so that the count sees it and says what is wrong.
      check.take(deflated ? inflateRawSync(data, { maxOutputLength: record.sizeBytes + 1 }) : data)
      beat()
    } else if (deflated) {
      await pipeline(
        readRange(directory.bytes, place, options),
        createInflateRaw({ chunkSize: READ_BYTES }),
        async (chunks: AsyncIterable<Buffer>) => {
          for await (const chunk of chunks) {
            check.take(chunk)
            beat()
            requireGoingOn(signal)
          }
        },
      )
    } else {
      for await (const chunk of readRange(directory.bytes, place, options)) check.take(chunk)
    }
  } catch (thrown) {
    throw toEntryError(thrown)
  }
  check.finish()
}
