/**
 * Owns undoing gzip, member by member: several of them are one file, and what is no member behind the last is not lost with it, as it is
 * when Node's own gunzip meets it. Refuses: inflating, which zlib does. Source: RFC 1952.
 */
import { createInflateRaw } from 'node:zlib'
import { AppError } from '../../shared/errors'
import { readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { breathe } from '../source/pace'
import type { ContainerOptions } from './container'
import { crc32 } from './crc32'

/** Compressed bytes at a time: a thousand times as many may come of them. */
const READ_BYTES = 16 * 1024
const OUTPUT_BYTES = 64 * 1024
const HEADER_BYTES = 10
const TRAILER_BYTES = 8
/** Enough for every header but those that hold a book. */
const MAX_HEADER_BYTES = 256 * 1024
const DEFLATE = 8
const CHECKED = 0x02
const EXTRA = 0x04
const NAME = 0x08
const COMMENT = 0x10

export type GzipHeader = {
  readonly sizeBytes: number
  readonly name: Buffer | null
  readonly modifiedMs: number | null
}

/** The header of the member at `start`; `null` when there is none. @throws ARCHIVE_TRUNCATED */
export const readGzipHeader = (source: ByteSource, start: number): GzipHeader | null => {
  const bytes = readBytes(source, start, MAX_HEADER_BYTES)
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== DEFLATE) return null
  const flags = bytes[3] ?? 0
  let at = HEADER_BYTES
  if ((flags & EXTRA) !== 0 && bytes.length >= at + 2) at += 2 + bytes.readUInt16LE(at)
  const passText = (flag: number): Buffer | null => {
    if ((flags & flag) === 0) return null
    const end = bytes.indexOf(0, at)
    if (end < 0) throw new AppError('ARCHIVE_TRUNCATED')
    const text = bytes.subarray(at, end)
    at = end + 1
    return text
  }
  const name = passText(NAME)
  passText(COMMENT)
  if ((flags & CHECKED) !== 0) at += 2
  if (at > bytes.length) throw new AppError('ARCHIVE_TRUNCATED')
  const seconds = bytes.readUInt32LE(4)
  return { sizeBytes: at, name, modifiedMs: seconds === 0 ? null : seconds * 1_000 }
}

const damaged = (reason: string, cause?: unknown): AppError => new AppError('ARCHIVE_CORRUPT', { reason }, { cause })

/**
 * Inflates what begins at `start`; returns where that ends.
 * @throws ARCHIVE_CORRUPT; ARCHIVE_TRUNCATED after everything that came out
 */
export async function* inflateFrom(
  source: ByteSource,
  start: number,
  { signal, beat }: ContainerOptions,
): AsyncGenerator<Buffer, number> {
  const inflate = createInflateRaw({ chunkSize: OUTPUT_BYTES })
  const state: { waiting: Buffer[]; failure: Error | null; ended: boolean } = {
    waiting: [],
    failure: null,
    ended: false,
  }
  // Not as an iteration over the stream, which forgets what it holds when it fails: of a file that is cut, that is the end.
  inflate.on('data', (chunk: Buffer) => state.waiting.push(chunk))
  const finished = new Promise<void>((resolve) => {
    inflate.on('error', (error) => {
      state.failure = error
      resolve()
    })
    inflate.on('end', () => {
      state.ended = true
      resolve()
    })
  })
  const take = (): Buffer[] => state.waiting.splice(0)
  try {
    for (let position = start; !state.ended;) {
      const piece = readBytes(source, position, READ_BYTES)
      position += piece.length
      if (piece.length === 0) inflate.end()
      await Promise.race([
        piece.length === 0 ? finished : new Promise<void>((resolve) => inflate.write(piece, () => resolve())),
        finished,
      ])
      yield* take()
      if (state.failure !== null)
        throw piece.length === 0
          ? new AppError('ARCHIVE_TRUNCATED', {}, { cause: state.failure })
          : damaged('its compressed data is damaged', state.failure)
      await breathe(signal, beat)
    }
    yield* take()
    return start + inflate.bytesWritten
  } finally {
    inflate.destroy()
  }
}

/** One member, whose header was read; returns where it ends. */
async function* decodeMember(
  source: ByteSource,
  start: number,
  options: ContainerOptions,
): AsyncGenerator<Buffer, number> {
  let checksum = 0
  let sizeBytes = 0
  const chunks = inflateFrom(source, start, options)
  try {
    for (;;) {
      const next = await chunks.next()
      if (next.done === true) {
        const trailer = readBytes(source, next.value, TRAILER_BYTES)
        if (trailer.length < TRAILER_BYTES) throw new AppError('ARCHIVE_TRUNCATED')
        const sound = trailer.readUInt32LE(0) === checksum && trailer.readUInt32LE(4) === sizeBytes % 2 ** 32
        if (!sound) throw damaged('its checksum does not match')
        return next.value + TRAILER_BYTES
      }
      checksum = crc32(next.value, checksum)
      sizeBytes += next.value.length
      yield next.value
    }
  } finally {
    await chunks.return(0)
  }
}

/**
 * All bytes of a gzip file; returns how many bytes behind its last member were not read.
 * @throws UNSUPPORTED_FORMAT, ARCHIVE_CORRUPT; ARCHIVE_TRUNCATED after everything that came out
 */
export async function* decodeGzip(source: ByteSource, options: ContainerOptions): AsyncGenerator<Buffer, number> {
  let position = 0
  for (;;) {
    const header = position < source.sizeBytes ? readGzipHeader(source, position) : null
    if (header === null && position === 0) throw new AppError('UNSUPPORTED_FORMAT', { kind: 'not gzip' })
    if (header === null) return source.sizeBytes - position
    position = yield* decodeMember(source, position + header.sizeBytes, options)
  }
}
