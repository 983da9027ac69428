/**
 * Owns taking out of picture files what is no picture before they leave this computer: where and when it was taken, by whom, with what.
 * Refuses: decoding, and files that are not what they say: nobody knows what would go along.
 */
import type { PictureFile } from '../../shared/work'

const JPEG = { scan: 0xda, end: 0xd9, comment: 0xfe, firstApp: 0xe0, lastApp: 0xef, icc: 0xe2 }
/** Segments that say how colors are meant: JFIF, ICC, Adobe. */
const JPEG_KEPT: readonly number[] = [0xe0, JPEG.icc, 0xee]
const ICC_NAME = 'ICC_PROFILE'

const isJpegNote = (bytes: Buffer, marker: number, at: number): boolean => {
  if (marker === JPEG.comment) return true
  if (marker < JPEG.firstApp || marker > JPEG.lastApp) return false
  // Further pictures have theirs in segments of the same number.
  if (marker === JPEG.icc) return bytes.toString('latin1', at + 4, at + 4 + ICC_NAME.length) !== ICC_NAME
  return !JPEG_KEPT.includes(marker)
}

/** Where the data of a scan end: at the next marker that is none of theirs, or with the file; many a scanner leaves the end out. */
const skipScan = (bytes: Buffer, from: number): number => {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes.readUInt8(at + 1)
    const isOfScan = next === 0 || next === 0xff || (next >= 0xd0 && next <= 0xd7)
    if (!isOfScan) return at
  }
  return bytes.length
}

/** ISO/IEC 10918-1, B.1. What comes after its end (often further pictures, with notes of their own) goes too. */
const cutJpeg = (file: Uint8Array): Uint8Array | null => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const kept: Buffer[] = [bytes.subarray(0, 2)]
  for (let at = 2; at + 2 <= bytes.length;) {
    if (bytes.readUInt8(at) !== 0xff) return null
    const marker = bytes.readUInt8(at + 1)
    if (marker === JPEG.end) return Buffer.concat([...kept, bytes.subarray(at, at + 2)])
    // Any marker may have bytes of filling before it.
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (at + 4 > bytes.length) return null
    const segmentEnd = at + 2 + bytes.readUInt16BE(at + 2)
    if (segmentEnd > bytes.length || segmentEnd < at + 4) return null
    const end = marker === JPEG.scan ? skipScan(bytes, segmentEnd) : segmentEnd
    if (!isJpegNote(bytes, marker, at)) kept.push(bytes.subarray(at, end))
    if (marker === JPEG.scan && end === bytes.length) return Buffer.concat(kept)
    at = end
  }
  return null
}

const PNG_START_BYTES = 8
/** Length, name and check sum. */
const PNG_FRAME_BYTES = 12
const PNG_DROPPED: readonly string[] = ['eXIf', 'tEXt', 'zTXt', 'iTXt', 'tIME']

/** ISO/IEC 15948, 5.3. */
const cutPng = (file: Uint8Array): Uint8Array | null => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const kept: Uint8Array[] = [bytes.subarray(0, PNG_START_BYTES)]
  for (let at = PNG_START_BYTES; at + PNG_FRAME_BYTES <= bytes.length;) {
    const end = at + PNG_FRAME_BYTES + bytes.readUInt32BE(at)
    if (end > bytes.length) return null
    const name = bytes.toString('latin1', at + 4, at + 8)
    if (!PNG_DROPPED.includes(name)) kept.push(bytes.subarray(at, end))
    if (name === 'IEND') return Buffer.concat(kept)
    at = end
  }
  return null
}

const RIFF_START_BYTES = 12
/** Name and length; contents of an odd length are padded. */
const RIFF_FRAME_BYTES = 8
const WEBP_DROPPED: readonly string[] = ['EXIF', 'XMP ']
/** Where the extended header says whether there are such chunks: of its flags. */
const WEBP_FLAGS = { chunk: 'VP8X', notes: 0x08 | 0x04 }

