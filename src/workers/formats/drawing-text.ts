/**
 * Owns turning DrawingML (slides, notes, text boxes on sheets, charts, diagrams) into blocks: paragraphs by shape, tables, titles.
 * Refuses: packages and relationships.
 */
import type { Block } from '../../shared/work'
import { collapseSpace } from '../text/clean'
import { pictureOfTag, type DrawnPicture } from './docx-blocks'
import { makeBlock } from './format'
import { looksLikeHeader, rowText } from './table-row'
import { attribute, type XmlAttributes, type XmlHandlers } from './xml'

/** Where text stands: in a shape of this role (`title`, `body`, `sldNum`, …; empty for a plain one). */
export type DrawnBlock = { readonly role: string; readonly block: Block }

type Shape = { role: string; paragraphs: { text: string; bullet: boolean }[]; description: string; marks: Block[] }
type Table = { header: readonly string[] | null; rows: number; firstRow: boolean; cells: string[] }

/** Elements that are a shape of their own. */
const SHAPES = new Set(['sp', 'pic', 'graphicFrame', 'cxnSp'])
/** The older copy of what a newer part shows. */
const SKIPPED = new Set(['Fallback'])
/** What covers a slide. */
const BACKGROUND = 'bg'
/** Where several paragraphs are a list even without a mark of their own. */
const LIST_ROLES = new Set(['body', 'obj'])
/** Descriptions that programs make up. */
const MADE_UP = /^(?:https?:|\S*\.(?:png|jpe?g|gif|bmp|emf|wmf|svg|tiff?)$)/i

export type DrawingText = XmlHandlers & { readonly take: () => DrawnBlock[] }

export const createDrawingText = (
  headings: readonly string[] = [],
  page: number | null = null,
  markDrawing?: (picture: DrawnPicture) => Block | null,
): DrawingText => {
  let out: DrawnBlock[] = []
  const shapes: Shape[] = []
  const tables: Table[] = []
  const outside: Shape = { role: '', paragraphs: [], description: '', marks: [] }
  let paragraph: { text: string; bullet: boolean } | null = null
  let inText = false
  let skipDepth = 0
  let level = 0
  let backgroundDepth = 0

  const shape = (): Shape => shapes[shapes.length - 1] ?? outside
  const put = (role: string, block: Block | null): void => {
    if (block) out.push({ role, block })
  }
  const endParagraph = (): void => {
    const done = paragraph
    paragraph = null
    if (!done || done.text.trim() === '') return
    const cells = tables[tables.length - 1]?.cells
    if (cells && cells.length > 0) {
      const last = cells.length - 1
      cells[last] = cells[last] ? `${cells[last] ?? ''}\n${done.text}` : done.text
      return
    }
    shape().paragraphs.push(done)
  }
  const endShape = (from: Shape): void => {
    const { role, paragraphs, description } = from
    if (role === 'title') {
      const title = collapseSpace(paragraphs.map(({ text }) => text).join(' '))
      put(role, makeBlock('heading', title, [], page))
    } else {
      const list = LIST_ROLES.has(role) && paragraphs.length > 1
      for (const { text, bullet } of paragraphs)
        put(role, makeBlock(bullet || list ? 'list-item' : 'paragraph', text, headings, page))
    }
    if (/\s/.test(description.trim()) && !MADE_UP.test(description.trim()))
      put(role, makeBlock('caption', collapseSpace(description), headings, page))
    for (const mark of from.marks) put(role, { ...mark, headings })
    from.paragraphs = []
    from.marks = []
  }
  const endRow = (): void => {
    const table = tables[tables.length - 1]
    if (!table) return
    const { cells } = table
    table.cells = []
    table.rows += 1
    if (table.rows === 1 && table.firstRow && looksLikeHeader(cells)) {
      table.header = cells.map(collapseSpace)
      return put(shape().role, makeBlock('table-row', table.header.join(' | '), headings, page))
    }
    put(shape().role, makeBlock('table-row', rowText(cells, table.header), headings, page))
  }
  const append = (text: string): void => {
    if (paragraph) paragraph.text += text
  }
  const open = (tag: string, attributes: XmlAttributes): void => {
    if (SHAPES.has(tag)) shapes.push({ role: '', paragraphs: [], description: '', marks: [] })
    else if (tag === 'ph') {
      const type = attribute(attributes, 'type') ?? 'obj'
      shape().role = type === 'ctrTitle' ? 'title' : type
    } else if (tag === 'cNvPr') shape().description = attribute(attributes, 'descr') ?? ''
    else if (tag === 'tbl') tables.push({ header: null, rows: 0, firstRow: false, cells: [] })
    else if (tag === 'tblPr') {
      const table = tables[tables.length - 1]
      if (table) table.firstRow = ['1', 'true'].includes(attribute(attributes, 'firstRow') ?? '')
    } else if (tag === 'tc') tables[tables.length - 1]?.cells.push('')
    else if (tag === 'p') paragraph = { text: '', bullet: false }
    else if (tag === 'buChar' || tag === 'buAutoNum') {
      if (paragraph) paragraph.bullet = true
    } else if (tag === 't' || tag === 'text') inText = true
    else if (tag === 'br') append('\n')
    else if (tag === 'tab') append('\t')
    else addPicture(pictureOfTag(tag, attributes, shape().description))
  }
  const addPicture = (picture: DrawnPicture | null): void => {
    const mark = picture && backgroundDepth === 0 ? markDrawing?.(picture) : null
    if (mark) shape().marks.push(mark)
  }
  const close = (tag: string): void => {
    if (tag === 't' || tag === 'text') inText = false
    else if (tag === 'p') endParagraph()
    else if (tag === 'tr') endRow()
    else if (tag === 'tbl') tables.pop()
    else if (SHAPES.has(tag)) {
      const done = shapes.pop()
      if (done) endShape(done)
    }
  }
  return {
    open: (tag, attributes) => {
      level += 1
      if (tag === BACKGROUND) backgroundDepth += 1
      if (skipDepth > 0 || SKIPPED.has(tag)) skipDepth += 1
      else open(tag, attributes)
    },
    close: (tag) => {
      level -= 1
      if (tag === BACKGROUND) backgroundDepth -= 1
      if (skipDepth > 0) skipDepth -= 1
      else close(tag)
      if (level === 0) endShape(outside)
    },
    text: (text) => {
      if (!inText || skipDepth > 0) return
      // Old comments have text without a paragraph.
      if (paragraph) append(text)
      else outside.paragraphs.push({ text, bullet: false })
    },
    take: () => {
      const done = out
      out = []
      return done
    },
  }
}
