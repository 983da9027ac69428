/**
 * Owns pictures as they are given to a model that reads them, and the text that comes back as blocks.
 * Refuses: sending them (the engine does), and decoding: what models do not read is left to OCR.
 */
import { deflateSync } from 'node:zlib'
import type { Limits } from '../../shared/limits'
import type { Block, PictureFile, Warning } from '../../shared/work'
import { crc32 } from '../archive/crc32'
import { makeBlock, type FormatContext } from '../formats/format'
import { withoutNotes } from './bare-picture'
import { shrink, type Raster } from './raster'

/** With its base64 a request stays below what servers take. */
const MAX_FILE_BYTES = 12 * 1024 * 1024

const PNG_START = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

const part = (type: string, content: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const around = Buffer.alloc(8)
  around.writeUInt32BE(content.length, 0)
  around.writeUInt32BE(crc32(body) >>> 0, 4)
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)])
}

/** A gray picture as a PNG file (ISO/IEC 15948). */
export const encodePng = ({ width, height, gray }: Raster): Uint8Array => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits of gray; rows as they are.
  header.set([8, 0, 0, 0, 0], 8)
  const rows = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y += 1) rows.set(gray.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
  return Buffer.concat([
    PNG_START,
    part('IHDR', header),
    part('IDAT', deflateSync(rows)),
    part('IEND', new Uint8Array(0)),
  ])
}

/** The picture of a page, no larger than a model looks at. */
export const pictureOfRaster = (raster: Raster, limits: Limits): PictureFile => {
  const factor = Math.ceil(Math.sqrt((raster.width * raster.height) / limits['vision.pixels']))
  const smaller = shrink(raster, factor)
  return { type: 'image/png', bytes: encodePng(smaller), width: smaller.width, height: smaller.height, turn: 0 }
}

const startsWith = (bytes: Uint8Array, ...start: readonly number[]): boolean =>
  start.every((byte, at) => bytes[at] === byte)

const typeOf = (bytes: Uint8Array): PictureFile['type'] | null => {
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47)) return 'image/png'
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (startsWith(bytes, 0x47, 0x49, 0x46, 0x38)) return 'image/gif'
  return startsWith(bytes, 0x52, 0x49, 0x46, 0x46) && startsWith(bytes.subarray(8), 0x57, 0x45, 0x42, 0x50)
    ? 'image/webp'
    : null
}

/** Degrees clockwise by Exif orientation; mirrored ones are turned only. */
const TURNS = [0, 0, 180, 180, 90, 90, 270, 270] as const

/** The gray values of a PGM file of ours (raster.ts). */
const readPgm = (file: Uint8Array, width: number, height: number): Raster | null => {
  const start = file.length - width * height
  return startsWith(file, 0x50, 0x35) && start > 0 ? { width, height, gray: file.subarray(start) } : null
}

/** A picture as a model takes it; a sentence why not, where it does not. */
export const pictureOfFile = (
  file: Uint8Array,
  { width, height, orientation }: { width: number; height: number; orientation: number },
  limits: Limits,
): PictureFile | string => {
  const turn = TURNS[orientation - 1] ?? 0
  const raster = readPgm(file, width, height)
  if (raster) return { ...pictureOfRaster(raster, limits), turn }
  const type = typeOf(file)
  if (type === null) return 'models read PNG, JPEG, WebP and GIF only'
  if (file.length > MAX_FILE_BYTES) return 'the file is too large to be sent'
  const bytes = withoutNotes(file, type)
  return bytes === null ? 'the file is damaged' : { type, bytes, width, height, turn }
}

const RULE = /^\|?[\s:|-]+\|?$/

const HEADING = /^#{1,6}\s+(\S.*)$/

/** The text of a heading in Markdown, without signs at its end; `null` when the line is none. Linear in its length, whatever a model writes. */
const headingIn = (line: string): string | null => {
  const text = HEADING.exec(line)?.[1]
  if (text === undefined) return null
  let end = text.length
  while (end > 0 && text[end - 1] === '#') end -= 1
  return text.slice(0, end).trimEnd()
}

/** A transcript in Markdown as blocks: headings, rows of tables, items of lists, paragraphs. */
export const blocksOfTranscript = (text: string, headings: readonly string[], page: number | null): Block[] => {
  const blocks: (Block | null)[] = []
  let lines: string[] = []
  const close = (): void => {
    if (lines.length > 0) blocks.push(makeBlock('paragraph', lines.join('\n'), headings, page))
    lines = []
  }
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim()
    const heading = headingIn(line)
    const item = /^(?:[-*+]|\d{1,4}[.)])\s+(\S.*)$/.exec(line)
    const isRow = line.startsWith('|') && line.length > 1
    if (line !== '' && heading === null && !item && !isRow) {
      lines.push(line)
      continue
    }
    close()
    if (heading !== null) blocks.push(makeBlock('heading', heading, headings, page))
    else if (item) blocks.push(makeBlock('list-item', line, headings, page))
    else if (isRow && !RULE.test(line)) {
      const cells = line.replace(/^\||\|$/g, '').split('|')
      blocks.push(makeBlock('table-row', cells.map((cell) => cell.trim()).join(' | '), headings, page))
    }
  }
  close()
  return blocks.filter((block): block is Block => block !== null)
}

export type FigurePlace = {
  /** `null` where the document has none. */
  readonly page: number | null
  /** What its pages are called. */
  readonly unit?: 'page' | 'slide'
  /** Among the figures of its page, or of a document without pages, from 1. */
  readonly nth: number
  readonly headings: readonly string[]
  /** How the document describes it; may be empty. */
  readonly alt?: string
}

const nameOfFigure = ({ page, unit = 'page', nth }: FigurePlace): string =>
  page === null ? `Figure ${nth}` : `Figure ${nth > 1 ? `${nth} ` : ''}on ${unit} ${page}`

/**
 * What is said of a figure, as blocks beside the text of its page: rows of tables, and captions; none when nothing is said. The first tells who
 * read it, so that whoever cites it sees that these are no words of the document. Nothing of it is a heading of the document.
 */
export const blocksOfFigure = (text: string, place: FigurePlace, by: 'a model' | 'OCR'): Block[] => {
  const { page, headings, alt = '' } = place
  const name = nameOfFigure(place)
  const path = [...headings, name]
  const said = blocksOfTranscript(text, path, page)
  const label =
    said.length === 0
      ? null
      : makeBlock('caption', `${name}${alt === '' ? '' : ` (${alt})`}, read by ${by}:`, path, page)
  return [...(label ? [label] : []), ...said].map((block) => ({
    ...block,
    kind: block.kind === 'table-row' ? block.kind : 'caption',
    isApart: true,
  }))
}

/** What became of a picture whose text is this; what is said of who read it stands in the receipt. */
export const fateOfPicture = (
  blocks: readonly Block[],
  note: Warning | null,
  { warn }: Pick<FormatContext, 'warn'>,
): { state: 'ocr' | 'empty' | 'truncated'; reason: Warning | null } => {
  if (note !== null) warn(note)
  if (note?.code === 'VISION_CUT') return { state: 'truncated', reason: note }
  return { state: blocks.length > 0 ? 'ocr' : 'empty', reason: note }
}
