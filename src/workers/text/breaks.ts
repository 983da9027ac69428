/**
 * Owns where a text that is too long for one chunk is cut: at a line, a sentence, a clause, a word; in the middle of a word only when the
 * word alone is too long, and never inside a surrogate pair. Refuses: dictionaries and locales: the same text gives the same cuts everywhere.
 */
import { splitsPair } from './clean'

/** Places to cut, best first: each match ends where the next piece may begin. */
const PROSE_BREAKS: readonly RegExp[] = [
  /\n\s*\n/g,
  // The end of a sentence: not before a lower-case letter, which follows an abbreviation more often than a sentence.
  /[.!?…]["'”’»)\]]*\s+(?![\p{Ll}\s])|[。！？｡．][”’」』）]*\s*/gu,
  /\n/g,
  /[;:]\s+|[；：]\s*/gu,
  /,\s+|[，、]\s*/gu,
  /\s+/g,
]
const CODE_BREAKS: readonly RegExp[] = [/\n[ \t]*\n/g, /\n(?=\S)/g, /\n/g, /[;,]\s*/g, /\s+/g]

/** A combining mark or joiner belongs to the character before it. */
const CONTINUES = /^(?:\p{M}|\u200c|\u200d|[\ufe00-\ufe0f])/u

/** How far a cut inside a word moves back so that a character keeps its marks. */
const MARKS_BACK = 32

const hardCut = (text: string, at: number): number => {
  let cut = at
  while (at - cut < MARKS_BACK && CONTINUES.test(text.slice(cut, cut + 2))) cut -= 1
  if (at - cut === MARKS_BACK) cut = at
  return splitsPair(text, cut) ? cut - 1 : cut
}

/** The break nearest to `aim` in a window of text, or -1. Positions are where the next piece begins, relative to the window. */
const nearest = (window: string, pattern: RegExp, least: number, aim: number, most: number): number => {
  let best = -1
  pattern.lastIndex = 0
  for (let match = pattern.exec(window); match; match = pattern.exec(window)) {
    const contentEnd = match.index + match[0].trimEnd().length
    const position = match.index + match[0].length
    if (match[0].length === 0) pattern.lastIndex += 1
    if (contentEnd > most) break
    if (contentEnd < least || position >= window.length) continue
    if (best < 0 || Math.abs(position - aim) < Math.abs(best - aim)) best = position
  }
  return best
}

export type BreakStyle = 'prose' | 'code'

/**
 * Where the piece that starts at `from` ends and the next begins. The piece, without white space at its end, has at most `most` characters and
 * about `aim`; the text from `from` on must be longer than `most`, and `most` greater than 100.
 */
export const findBreak = (text: string, from: number, aim: number, most: number, style: BreakStyle): number => {
  const window = text.slice(from, from + most + 64)
  for (const pattern of style === 'code' ? CODE_BREAKS : PROSE_BREAKS) {
    const found = nearest(window, pattern, Math.floor(aim * 0.6), aim, most)
    if (found > 0) return from + found
  }
  // No good place near the aim: any white space at all keeps words whole.
  const anywhere = nearest(window, /\s+/g, 1, aim, most)
  return anywhere > 0 ? from + anywhere : hardCut(text, from + most)
}
