/**
 * Owns the headers of pictures: size in pixels, number of frames, orientation, title, and where the first of several ends; nothing is decoded
 * for it.
 * Refuses: pixels; TIFF, which has a file of its own.
 */
import { AppError } from '../../shared/errors'

export type ImageHeader = {
  readonly width: number
  readonly height: number
  /** Pictures of an animation; 1 for all others. */
  readonly frames: number
  /** As in Exif, 1–8. */
  readonly orientation: number
  readonly title: string | null
}

type Size = { width: number; height: number }
const plain = ({ width, height }: Size): ImageHeader => ({ width, height, frames: 1, orientation: 1, title: null })

/** Reads a header; `null` when it goes on beyond these bytes. Reading past the end throws a RangeError. */
type Reader = { readonly starts: (bytes: Buffer) => boolean; readonly read: (bytes: Buffer) => ImageHeader | null }

const isAt = (bytes: Buffer, at: number, text: string): boolean =>
  bytes.toString('latin1', at, at + text.length) === text

const readPng = (bytes: Buffer): ImageHeader | null => {
  const size = { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
  let title: string | null = null
  let frames = 1
  // What says something of the picture comes before its pixels.
  for (let at = 33; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32BE(at)
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (type === 'IDAT') break
    if (type === 'acTL') frames = bytes.readUInt32BE(at + 8)
    if (type === 'tEXt' && isAt(bytes, at + 8, 'Title\0')) title = bytes.toString('latin1', at + 14, at + 8 + length)
    at += 12 + length
  }
  return { ...plain(size), frames, title }
}

/** The orientation that an Exif block tells; 1 when it tells none. */
const exifOrientation = (block: Buffer): number => {
  if (!isAt(block, 0, 'Exif\0\0')) return 1
  const tiff = block.subarray(6)
  const little = isAt(tiff, 0, 'II')
  const u16 = (at: number): number => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const u32 = (at: number): number => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at))
  try {
    const directory = u32(4)
    for (let i = 0; i < Math.min(u16(directory), 200); i += 1) {
      const at = directory + 2 + i * 12
      if (u16(at) === 274) return u16(at + 8)
    }
  } catch (thrown) {
    // A damaged Exif block costs the orientation, not the picture.
    if (!(thrown instanceof RangeError)) throw thrown
  }
  return 1
}

/** Markers that begin a frame: all of SOF0–SOF15 but DHT, JPG and DAC. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

const readJpeg = (bytes: Buffer): ImageHeader | null => {
  let orientation = 1
  for (let at = 2; at + 9 <= bytes.length;) {
    if (bytes[at] !== 0xff) throw new RangeError('no marker')
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += marker === 0xff ? 1 : 2
      continue
    }
    if (isFrame(marker)) {
      const size = { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }
      return { ...plain(size), orientation }
    }
    const length = bytes.readUInt16BE(at + 2)
    if (length < 2) throw new RangeError('a marker without length')
    if (marker === 0xe1) orientation = exifOrientation(bytes.subarray(at + 4, at + 2 + length))
    at += 2 + length
  }
  return null
}

/** Where the run of sub-blocks at `at` ends. */
const skipBlocks = (bytes: Buffer, at: number): number => {
  let next = at
  for (let length = bytes.readUInt8(next); length > 0; length = bytes.readUInt8(next)) next += length + 1
  return next + 1
}

/** Whether these are the first bytes of a GIF file. */
export const isGif = (bytes: Buffer): boolean => isAt(bytes, 0, 'GIF8')

const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1))

