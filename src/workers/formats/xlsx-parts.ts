/**
 * Owns what stands around the sheets of a workbook: their list, the shared strings, the number formats, notes. Refuses: the sheets themselves.
 */
import { numberFormat, type NumberFormat } from './number-format'
import type { Reading } from './ooxml-package'
import { attribute, readXml, type XmlAttributes } from './xml'
import type { ZipPackage } from './zip-package'

/** The longest text that a cell can hold. */
export const CELL_CHARS = 32_767
/** More sheets are no workbook of a person. */
const MAX_SHEETS = 10_000

export type SheetRow = { readonly name: string; readonly id: string }
export type Workbook = { readonly sheets: readonly SheetRow[]; readonly calendar: 1900 | 1904 }

const isOn = (value: string | null): boolean => value === '1' || value === 'true'

/** Every sheet in the order of its tabs, hidden ones too. */
export const readWorkbook = async (source: ZipPackage, part: string, context: Reading): Promise<Workbook> => {
  const sheets: SheetRow[] = []
  let calendar: 1900 | 1904 = 1900
  const open = (tag: string, attributes: XmlAttributes): void => {
    if (tag === 'workbookPr' && isOn(attribute(attributes, 'date1904'))) calendar = 1904
    if (tag === 'sheet' && sheets.length < MAX_SHEETS)
      sheets.push({ name: attribute(attributes, 'name') ?? '', id: attribute(attributes, 'id') ?? '' })
  }
  await readXml(await source.open(part), { open, close: () => undefined, text: () => undefined }, context)
  return { sheets, calendar }
}

/** Collects the text of rich text: its runs, without the hints of how it is pronounced. */
export const createRichText = (): {
  open: (tag: string) => void
  close: (tag: string) => void
  text: (text: string) => void
  take: () => string
} => {
  let hints = 0
  let inText = false
  let held = ''
  return {
    open: (tag) => {
      if (tag === 'rPh') hints += 1
      if (tag === 't') inText = hints === 0
    },
    close: (tag) => {
      if (tag === 'rPh') hints = Math.max(0, hints - 1)
      if (tag === 't') inText = false
    },
    text: (text) => {
      if (inText && held.length < CELL_CHARS) held += text
    },
    take: () => {
      const taken = held.slice(0, CELL_CHARS)
      held = ''
      return taken
    },
  }
}

/** Excel writes characters that XML forbids, and line ends, as `_x000D_`. */
export const unescapeCell = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-F]{4})_/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text

/**
 * The shared strings by number. All together they are kept up to `document.chars`: of more, the text of the document is cut anyway.
 */
export const readSharedStrings = async (source: ZipPackage, part: string, context: Reading): Promise<string[]> => {
  const strings: string[] = []
  const rich = createRichText()
  let room = context.limits['document.chars']
  const handlers = {
    open: rich.open,
    close: (tag: string) => {
      rich.close(tag)
      if (tag !== 'si') return
      const text = unescapeCell(rich.take())
      room -= text.length
      strings.push(room > 0 ? text : '')
    },
    text: rich.text,
  }
  await readXml(await source.open(part), handlers, context)
  return strings
}

export type CellStyle = { readonly format: NumberFormat; readonly bold: boolean }

/** How cells show their numbers, by the number of their style. */
export const readCellStyles = async (
  source: ZipPackage,
  part: string,
  calendar: 1900 | 1904,
  context: Reading,
): Promise<CellStyle[]> => {
  const codes = new Map<number, string>()
  const bolds: boolean[] = []
  const styles: CellStyle[] = []
  const made = new Map<number, NumberFormat>()
  const formatOf = (id: number): NumberFormat => {
    const format = made.get(id) ?? numberFormat(id, codes.get(id) ?? null, calendar)
    made.set(id, format)
    return format
  }
  let within = ''
  const open = (tag: string, attributes: XmlAttributes): void => {
    const value = attribute(attributes, 'val')
    if (tag === 'fonts' || tag === 'cellXfs') within = tag
    else if (tag === 'numFmt')
      codes.set(Number(attribute(attributes, 'numFmtId')), attribute(attributes, 'formatCode') ?? '')
    else if (within === 'fonts' && tag === 'font') bolds.push(false)
    else if (within === 'fonts' && tag === 'b' && bolds.length > 0)
      bolds[bolds.length - 1] = value === null || isOn(value)
    else if (within === 'cellXfs' && tag === 'xf')
      styles.push({
        format: formatOf(Number(attribute(attributes, 'numFmtId') ?? 0)),
        bold: bolds[Number(attribute(attributes, 'fontId') ?? 0)] ?? false,
      })
  }
  const close = (tag: string): void => {
    if (tag === within) within = ''
  }
  await readXml(await source.open(part), { open, close, text: () => undefined }, context)
  return styles
}

export type CellNote = { readonly cell: string; readonly text: string }

/** Notes and threads of comments on cells. What Excel puts in a note to announce a thread is left out. */
export const readNotes = async (source: ZipPackage, part: string, context: Reading): Promise<CellNote[]> => {
  const notes: CellNote[] = []
  const rich = createRichText()
  let cell = ''
  let plain: string | null = null
  const handlers = {
    open: (tag: string, attributes: XmlAttributes) => {
      rich.open(tag)
      if (tag === 'comment' || tag === 'threadedComment') cell = attribute(attributes, 'ref') ?? ''
      // A thread has plain text.
      if (tag === 'text') plain = ''
    },
    close: (tag: string) => {
      rich.close(tag)
      if (tag === 'text') {
        const text = unescapeCell(rich.take() || (plain ?? '')).trim()
        if (text !== '' && !text.startsWith('[Threaded comment]')) notes.push({ cell, text })
        plain = null
      }
    },
    text: (text: string) => {
      rich.text(text)
      if (plain !== null && plain.length < CELL_CHARS) plain += text
    },
  }
  await readXml(await source.open(part), handlers, context)
  return notes
}

/** Numbers of rows that are headers of tables which the workbook names. */
export const readTableHeader = async (source: ZipPackage, part: string, context: Reading): Promise<number | null> => {
  let row: number | null = null
  const open = (tag: string, attributes: XmlAttributes): void => {
    if (tag !== 'table' || attribute(attributes, 'headerRowCount') === '0') return
    row = Number(/^\$?[A-Z]+\$?(\d+)/.exec(attribute(attributes, 'ref') ?? '')?.[1] ?? Number.NaN) || null
  }
  await readXml(await source.open(part), { open, close: () => undefined, text: () => undefined }, context)
  return row
}
