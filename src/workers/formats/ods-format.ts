/**
 * Owns spreadsheets in OpenDocument: every sheet in the order of its tabs, hidden ones too, cells as they are shown, notes and what is drawn.
 * Refuses: calculating; spelling out repetitions (a file may say that a cell stands there a billion times).
 */
import type { Block } from '../../shared/work'
import { coverPart, readBody } from './document-parts'
import { createOutline, makeBlock, type Format, type FormatContext } from './format'
import { openOdfPackage, readOdfFacts } from './odf-package'
import { createOdfText, type OdfText } from './odf-text'
import { createSheetRows, type SheetCell, type SheetRows } from './sheet-rows'
import { attribute, parseXml, type XmlAttributes, type XmlHandlers } from './xml'
import type { ZipPackage } from './zip-package'

const EXTENSIONS: readonly string[] = ['ods', 'ots']
/** LibreOffice has 16,384 columns. */
const MAX_COLUMN = 16_384
/** A cell with text that is repeated is written out this often: more says nothing new. */
const MAX_REPEATED = 100
const CELL_CHARS = 32_767
const MAX_SPACES = 100

type Cell = { column: number; count: number; text: string; value: string; rows: number; paragraphs: number }
type Reaching = { column: number; text: string; lastRow: number }

type Sheet = { name: string; number: number; rows: SheetRows; blocks: number; named: boolean }

const repeated = (attributes: XmlAttributes, name: string): number =>
  Math.max(1, Math.floor(Number(attribute(attributes, name) ?? 1)) || 1)

/** Takes the cells of one sheet after the other; drawings and notes are left to `side`, which reads them as text. */
const createSheetCells = (side: OdfText, onBlocks: (blocks: Block[]) => void, context: FormatContext) => {
  let sheets = 0
  let sheet: Sheet | null = null
  let row = 0
  let rowRepeat = 1
  let column = 0
  let cells: SheetCell[] = []
  let cell: Cell | null = null
  let reaching: Reaching[] = []
  let inParagraph = 0
  /** Open elements within a note or a drawing. */
  let sideDepth = 0

  const put = (blocks: readonly Block[]): void => {
    if (!sheet || blocks.length === 0) return
    const heading = sheet.named ? null : makeBlock('heading', sheet.name, [], sheet.number)
    sheet.named = true
    sheet.blocks += blocks.length
    onBlocks(heading ? [heading, ...blocks] : [...blocks])
  }
  const openSheet = (attributes: XmlAttributes): void => {
    sheets += 1
    const name = attribute(attributes, 'name') ?? ''
    const outline = createOutline()
    outline.enter(1, name)
    side.move({ outline, page: sheets })
    sheet = { name, number: sheets, rows: createSheetRows(name, sheets), blocks: 0, named: false }
    row = 0
    reaching = []
  }
  const endSheet = (): void => {
    if (!sheet) return
    put(side.drain())
    context.cover(coverPart('sheet', sheet.number, sheet.name, sheet.blocks > 0 ? 'indexed' : 'empty'))
    sheet = null
  }
  const endRow = (): void => {
    row += 1
    reaching = reaching.filter(({ lastRow }) => lastRow >= row)
    const own = cells
    if (own.length > 0 && reaching.length > 0) {
      const more = reaching.filter((each) => !own.some((other) => other.column === each.column))
      cells = [...own, ...more].sort((one, other) => one.column - other.column)
    }
    // A row that is repeated says the same each time.
    if (sheet) put(sheet.rows.add(row, cells))
    put(side.drain())
    reaching.push(...started.map(({ column: at, text, rows }) => ({ column: at, text, lastRow: row + rows - 1 })))
    started = []
    cells = []
    row += rowRepeat - 1
  }
  let started: Cell[] = []
  const openCell = (attributes: XmlAttributes): void => {
    const count = repeated(attributes, 'number-columns-repeated')
    const value =
      ['value', 'date-value', 'time-value', 'boolean-value', 'string-value']
        .map((name) => attribute(attributes, name))
        .find((each) => each !== null) ?? ''
    const rows = repeated(attributes, 'number-rows-spanned')
    cell = { column, count, text: '', value, rows, paragraphs: 0 }
  }
  const endCell = (): void => {
    if (!cell) return
    const done = { ...cell, text: (cell.text.trim() || cell.value).slice(0, CELL_CHARS) }
    cell = null
    if (done.text !== '' && done.column < MAX_COLUMN) {
      for (let i = 0; i < Math.min(done.count, MAX_REPEATED, MAX_COLUMN - done.column); i += 1)
        cells.push({ column: done.column + i, text: done.text })
      if (done.rows > 1) started.push(done)
    }
    column = Math.min(MAX_COLUMN, done.column + done.count)
  }
  const append = (text: string): void => {
    if (cell && cell.text.length < CELL_CHARS) cell.text += text
  }
  /** Left to `side`: what stands on a cell or on the sheet, not in a cell. */
  const isSide = (tag: string): boolean => ['annotation', 'shapes', 'frame', 'custom-shape', 'line'].includes(tag)

  const openers: Readonly<Record<string, (attributes: XmlAttributes) => void>> = {
    table: openSheet,
    'table-row': (attributes) => {
      rowRepeat = repeated(attributes, 'number-rows-repeated')
      column = 0
    },
    'table-cell': openCell,
    // Below a merged cell there may be text, but nobody sees it.
    'covered-table-cell': (attributes) => {
      column = Math.min(MAX_COLUMN, column + repeated(attributes, 'number-columns-repeated'))
    },
    p: () => {
      if (!cell) return
      if (cell.paragraphs > 0) append('\n')
      cell.paragraphs += 1
      inParagraph += 1
    },
    s: (attributes) => append(' '.repeat(Math.min(MAX_SPACES, repeated(attributes, 'c')))),
    tab: () => append('\t'),
    'line-break': () => append('\n'),
  }
  const closers: Readonly<Record<string, () => void>> = {
    table: endSheet,
    'table-row': endRow,
    'table-cell': endCell,
    p: () => {
      inParagraph = Math.max(0, inParagraph - 1)
    },
  }
  const handlers: XmlHandlers = {
    open: (tag, attributes) => {
      if (sideDepth > 0 || (sheet && isSide(tag))) {
        sideDepth += 1
        side.open(tag, attributes)
      } else openers[tag]?.(attributes)
    },
    close: (tag) => {
      if (sideDepth > 0) {
        sideDepth -= 1
        side.close(tag)
      } else closers[tag]?.()
    },
    text: (text) => {
      if (sideDepth > 0) side.text(text)
      else if (inParagraph > 0) append(text.replace(/\s+/g, ' '))
    },
  }
  return { handlers, sheets: () => sheets }
}

