/**
 * Owns cutting a document's blocks into chunks: passages of about a thousand characters with exact offsets, independent of any model.
 * Deterministic, no overlap: everything but white space between chunks is in exactly one chunk. Refuses: reading, embedding.
 */
import type { Block, BlockKind, Chunk } from '../../shared/work'
import { findBreak } from './breaks'

/** A chunk is filled to about this many characters, which is a paragraph or two: enough to answer from, short enough to point at. */
export const TARGET_CHARS = 1_000
/** No chunk is longer. */
export const MAX_CHARS = 1_500
/** A chunk shorter than this takes in what follows, over a heading or a page too: a passage of a few words finds nothing. Any other ends with its page. */
const LEAST_CHARS = 250
/** A longer "heading" is a paragraph in heading's clothes and does not stick to what follows. */
const HEADING_CHARS = 200
const HEADING_SEPARATOR = ' › '

const joinsTightly: Readonly<Partial<Record<BlockKind, true>>> = { 'table-row': true, 'list-item': true }

/** What stands between two blocks in the text of a document. */
export const separatorBetween = (before: BlockKind, after: BlockKind): '\n' | '\n\n' =>
  before === after && joinsTightly[before] ? '\n' : '\n\n'

/** A span of the pending text. Offsets are into the text of the document. */
type Piece = {
  start: number
  end: number
  page: number | null
  path: readonly string[]
  heading: boolean
  isApart: boolean
}

export type Chunker = {
  /** Takes the next block; returns the chunks that are complete now. */
  add: (block: Block) => Chunk[]
  /** Returns the last chunks. */
  end: () => Chunk[]
  /** Length of the document's text so far, in UTF-16 units. */
  chars: () => number
}

const samePath = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((heading, i) => heading === b[i])

const commonPath = (pieces: readonly Piece[]): readonly string[] => {
  const bodies = pieces.filter((piece) => !piece.heading)
  const last = pieces[pieces.length - 1]
  if (bodies.length === 0) return last?.path ?? []
  let common = bodies[0]?.path ?? []
  for (const piece of bodies) {
    let shared = 0
    while (shared < common.length && common[shared] === piece.path[shared]) shared += 1
    common = common.slice(0, shared)
  }
  return common
}

/** The page that most of the text is on; of equals the first. */
const pageOf = (pieces: readonly Piece[]): number | null => {
  const chars = new Map<number | null, number>()
  for (const { page, start, end } of pieces) chars.set(page, (chars.get(page) ?? 0) + end - start)
  let most: [number | null, number] = [pieces[0]?.page ?? null, 0]
  for (const entry of chars) if (entry[1] > most[1]) most = entry
  return most[0]
}

export const createChunker = (): Chunker => {
  /** Text of the document from `base` on: what is pending. */
  let buffer = ''
  let base = 0
  let pieces: Piece[] = []
  let lastKind: BlockKind | null = null
  let ordinal = 0
  let out: Chunk[] = []

  const length = (): number => base + buffer.length
  const pendingChars = (): number => {
    const first = pieces[0]
    return first ? (pieces[pieces.length - 1]?.end ?? first.end) - first.start : 0
  }
  const onlyHeadings = (): boolean => pieces.every((piece) => piece.heading)

  const emit = (count: number): void => {
    const taken = pieces.slice(0, count)
    const first = taken[0]
    const last = taken[taken.length - 1]
    if (!first || !last) return
    out.push({
      ordinal,
      text: buffer.slice(first.start - base, last.end - base),
      start: first.start,
      end: last.end,
      page: pageOf(taken),
      heading: commonPath(taken).join(HEADING_SEPARATOR),
    })
    ordinal += 1
    pieces = pieces.slice(count)
  }

  /** Ends the pending chunk; headings at its end go with what follows them. */
  const flush = (): void => {
    let body = pieces.length
    while (body > 0 && pieces[body - 1]?.heading) body -= 1
    if (body > 0) emit(body)
  }
  const flushAll = (): void => emit(pieces.length)

  /** A block that is too long for one chunk, in parts of about equal length; the first goes with the headings before it. */
  const split = (text: string, at: number, piece: Omit<Piece, 'start' | 'end'>, code: boolean): void => {
    let from = 0
    while (from < text.length) {
      const used = pieces[0] ? at + from - pieces[0].start : 0
      const rest = text.length - from
      let end = text.length
      if (rest + used > MAX_CHARS) {
        const parts = Math.ceil((rest + used) / TARGET_CHARS)
        const most = MAX_CHARS - used
        const aim = Math.max(1, Math.min(most, Math.ceil((rest + used) / parts) - used))
        end = findBreak(text, from, aim, most, code ? 'code' : 'prose')
      }
      const content = text.slice(from, end).trimEnd()
      if (content !== '') pieces.push({ ...piece, start: at + from, end: at + from + content.length })
      if (end < text.length) flush()
      from = end
    }
  }

  const place = (block: Block, start: number, piece: Omit<Piece, 'start' | 'end'>): void => {
    const end = start + block.text.length
    const joined = end - (pieces[0]?.start ?? start)
    const full = joined > TARGET_CHARS && pendingChars() >= LEAST_CHARS && !onlyHeadings()
    if (full) flush()
    // What is still pending now is short or headings, which stay with the text even if it has to be cut for them.
    if (end - (pieces[0]?.start ?? start) > MAX_CHARS) split(block.text, start, piece, block.kind === 'code')
    else pieces.push({ ...piece, start, end })
    if (pendingChars() >= TARGET_CHARS) flush()
  }

  const add = (block: Block): Chunk[] => {
    if (lastKind !== null) buffer += separatorBetween(lastKind, block.kind)
    lastKind = block.kind
    const start = length()
    buffer += block.text
    const heading = block.kind === 'heading' && block.text.length <= HEADING_CHARS
    const path = heading ? [...block.headings, block.text] : block.headings
    const previous = pieces[pieces.length - 1]
    const isApart = block.isApart === true
    if (previous && (isApart || previous.isApart)) {
      const goesOn = isApart && previous.isApart && block.page === previous.page && samePath(previous.path, path)
      if (!goesOn) flushAll()
    }
    const size = pendingChars()
    if (previous && size >= LEAST_CHARS) {
      const newSection = !previous.heading && !samePath(previous.path, path)
      if (newSection || block.page !== previous.page) flush()
    }
    if (heading && pendingChars() >= LEAST_CHARS && onlyHeadings()) flushAll()
    const piece = { page: block.page, path, heading, isApart }
    place(block, start, piece)
    // What is no longer pending is forgotten: a long document is never held as a whole.
    const keepFrom = pieces[0]?.start ?? length()
    buffer = buffer.slice(keepFrom - base)
    base = keepFrom
    const done = out
    out = []
    return done
  }

  return {
    add,
    end: () => {
      flushAll()
      const done = out
      out = []
      return done
    },
    chars: length,
  }
}
