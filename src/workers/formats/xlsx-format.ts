/**
 * Owns workbooks: every sheet in the order of its tabs, hidden ones too, with what is drawn and noted on it. Refuses: macros, links, queries,
 * calculating, embedded files.
 */
import type { Block } from '../../shared/work'
import { readParts } from './document-parts'
import { createDrawingText } from './drawing-text'
import { makeBlock, throwIfAborted, type Format, type FormatContext } from './format'
import {
  detectPackage,
  findMainPart,
  openOfficePackage,
  optional,
  partsOf,
  readProperties,
  readRelationships,
  type Relationship,
} from './ooxml-package'
import { convertOffice } from './legacy-office'
import { createSheetRows } from './sheet-rows'
import {
  readCellStyles,
  readNotes,
  readSharedStrings,
  readTableHeader,
  readWorkbook,
  type CellStyle,
} from './xlsx-parts'
import { createSheetReading, findMerged } from './xlsx-sheet'
import { parseXml, readXml } from './xml'
import type { ZipPackage } from './zip-package'

const MiB = 1024 * 1024
/** In larger sheets merged cells are not looked for: it means inflating them twice. */
const MERGED_BYTES = 64 * MiB
const EXTENSIONS: readonly string[] = ['xlsx', 'xlsm', 'xltx', 'xltm', 'xlsb']

type Workbook = { source: ZipPackage; strings: readonly string[]; styles: readonly CellStyle[]; context: FormatContext }
type Sheet = { name: string; number: number; part: string }

/** What is drawn on a sheet: text boxes, titles of charts. Numbers of charts stand in the cells. */
async function* drawnBlocks(
  { source, context }: Workbook,
  { name, number }: Sheet,
  relationships: readonly Relationship[],
): AsyncGenerator<Block, void, void> {
  for (const drawing of partsOf(source, relationships, 'drawing')) {
    const inner = await optional(readRelationships(source, drawing, context), [])
    const parts = [drawing, ...partsOf(source, inner, 'chart'), ...partsOf(source, inner, 'diagramData')]
    for (const part of parts) {
      const text = createDrawingText([name], number)
      await optional(readXml(await source.open(part), text, context), undefined)
      for (const { block } of text.take()) yield block
    }
  }
}

async function* noteBlocks(
  { source, context }: Workbook,
  { name, number }: Sheet,
  relationships: readonly Relationship[],
): AsyncGenerator<Block, void, void> {
  const parts = [...partsOf(source, relationships, 'comments'), ...partsOf(source, relationships, 'threadedComment')]
  for (const part of parts)
    for (const { cell, text } of await optional(readNotes(source, part, context), [])) {
      const block = makeBlock('paragraph', `${cell}: ${text}`, [name], number)
      if (block) yield block
    }
}

async function* cellBlocks(
  { source, strings, styles, context }: Workbook,
  { name, number, part }: Sheet,
  relationships: readonly Relationship[],
): AsyncGenerator<Block, void, void> {
  const headers = new Set<number>()
  for (const table of partsOf(source, relationships, 'table')) {
    const row = await optional(readTableHeader(source, table, context), null)
    if (row !== null) headers.add(row)
  }
  const small = source.sizeOf(part) <= MERGED_BYTES
  const merged = small ? await optional(findMerged(await source.open(part), context.beat), []) : []
  const reading = createSheetReading(strings, styles, merged)
  const rows = createSheetRows(name, number, headers)
  const pieces = parseXml(await source.open(part), reading, context)
  let empty = true
  for (let piece = await pieces.next(); ; piece = await pieces.next()) {
    for (const row of reading.drain()) {
      empty = false
      yield* rows.add(row.number, row.cells)
    }
    if (piece.done) break
  }
  // An empty sheet is not printed.
  if (empty) return
  for (const margin of new Set(reading.margins())) {
    const block = makeBlock('paragraph', margin, [name], number)
    if (block) yield block
  }
}

/** A sheet; its name is a heading above what is on it. */
async function* sheetBlocks(workbook: Workbook, sheet: Sheet): AsyncGenerator<Block, void, void> {
  const { source, context } = workbook
  throwIfAborted(context.signal)
  const relationships = await optional(readRelationships(source, sheet.part, context), [])
  let named = false
  for (const read of [cellBlocks, drawnBlocks, noteBlocks])
    for await (const block of read(workbook, sheet, relationships)) {
      const heading = named ? null : makeBlock('heading', sheet.name, [], sheet.number)
      named = true
      if (heading) yield heading
      yield block
    }
}

export const xlsxFormat: Format = {
  kind: 'xlsx',
  extensions: EXTENSIONS,
  detect: detectPackage('xlsx', EXTENSIONS),
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const source = await openOfficePackage(item, context)
    try {
      const main = await findMainPart(source, 'xl/workbook.xml', context)
      if (main.endsWith('.bin')) {
        // A workbook in binary: LibreOffice makes an ordinary one of it.
        yield* convertOffice(item, { from: 'xlsb', to: 'xlsx', filter: 'Calc MS Excel 2007 Binary' }, context, (made) =>
          xlsxFormat.extract(made, context),
        )
        return
      }
      const { sheets, calendar } = await readWorkbook(source, main, context)
      const relationships = await readRelationships(source, main, context)
      const [stringsPart] = partsOf(source, relationships, 'sharedStrings')
      const [stylesPart] = partsOf(source, relationships, 'styles')
      const workbook: Workbook = {
        source,
        context,
        strings: stringsPart ? await readSharedStrings(source, stringsPart, context) : [],
        styles: stylesPart ? await optional(readCellStyles(source, stylesPart, calendar, context), []) : [],
      }
      context.describe({ ...(await readProperties(source, context)), pages: sheets.length })
      const targets = new Map(relationships.map(({ id, target }) => [id, target]))
      const parts = sheets.map(({ name, id }, i) => ({
        name,
        read: () => sheetBlocks(workbook, { name, number: i + 1, part: targets.get(id) ?? '' }),
      }))
      let blocks = 0
      for await (const block of readParts('sheet', parts, context)) {
        blocks += 1
        yield block
      }
      // A workbook without anything in it is still known by the names of its sheets.
      if (blocks === 0) yield* sheets.flatMap(({ name }, i) => makeBlock('heading', name, [], i + 1) ?? [])
    } finally {
      source.close()
    }
  },
}
