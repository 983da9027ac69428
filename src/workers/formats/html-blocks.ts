/**
 * Owns turning HTML into blocks while it is parsed: paragraphs, headings, lists, tables, code. No tree is built, so neither size nor nesting
 * costs memory. Refuses: running or fetching anything.
 */
import { Parser } from 'htmlparser2'
import type { Block, BlockKind } from '../../shared/work'
import { collapseSpace } from '../text/clean'
import { createOutline, makeBlock } from './format'
import { looksLikeHeader, rowText } from './table-row'

/** Never text that a reader sees. */
const DROPPED = new Set([
  'script',
  'style',
  'template',
  'noframes',
  'datalist',
  'math-annotation',
  'annotation',
  'annotation-xml',
])
/** Elements that end the text before them. */
const blockKindOf: Readonly<Record<string, BlockKind>> = {
  li: 'list-item',
  dt: 'paragraph',
  dd: 'paragraph',
  blockquote: 'quote',
  pre: 'code',
  figcaption: 'caption',
  caption: 'caption',
  p: 'paragraph',
  div: 'paragraph',
  section: 'paragraph',
  article: 'paragraph',
  main: 'paragraph',
  header: 'paragraph',
  footer: 'paragraph',
  aside: 'paragraph',
  nav: 'paragraph',
  address: 'paragraph',
  ul: 'paragraph',
  ol: 'paragraph',
  dl: 'paragraph',
  form: 'paragraph',
  fieldset: 'paragraph',
  legend: 'paragraph',
  details: 'paragraph',
  summary: 'paragraph',
  figure: 'paragraph',
  hr: 'paragraph',
  body: 'paragraph',
  head: 'paragraph',
  table: 'paragraph',
  tr: 'paragraph',
  thead: 'paragraph',
  tbody: 'paragraph',
  tfoot: 'paragraph',
  option: 'paragraph',
  select: 'paragraph',
  textarea: 'paragraph',
  button: 'paragraph',
  center: 'paragraph',
  title: 'paragraph',
  frameset: 'paragraph',
  iframe: 'paragraph',
  object: 'paragraph',
  video: 'paragraph',
  audio: 'paragraph',
  svg: 'paragraph',
  text: 'paragraph',
  noscript: 'paragraph',
  menu: 'paragraph',
}
const HEADING = /^h([1-6])$/
/** Regions that repeat on every page of a site. They are left out only when nearly all of their text is links. */
const REGIONS = new Set(['nav', 'footer', 'header', 'aside'])
const REGION_ROLES = new Set(['navigation', 'menubar', 'menu', 'contentinfo', 'banner'])
const LINK_SHARE = 0.75
/** A region with more text than this is no menu, whatever its links. */
const REGION_CHARS = 20_000
/** A cell with more text is a layout, not a table. */
const CELL_CHARS = 400
/** Text of one element is passed on in parts of this length. */
const PART_CHARS = 20_000

type Cell = { text: string; head: boolean }
type Row = { cells: Cell[]; open: boolean }
type Table = { header: readonly string[] | null; rows: number }
type Region = { tag: string; depth: number; blocks: Block[]; chars: number; linkChars: number }

/** Open elements from which on nesting is ignored: the parser looks through all that are open for each tag. */
const MAX_OPEN = 500

/** How many of them are text, and no marks of pictures. */
const textsOf = (blocks: readonly Block[]): number => blocks.filter(({ text }) => text !== '').length

/** A parser for which deeply nested elements are empty ones, with their text after them. */
class BoundedParser extends Parser {
  #closing = false
  #open = 0
  /** What was said of the tag that is being opened: the parser asks once before it opens it and once after. */
  #said: boolean | null = null

