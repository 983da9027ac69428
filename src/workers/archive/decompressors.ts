/**
 * Owns undoing the compression of a whole file: one row for each kind. Refuses: limits, which belong to who takes the bytes.
 */
import { ReadableStream } from 'node:stream/web'
import type { ReadableStreamDefaultReader } from 'node:stream/web'
import { AppError } from '../../shared/errors'
import { readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { breathe } from '../source/pace'
import { decodeBzip2 } from './bzip2-decoder'
import type { ContainerOptions } from './container'
import { decodeGzip } from './gzip-decoder'
import { decodeZstd } from './zstd-decoder'

/** Compressed bytes at a time: a thousand times as many may come of them. */
const READ_BYTES = 16 * 1024

/**
 * Gives what comes out in order; at its end, how many bytes behind the compressed ones were not read.
 * @throws UNSUPPORTED_FORMAT, ARCHIVE_METHOD, ARCHIVE_CORRUPT; ARCHIVE_TRUNCATED after everything that is whole
 */
export type Decompress = (source: ByteSource, options: ContainerOptions) => AsyncGenerator<Buffer, number>

const damaged = (cause: unknown): AppError =>
  new AppError('ARCHIVE_CORRUPT', { reason: 'its compressed data is damaged' }, { cause })

async function* readPieces(source: ByteSource, { signal, beat }: ContainerOptions): AsyncGenerator<Buffer, void> {
  for (let position = 0; position < source.sizeBytes;) {
    const piece = readBytes(source, position, READ_BYTES)
    if (piece.length === 0) throw new AppError('FILE_CHANGED')
    yield piece
    position += piece.length
    await breathe(signal, beat)
  }
}

async function* decodeBlocks(source: ByteSource, { signal, beat }: ContainerOptions): AsyncGenerator<Buffer, number> {
  const chunks = decodeBzip2(source)
  for (let next = chunks.next(); ; next = chunks.next()) {
    if (next.done === true) return next.value
    yield next.value
    await breathe(signal, beat)
  }
}

/** Return values of xz-embedded that say more than that the data is damaged. */
const xzErrors: Readonly<Record<string, () => AppError>> = {
  '2': () => new AppError('ARCHIVE_METHOD', { method: 'xz with an unknown checksum' }),
  '3': () => new AppError('ARCHIVE_METHOD', { method: 'xz with a very large dictionary' }),
  '4': () => new AppError('ARCHIVE_METHOD', { method: 'xz with a very large dictionary' }),
  '6': () => new AppError('ARCHIVE_METHOD', { method: 'xz with a filter for programs' }),
  '8': () => new AppError('ARCHIVE_TRUNCATED'),
}

async function* decodeXz(source: ByteSource, options: ContainerOptions): AsyncGenerator<Buffer, number> {
  const { XzReadableStream } = await import('xz-decompress')
  const pieces = readPieces(source, options)
  const compressed = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const next = await pieces.next()
      if (next.done === true) controller.close()
      else controller.enqueue(next.value)
    },
  })
  const reader: ReadableStreamDefaultReader<Uint8Array> = new XzReadableStream(compressed).getReader()
  let open = true
  try {
    for (;;) {
      const next = await reader.read()
      if (next.done) break
      const { value } = next
      if (value.length > 0) yield Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    }
    open = false
    // What is no stream behind the last one is an error to it.
    return 0
  } catch (thrown) {
    open = false
    if (thrown instanceof AppError) throw thrown
    const code = /error code (\d+)/.exec(thrown instanceof Error ? thrown.message : '')?.[1] ?? ''
    throw xzErrors[code]?.() ?? damaged(thrown)
  } finally {
    // Only one at a time is undone in a thread: given back, or the next one waits for ever.
    if (open) await reader.cancel()
  }
}

export const decompressors = {
  gzip: decodeGzip,
  bzip2: decodeBlocks,
  xz: decodeXz,
  zstd: decodeZstd,
} as const satisfies Record<string, Decompress>

export type CompressedKind = keyof typeof decompressors