/** RFC 9649, 2.3-2.7. What comes after the length that the file tells is no part of it, and goes too. */
const cutWebp = (file: Uint8Array): Uint8Array | null => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (bytes.length < RIFF_START_BYTES) return null
  const wholeEnd = RIFF_FRAME_BYTES + bytes.readUInt32LE(4)
  if (wholeEnd > bytes.length || wholeEnd < RIFF_START_BYTES) return null
  const kept: Buffer[] = []
  let at = RIFF_START_BYTES
  while (at < wholeEnd) {
    if (at + RIFF_FRAME_BYTES > wholeEnd) return null
    const sizeBytes = bytes.readUInt32LE(at + 4)
    const contentEnd = at + RIFF_FRAME_BYTES + sizeBytes
    if (contentEnd > wholeEnd) return null
    // Some writers forget the padding of the last chunk.
    const end = Math.min(contentEnd + (sizeBytes % 2), wholeEnd)
    const name = bytes.toString('latin1', at, at + 4)
    if (!WEBP_DROPPED.includes(name)) kept.push(withoutFlags(name, bytes.subarray(at, end)))
    at = end
  }
  const body = Buffer.concat(kept)
  const start = Buffer.from(bytes.subarray(0, RIFF_START_BYTES))
  start.writeUInt32LE(RIFF_START_BYTES - RIFF_FRAME_BYTES + body.length, 4)
  return Buffer.concat([start, body])
}

/** A reader that is told of notes would look for them. */
const withoutFlags = (name: string, chunk: Buffer): Buffer => {
  if (name !== WEBP_FLAGS.chunk || chunk.length <= RIFF_FRAME_BYTES) return chunk
  const changed = Buffer.from(chunk)
  changed.writeUInt8(changed.readUInt8(RIFF_FRAME_BYTES) & ~WEBP_FLAGS.notes, RIFF_FRAME_BYTES)
  return changed
}

const GIF = { extension: 0x21, image: 0x2c, end: 0x3b, comment: 0xfe, application: 0xff }
const GIF_START_BYTES = 13
/** Introducer, place, size and flags of a picture. */
const GIF_IMAGE_BYTES = 10
const GIF_APPLICATION_BYTES = 11
/** How often an animation is shown; everything else that programs write beside a picture goes. */
const GIF_KEPT_APPLICATIONS: readonly string[] = ['NETSCAPE2.0', 'ANIMEXTS1.0']

const colorTableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 << ((flags & 0x07) + 1))

/** Where a row of sub-blocks ends, behind its terminator; `null` when the file ends before it. */
const skipSubBlocks = (bytes: Buffer, from: number): number | null => {
  for (let at = from; at < bytes.length;) {
    const sizeBytes = bytes.readUInt8(at)
    at += 1 + sizeBytes
    if (sizeBytes === 0) return at
  }
  return null
}

/** Graphics Interchange Format 89a, 17-27. */
const cutGif = (file: Uint8Array): Uint8Array | null => {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (bytes.length < GIF_START_BYTES) return null
  let at = GIF_START_BYTES + colorTableBytes(bytes.readUInt8(10))
  const kept: Buffer[] = [bytes.subarray(0, at)]
  while (at < bytes.length) {
    const block = bytes.readUInt8(at)
    if (block === GIF.end) return Buffer.concat([...kept, bytes.subarray(at, at + 1)])
    const end =
      block === GIF.image ? endOfGifImage(bytes, at) : block === GIF.extension ? skipSubBlocks(bytes, at + 2) : null
    if (end === null) return null
    if (block === GIF.image || !isGifNote(bytes, at)) kept.push(bytes.subarray(at, end))
    at = end
  }
  return null
}

const endOfGifImage = (bytes: Buffer, at: number): number | null =>
  at + GIF_IMAGE_BYTES > bytes.length
    ? null
    : // The size of codes comes before the sub-blocks.
      skipSubBlocks(bytes, at + GIF_IMAGE_BYTES + colorTableBytes(bytes.readUInt8(at + GIF_IMAGE_BYTES - 1)) + 1)

const isGifNote = (bytes: Buffer, at: number): boolean => {
  const label = bytes.readUInt8(at + 1)
  if (label === GIF.comment) return true
  if (label !== GIF.application) return false
  const name = bytes.toString('latin1', at + 3, at + 3 + GIF_APPLICATION_BYTES)
  return bytes.readUInt8(at + 2) !== GIF_APPLICATION_BYTES || !GIF_KEPT_APPLICATIONS.includes(name)
}

const cutters: Readonly<Record<PictureFile['type'], (file: Uint8Array) => Uint8Array | null>> = {
  'image/jpeg': cutJpeg,
  'image/png': cutPng,
  'image/webp': cutWebp,
  'image/gif': cutGif,
}

/** The same picture without what cameras and programs wrote beside it; `null` when the file cannot be followed to its end. */
export const withoutNotes = (file: Uint8Array, type: PictureFile['type']): Uint8Array | null => cutters[type](file)
