/**
 * Owns the tables in a Word document of 1993 to 2003 that say where its text is and what its paragraphs are: pieces, paragraph properties,
 * styles. Refuses: the text itself, characters' formatting. Source: [MS-DOC] 2.4 to 2.9.
 */
import { AppError } from '../../shared/errors'

/** A stretch of text: characters `from` (inclusive) to `to`, at a byte of the main stream. */
export type Piece = { readonly from: number; readonly to: number; readonly at: number; readonly wide: boolean }

/** What is said of the paragraph that ends at a byte. */
export type ParagraphFacts = {
  readonly style: number
  readonly inTable: boolean
  readonly rowEnd: boolean
  readonly list: boolean
  readonly outline: number | null
}
type ParagraphRun = ParagraphFacts & { readonly from: number; readonly to: number }

const PAGE_BYTES = 512
const BODY_OUTLINE = 9
/** Built-in styles by their number: 1 to 9 are headings, this is the title. */
const TITLE_STYLE = 62
const MAX_PIECES = 1_000_000

const corrupt = (reason: string): AppError => new AppError('DOCUMENT_CORRUPT', { reason })

/** The pieces in the order of the text. @throws DOCUMENT_CORRUPT */
export const readPieces = (clx: Buffer, mainBytes: number, alwaysNarrow: boolean): Piece[] => {
  let at = 0
  // Before the table of pieces come formattings, each with its length.
  while (clx[at] === 1 && at + 3 <= clx.length) at += 3 + clx.readUInt16LE(at + 1)
  if (clx[at] !== 2 || at + 5 > clx.length) throw corrupt('its table of pieces is missing')
  const table = clx.subarray(at + 5, at + 5 + clx.readUInt32LE(at + 1))
  const count = Math.min(MAX_PIECES, Math.floor((table.length - 4) / 12))
  const pieces: Piece[] = []
  for (let i = 0; i < count; i += 1) {
    const from = table.readUInt32LE(i * 4)
    const to = table.readUInt32LE(i * 4 + 4)
    const position = table.readUInt32LE((count + 1) * 4 + i * 8 + 2)
    const narrow = (position & 0x40000000) !== 0
    const start = alwaysNarrow ? position : narrow ? (position & 0x3fffffff) >>> 1 : position
    if (to < from || start > mainBytes) throw corrupt('its table of pieces is broken')
    pieces.push({ from, to, at: start, wide: !alwaysNarrow && !narrow })
  }
  return pieces
}

/** Length of the operand of a property, by the highest bits of its number. `null`: told by its first byte. */
const operandBytes = [1, 1, 2, 4, 2, 2, null, 3] as const

const property = { inTable: 0x2416, rowEnd: 0x2417, outline: 0x2640, list: 0x460b, table: 0xd608 } as const

const readProperties = (style: number, bytes: Buffer): ParagraphFacts => {
  const facts = { style, inTable: false, rowEnd: false, list: false, outline: null as number | null }
  for (let at = 0; at + 3 <= bytes.length;) {
    const number = bytes.readUInt16LE(at)
    const value = bytes[at + 2] ?? 0
    if (number === property.inTable) facts.inTable = value === 1
    else if (number === property.rowEnd) facts.rowEnd = value === 1
    else if (number === property.outline) facts.outline = value < BODY_OUTLINE ? value + 2 : null
    else if (number === property.list) facts.list = value !== 0
    // Its length has two bytes, and nothing of interest follows.
    else if (number === property.table) break
    at += 2 + (operandBytes[number >> 13] ?? 1 + value)
  }
  return facts
}

/** One page of paragraph properties. Damaged pages give nothing: the text does not depend on them. */
const readPage = (page: Buffer): ParagraphRun[] => {
  const count = page[PAGE_BYTES - 1] ?? 0
  const runs: ParagraphRun[] = []
  if ((count + 1) * 4 + count * 13 > PAGE_BYTES - 1) return runs
  for (let i = 0; i < count; i += 1) {
    const start = (page[(count + 1) * 4 + i * 13] ?? 0) * 2
    const words = page[start] ?? 0
    const first = start + (words === 0 ? 2 : 1)
    const end = start + (words === 0 ? 2 + (page[start + 1] ?? 0) * 2 : words * 2)
    if (start === 0 || first + 2 > PAGE_BYTES) continue
    const facts = readProperties(page.readUInt16LE(first), page.subarray(first + 2, Math.min(end, PAGE_BYTES - 1)))
    runs.push({ ...facts, from: page.readUInt32LE(i * 4), to: page.readUInt32LE(i * 4 + 4) })
  }
  return runs
}

/** Finds what is said of the paragraph whose mark is at a byte of the main stream. */
export type FindParagraph = (at: number) => ParagraphFacts | null

export const readParagraphs = (table: Buffer, main: Buffer): FindParagraph => {
  const count = Math.max(0, Math.floor((table.length - 4) / 8))
  const runs: ParagraphRun[] = []
  for (let i = 0; i < count; i += 1) {
    const start = (table.readUInt32LE((count + 1) * 4 + i * 4) & 0x3fffff) * PAGE_BYTES
    if (start + PAGE_BYTES <= main.length) runs.push(...readPage(main.subarray(start, start + PAGE_BYTES)))
  }
  runs.sort((one, other) => one.from - other.from)
  return (at) => {
    let low = 0
    let high = runs.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const run = runs[middle]
      if (!run) return null
      if (at < run.from) high = middle - 1
      else if (at >= run.to) low = middle + 1
      else return run
    }
    return null
  }
}

/** The heading level of each style, from 1; styles of text have none. */
export const readHeadingStyles = (sheet: Buffer): Map<number, number> => {
  const levels = new Map<number, number>()
  if (sheet.length < 4) return levels
  const bases: { style: number; base: number }[] = []
  let at = 2 + sheet.readUInt16LE(0)
  const count = sheet.readUInt16LE(2)
  for (let style = 0; style < count && at + 2 <= sheet.length; style += 1) {
    const length = sheet.readUInt16LE(at)
    if (length >= 4 && at + 6 <= sheet.length) {
      const builtin = sheet.readUInt16LE(at + 2) & 0xfff
      if (builtin >= 1 && builtin <= 9) levels.set(style, builtin + 1)
      else if (builtin === TITLE_STYLE) levels.set(style, 1)
      else bases.push({ style, base: sheet.readUInt16LE(at + 4) >> 4 })
    }
    at += 2 + length + (length & 1)
  }
  // Styles that are built on a heading are headings.
  for (const { style, base } of bases) {
    const level = levels.get(base)
    if (level !== undefined) levels.set(style, level)
  }
  return levels
}
