/**
 * Owns the directories of a TIFF file: its pages with what is needed to read them. Refuses: pixels; BigTIFF.
 */
import { AppError } from '../../shared/errors'

/** One picture in a TIFF file. */
export type TiffPage = {
  /** Where its directory stands in the file. */
  readonly offset: number
  readonly width: number
  readonly height: number
  /** As in Exif, 1–8. */
  readonly orientation: number
  readonly title: string | null
  /** The values of a tag; empty when it has none. */
  readonly values: (tag: number) => readonly number[]
}

export const tiffTags = {
  subfile: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  documentName: 269,
  description: 270,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planar: 284,
  predictor: 317,
  colors: 320,
  tileWidth: 322,
  jpegTables: 347,
} as const

/** A directory has some dozen entries. */
const MAX_ENTRIES = 4_096
/** Bytes of one value by its type; what is not here is not used. */
const typeBytes: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 13: 4 }

export const isTiff = (bytes: Buffer): boolean => ['II*\0', 'MM\0*'].includes(bytes.toString('latin1', 0, 4))

type Entry = { readonly type: number; readonly count: number; readonly at: number }

const readEntries = (bytes: Buffer, offset: number, u16: (at: number) => number, u32: (at: number) => number) => {
  const entries = new Map<number, Entry>()
  const count = Math.min(u16(offset), MAX_ENTRIES)
  for (let i = 0; i < count; i += 1) {
    const at = offset + 2 + i * 12
    const type = u16(at + 2)
    const size = typeBytes[type]
    const values = u32(at + 4)
    const place = size !== undefined && values * size > 4 ? u32(at + 8) : at + 8
    if (size !== undefined && place + values * size <= bytes.length)
      entries.set(u16(at), { type, count: values, at: place })
  }
  return { entries, next: u32(offset + 2 + u16(offset) * 12) }
}

/**
 * The pages of a TIFF file, without thumbnails; at most `limit` of them, and how many there are.
 * @throws DOCUMENT_CORRUPT
 */
export const readTiffPages = (bytes: Buffer, limit: number): { pages: TiffPage[]; total: number } => {
  const little = bytes[0] === 0x49
  const u16 = (at: number): number => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const u32 = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  const readers: Readonly<Record<number, (at: number) => number>> = { 2: u16, 4: u32 }
  const pages: TiffPage[] = []
  let total = 0
  // Directories are a chain, which hostile files close to a ring.
  const seen = new Set<number>()
  try {
    for (let offset = u32(4); offset !== 0 && !seen.has(offset);) {
      seen.add(offset)
      const { entries, next } = readEntries(bytes, offset, u16, u32)
      const values = (tag: number): number[] => {
        const entry = entries.get(tag)
        if (!entry) return []
        const size = typeBytes[entry.type] ?? 1
        const read = readers[size] ?? ((at: number) => bytes.readUInt8(at))
        return Array.from({ length: entry.count }, (_, i) => read(entry.at + i * size))
      }
      const textOf = (tag: number): string => Buffer.from(values(tag)).toString('utf8').split('\0', 1).join('').trim()
      const [width = 0] = values(tiffTags.width)
      const [height = 0] = values(tiffTags.height)
      const [subfile = 0] = values(tiffTags.subfile)
      // Bit 0: a smaller copy of another one.
      if (width > 0 && height > 0 && (subfile & 1) === 0) {
        total += 1
        const [orientation = 1] = values(tiffTags.orientation)
        const title = textOf(tiffTags.documentName) || textOf(tiffTags.description) || null
        if (pages.length < limit) pages.push({ offset, width, height, orientation, title, values })
      }
      offset = next
    }
  } catch (thrown) {
    // Cut off: the pages before are read.
    if (!(thrown instanceof RangeError)) throw thrown
  }
  if (total === 0) throw new AppError('DOCUMENT_CORRUPT', { reason: 'it has no picture that can be found' })
  return { pages, total }
}
