/**
 * Owns turning RTF into blocks while it streams: paragraphs, headings, lists, table rows, notes. Also what mail programs wrap (RTF bodies).
 * Refuses: pictures, objects, fields' instructions, text that was deleted, layout.
 */
import iconv from 'iconv-lite'
import { AppError } from '../../shared/errors'
import type { Block } from '../../shared/work'
import { collapseSpace } from '../text/clean'
import { createOutline, makeBlock } from './format'
import { createRtfTokens } from './rtf-tokens'
import {
  characterOf,
  codePageOfCharset,
  droppedDestinations,
  encodingOfCodePage,
  keptDestinations,
  marginDestinations,
  sideDestinations,
} from './rtf-words'
import { looksLikeHeader, rowText } from './table-row'

/** Honest files nest a few dozen groups. */
const MAX_DEPTH = 2_000
/** Text without an end of a paragraph is passed on in parts. */
const PARAGRAPH_CHARS = 100_000
/** A cell with more text is a layout, not a table. */
const CELL_CHARS = 400
const MAX_CELLS = 1_000
/** A table of fonts or styles that is longer is rubbish. */
const MAX_ENTRIES = 20_000

type Destination = 'text' | 'none' | 'fonts' | 'styles' | 'info' | 'title'
type Group = {
  destination: Destination
  /** Characters that stand for a `\u` in readers that do not know it. */
  fallbackChars: number
  font: number
  bold: boolean
  deleted: boolean
  /** Whether it began with `\*`, and nothing came since. */
  starred: boolean
  fresh: boolean
  /** What ends with it. */
  flow: Flow | null
}
type Flow = {
  text: string
  style: number | null
  level: number | null
  list: boolean
  inTable: boolean
  plain: boolean
  kind: 'body' | 'side' | 'margin'
}
type Table = { cells: string[]; header: readonly string[] | null; rows: number; marked: boolean; boldRow: boolean }

const newFlow = (kind: Flow['kind']): Flow => ({
  text: '',
  style: null,
  level: null,
  list: false,
  inTable: false,
  plain: false,
  kind,
})

export type RtfBlocks = {
  /** Takes the next bytes; returns the blocks that are complete. @throws DOCUMENT_BOMB */
  readonly write: (bytes: Buffer) => Block[]
  readonly end: () => Block[]
  readonly title: () => string | null
}

