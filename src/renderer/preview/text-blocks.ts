/**
 * Owns how a long text is cut for showing: into blocks that are drawn when they come into view, each with its matches and its part of
 * the passage. Refuses: losing or changing a character; all blocks together are the text.
 */

export type Range = { readonly start: number; readonly end: number }

/** `text` begins at `start` of the whole text. */
export type TextBlock = { readonly start: number; readonly text: string }

/** A stretch of a block that is shown alike. `match`: which match it is of, from 0. */
export type BlockPart = { readonly text: string; readonly match: number | null; readonly inPassage: boolean }

/** Long enough that a book is some thousand blocks, short enough that one is drawn at once. */
const BLOCK_CHARS = 1_200
/** Where no line ends, a block ends all the same. */
const MAX_BLOCK_CHARS = 4_000

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

const findBlockEnd = (text: string, from: number): number => {
  if (text.length - from <= BLOCK_CHARS) return text.length
  const line = text.indexOf('\n', from + BLOCK_CHARS)
  const end = line < 0 ? text.length : line + 1
  if (end - from <= MAX_BLOCK_CHARS) return end
  const cut = from + MAX_BLOCK_CHARS
  return isLowSurrogate(text.charCodeAt(cut)) ? cut + 1 : cut
}

/** Cuts a piece that begins at `start` of the whole text; blocks end after a line where they can. */
export const cutIntoBlocks = (text: string, start: number): TextBlock[] => {
  const blocks: TextBlock[] = []
  for (let from = 0; from < text.length;) {
    const end = findBlockEnd(text, from)
    blocks.push({ start: start + from, text: text.slice(from, end) })
    from = end
  }
  return blocks
}

/** The first index whose element passes; `passes` is false and then true. */
const findFirst = (length: number, passes: (at: number) => boolean): number => {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (passes(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Which block holds the character at `offset`; the last one for what lies behind. */
export const findBlock = (blocks: readonly TextBlock[], offset: number): number =>
  Math.max(0, findFirst(blocks.length, (at) => (blocks[at]?.start ?? 0) > offset) - 1)

/** The text from `start` to `end`, as far as it is there. */
export const sliceBlocks = (blocks: readonly TextBlock[], { start, end }: Range): string => {
  let text = ''
  for (let at = findBlock(blocks, start); at < blocks.length; at += 1) {
    const block = blocks[at]
    if (block === undefined || block.start >= end) break
    text += block.text.slice(Math.max(0, start - block.start), end - block.start)
  }
  return text
}

/** The first match that ends behind `offset`; `matches` in reading order. */
export const findMatchFrom = (matches: readonly Range[], offset: number): number =>
  findFirst(matches.length, (at) => (matches[at]?.end ?? 0) > offset)

/** Takes a block apart; `matches` in reading order, not overlapping. */
export const splitBlock = (block: TextBlock, matches: readonly Range[], passage: Range | null): BlockPart[] => {
  const end = block.start + block.text.length
  const cuts = new Map<number, number | null>([[block.start, null]])
  for (let at = findMatchFrom(matches, block.start); at < matches.length; at += 1) {
    const match = matches[at]
    if (match === undefined || match.start >= end) break
    cuts.set(Math.max(match.start, block.start), at)
    if (match.end < end) cuts.set(match.end, null)
  }
  const points = [...cuts]
  const parts: BlockPart[] = []
  points.forEach(([from, match], at) => {
    const to = points[at + 1]?.[0] ?? end
    const edges = [passage?.start, passage?.end].filter((edge) => edge !== undefined && edge > from && edge < to)
    const stops = [from, ...edges.filter((edge) => edge !== undefined), to]
    for (let stop = 1; stop < stops.length; stop += 1) {
      const [left = from, right = to] = [stops[stop - 1], stops[stop]]
      const inPassage = passage !== null && left >= passage.start && left < passage.end
      parts.push({ text: block.text.slice(left - block.start, right - block.start), match, inPassage })
    }
  })
  return parts.filter(({ text }) => text !== '')
}
