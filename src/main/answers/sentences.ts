/**
 * Owns cutting a passage into sentences with exact offsets: what an answer quotes. A line of a list or a table is a sentence of its own.
 * Refuses: changing a character; a quote is found in the text as it stands.
 */

export type Sentence = {
  /** UTF-16 offsets into the passage, no white space at either end; end exclusive. */
  readonly start: number
  readonly end: number
  readonly text: string
}

/** No sentence is longer: what has no full stop is cut at a word. */
const MAX_CHARS = 500

/** Behind these a full stop ends no sentence. */
const ABBREVIATIONS = new Set(
  'mr mrs ms dr prof st no nr vs etc fig eq sec ch vol pp cf al inc ltd co corp jan feb mar apr jun jul aug sept sep oct nov dec approx dept e.g i.e a.m p.m'.split(
    ' ',
  ),
)

const ENDS = /[.!?…]+["'”’»)\]]*(?=\s)|[。！？｡]["'”’」』）]*/gu

const isAbbreviation = (text: string, at: number): boolean => {
  if (text[at] !== '.') return false
  const [word = ''] = /\S*$/.exec(text.slice(Math.max(0, at - 12), at)) ?? []
  const bare = word.replace(/^["'“‘([]+/, '').toLowerCase()
  return ABBREVIATIONS.has(bare) || /^\p{L}$/u.test(bare)
}

/** Ends of sentences within one line. */
const endsOf = (line: string): number[] => {
  const ends: number[] = []
  for (const match of line.matchAll(ENDS)) {
    const end = match.index + match[0].length
    // Before a small letter it was an abbreviation more often than an end.
    const [next = ''] = /\S/u.exec(line.slice(end, end + 8)) ?? []
    if (!isAbbreviation(line, match.index) && !/^\p{Ll}/u.test(next)) ends.push(end)
  }
  return ends
}

/** A piece that is too long, cut at words. */
const cutLong = (text: string, from: number, to: number): [number, number][] => {
  const pieces: [number, number][] = []
  let start = from
  while (to - start > MAX_CHARS) {
    const space = text.lastIndexOf(' ', start + MAX_CHARS)
    const end = space > start ? space : start + MAX_CHARS
    pieces.push([start, end])
    start = end
  }
  return [...pieces, [start, to]]
}

const trimmed = (text: string, from: number, to: number): Sentence | null => {
  const piece = text.slice(from, to)
  const start = from + (piece.length - piece.trimStart().length)
  const end = to - (piece.length - piece.trimEnd().length)
  return end > start ? { start, end, text: text.slice(start, end) } : null
}

/** A line of a table or a list, or one that ends what it says. */
const STANDS_ALONE = /[.!?:;…。！？|]["'”’»)\]]*$|: [^;]*; /u
const LIST_MARK = /^(?:[-*•–]|\d+[.)]|#+)\s/u

/** A line that goes on in the next one: hard-wrapped prose, as in mails and plain text. */
const goesOn = (line: string, next: string): boolean =>
  !STANDS_ALONE.test(line) &&
  !LIST_MARK.test(next) &&
  (line.length >= 60 ? /^\S/u.test(next) : line.length >= 45 && /^[\p{Ll}(]/u.test(next))

/** Where lines begin and end, those of wrapped prose joined. */
const linesOf = (text: string): [number, number][] => {
  const lines: [number, number][] = []
  let start = 0
  for (const line of text.split('\n')) {
    const end = start + line.length
    const last = lines.at(-1)
    if (last && last[1] === start - 1 && goesOn(text.slice(last[0], last[1]).trimEnd().split('\n').at(-1) ?? '', line))
      last[1] = end
    else lines.push([start, end])
    start = end + 1
  }
  return lines
}

/** The sentences of a passage, in order. Everything but white space is in exactly one of them. */
export const splitSentences = (text: string): Sentence[] =>
  linesOf(text).flatMap(([from, to]) => {
    const cuts = [0, ...endsOf(text.slice(from, to)), to - from]
    return cuts
      .slice(1)
      .flatMap((cut, index) =>
        cutLong(text, from + (cuts[index] ?? 0), from + cut).flatMap(([start, end]) => trimmed(text, start, end) ?? []),
      )
  })
