/**
 * Owns making a file that OCR reads of one page of a TIFF file. Leptonica reads the first page of most; what it lacks (zip and JPEG
 * compression) is unpacked or taken out here. Refuses: tiles, separate planes and samples of other than 1, 8 or 16 bits in those.
 */
import { inflateSync } from 'node:zlib'
import { AppError } from '../../shared/errors'
import { encodePgm, grayOf, makeRaster, type Raster } from '../ocr/raster'
import { tiffTags, type TiffPage } from './tiff-directory'

const JPEG = 7
const ZIP = [8, 32_946]

const unsupported = (what: string): AppError =>
  new AppError('DOCUMENT_CORRUPT', { reason: `TIFF pictures with ${what} are not supported` })

/** The same file with this page as its first. */
const withFirst = (bytes: Buffer, offset: number): Uint8Array => {
  const copy = Buffer.from(bytes)
  if (bytes[0] === 0x49) copy.writeUInt32LE(offset, 4)
  else copy.writeUInt32BE(offset, 4)
  return copy
}

const stripsOf = (bytes: Buffer, { values }: TiffPage): Buffer[] => {
  const sizes = values(tiffTags.stripBytes)
  return values(tiffTags.stripOffsets).map((at, i) => bytes.subarray(at, at + (sizes[i] ?? 0)))
}

/** A JPEG file of its one strip and the tables that it shares. */
const jpegFile = (bytes: Buffer, page: TiffPage): Uint8Array => {
  const [strip, ...others] = stripsOf(bytes, page)
  if (!strip || others.length > 0) throw unsupported('JPEG in strips')
  const tables = Buffer.from(page.values(tiffTags.jpegTables))
  // The tables are a JPEG file of their own: without their end and the strip's beginning the two are one.
  return tables.length > 4 ? Buffer.concat([tables.subarray(0, -2), strip.subarray(2)]) : strip
}

type Layout = {
  readonly width: number
  readonly bits: number
  readonly samples: number
  readonly rowBytes: number
  readonly photometric: number
  readonly colors: readonly number[]
  readonly predictor: boolean
  readonly highByte: number
}

const layoutOf = (bytes: Buffer, { width, values }: TiffPage): Layout => {
  const [bits = 1] = values(tiffTags.bits)
  const [samples = 1] = values(tiffTags.samples)
  const [planar = 1] = values(tiffTags.planar)
  const [photometric = 1] = values(tiffTags.photometric)
  const [predictor = 1] = values(tiffTags.predictor)
  if (values(tiffTags.tileWidth).length > 0) throw unsupported('tiles')
  if (planar !== 1) throw unsupported('separate planes')
  if (![1, 8, 16].includes(bits) || samples > 8 || (predictor === 2 && bits !== 8) || predictor > 2)
    throw unsupported('such samples')
  return {
    width,
    bits,
    samples,
    rowBytes: Math.ceil((width * bits * samples) / 8),
    photometric,
    colors: values(tiffTags.colors),
    predictor: predictor === 2,
    highByte: bytes[0] === 0x49 ? 1 : 0,
  }
}

const undoPredictor = (row: Buffer, samples: number): void => {
  for (let i = samples; i < row.length; i += 1) row[i] = ((row[i] ?? 0) + (row[i - samples] ?? 0)) & 0xff
}

/** The brightness of pixel `x` of a row. */
const grayAt = (row: Buffer, x: number, layout: Layout): number => {
  const { bits, samples, photometric, colors, highByte } = layout
  const sample = (i: number): number => {
    if (bits === 1) return ((row[(x * samples + i) >> 3] ?? 0) >> (7 - ((x * samples + i) & 7))) & 1 ? 255 : 0
    return bits === 8 ? (row[x * samples + i] ?? 0) : (row[(x * samples + i) * 2 + highByte] ?? 0)
  }
  if (photometric === 2) return grayOf(sample(0), sample(1), sample(2))
  if (photometric === 3) {
    const index = bits === 1 ? sample(0) & 1 : sample(0)
    const count = colors.length / 3
    const part = (i: number): number => (colors[i * count + index] ?? 0) >> 8
    return grayOf(part(0), part(1), part(2))
  }
  // 0: white is zero; 5: inks, of which the darkest part is black enough.
  if (photometric === 0) return 255 - sample(0)
  return photometric === 5 ? 255 - Math.min(255, Math.max(sample(0), sample(1), sample(2)) + sample(3)) : sample(0)
}

/** A page whose strips are packed as in zip files. */
const unzipped = (bytes: Buffer, page: TiffPage): Raster => {
  const layout = layoutOf(bytes, page)
  const { width, rowBytes, samples } = layout
  const raster = makeRaster(width, page.height)
  let y = 0
  for (const strip of stripsOf(bytes, page)) {
    const room = (page.height - y) * rowBytes
    if (room <= 0) break
    // Not more than the page has, whatever the strip holds.
    const rows = inflateSync(strip, { maxOutputLength: room + rowBytes })
    for (let at = 0; at + rowBytes <= rows.length && y < page.height; at += rowBytes) {
      const row = rows.subarray(at, at + rowBytes)
      if (layout.predictor) undoPredictor(row, samples)
      for (let x = 0; x < width; x += 1) raster.gray[y * width + x] = grayAt(row, x, layout)
      y += 1
    }
  }
  return raster
}

/**
 * The page as a picture that OCR reads. Its size must have been checked.
 * @throws DOCUMENT_CORRUPT
 */
export const pictureOfTiff = (bytes: Buffer, page: TiffPage): Uint8Array => {
  const [compression = 1] = page.values(tiffTags.compression)
  try {
    if (compression === JPEG) return jpegFile(bytes, page)
    return ZIP.includes(compression) ? encodePgm(unzipped(bytes, page)) : withFirst(bytes, page.offset)
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw new AppError('DOCUMENT_CORRUPT', { reason }, { cause: thrown })
  }
}
