/**
 * Owns walking the frames and blocks of a Zstandard file, its window and its checksums. Refuses: decoding a block, which fzstd does, and
 * windows larger than the zstd program takes without being told to.
 * Source: RFC 8878, 3.1.
 */
import { AppError } from '../../shared/errors'
import { readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { breathe } from '../source/pace'
import type { ContainerOptions } from './container'

const FRAME_MARK = 0xfd2fb528
const SKIPPED_MARK = 0x184d2a50
const SKIPPED_MASK = 0xfffffff0
const MAX_HEADER_BYTES = 18
const BLOCK_HEADER_BYTES = 3
const CHECKSUM_BYTES = 4
const MAX_BLOCK_BYTES = 128 * 1024
const MAX_WINDOW_BYTES = 128 * 1024 * 1024
const BREATHE_BLOCKS = 8
const REPEATED = 1
const RESERVED = 3

type FrameHeader = { readonly sizeBytes: number; readonly windowBytes: number; readonly hasChecksum: boolean }

const readLittle = (bytes: Buffer, at: number, length: number): number => {
  let value = 0
  for (let offset = length - 1; offset >= 0; offset -= 1) value = value * 256 + (bytes[at + offset] ?? 0)
  return value
}

const parseFrameHeader = (bytes: Buffer): FrameHeader => {
  const descriptor = bytes[4] ?? 0
  const single = (descriptor & 0x20) !== 0
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0
  const contentFlag = descriptor >>> 6
  const contentBytes = contentFlag === 0 ? (single ? 1 : 0) : 2 ** contentFlag
  const afterWindow = single ? 5 : 6
  const sizeBytes = afterWindow + dictionaryBytes + contentBytes
  if (bytes.length < sizeBytes) throw new AppError('ARCHIVE_TRUNCATED')
  if (readLittle(bytes, afterWindow, dictionaryBytes) !== 0)
    throw new AppError('ARCHIVE_METHOD', { method: 'Zstandard with a dictionary of its own' })
  const contentSize = readLittle(bytes, afterWindow + dictionaryBytes, contentBytes) + (contentFlag === 1 ? 256 : 0)
  const window = bytes[5] ?? 0
  const base = 2 ** (10 + (window >>> 3))
  const windowBytes = single ? contentSize : base + (base / 8) * (window & 7)
  return { sizeBytes, windowBytes, hasChecksum: (descriptor & 4) !== 0 }
}

const damaged = (cause?: unknown): AppError =>
  new AppError('ARCHIVE_CORRUPT', { reason: 'its compressed data is damaged' }, { cause })

/** Exactly so many bytes. @throws ARCHIVE_TRUNCATED */
const readAll = (source: ByteSource, position: number, length: number): Buffer => {
  const bytes = readBytes(source, position, length)
  if (bytes.length < length) throw new AppError('ARCHIVE_TRUNCATED')
  return bytes
}

/** One frame, whose mark has been seen; returns where it ends. */
async function* decodeFrame(
  source: ByteSource,
  start: number,
  { signal, beat }: ContainerOptions,
): AsyncGenerator<Buffer, number> {
  const header = parseFrameHeader(readBytes(source, start, MAX_HEADER_BYTES))
  if (header.windowBytes > MAX_WINDOW_BYTES)
    throw new AppError('ARCHIVE_METHOD', { method: 'Zstandard with a window of more than 128 MiB' })
  const [{ Decompress }, { default: loadHashes }] = await Promise.all([import('fzstd'), import('xxhash-wasm')])
  const hash = header.hasChecksum ? (await loadHashes()).create64() : null
  let waiting: Buffer[] = []
  const decoder = new Decompress((chunk) => {
    // The decoder goes on writing where it gave bytes from.
    if (chunk.length > 0) waiting.push(Buffer.from(chunk))
  })
  const push = (bytes: Buffer, last: boolean): void => {
    try {
      decoder.push(bytes, last)
    } catch (thrown) {
      throw damaged(thrown)
    }
  }
  push(readAll(source, start, header.sizeBytes), false)
  let position = start + header.sizeBytes
  for (let blocks = 1; ; blocks += 1) {
    const block = readLittle(readAll(source, position, BLOCK_HEADER_BYTES), 0, BLOCK_HEADER_BYTES)
    const last = (block & 1) === 1
    const type = (block >>> 1) & 3
    const dataBytes = type === REPEATED ? 1 : block >>> 3
    if (type === RESERVED || block >>> 3 > MAX_BLOCK_BYTES) throw damaged()
    const tail = last && header.hasChecksum ? CHECKSUM_BYTES : 0
    const length = BLOCK_HEADER_BYTES + dataBytes
    push(readAll(source, position, length), false)
    position += length
    if (last) push(tail === 0 ? Buffer.alloc(0) : readAll(source, position, tail), true)
    for (const chunk of waiting) {
      hash?.update(chunk)
      yield chunk
    }
    waiting = []
    if (last) {
      const stated = tail === 0 ? 0 : readLittle(readAll(source, position, tail), 0, tail)
      if (hash !== null && Number(hash.digest() & 0xffffffffn) !== stated)
        throw new AppError('ARCHIVE_CORRUPT', { reason: 'a checksum in it does not match' })
      return position + tail
    }
    if (blocks % BREATHE_BLOCKS === 0) await breathe(signal, beat)
  }
}

/**
 * All bytes of a Zstandard file, of several frames after each other, too. What is no frame after the first ends it: returns how many
 * bytes that are.
 * @throws UNSUPPORTED_FORMAT, ARCHIVE_METHOD, ARCHIVE_CORRUPT; ARCHIVE_TRUNCATED after every whole block
 */
export async function* decodeZstd(source: ByteSource, options: ContainerOptions): AsyncGenerator<Buffer, number> {
  for (let position = 0; position < source.sizeBytes;) {
    const mark = readLittle(readBytes(source, position, 4), 0, 4)
    if ((mark & SKIPPED_MASK) >>> 0 === SKIPPED_MARK) position += 8 + readLittle(readAll(source, position + 4, 4), 0, 4)
    else if (mark === FRAME_MARK) position = yield* decodeFrame(source, position, options)
    else if (position === 0) throw new AppError('UNSUPPORTED_FORMAT', { kind: 'not Zstandard' })
    else return source.sizeBytes - position
    await breathe(options.signal, options.beat)
  }
  return 0
}
