/**
 * Owns turning the XML of a Word part (body, header, notes, comments, chart, diagram) into blocks: paragraphs, headings, lists, table rows, text boxes.
 * Refuses: packages and relationships.
 */
import type { Block } from '../../shared/work'
import { collapseSpace } from '../text/clean'
import type { StyleMeaning } from './docx-parts'
import { makeBlock, type Outline } from './format'
import { looksLikeHeader, rowText } from './table-row'
import { attribute, type XmlAttributes, type XmlHandlers } from './xml'

type Paragraph = {
  text: string
  style: string | null
  list: boolean
  outline: number | null
  /** Whether some of its text is not bold. */
  plain: boolean
}
type Table = {
  header: readonly string[] | null
  rows: number
  firstRowIsHeader: boolean
  rowIsHeader: boolean
  cells: string[]
  /** A row that is a layout: what is in its cells is passed on as it comes. */
  dissolved: boolean
  inCell: boolean
  /** Whether all text of the row is bold or styled as a heading. */
  boldRow: boolean
}

/** A cell with more text is a layout, not a table. */
const CELL_CHARS = 400
/** Left out: the older copy of a drawing, what was moved away, field codes, what was deleted. */
const SKIPPED = new Set([
  'Fallback',
  'moveFrom',
  'instrText',
  'delText',
  'delInstrText',
  'rubyPr',
  'sectPrChange',
  'pPrChange',
  'rPrChange',
])
const textOfTag: Readonly<Record<string, string>> = { tab: '\t', ptab: '\t', br: '\n', cr: '\n', noBreakHyphen: '-' }

export type DocxBlocks = XmlHandlers & { /** The blocks that are complete now. */ readonly drain: () => Block[] }

/** A picture in a part: the id of its relationship (`null`: it is linked only), and its description. */
export type DrawnPicture = { readonly id: string | null; readonly alt: string }

/** The picture that a tag places; `null` for any other tag. */
export const pictureOfTag = (name: string, attributes: XmlAttributes, alt: string): DrawnPicture | null => {
  if (name === 'blip') {
    const id = attribute(attributes, 'embed')
    return id === null && attribute(attributes, 'link') === null ? null : { id, alt }
  }
  // Older drawings.
  return name === 'imagedata' ? { id: attribute(attributes, 'id'), alt: attribute(attributes, 'title') ?? alt } : null
}