/** Only what is within `office:spreadsheet` are sheets; deleted cells and links have tables, too. */
const onlySheets = (inner: XmlHandlers): XmlHandlers => {
  let within = false
  let skipDepth = 0
  return {
    open: (tag, attributes) => {
      if (skipDepth > 0 || (within && (tag === 'tracked-changes' || tag === 'dde-links'))) skipDepth += 1
      else if (tag === 'spreadsheet') within = true
      else if (within) inner.open(tag, attributes)
    },
    close: (tag) => {
      if (skipDepth > 0) skipDepth -= 1
      else if (tag === 'spreadsheet') within = false
      else if (within) inner.close(tag)
    },
    text: (text) => {
      if (within && skipDepth === 0) inner.text(text)
    },
  }
}

async function* sheetBlocks(source: ZipPackage, context: FormatContext): AsyncGenerator<Block, void, void> {
  let out: Block[] = []
  const side = createOdfText({ outline: createOutline(), page: 1 })
  const cells = createSheetCells(side, (blocks) => out.push(...blocks), context)
  const pieces = parseXml(await source.open('content.xml'), onlySheets(cells.handlers), context)
  for (let piece = await pieces.next(); ; piece = await pieces.next()) {
    yield* out
    out = []
    if (piece.done) break
  }
  context.describe({ pages: cells.sheets() })
}

export const odsFormat: Format = {
  kind: 'ods',
  extensions: EXTENSIONS,
  detect: ({ signature, extension }) => {
    if (signature === 'ods') return 0.99
    return signature === null && EXTENSIONS.includes(extension) ? 0.3 : null
  },
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const source = await openOdfPackage(item, context)
    try {
      context.describe(await readOdfFacts(source, context))
      yield* readBody(() => sheetBlocks(source, context), context)
    } finally {
      source.close()
    }
  },
}