export const createRtfBlocks = (): RtfBlocks => {
  const outline = createOutline()
  const fonts = new Map<number, number>()
  const styles = new Map<number, number>()
  const margins = new Set<string>()
  let out: Block[] = []
  /** Side texts wait for the end of the paragraph in which they stand. */
  let later: Block[] = []
  let codePage = 1252
  let title = ''
  let table: Table | null = null
  let group: Group = {
    destination: 'text',
    fallbackChars: 1,
    font: -1,
    bold: false,
    deleted: false,
    starred: false,
    fresh: false,
    flow: null,
  }
  const groups: Group[] = []
  const flows: Flow[] = [newFlow('body')]
  let waiting: Buffer[] = []
  let skipChars = 0
  /** The entry of the table of fonts or styles that is being read. */
  let entry = { number: 0, name: '', level: null as number | null }

  const flow = (): Flow => flows[flows.length - 1] ?? newFlow('body')

  const append = (text: string): void => {
    if (group.destination === 'title') title += text
    else if (group.destination === 'styles') entry.name = (entry.name + text).slice(0, 100)
    if (group.destination !== 'text' || group.deleted) return
    const current = flow()
    current.text += text
    if (!group.bold && text.trim() !== '') current.plain = true
    if (current.text.length > PARAGRAPH_CHARS) endParagraph()
  }
  const flush = (): void => {
    if (waiting.length === 0) return
    const bytes = Buffer.concat(waiting)
    waiting = []
    const encoding = encodingOfCodePage(fonts.get(group.font) ?? codePage)
    append(iconv.decode(bytes, iconv.encodingExists(encoding) ? encoding : 'windows-1252'))
  }
  const putText = (text: string): void => {
    const current = flow()
    const level = current.level ?? styles.get(current.style ?? -1) ?? null
    if (current.kind === 'margin') {
      for (const line of text.split('\n')) if (line.trim() !== '') margins.add(line.trim())
    } else if (current.kind === 'side') {
      const block = makeBlock('paragraph', text, outline.path())
      if (block) later.push(block)
    } else if (level !== null) {
      const line = collapseSpace(text)
      const block = makeBlock('heading', line, outline.enter(level, line))
      if (block) out.push(block)
    } else {
      const block = makeBlock(current.list ? 'list-item' : 'paragraph', text, outline.path())
      if (block) out.push(block)
    }
  }
  const takeText = (): string => {
    const current = flow()
    const text = current.text.replace(/(?<![ \t])[ \t]*\n[ \t]*/g, '\n').trim()
    current.text = ''
    return text
  }
  const settle = (): void => {
    out.push(...later)
    later = []
  }
  const endParagraph = (): void => {
    const current = flow()
    if (current.inTable && current.kind === 'body' && table !== null && current.text.length <= PARAGRAPH_CHARS) {
      // A paragraph within a cell.
      if (current.text.trim() !== '') current.text += '\n'
      return
    }
    if (current.kind === 'body' && !current.inTable) {
      endRow()
      table = null
    }
    const text = takeText()
    if (text !== '') putText(text)
    current.plain = false
    if (current.kind === 'body') settle()
  }
  const endCell = (): void => {
    const current = flow()
    if (current.kind !== 'body') return endParagraph()
    table ??= { cells: [], header: null, rows: 0, marked: false, boldRow: true }
    table.boldRow &&= !current.plain
    table.cells.push(takeText())
    current.plain = false
    if (table.cells.length > MAX_CELLS) endRow()
  }
  const endRow = (): void => {
    if (!table || table.cells.length === 0) return
    const { cells } = table
    table.cells = []
    table.rows += 1
    const asHeader = table.rows === 1 && (table.marked || table.boldRow) && looksLikeHeader(cells)
    table.boldRow = true
    if (cells.some((cell) => cell.length > CELL_CHARS)) cells.forEach((cell) => putText(cell))
    else {
      if (asHeader) table.header = cells.map(collapseSpace)
      const line = asHeader ? cells.map(collapseSpace).join(' | ') : rowText(cells, table.header)
      const block = makeBlock('table-row', line, outline.path())
      if (block) out.push(block)
    }
    settle()
  }

  const openFlow = (kind: Flow['kind']): void => {
    flush()
    flows.push(newFlow(kind))
    group.flow = flow()
    group.destination = 'text'
  }
  /** A word that says what its group is for. Whether it was one. */
  const enterDestination = (word: string): boolean => {
    const starred = group.starred
    group.starred = false
    // What an object shows, and the newer of two ways to write a text, stand in groups that are left out.
    if (word === 'result' || word === 'ud') group.destination = 'text'
    else if (group.destination === 'none') return true
    else if (word === 'fonttbl') group.destination = 'fonts'
    else if (word === 'stylesheet') group.destination = 'styles'
    else if (word === 'info') group.destination = 'info'
    else if (word === 'title' && group.destination === 'info') group.destination = 'title'
    else if (sideDestinations.has(word)) openFlow('side')
    else if (marginDestinations.has(word)) openFlow('margin')
    else if (word === 'object' || word === 'upr') group.destination = 'none'
    else if (word === 'pn' || word === 'pntext' || word === 'listtext') {
      flow().list = true
      group.destination = 'none'
    } else if (droppedDestinations.has(word) || (starred && !keptDestinations.has(word))) group.destination = 'none'
    else return false
    return true
  }
  const setters: Readonly<Record<string, (value: number | null) => void>> = {
    ansi: () => undefined,
    mac: () => (codePage = 10000),
    pc: () => (codePage = 437),
    pca: () => (codePage = 850),
    ansicpg: (value) => (codePage = value || codePage),
    uc: (value) => (group.fallbackChars = Math.min(16, Math.max(0, value ?? 1))),
    deff: (value) => {
      if (group.font < 0) group.font = value ?? 0
    },
    f: (value) => {
      group.font = value ?? 0
      if (group.destination === 'fonts') entry.number = group.font
    },
    fcharset: (value) => setFont(codePageOfCharset[value ?? 1]),
    cpg: (value) => setFont(value ?? undefined),
    b: (value) => (group.bold = value !== 0),
    deleted: (value) => (group.deleted = value !== 0),
    plain: () => {
      group.bold = false
      group.deleted = false
    },
    s: (value) => {
      if (group.destination === 'styles') entry = { number: value ?? 0, name: '', level: null }
      else flow().style = value
    },
    outlinelevel: (value) => {
      const level = value !== null && value >= 0 && value < 9 ? value + 2 : null
      if (group.destination === 'styles') entry.level = level
      else flow().level = level
    },
    pard: () => Object.assign(flow(), { style: null, level: null, list: false, inTable: false }),
    ls: (value) => (flow().list = value !== 0),
    intbl: () => (flow().inTable = true),
    trowd: () => {
      table ??= { cells: [], header: null, rows: 0, marked: false, boldRow: true }
      table.marked = false
    },
    trhdr: () => {
      if (table) table.marked = true
    },
    par: endParagraph,
    sect: endParagraph,
    page: endParagraph,
    column: endParagraph,
    cell: endCell,
    nestcell: () => append('\n'),
    nestrow: () => append('\n'),
    row: endRow,
  }
  const setFont = (page: number | undefined): void => {
    if (group.destination === 'fonts' && page !== undefined && fonts.size < MAX_ENTRIES) fonts.set(entry.number, page)
  }
  const endStyle = (): void => {
    const named = /^\s*heading\s*(\d)/i.exec(entry.name)?.[1]
    const level = /^\s*title\s*(?:;\s*)?$/i.test(entry.name) ? 1 : named ? Number(named) + 1 : entry.level
    if (level !== null && styles.size < MAX_ENTRIES) styles.set(entry.number, level)
    entry = { number: 0, name: '', level: null }
  }

  const control = (word: string, value: number | null): void => {
    if (word === '*') {
      // Anywhere else it says nothing of the group.
      group.starred = group.fresh
      return
    }
    if (word === 'u' && value !== null) {
      flush()
      if (value >= -65_536 && value <= 0x10ffff) append(String.fromCodePoint(value < 0 ? value + 65_536 : value))
      skipChars = group.fallbackChars
      return
    }
    flush()
    skipChars = 0
    if (group.fresh || group.starred) {
      group.fresh = false
      if (enterDestination(word)) return
    } else if (droppedDestinations.has(word) && groups.length > 0 && word !== 'do') return
    if (group.destination === 'none') return
    const character = characterOf[word]
    if (character !== undefined) append(character)
    else setters[word]?.(value)
  }
  const open = (): void => {
    flush()
    skipChars = 0
    if (groups.length >= MAX_DEPTH)
      throw new AppError('DOCUMENT_BOMB', { reason: `nests groups deeper than ${MAX_DEPTH} levels` })
    groups.push(group)
    group = { ...group, starred: false, fresh: true, flow: null }
  }
  const close = (): void => {
    flush()
    skipChars = 0
    const outer = groups.pop()
    if (!outer) return
    if (group.destination === 'styles' && entry.name !== '') endStyle()
    if (group.flow !== null && flows.length > 1) {
      endParagraph()
      flows.pop()
    }
    group = outer
  }
  const tokens = createRtfTokens({
    open,
    close,
    control,
    bytes: (raw) => {
      group.fresh = false
      const bytes = skipChars > 0 ? raw.subarray(skipChars) : raw
      skipChars = Math.max(0, skipChars - raw.length)
      if (bytes.length > 0 && group.destination !== 'none' && group.destination !== 'fonts') waiting.push(bytes)
    },
  })
  const drain = (): Block[] => {
    const done = out
    out = []
    return done
  }
  return {
    write: (bytes) => {
      tokens.write(bytes)
      return drain()
    },
    end: () => {
      tokens.end()
      flush()
      while (flows.length > 1) {
        endParagraph()
        flows.pop()
      }
      flow().inTable = false
      endParagraph()
      for (const text of margins) {
        const block = makeBlock('paragraph', text)
        if (block) out.push(block)
      }
      return drain()
    },
    title: () => collapseSpace(title) || null,
  }
}
