/**
 * Owns how the rows of a sheet become blocks: the header is found and its names stay with every value. Empty cells cost nothing, wherever
 * they are. Refuses: reading sheets.
 */
import type { Block } from '../../shared/work'
import { collapseSpace } from '../text/clean'
import { makeBlock } from './format'
import { looksLikeHeader, rowText } from './table-row'

/** A cell that is not empty. Columns count from 0. */
export type SheetCell = { readonly column: number; readonly text: string; readonly bold?: boolean }

/** Titles stand above a table; further down nothing is taken for its header. */
const HEADER_ROWS = 20
/** Rows that are longer are passed on in parts. */
const ROW_CHARS = 100_000

export type SheetRows = {
  /** The blocks of one row; `number` from 1. Rows come from above, rows without cells not at all. */
  readonly add: (number: number, cells: readonly SheetCell[]) => Block[]
}

/** Cells in parts that are not too long. */
const partsOf = (cells: readonly SheetCell[]): (readonly SheetCell[])[] => {
  let chars = 0
  let from = 0
  const parts: (readonly SheetCell[])[] = []
  cells.forEach((cell, i) => {
    chars += cell.text.length
    if (chars <= ROW_CHARS) return
    parts.push(cells.slice(from, i + 1))
    from = i + 1
    chars = 0
  })
  return from === 0 ? [cells] : [...parts, cells.slice(from)]
}

/** `headerRows`: rows that the file itself names as headers. */
export const createSheetRows = (
  sheetName: string,
  page: number,
  headerRows: ReadonlySet<number> = new Set(),
): SheetRows => {
  const headings = sheetName === '' ? [] : [sheetName]
  let header: ReadonlyMap<number, string> | null = null
  let looking = true
  let rows = 0
  let lastNumber = 0

  const isHeader = (number: number, cells: readonly SheetCell[]): boolean => {
    if (headerRows.has(number)) return cells.length > 0
    // After a gap another table may begin; its header is told by its letters.
    const apart = number > lastNumber + 1 && cells.every(({ bold }) => bold)
    const may = apart || (looking && headerRows.size === 0)
    return may && looksLikeHeader(cells.map(({ text }) => text))
  }
  const add = (number: number, raw: readonly SheetCell[]): Block[] => {
    const cells = raw.filter(({ text }) => text.trim() !== '')
    if (cells.length === 0) return []
    rows += 1
    const asHeader = isHeader(number, cells)
    // A single cell is a title; the first row of several decides.
    if (asHeader || cells.length > 1 || rows >= HEADER_ROWS) looking = false
    lastNumber = number
    if (asHeader) {
      header = new Map(cells.map(({ column, text }) => [column, collapseSpace(text)]))
      const block = makeBlock('table-row', [...header.values()].join(' | '), headings, page)
      return block ? [block] : []
    }
    return partsOf(cells).flatMap((part) => {
      const names = header && part.map(({ column }) => header?.get(column) ?? '')
      const block = makeBlock(
        'table-row',
        rowText(
          part.map(({ text }) => text),
          names,
        ),
        headings,
        page,
      )
      return block ? [block] : []
    })
  }
  return { add }
}
