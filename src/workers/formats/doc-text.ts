/**
 * Owns turning the characters of an old Word document into blocks: paragraphs, headings, lists, table rows; results of fields, not their
 * instructions. Refuses: knowing where the characters come from.
 */
import type { Block } from '../../shared/work'
import { collapseSpace } from '../text/clean'
import type { ParagraphFacts } from './doc-parts'
import { makeBlock, type Outline } from './format'
import { looksLikeHeader, rowText } from './table-row'

/** Characters with a meaning. [MS-DOC] 2.4.1, 2.8.25. */
const mark = {
  cell: 7,
  line: 11,
  page: 12,
  paragraph: 13,
  column: 14,
  fieldBegin: 19,
  fieldResult: 20,
  fieldEnd: 21,
} as const
const charactersOf: Readonly<Record<number, string>> = {
  9: '\t',
  10: '\n',
  11: '\n',
  30: '\u2011',
  31: '',
  160: '\u00a0',
}

/** Text without an end of a paragraph is passed on in parts. */
const PARAGRAPH_CHARS = 100_000
/** A cell with more text is a layout, not a table. */
const CELL_CHARS = 400
const MAX_CELLS = 1_000
const MAX_FIELDS = 1_000

export type DocText = {
  /** One character; `facts` of its paragraph are asked for at its end only. */
  readonly add: (code: number, facts: () => ParagraphFacts | null) => void
  readonly end: () => void
  readonly drain: () => Block[]
}

export const createDocText = (levels: ReadonlyMap<number, number>, outline: Outline): DocText => {
  let out: Block[] = []
  let text = ''
  let cells: string[] = []
  let header: readonly string[] | null = null
  let rows = 0
  /** Open fields: whether their result has begun. */
  const fields: boolean[] = []

  const put = (block: Block | null): void => {
    if (block) out.push(block)
  }
  const take = (): string => {
    const taken = text.replace(/(?<![ \t])[ \t]*\n[ \t]*/g, '\n').trim()
    text = ''
    return taken
  }
  const endRow = (): void => {
    if (cells.length === 0) return
    const row = cells
    cells = []
    rows += 1
    if (row.some((cell) => cell.length > CELL_CHARS)) {
      for (const cell of row) put(makeBlock('paragraph', cell, outline.path()))
      return
    }
    if (rows === 1 && row.length >= 3 && looksLikeHeader(row)) {
      header = row.map(collapseSpace)
      return put(makeBlock('table-row', header.join(' | '), outline.path()))
    }
    put(makeBlock('table-row', rowText(row, header), outline.path()))
  }
  const endParagraph = (facts: ParagraphFacts | null): void => {
    if (facts?.inTable && text.length <= PARAGRAPH_CHARS) {
      if (text.trim() !== '') text += '\n'
      return
    }
    endRow()
    header = null
    rows = 0
    const line = take()
    if (line === '') return
    const level = facts?.outline ?? levels.get(facts?.style ?? -1) ?? null
    if (level !== null) {
      const heading = collapseSpace(line)
      put(makeBlock('heading', heading, outline.enter(level, heading)))
    } else put(makeBlock(facts?.list ? 'list-item' : 'paragraph', line, outline.path()))
  }
  const endCell = (facts: ParagraphFacts | null): void => {
    // Where nothing is known of the paragraph, a mark after a mark ends the row.
    const rowEnd = facts ? facts.rowEnd : text === '' && cells.length > 0
    if (rowEnd) {
      text = ''
      endRow()
    } else cells.push(take())
    if (cells.length > MAX_CELLS) endRow()
  }
  const hidden = (): boolean => fields[fields.length - 1] === false

  return {
    add: (code, facts) => {
      if (code === mark.fieldBegin) {
        if (fields.length < MAX_FIELDS) fields.push(false)
      } else if (code === mark.fieldResult) {
        if (fields.length > 0) fields[fields.length - 1] = true
      } else if (code === mark.fieldEnd) fields.pop()
      else if (code === mark.paragraph || code === mark.page || code === mark.column) {
        // A field ends with its paragraph, or what it hides would be lost.
        if (hidden() && code === mark.paragraph && fields.length === 1) fields.length = 0
        endParagraph(facts())
      } else if (code === mark.cell) endCell(facts())
      else if (!hidden()) {
        const character = charactersOf[code] ?? (code < 32 ? '' : String.fromCharCode(code))
        text += character
        if (text.length > PARAGRAPH_CHARS) endParagraph(null)
      }
    },
    end: () => {
      fields.length = 0
      endParagraph(null)
    },
    drain: () => {
      const done = out
      out = []
      return done
    },
  }
}
