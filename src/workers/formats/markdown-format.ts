/**
 * Owns Markdown, line by line: headings, lists, quotes, code, tables, front matter. Refuses: rendering; HTML in it stays as written.
 */
import type { BlockKind } from '../../shared/work'
import { collapseSpace } from '../text/clean'
import { createOutline, makeBlock, type Format, type FormatContext } from './format'
import { readLineBlocks, type Emit, type LineReader } from './line-blocks'
import { plainInline } from './markdown-inline'
import { rowText } from './table-row'

const PART_CHARS = 4_000
const FENCE = /^ {0,3}(`{3,}(?!`)|~{3,}(?!~))\s*(?!\s)(.*)$/
const HEADING = /^ {0,3}(#{1,6})(?:\s+(?!\s)(.*))?$/
/** The words of a heading without the signs that close it. */
const withoutClosing = (words: string): string => {
  const whole = words.trimEnd()
  let end = whole.length
  while (whole[end - 1] === '#') end -= 1
  return end > 0 && end < whole.length && /\s/.test(whole[end - 1] ?? '') ? whole.slice(0, end).trimEnd() : whole
}
const UNDERLINE = /^ {0,3}(=+|-+)\s*$/
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/
const LIST_ITEM = /^(\s*)(?:[-*+]|\d{1,9}[.)])\s+(?:\[([ xX])\]\s+)?(\S.*)$/
const QUOTE = /^ {0,3}>\s?(.*)$/
const TABLE_RULE = /^ {0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*(?:\|\s*)?$/

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => plainInline(cell.replace(/\\\|/g, '|').trim()))

type State = {
  kind: BlockKind
  lines: string[]
  chars: number
  fence: { mark: string; length: number } | null
  /** Column names while in a table. */
  header: string[] | null
  frontMatter: boolean
}

/** Reads Markdown that comes line by line; headings go on from one part to the next. */
export const createMarkdownReader = (
  emit: Emit,
  describe: FormatContext['describe'],
): LineReader & { readonly endPart: () => void; readonly path: () => readonly string[] } => {
  const outline = createOutline()
  let first = true
  const state: State = { kind: 'paragraph', lines: [], chars: 0, fence: null, header: null, frontMatter: false }

  const flush = (): void => {
    if (state.lines.length > 0) emit(makeBlock(state.kind, state.lines.join('\n'), outline.path()))
    state.lines = []
    state.chars = 0
    state.kind = 'paragraph'
  }
  const collect = (kind: BlockKind, line: string): void => {
    if (state.kind !== kind || state.chars > PART_CHARS) flush()
    state.kind = kind
    state.lines.push(line)
    state.chars += line.length + 1
  }
  const enterHeading = (level: number, raw: string): void => {
    const text = collapseSpace(plainInline(raw))
    flush()
    if (text === '') return
    if (level === 1 && outline.path().length === 0 && !titled) describe({ title: text })
    titled ||= level === 1
    const above = outline.enter(level, text)
    emit(makeBlock('heading', text, above))
  }
  let titled = false

  const inFence = (line: string): void => {
    const close = FENCE.exec(line)
    const open = state.fence
    if (open && close?.[1]?.startsWith(open.mark) && close[1].length >= open.length && close[2] === '') {
      flush()
      state.fence = null
    } else collect('code', line)
  }
  const inFrontMatter = (line: string): void => {
    if (/^(---|\.\.\.)\s*$/.test(line)) {
      state.frontMatter = false
      return flush()
    }
    const title = /^title\s*:(.*)$/i
      .exec(line)?.[1]
      ?.trim()
      .replace(/^["']|["']$/g, '')
    if (title) {
      titled = true
      describe({ title })
    }
    collect('paragraph', line)
  }
  const inTable = (line: string): boolean => {
    if (!state.header || !line.includes('|')) {
      state.header = null
      return false
    }
    emit(makeBlock('table-row', rowText(cellsOf(line), state.header), outline.path()))
    return true
  }
  /** A line below its paragraph that makes it a heading or the head of a table. */
  const underlines = (line: string): boolean => {
    const above = state.lines[state.lines.length - 1]
    if (state.kind !== 'paragraph' || above === undefined) return false
    if (TABLE_RULE.test(line) && above.includes('|') && line.includes('|')) {
      state.lines.pop()
      flush()
      state.header = cellsOf(above)
      // The names of the columns stand in every row; on their own they are what is left of a table without rows.
      emit(makeBlock('table-row', state.header.join(' | '), outline.path()))
      return true
    }
    if (!UNDERLINE.test(line) || state.lines.length > 3) return false
    const text = state.lines.join(' ')
    state.lines = []
    enterHeading(line.includes('=') ? 1 : 2, text)
    return true
  }

  const readLine = (line: string): void => {
    if (state.fence) return inFence(line)
    if (state.frontMatter) return inFrontMatter(line)
    if (line.trim() === '') {
      state.header = null
      return flush()
    }
    if (inTable(line) || underlines(line)) return
    const fence = FENCE.exec(line)
    if (fence?.[1]) {
      flush()
      state.fence = { mark: fence[1].slice(0, 3), length: fence[1].length }
      // More than the name of a language is something to find, a title for example.
      if (/\s/.test(fence[2] ?? '')) collect('code', fence[2] ?? '')
      return
    }
    const heading = HEADING.exec(line)
    if (heading?.[1]) return enterHeading(heading[1].length, withoutClosing(heading[2] ?? ''))
    if (RULE.test(line)) return flush()
    const listItem = LIST_ITEM.exec(line)
    if (listItem) {
      flush()
      return collect('list-item', plainInline(listItem[3] ?? ''))
    }
    const quote = QUOTE.exec(line)
    if (quote) return collect('quote', plainInline(quote[1] ?? ''))
    if (state.lines.length === 0 && /^(?: {4}|\t)/.test(line)) return collect('code', line)
    // A line that follows directly belongs to the same item, quote or paragraph.
    const kind = state.lines.length > 0 ? state.kind : 'paragraph'
    collect(kind, kind === 'code' ? line : plainInline(line.trim()))
  }

  const endPart = (): void => {
    flush()
    state.fence = null
    state.header = null
    state.frontMatter = false
  }
  return {
    line: (line) => {
      if (first && /^---\s*$/.test(line)) state.frontMatter = true
      else readLine(line)
      first = false
    },
    end: flush,
    endPart,
    path: outline.path,
  }
}

export const markdownFormat: Format = {
  kind: 'markdown',
  extensions: ['md', 'markdown', 'mdown', 'mkd', 'mkdn', 'mdx', 'qmd', 'rmd'],
  detect: ({ text, extension }) => (text !== null && markdownFormat.extensions.includes(extension) ? 0.97 : null),
  extract: (item, context) => readLineBlocks(item, context, (emit) => createMarkdownReader(emit, context.describe)),
}
