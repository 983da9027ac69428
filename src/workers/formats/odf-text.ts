/**
 * Owns turning OpenDocument content (text, slides, what is drawn on sheets) into blocks: headings, paragraphs, lists, tables, notes.
 * Refuses: packages; sheets, whose cells are read elsewhere; styles and what stands on master pages.
 */
import type { Block } from '../../shared/work'
import { collapseSpace } from '../text/clean'
import { makeBlock, type Outline } from './format'
import { looksLikeHeader, rowText } from './table-row'
import { attribute, type XmlAttributes, type XmlHandlers } from './xml'

type Paragraph = { text: string; level: number | null; list: boolean }
type Table = {
  header: readonly string[] | null
  rows: number
  headerRows: boolean
  cells: string[]
  /** A row that is a layout: what is in its cells is passed on as it comes. */
  dissolved: boolean
  inCell: boolean
}

/** A cell with more text is a layout, not a table. */
const CELL_CHARS = 400
/** Runs of spaces are written with their number. */
const MAX_SPACES = 100
/** Identical cells are written with their number; of empty ones there may be thousands. */
const MAX_REPEATED = 100
const MAX_STYLES = 20_000
/** Not text of the document: what was deleted, forms and scripts, how numbers are written, who wrote a note and when. */
const SKIPPED = new Set([
  'tracked-changes',
  'forms',
  'scripts',
  'font-face-decls',
  'event-listeners',
  'index-title-template',
  'ruby-text',
  'note-citation',
  'annotation-end',
  'creator',
  'date',
  'meta-creator-initials',
  'dde-links',
  'date-time-decl',
  'footer-decl',
  'header-decl',
  'binary-data',
  'math',
])

export type OdfPlace = { readonly outline: Outline; readonly page: number | null }
export type OdfText = XmlHandlers & {
  readonly drain: () => Block[]
  /** Says where what comes from now on stands. */
  readonly move: (place: OdfPlace) => void
}

export const createOdfText = (start: OdfPlace): OdfText => {
  let place = start
  let out: Block[] = []
  const paragraphs: Paragraph[] = []
  const tables: Table[] = []
  /** Roles of the frames that are open: `title`, `subtitle`, `notes`, … */
  const frames: string[] = []
  /** Heading levels of the document's own styles, by what they are built on. */
  const levels = new Map<string, number>()
  let listDepth = 0
  let skipDepth = 0
  let describing = false

  const put = (kind: Block['kind'], text: string, headings = place.outline.path()): void => {
    const block = makeBlock(kind, text, headings, place.page)
    if (block) out.push(block)
  }
  const table = (): Table | undefined => tables[tables.length - 1]
  const append = (text: string): void => {
    const paragraph = paragraphs[paragraphs.length - 1]
    if (paragraph) paragraph.text += text
  }
  const dissolve = (open: Table): void => {
    if (open.dissolved) return
    open.dissolved = true
    for (const cell of open.cells) put('paragraph', cell)
    open.cells = []
  }
  const putHeading = (text: string, level: number): void => {
    const line = collapseSpace(text)
    put('heading', line, place.outline.enter(level, line))
  }
  const endParagraph = (): void => {
    const paragraph = paragraphs.pop()
    if (!paragraph || paragraph.text.trim() === '') return
    const text = paragraph.text.replace(/(?<![ \t])[ \t]*\n[ \t]*/g, '\n').trim()
    const open = table()
    if (open?.inCell && !open.dissolved) {
      const last = open.cells.length - 1
      open.cells[last] = open.cells[last] ? `${open.cells[last] ?? ''}\n${text}` : text
      if ((open.cells[last] ?? '').length > CELL_CHARS) dissolve(open)
    } else if (paragraph.level !== null) putHeading(text, paragraph.level)
    else if (frames[frames.length - 1] === 'title') putHeading(text, 1)
    else put(paragraph.list ? 'list-item' : 'paragraph', text)
  }
  const endRow = (): void => {
    const open = table()
    if (!open) return
    const { cells } = open
    open.cells = []
    open.rows += 1
    const { dissolved } = open
    open.dissolved = false
    if (dissolved) return
    if (open.rows === 1 && looksLikeHeader(cells) && (open.headerRows || cells.length >= 3)) {
      open.header = cells.map(collapseSpace)
      return put('table-row', open.header.join(' | '))
    }
    put('table-row', rowText(cells, open.header))
  }
  const openCell = (attributes: XmlAttributes, covered: boolean): void => {
    const open = table()
    if (!open) return
    open.inCell = !covered
    if (open.dissolved) return
    const count = Number(attribute(attributes, 'number-columns-repeated') ?? 1) || 1
    for (let i = 0; i < Math.min(count, MAX_REPEATED); i += 1) open.cells.push('')
  }

  const levelOfStyle = (name: string | null): number | null => {
    const heading = /^Heading_20_(\d)$/.exec(name ?? '')?.[1]
    return name === 'Title' ? 1 : heading ? Number(heading) + 1 : (levels.get(name ?? '') ?? null)
  }
  const openers: Readonly<Record<string, (attributes: XmlAttributes) => void>> = {
    style: (attributes) => {
      const level = levelOfStyle(attribute(attributes, 'parent-style-name'))
      if (level !== null && levels.size < MAX_STYLES) levels.set(attribute(attributes, 'name') ?? '', level)
    },
    p: (attributes) =>
      paragraphs.push({ text: '', level: levelOfStyle(attribute(attributes, 'style-name')), list: listDepth > 0 }),
    h: (attributes) =>
      paragraphs.push({ text: '', level: (Number(attribute(attributes, 'outline-level') ?? 1) || 1) + 1, list: false }),
    s: (attributes) => append(' '.repeat(Math.min(MAX_SPACES, Number(attribute(attributes, 'c') ?? 1) || 1))),
    tab: () => append('\t'),
    'line-break': () => append('\n'),
    list: () => {
      listDepth += 1
    },
    table: () => {
      const outer = table()
      if (outer?.inCell) dissolve(outer)
      tables.push({ header: null, rows: 0, headerRows: false, cells: [], dissolved: false, inCell: false })
    },
    'table-header-rows': () => {
      const open = table()
      if (open) open.headerRows = true
    },
    'table-cell': (attributes) => openCell(attributes, false),
    'covered-table-cell': (attributes) => openCell(attributes, true),
    frame: (attributes) => frames.push(attribute(attributes, 'class') ?? ''),
    // Descriptions of pictures.
    desc: () => {
      describing = true
      paragraphs.push({ text: '', level: null, list: false })
    },
  }
  const closers: Readonly<Record<string, () => void>> = {
    p: endParagraph,
    h: endParagraph,
    list: () => {
      listDepth = Math.max(0, listDepth - 1)
    },
    'table-row': endRow,
    'table-cell': () => {
      const open = table()
      if (open) open.inCell = false
    },
    table: () => {
      tables.pop()
    },
    frame: () => {
      frames.pop()
    },
    desc: () => {
      describing = false
      endParagraph()
    },
  }
  return {
    open: (tag, attributes) => {
      if (skipDepth > 0 || SKIPPED.has(tag)) skipDepth += 1
      else openers[tag]?.(attributes)
    },
    close: (tag) => {
      if (skipDepth > 0) skipDepth -= 1
      else closers[tag]?.()
    },
    text: (text) => {
      // White space that the file is indented with stands outside paragraphs.
      if (skipDepth === 0 && (paragraphs.length > 0 || describing)) append(text.replace(/\s+/g, ' '))
    },
    drain: () => {
      const done = out
      out = []
      return done
    },
    move: (to) => {
      place = to
    },
  }
}