export const createDocxBlocks = (
  styles: ReadonlyMap<string, StyleMeaning>,
  outline: Outline,
  markDrawing?: (picture: DrawnPicture) => Block | null,
): DocxBlocks => {
  let out: Block[] = []
  const paragraphs: Paragraph[] = []
  const tables: Table[] = []
  /** Open tables and text boxes: a text box in a cell is no part of the cell's table. */
  let skipDepth = 0
  /** Marks of pictures in what is being read; they stand behind it. */
  let marks: Block[] = []
  let alt = ''
  let textDepth = 0
  let propertiesDepth = 0
  let bold = false

  const put = (block: Block | null): void => {
    if (block) out.push(block)
  }
  const table = (): Table | undefined => tables[tables.length - 1]

  const dissolve = (open: Table): void => {
    if (open.dissolved) return
    open.dissolved = true
    for (const cell of open.cells) put(makeBlock('paragraph', cell, outline.path()))
    open.cells = []
  }

  const openParagraph = (): void => {
    paragraphs.push({ text: '', style: null, list: false, outline: null, plain: false })
  }

  const putMarks = (): void => {
    if (table()?.inCell) return
    for (const mark of marks) put({ ...mark, headings: outline.path() })
    marks = []
  }

  const endParagraph = (): void => {
    const paragraph = paragraphs.pop()
    if (!paragraph) return
    putParagraph(paragraph)
    putMarks()
  }
  const putParagraph = (paragraph: Paragraph): void => {
    const text = paragraph.text
      .split('\n')
      .map((line) => line.replace(/[ \t]+/g, ' ').trim())
      .join('\n')
    if (text.trim() === '') return
    const open = table()
    if (open?.inCell && !open.dissolved) {
      open.boldRow &&= !paragraph.plain || /head/i.test(paragraph.style ?? '')
      const last = open.cells.length - 1
      open.cells[last] = open.cells[last] ? `${open.cells[last] ?? ''}\n${text}` : text
      if ((open.cells[last] ?? '').length > CELL_CHARS) dissolve(open)
      return
    }
    const meaning = styles.get(paragraph.style ?? '')
    const level = paragraph.outline ?? meaning?.level ?? null
    if (level !== null) {
      const line = collapseSpace(text)
      return put(makeBlock('heading', line, outline.enter(level, line)))
    }
    put(makeBlock(paragraph.list || meaning?.list ? 'list-item' : 'paragraph', text, outline.path()))
  }

  const endRow = (): void => {
    const open = table()
    if (!open) return
    const { cells } = open
    open.cells = []
    open.rows += 1
    if (open.dissolved) {
      open.dissolved = false
      return
    }
    const likely = open.rowIsHeader || open.boldRow || (open.firstRowIsHeader && cells.length >= 3)
    open.rowIsHeader = false
    open.boldRow = true
    if (open.rows === 1 && likely && looksLikeHeader(cells)) {
      open.header = cells.map(collapseSpace)
      return put(makeBlock('table-row', open.header.join(' | '), outline.path()))
    }
    put(makeBlock('table-row', rowText(cells, open.header), outline.path()))
  }

  const openTable = (): void => {
    const outer = table()
    if (outer?.inCell) dissolve(outer)
    tables.push({
      header: null,
      rows: 0,
      firstRowIsHeader: false,
      rowIsHeader: false,
      cells: [],
      dissolved: false,
      inCell: false,
      boldRow: true,
    })
  }

  const append = (text: string): void => {
    const paragraph = paragraphs[paragraphs.length - 1]
    if (!paragraph) return
    paragraph.text += text
    if (!bold && text.trim() !== '') paragraph.plain = true
  }

  const openProperty = (name: string, attributes: XmlAttributes): void => {
    const paragraph = paragraphs[paragraphs.length - 1]
    const value = attribute(attributes, 'val')
    if (name === 'tblLook') {
      const open = table()
      const flags = Number.parseInt(value ?? '0', 16)
      if (open) open.firstRowIsHeader = attribute(attributes, 'firstRow') === '1' || (flags & 0x20) !== 0
    } else if (name === 'tblHeader') {
      const open = table()
      if (open) open.rowIsHeader = value !== '0' && value !== 'false'
    } else if (!paragraph) return
    else if (name === 'b') bold = value !== '0' && value !== 'false'
    else if (name === 'pStyle') paragraph.style = value
    else if (name === 'numId') paragraph.list = value !== '0'
    else if (name === 'outlineLvl' && value !== null && Number(value) < 9) paragraph.outline = Number(value) + 2
  }

  /** Text that is kept in attributes: descriptions of pictures, lettering. */
  const openDrawing = (name: string, attributes: XmlAttributes): void => {
    if (name === 'docPr') alt = attribute(attributes, 'descr') ?? ''
    const picture = pictureOfTag(name, attributes, alt)
    const mark = picture && markDrawing?.(picture)
    if (mark) marks.push(mark)
    const text =
      name === 'docPr' ? attribute(attributes, 'descr') : name === 'textpath' ? attribute(attributes, 'string') : null
    if (text) append(` ${text} `)
  }

  const properties = new Set([
    'pPr',
    'rPr',
    'tblPr',
    'trPr',
    'tcPr',
    'sectPr',
    'tblGrid',
    'sdtPr',
    'bodyPr',
    'lstStyle',
  ])

  return {
    open: (name, attributes) => {
      if (skipDepth > 0 || SKIPPED.has(name)) {
        skipDepth += 1
        return
      }
      if (propertiesDepth > 0 || properties.has(name)) {
        propertiesDepth += 1
        return openProperty(name, attributes)
      }
      if (name === 'r') bold = false
      if (name === 'p') openParagraph()
      else if (name === 't' || name === 'v') {
        // Values of a chart stand in no paragraph.
        if (paragraphs.length === 0) openParagraph()
        textDepth += 1
      } else if (name === 'tbl') openTable()
      else if (name === 'tc') {
        const open = table()
        if (open) {
          open.inCell = true
          if (!open.dissolved) open.cells.push('')
        }
      } else if (Object.hasOwn(textOfTag, name)) append(textOfTag[name] ?? '')
      else openDrawing(name, attributes)
    },
    close: (name) => {
      if (skipDepth > 0) {
        skipDepth -= 1
        return
      }
      if (propertiesDepth > 0) {
        propertiesDepth -= 1
        return
      }
      if (name === 't' || name === 'v') {
        textDepth = Math.max(0, textDepth - 1)
        if (name === 'v') append(' ')
      } else if (name === 'p' || name === 'ser' || name === 'chartSpace') endParagraph()
      else if (name === 'tc') {
        const open = table()
        if (open) open.inCell = false
      } else if (name === 'tr') {
        endRow()
        putMarks()
      } else if (name === 'tbl') tables.pop()
    },
    text: (text) => {
      if (textDepth > 0 && skipDepth === 0 && propertiesDepth === 0) append(text)
    },
    drain: () => {
      const done = out
      out = []
      return done
    },
  }
}