const readGif = (bytes: Buffer): ImageHeader | null => {
  const screen = { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
  let frames = 0
  try {
    for (let at = 13 + tableBytes(bytes.readUInt8(10)); bytes.readUInt8(at) !== 0x3b;) {
      if (bytes[at] === 0x2c) {
        frames += 1
        screen.width = Math.max(screen.width, bytes.readUInt16LE(at + 5))
        screen.height = Math.max(screen.height, bytes.readUInt16LE(at + 7))
        at = skipBlocks(bytes, at + 11 + tableBytes(bytes.readUInt8(at + 9)))
      } else at = skipBlocks(bytes, at + 2)
    }
  } catch (thrown) {
    // Cut off, or more than the first bytes are needed to count.
    if (!(thrown instanceof RangeError)) throw thrown
    if (frames === 0) return null
  }
  return { ...plain(screen), frames: Math.max(1, frames) }
}

/**
 * A GIF file with its first picture alone; the same where it has none that is whole. Whoever decodes the file decodes every picture in it to show
 * one, and a thousand large ones take no more than some bytes each.
 */
export const firstPictureOfGif = (bytes: Buffer): Buffer => {
  try {
    for (let at = 13 + tableBytes(bytes.readUInt8(10)); bytes.readUInt8(at) !== 0x3b;) {
      const isPicture = bytes[at] === 0x2c
      at = skipBlocks(bytes, isPicture ? at + 11 + tableBytes(bytes.readUInt8(at + 9)) : at + 2)
      if (isPicture) return Buffer.concat([bytes.subarray(0, at), Buffer.of(0x3b)])
    }
  } catch (thrown) {
    // What is cut off in its first picture has no others.
    if (!(thrown instanceof RangeError)) throw thrown
  }
  return bytes
}

const readBmp = (bytes: Buffer): ImageHeader | null => {
  const old = bytes.readUInt32LE(14) === 12
  const width = old ? bytes.readUInt16LE(18) : Math.abs(bytes.readInt32LE(18))
  const height = old ? bytes.readUInt16LE(20) : Math.abs(bytes.readInt32LE(22))
  return plain({ width, height })
}

const readWebp = (bytes: Buffer): ImageHeader | null => {
  if (isAt(bytes, 12, 'VP8 '))
    return plain({ width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff })
  if (isAt(bytes, 12, 'VP8L')) {
    const bits = bytes.readUInt32LE(21)
    return plain({ width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 })
  }
  if ((bytes.readUInt8(20) & 2) !== 0) throw new AppError('UNSUPPORTED_FORMAT', { kind: 'animated webp' })
  return plain({ width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 })
}

const PNM_START = /^P([1-6])(?:\s|#[^\n]*\n)+(\d{1,9})(?:\s|#[^\n]*\n)+(\d{1,9})\s/
const readPnm = (bytes: Buffer): ImageHeader | null => {
  const match = PNM_START.exec(bytes.toString('latin1', 0, 2_048))
  return match ? plain({ width: Number(match[2]), height: Number(match[3]) }) : null
}

/** Whether this is a PBM, PGM or PPM file, as `binary` or written in digits: it has no other signature. */
export const pnmKind = (head: Buffer): 'binary' | 'digits' | null => {
  const kind = Number(PNM_START.exec(head.toString('latin1', 0, 2_048))?.[1] ?? 0)
  return kind === 0 ? null : kind > 3 ? 'binary' : 'digits'
}

const readers: readonly Reader[] = [
  { starts: (bytes) => isAt(bytes, 1, 'PNG\r\n'), read: readPng },
  { starts: (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8, read: readJpeg },
  { starts: (bytes) => isGif(bytes), read: readGif },
  { starts: (bytes) => isAt(bytes, 0, 'BM'), read: readBmp },
  { starts: (bytes) => isAt(bytes, 0, 'RIFF') && isAt(bytes, 8, 'WEBP'), read: readWebp },
  { starts: (bytes) => pnmKind(bytes) !== null, read: readPnm },
]

/**
 * The header of the picture that begins with these bytes; `null` when more of them are needed.
 * @throws DOCUMENT_CORRUPT, UNSUPPORTED_FORMAT
 */
export const readImageHeader = (bytes: Buffer, complete: boolean): ImageHeader | null => {
  const corrupt = (reason: string): AppError => new AppError('DOCUMENT_CORRUPT', { reason })
  let header: ImageHeader | null = null
  try {
    header = readers.find(({ starts }) => starts(bytes))?.read(bytes) ?? null
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
  }
  if (header === null && !complete) return null
  if (header === null) throw corrupt('its header is damaged')
  if (header.width < 1 || header.height < 1) throw corrupt('it has no pixels')
  return header
}
