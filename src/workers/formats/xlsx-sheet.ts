/**
 * Owns turning the XML of a sheet into rows of cells while it streams: values as a person sees them, merged cells in every row that they
 * reach. Refuses: calculating.
 */
import type { Readable } from 'node:stream'
import type { SheetCell } from './sheet-rows'
import { CELL_CHARS, createRichText, unescapeCell, type CellStyle } from './xlsx-parts'
import type { XmlAttributes, XmlHandlers } from './xml'

/** The last column of Excel, XFD. */
const MAX_COLUMN = 16_383
/** Merged regions of one sheet that are looked at. */
const MAX_MERGED = 20_000
/** A reference to a merged region is shorter. */
const REFERENCE_BYTES = 100

export type SheetRow = { readonly number: number; readonly cells: readonly SheetCell[] }

/** A merged region that reaches over several rows. Rows from 1, columns from 0. */
export type MergedRegion = { readonly column: number; readonly from: number; readonly to: number }

/** The column of a reference as `AB12`, from 0; `null` when it is none. */
export const columnOf = (reference: string | null): number | null => {
  if (reference === null) return null
  let column = 0
  for (let i = 0; i < reference.length && i < 4; i += 1) {
    const letter = reference.charCodeAt(i) & 0xdf
    if (letter < 65 || letter > 90) break
    column = column * 26 + letter - 64
  }
  return column === 0 || column - 1 > MAX_COLUMN ? null : column - 1
}

const MERGED = /<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"/g

/**
 * The merged regions, which a sheet tells after its rows: found without parsing it. They are a help for the reader of a row only, so
 * whatever else the bytes are, is not looked at.
 */
export const findMerged = async (stream: Readable, beat: () => void): Promise<MergedRegion[]> => {
  const found: MergedRegion[] = []
  let rest: Buffer = Buffer.alloc(0)
  for await (const bytes of stream as AsyncIterable<Buffer>) {
    beat()
    const joined = Buffer.concat([rest, bytes])
    let end = 0
    if (joined.includes('mergeCell'))
      for (const match of joined.toString('latin1').matchAll(MERGED)) {
        end = match.index + match[0].length
        const [column, from, to] = [columnOf(match[1] ?? null), Number(match[2]), Number(match[3])]
        if (column !== null && to > from) found.push({ column, from, to })
      }
    rest = joined.subarray(Math.max(end, joined.length - REFERENCE_BYTES))
    if (found.length > MAX_MERGED) break
  }
  return found
}

const booleanText: Readonly<Record<string, string>> = { '1': 'TRUE', '0': 'FALSE', true: 'TRUE', false: 'FALSE' }

/** Numbers of pages, names of sheets and files, dates. */
const MARGIN_FIELDS = /&[PNDTAFZ]/g
const MARGIN_CODES = /&(?:"[^"]*"|K[0-9A-F]{6}|\d+|[A-Z])/g
/** What stands beside a number of a page: "Page 1 of 2". */
const LABEL_CHARS = 12

/** A header or footer as it reads; nothing when it only numbers or names the pages. */
const marginText = (raw: string): string => {
  const text = raw.replace(MARGIN_FIELDS, ' ').replace(MARGIN_CODES, ' ').replace(/\s+/g, ' ').trim()
  return text.length <= LABEL_CHARS && raw.search(MARGIN_FIELDS) >= 0 ? '' : text
}

export type SheetReading = XmlHandlers & {
  /** The rows that are complete now. */
  readonly drain: () => SheetRow[]
  /** What is printed above and below each page. */
  readonly margins: () => readonly string[]
}

type Cell = { column: number; type: string; style: number; value: string; formula: string }

export const createSheetReading = (
  strings: readonly string[],
  styles: readonly CellStyle[],
  merged: readonly MergedRegion[],
): SheetReading => {
  let rows: SheetRow[] = []
  let cells: SheetCell[] = []
  let number = 0
  let cell: Cell | null = null
  let within: 'value' | 'formula' | 'margin' | null = null
  const rich = createRichText()
  const margins: string[] = []
  const startingAt = new Map<number, MergedRegion[]>()
  for (const region of merged) startingAt.set(region.from, [...(startingAt.get(region.from) ?? []), region])
  let reaching: { region: MergedRegion; text: string }[] = []

  const textOf = ({ type, style, value, formula }: Cell): string => {
    if (type === 's') return strings[Number(value)] ?? ''
    if (type === 'inlineStr') return unescapeCell(rich.take())
    if (type === 'str') return unescapeCell(value)
    if (type === 'b') return booleanText[value] ?? value
    // What was never calculated shows what is to be calculated.
    if (value === '') return formula === '' ? '' : `=${formula}`
    if (type === 'e' || type === 'd') return value
    const amount = Number(value)
    return Number.isFinite(amount) ? (styles[style]?.format(amount) ?? value) : value
  }
  const endCell = (): void => {
    if (!cell) return
    const text = textOf(cell)
    rich.take()
    if (text !== '') cells.push({ column: cell.column, text, bold: styles[cell.style]?.bold ?? false })
    cell = null
  }
  /** Puts the text of cells that reach down into this row where the row has none. */
  const endRow = (): void => {
    reaching = reaching.filter(({ region }) => number <= region.to)
    if (reaching.length > 0) {
      const taken = new Set(cells.map(({ column }) => column))
      const more = reaching.filter(({ region }) => !taken.has(region.column))
      if (cells.length > 0 && more.length > 0)
        cells = [...cells, ...more.map(({ region, text }) => ({ column: region.column, text }))].sort(
          (one, other) => one.column - other.column,
        )
    }
    for (const region of startingAt.get(number) ?? []) {
      const text = cells.find(({ column }) => column === region.column)?.text
      if (text) reaching.push({ region, text })
    }
    if (cells.length > 0) rows.push({ number, cells })
    cells = []
  }
  const openCell = (attributes: XmlAttributes): void => {
    const last = cells[cells.length - 1]?.column ?? -1
    // Attributes of cells have no prefix: they are looked up a million times.
    cell = {
      column: columnOf(attributes['r'] ?? null) ?? Math.min(MAX_COLUMN, last + 1),
      type: attributes['t'] ?? 'n',
      style: Number(attributes['s'] ?? 0),
      value: '',
      formula: '',
    }
  }
  return {
    open: (tag, attributes) => {
      if (tag === 'c') openCell(attributes)
      else if (tag === 'v') within = 'value'
      else if (tag === 'f') within = 'formula'
      else if (tag === 'row') number = Number(attributes['r']) || number + 1
      else if (/^(?:odd|even|first)(?:Header|Footer)$/.test(tag)) {
        within = 'margin'
        margins.push('')
      } else rich.open(tag)
    },
    close: (tag) => {
      if (tag === 'c') endCell()
      else if (tag === 'row') endRow()
      else rich.close(tag)
      within = null
    },
    text: (text) => {
      if (within === 'margin') margins[margins.length - 1] = `${margins[margins.length - 1] ?? ''}${text}`
      else if (within === null || !cell) rich.text(text)
      else if (within === 'value' && cell.value.length < CELL_CHARS) cell.value += text
      else if (within === 'formula' && cell.formula.length < CELL_CHARS) cell.formula += text
    },
    drain: () => {
      const done = rows
      rows = []
      return done
    },
    margins: () => margins.map(marginText).filter((text) => text !== ''),
  }
}