  protected override isVoidElement(name: string): boolean {
    if (super.isVoidElement(name)) return true
    if (this.#closing) return false
    const says = this.#said ?? (this.#open >= MAX_OPEN && !DROPPED.has(name))
    this.#said = this.#said === null ? says : null
    return says
  }

  override onclosetag(start: number, end: number): void {
    this.#closing = true
    super.onclosetag(start, end)
    this.#closing = false
  }

  /** To be told of every element, for `isVoidElement`. */
  count(change: 1 | -1): void {
    this.#open += change
  }
}

export type HtmlFacts = { title: string | null; language: string | null }

export type HtmlBlocks = {
  /** Takes the next piece of the page; returns the blocks that are complete now. */
  write: (html: string) => Block[]
  end: () => Block[]
  facts: () => HtmlFacts
}

/** A picture as the page has it. `pixels`: of the size in which it is shown, where the page says it. */
export type PageImage = { readonly url: string; readonly alt: string; readonly pixels: number | null }

export type HtmlOptions = {
  /** The block that stands for a picture; `null` for none. */
  readonly markImage?: ((image: PageImage) => Block | null) | undefined
}

export const createHtmlBlocks = ({ markImage }: HtmlOptions = {}): HtmlBlocks => {
  const outline = createOutline()
  let out: Block[] = []
  /** What was left out as navigation: all there is, on a page that has nothing else. */
  let leftOut: Block[] = []
  let leftOutChars = 0
  let emitted = 0

  let text = ''
  /** Marks of pictures in what is being read; they stand behind it. */
  let images: Block[] = []
  const kinds: { tag: string; kind: BlockKind }[] = []
  let heading: number | null = null
  let dropped: { tag: string; depth: number } | null = null
  let depth = 0
  let preserve = 0
  let links = 0
  let regions: Region[] = []
  const tables: Table[] = []
  let row: Row | null = null

  let title: string | null = null
  let metaTitle: string | null = null
  let inTitle = false
  let svgDepth = 0
  let language: string | null = null

  const put = (block: Block | null, linkChars: number): void => {
    if (!block) return
    const region = regions[regions.length - 1]
    if (!region) {
      out.push(block)
      emitted += textsOf([block])
      return
    }
    region.blocks.push(block)
    region.chars += block.text.length
    region.linkChars += linkChars
    if (region.chars > REGION_CHARS) {
      // Too much for a menu: it is content, and so is what is around it.
      for (const open of regions) out.push(...open.blocks)
      emitted += 1
      regions = []
    }
  }
  let textLinkChars = 0

  const putImages = (): void => {
    const marks = images
    images = []
    for (const mark of marks) put({ ...mark, headings: outline.path() }, 0)
  }

  const flush = (): void => {
    putText()
    putImages()
  }
  const putText = (): void => {
    const raw = text
    const linkChars = textLinkChars
    text = ''
    textLinkChars = 0
    if (raw.trim() === '') return
    if (heading !== null) {
      const line = collapseSpace(raw)
      const above = outline.enter(heading, line)
      // The title was put already.
      if (line === title) return
      return put(makeBlock('heading', line, above), linkChars)
    }
    const kind = preserve > 0 ? 'code' : (kinds[kinds.length - 1]?.kind ?? 'paragraph')
    const clean =
      kind === 'code'
        ? raw
        : raw
            .split('\n')
            .map(collapseSpace)
            .filter((line) => line !== '')
            .join('\n')
    put(makeBlock(kind, clean, outline.path()), linkChars)
  }

  const endRow = (): void => {
    const table = tables[tables.length - 1]
    const ended = row
    row = null
    if (!ended || !table) return
    const cells = ended.cells.map((cell) => cell.text)
    table.rows += 1
    const linkChars = textLinkChars
    textLinkChars = 0
    const heads = ended.cells.length >= 2 && ended.cells.every((cell) => cell.head)
    if (table.rows === 1 && heads && looksLikeHeader(cells)) {
      table.header = cells
      return put(makeBlock('table-row', cells.join(' | '), outline.path()), linkChars)
    }
    put(makeBlock('table-row', rowText(cells, table.header), outline.path()), linkChars)
    putImages()
  }
  /** A cell that holds paragraphs, lists or a table: the row is a layout, its cells are text. */
  const dissolveRow = (): void => {
    const layout = row
    row = null
    if (!layout) return
    const open = text
    text = ''
    for (const cell of layout.cells) put(makeBlock('paragraph', cell.text, outline.path()), 0)
    text = open
  }
  const endCell = (): void => {
    if (!row?.open) return
    const cell = row.cells[row.cells.length - 1]
    if (cell) cell.text = collapseSpace(text)
    row.open = false
    text = ''
    if ((cell?.text.length ?? 0) > CELL_CHARS) dissolveRow()
  }

  const openRegion = (tag: string, role: string | undefined): void => {
    if (REGIONS.has(tag) || (role && REGION_ROLES.has(role)))
      regions.push({ tag, depth, blocks: [], chars: 0, linkChars: 0 })
  }
  const closeRegion = (): void => {
    const region = regions[regions.length - 1]
    if (!region || region.depth !== depth) return
    regions.pop()
    if (region.chars > 0 && region.linkChars / region.chars >= LINK_SHARE) {
      if (leftOutChars < REGION_CHARS) leftOut.push(...region.blocks)
      leftOutChars += region.chars
      return
    }
    const outer = regions[regions.length - 1]
    if (outer) {
      outer.blocks.push(...region.blocks)
      outer.chars += region.chars
      outer.linkChars += region.linkChars
    } else {
      out.push(...region.blocks)
      emitted += textsOf(region.blocks)
    }
  }

  const openTag = (tag: string, attributes: Record<string, string>): void => {
    depth += 1
    if (dropped) return
    if (DROPPED.has(tag)) {
      dropped = { tag, depth }
      return
    }
    if (tag === 'svg') svgDepth += 1
    if (tag === 'html' && attributes['lang']) language = attributes['lang']
    if (tag === 'html' && attributes['xml:lang']) language ??= attributes['xml:lang']
    if (tag === 'meta' && /^(?:og:title|dc\.title)$/i.test(attributes['property'] ?? attributes['name'] ?? ''))
      metaTitle ??= attributes['content'] ?? null
    if (tag === 'title' && svgDepth === 0) {
      flush()
      inTitle = true
      return
    }
    if (tag === 'br') text += '\n'
    if (tag === 'img' && attributes['alt']) text += ` ${attributes['alt']} `
    if (tag === 'img' || (tag === 'image' && svgDepth > 0)) openImage(attributes)
    if (tag === 'a') links += 1
    const level = HEADING.exec(tag)?.[1]
    if (tag === 'table') openTable()
    else if (tag === 'tr') openRow()
    else if (tag === 'td' || tag === 'th') openCell(tag === 'th')
    else if (level) {
      if (row) dissolveRow()
      flush()
      heading = Number(level)
    } else if (blockKindOf[tag]) openBlock(tag, attributes['role'])
  }
  const openImage = (attributes: Record<string, string>): void => {
    const url = attributes['src'] ?? attributes['xlink:href'] ?? attributes['href'] ?? ''
    const [width = NaN, height = NaN] = [attributes['width'], attributes['height']].map((value) => Number(value))
    const mark =
      url === ''
        ? null
        : markImage?.({ url, alt: attributes['alt'] ?? '', pixels: width * height >= 0 ? width * height : null })
    if (mark) images.push(mark)
  }
  const openTable = (): void => {
    if (row) dissolveRow()
    flush()
    tables.push({ header: null, rows: 0 })
  }
  const openRow = (): void => {
    if (tables.length === 0) return flush()
    endCell()
    endRow()
    flush()
    row = { cells: [], open: false }
  }
  const openCell = (head: boolean): void => {
    if (!row) return flush()
    endCell()
    row?.cells.push({ text: '', head })
    if (row) row.open = true
    else flush()
  }
  const openBlock = (tag: string, role: string | undefined): void => {
    if (row?.open) {
      // One paragraph in a cell is usual; a second one makes it a layout.
      if (text.trim() !== '') dissolveRow()
      else if (tag !== 'p' && tag !== 'div') dissolveRow()
    }
    if (!row?.open) flush()
    openRegion(tag, role)
    if (tag === 'pre') preserve += 1
    const kind = blockKindOf[tag] ?? 'paragraph'
    const outer = kinds[kinds.length - 1]?.kind
    // A paragraph in a list item or a quote is part of it.
    if (kinds.length < 10_000)
      kinds.push({ tag, kind: kind === 'paragraph' && (tag === 'p' || tag === 'div') && outer ? outer : kind })
  }

  const closeTag = (tag: string): void => {
    if (dropped) {
      if (dropped.depth === depth) dropped = null
      depth -= 1
      return
    }
    if (tag === 'svg') svgDepth = Math.max(0, svgDepth - 1)
    if (tag === 'title' && inTitle) {
      if (title === null) {
        title = collapseSpace(text) || null
        // What the body need not say again is found too.
        if (title) put(makeBlock('heading', title), 0)
      }
      text = ''
      textLinkChars = 0
      inTitle = false
    }
    if (tag === 'a') links = Math.max(0, links - 1)
    if (HEADING.test(tag)) {
      flush()
      heading = null
    } else if (tag === 'td' || tag === 'th') {
      if (row) endCell()
      else flush()
    } else if (tag === 'tr') {
      endCell()
      endRow()
      flush()
    } else if (tag === 'table') {
      endCell()
      endRow()
      flush()
      tables.pop()
    } else if (blockKindOf[tag]) {
      if (!row?.open) flush()
      if (tag === 'pre') preserve = Math.max(0, preserve - 1)
      for (let i = kinds.length - 1; i >= 0; i -= 1) {
        if (kinds[i]?.tag !== tag) continue
        kinds.length = i
        break
      }
    }
    closeRegion()
    depth -= 1
  }

  const addText = (piece: string): void => {
    if (dropped) return
    text += preserve > 0 ? piece : piece.replace(/\s+/g, ' ')
    if (links > 0) textLinkChars += collapseSpace(piece).length
    if (text.length > PART_CHARS && !row && !inTitle) flush()
  }

  const parser: BoundedParser = new BoundedParser(
    {
      onopentag: (tag, attributes) => {
        parser.count(1)
        openTag(tag, attributes)
      },
      onclosetag: (tag) => {
        parser.count(-1)
        closeTag(tag)
      },
      ontext: addText,
    },
    {
      decodeEntities: true,
      lowerCaseTags: true,
      lowerCaseAttributeNames: true,
      recognizeSelfClosing: false,
      recognizeCDATA: true,
    },
  )
  const drain = (): Block[] => {
    const done = out
    out = []
    return done
  }
  return {
    write: (html) => {
      parser.write(html)
      return drain()
    },
    end: () => {
      parser.end()
      endCell()
      endRow()
      flush()
      for (const region of regions) out.push(...region.blocks)
      emitted += textsOf(out)
      if (emitted === 0) out.push(...leftOut)
      leftOut = []
      return drain()
    },
    facts: () => ({
      title: title ?? metaTitle,
      language: /^[a-z]{2,3}\b/i.exec(language ?? '')?.[0].toLowerCase() ?? null,
    }),
  }
}
