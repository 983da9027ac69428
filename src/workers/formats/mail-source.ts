/**
 * Owns random access to the bytes of an item that is a mail, and the envelope that Apple Mail puts around one.
 * Refuses: holding what is large; that is read from its file.
 */
import { openSync } from 'node:fs'
import { openFileSource, openMemorySource, openPart, readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import type { ItemBytes } from './format'

/** Larger items are read through their file. */
const MEMORY_BYTES = 8 * 1024 * 1024

/** The mail within an `.emlx` file: a line with its size, the mail, then a property list. Anything else is the mail itself. */
export const openMailPart = (source: ByteSource): ByteSource => {
  const match = /^(\d{1,12}) *\r?\n/.exec(readBytes(source, 0, 32).toString('latin1'))
  const sizeBytes = Number(match?.[1] ?? 0)
  const start = match?.[0].length ?? 0
  return sizeBytes > 0 && start + sizeBytes <= source.sizeBytes ? openPart(source, start, sizeBytes) : source
}

const WINDOW_BYTES = 256 * 1024

/**
 * Reads forward in small steps without copying: what is asked for is a view of a piece that is read once. Up to `length` bytes from
 * `position`, fewer at the end.
 */
export const createWindow = (source: ByteSource): ((position: number, length: number) => Buffer) => {
  let window: Buffer = Buffer.alloc(0)
  let start = 0
  return (position, length) => {
    const wanted = Math.max(0, Math.min(length, source.sizeBytes - position))
    if (position < start || position + wanted > start + window.length) {
      window = readBytes(source, position, Math.max(wanted, WINDOW_BYTES))
      start = position
    }
    return window.subarray(position - start, position - start + wanted)
  }
}

/** The bytes of an item. The caller closes them. */
export const openItemSource = async (item: ItemBytes): Promise<ByteSource> => {
  if (item.sizeBytes <= MEMORY_BYTES) return openMemorySource(await item.read())
  return openFileSource(openSync(await item.filePath(), 'r'), item.sizeBytes)
}
