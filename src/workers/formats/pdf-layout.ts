/**
 * Owns making paragraphs, headings and list items of the positioned text of a PDF page. Refuses: pdf.js: it gets plain runs of text.
 * The order is that of the page's content, which is the reading order in nearly all PDFs, columns included.
 */
import type { BlockKind } from '../../shared/work'

/** A run of text as pdf.js gives it. */
export type TextRun = {
  readonly str: string
  /** Text space to page: scale, skew and position. */
  readonly transform: readonly number[]
  readonly width: number
  readonly height: number
  readonly hasEOL: boolean
}

type Line = {
  text: string
  /** Along the direction of writing. */
  x: number
  /** Down the page. */
  y: number
  size: number
  /** In quarter turns. */
  angle: number
  /** Wide gaps in it, as between the cells of a table. */
  gaps: number
}

export type PageBlock = { kind: BlockKind; text: string; size: number }

/** A gap between lines of more than this many times their size begins a new paragraph, unless all lines are that far apart. */
const GAP_SIZES = 1.45
const GAP_RATIO = 1.3
const SIZE_RATIO = 1.15
const HEADING_RATIO = 1.2
const HEADING_CHARS = 150
/** Space that is wider than this many times the size stands between columns: the line is the row of a table. Justified text has less. */
const COLUMN_GAP_SIZES = 2
/** The first line of a paragraph may be indented by this many times the size. */
const INDENT_SIZES = 0.9
const BULLET = /^(?:[•●◦▪▫■□‣⁃∙·–—*-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])\s+\S/u
const CJK_EDGE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u

/** Runs joined to lines. */
const linesOf = (runs: readonly TextRun[]): Line[] => {
  const lines: Line[] = []
  let line: Line | null = null
  for (const run of runs) {
    if (run.str !== '') {
      const [a = 1, b = 0, , , e = 0, f = 0] = run.transform
      const angle = Math.round((Math.atan2(b, a) * 2) / Math.PI)
      const cos = Math.round(Math.cos((angle * Math.PI) / 2))
      const sin = Math.round(Math.sin((angle * Math.PI) / 2))
      const x = e * cos + f * sin
      const y = e * sin - f * cos
      const size = run.height || Math.hypot(a, b)
      if (line && line.angle !== angle && run.str.trim() !== '') {
        lines.push(line)
        line = null
      }
      line ??= { text: '', x, y, size: 0, angle, gaps: 0 }
      line.text += run.str
      if (run.str.trim() !== '') line.size = Math.max(line.size, size)
      else if (run.width > COLUMN_GAP_SIZES * (line.size || size)) line.gaps += 1
    }
    if (run.hasEOL && line) {
      lines.push(line)
      line = null
    }
  }
  if (line) lines.push(line)
  return lines.filter((each) => each.text.trim() !== '')
}

/** The distance of lines within paragraphs from the one before, in their size: the lower quartile, for short paragraphs have many ends. */
const usualGap = (lines: readonly Line[]): number => {
  const gaps: number[] = []
  for (let i = 1; i < lines.length; i += 1) {
    const gap = ((lines[i]?.y ?? 0) - (lines[i - 1]?.y ?? 0)) / (lines[i]?.size || 1)
    if (gap > 0.5 && gap < 4) gaps.push(gap)
  }
  gaps.sort((x, y) => x - y)
  return gaps[Math.floor(gaps.length / 4)] ?? 1.2
}

const endsSentence = (text: string): boolean => /[.!?:…。！？]["'”’»)\]]*\s*$/u.test(text)
const startsLower = (text: string): boolean => /^\s*\p{Ll}/u.test(text)

const isRow = (line: Line): boolean => line.gaps > 0 && !BULLET.test(line.text)

const begins = (line: Line, before: Line, first: Line, gap: number): boolean => {
  if (line.angle !== before.angle || isRow(line) || isRow(before)) return true
  const ratio = Math.max(line.size, before.size) / (Math.min(line.size, before.size) || 1)
  if (ratio > SIZE_RATIO && !(ratio < 1.6 && startsLower(line.text) && !endsSentence(before.text))) return true
  if (BULLET.test(line.text)) return true
  const size = Math.max(line.size, before.size) || 1
  const distance = (line.y - before.y) / size
  // Up the page or far down: the next column, or another part of the page; a sentence may go on there.
  if (distance < -0.5 || distance > 4) return endsSentence(before.text) || !startsLower(line.text)
  if (distance > Math.max(GAP_SIZES, gap * GAP_RATIO)) return true
  const indent = (line.x - first.x) / size
  return indent > INDENT_SIZES && line.x - before.x > INDENT_SIZES * size && endsSentence(before.text)
}

const HYPHEN_END = /\p{L}[-\u2010\u00ad]$/u

/** Two lines of one paragraph: hyphenation at the end of a line is undone. */
const joinLines = (text: string, next: string): string => {
  const left = text.trimEnd()
  const right = next.trimStart()
  if (HYPHEN_END.test(left) && (startsLower(right) || left.endsWith('\u00ad'))) return left.slice(0, -1) + right
  const tight = CJK_EDGE.test(left.slice(-1)) && CJK_EDGE.test(right.slice(0, 1))
  return tight || (/[-\u2010/]$/.test(left) && !/\s[-\u2010/]$/.test(left)) ? left + right : `${left} ${right}`
}

/** Sizes of text by how many characters have them, over the pages so far. */
export type SizeCounts = Map<number, number>

const roundSize = (size: number): number => Math.round(size * 2) / 2

const bodySize = (sizes: SizeCounts): number => {
  let best = { size: 0, chars: 0 }
  for (const [size, chars] of sizes) if (chars > best.chars) best = { size, chars }
  return best.size
}

/** The blocks of one page. `sizes` gathers over the pages of a document what size its body has. */
export const layoutPage = (runs: readonly TextRun[], sizes: SizeCounts): PageBlock[] => {
  const lines = linesOf(runs)
  for (const line of lines) sizes.set(roundSize(line.size), (sizes.get(roundSize(line.size)) ?? 0) + line.text.length)
  const body = bodySize(sizes)
  const gap = usualGap(lines)
  const blocks: PageBlock[] = []
  let first: Line | null = null
  let before: Line | null = null
  let text = ''
  const end = (): void => {
    if (!first || text.trim() === '') return
    const size = roundSize(first.size)
    const heading = size > body * HEADING_RATIO && text.length <= HEADING_CHARS && /\p{L}/u.test(text)
    const kind = heading ? 'heading' : isRow(first) ? 'table-row' : BULLET.test(text) ? 'list-item' : 'paragraph'
    blocks.push({ kind, text, size })
  }
  for (const line of lines) {
    if (first && before && !begins(line, before, first, gap)) text = joinLines(text, line.text)
    else {
      end()
      first = line
      text = line.text.trim()
    }
    before = line
  }
  end()
  return blocks
}
