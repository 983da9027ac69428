/**
 * Owns random access to bytes, wherever they are: an open file, memory, or a part of another source.
 * Refuses: meaning. Reads are synchronous: they run on worker threads, where a hop through the event loop for each small read
 * costs ten times the read itself.
 */
import { closeSync, readSync } from 'node:fs'

export type ByteSource = {
  readonly sizeBytes: number
  /** Reads into `target`; fewer bytes than its length only at the end of the source. */
  readonly readInto: (target: Buffer, position: number) => number
  readonly close: () => void
}

/** The bytes of an open file; `close` closes the descriptor, once. */
export const openFileSource = (fd: number, sizeBytes: number): ByteSource => {
  let open = true
  return {
    sizeBytes,
    readInto: (target, position) => {
      let done = 0
      while (done < target.length) {
        const count = readSync(fd, target, done, target.length - done, position + done)
        if (count === 0) break
        done += count
      }
      return done
    },
    close: () => {
      if (!open) return
      open = false
      closeSync(fd)
    },
  }
}

export const openMemorySource = (bytes: Buffer): ByteSource => ({
  sizeBytes: bytes.length,
  readInto: (target, position) => (position >= bytes.length ? 0 : bytes.copy(target, 0, position)),
  close: () => undefined,
})

/** A part of another source, which stays its owner's to close. */
export const openPart = (source: ByteSource, start: number, sizeBytes: number): ByteSource => ({
  sizeBytes,
  readInto: (target, position) =>
    position >= sizeBytes ? 0 : source.readInto(target.subarray(0, sizeBytes - position), start + position),
  close: () => undefined,
})

/** The same bytes, of which `length` from `start` are read at once: for who then reads a few here and there. The source stays its owner's. */
export const openWindow = (source: ByteSource, start: number, length: number): ByteSource => {
  const window = readBytes(source, start, length)
  return {
    sizeBytes: source.sizeBytes,
    readInto: (target, position) => {
      const from = position - start
      const inside = from >= 0 && from + target.length <= window.length
      return inside ? window.copy(target, 0, from) : source.readInto(target, position)
    },
    close: () => undefined,
  }
}

/** Up to `length` bytes from `position`; fewer at the end. */
export const readBytes = (source: ByteSource, position: number, length: number): Buffer => {
  if (position < 0 || position >= source.sizeBytes) return Buffer.alloc(0)
  const bytes = Buffer.allocUnsafe(Math.min(length, source.sizeBytes - position))
  return bytes.subarray(0, source.readInto(bytes, position))
}
