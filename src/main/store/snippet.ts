/**
 * Owns the piece of a passage that shows best what was found in it. Refuses: finding it.
 * Source: the scoring of `snippet()` in SQLite's FTS5 (the most different matches first, then the most, then the beginning of a sentence),
 * made from marks that are there already: asking FTS5 for both reads every passage twice.
 */

export type Range = { readonly start: number; readonly end: number }

/** Words of a snippet. */
const LENGTH = 40
/** Words before the first match, where they fit. */
const LEAD = 8
/** A passage full of matches is not looked at from each. */
const MOST_STARTS = 60
const SCORE = { other: 1_000, same: 1, beginning: 120, sentence: 100 }
const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu
const SENTENCE_END = /[.:!?\n]\s*$/

const wordsOf = (text: string): Range[] =>
  Array.from(text.matchAll(WORD), ({ index, 0: word }) => ({ start: index, end: index + word.length }))

const beginsSentence = (text: string, at: number): boolean => SENTENCE_END.test(text.slice(Math.max(0, at - 4), at))

/** What `matches` are worth that lie from word `first` on. */
const scoreOf = (
  text: string,
  words: readonly Range[],
  { first, matches }: { readonly first: number; readonly matches: readonly Range[] },
): number => {
  const from = words[first]?.start ?? 0
  const to = words[Math.min(words.length, first + LENGTH) - 1]?.end ?? text.length
  const seen = new Set<string>()
  let score = first === 0 ? SCORE.beginning : beginsSentence(text, from) ? SCORE.sentence : 0
  for (const { start, end } of matches) {
    if (start < from || end > to) continue
    const word = text.slice(start, end).toLowerCase()
    score += seen.has(word) ? SCORE.same : SCORE.other
    seen.add(word)
  }
  return score
}

/** The index of the word in which an offset lies, or of the next one. */
const wordAt = (words: readonly Range[], offset: number): number => {
  let low = 0
  for (let high = words.length; low < high;) {
    const middle = (low + high) >> 1
    if ((words[middle]?.end ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return low
}

/** Where a snippet may begin: at the text's beginning, and a little before each match, at its sentence when that begins there. */
const startsOf = (text: string, words: readonly Range[], matches: readonly Range[]): number[] => {
  const last = Math.max(0, words.length - LENGTH)
  const starts = matches.slice(0, MOST_STARTS).map(({ start }) => {
    const at = wordAt(words, start)
    for (let first = at; first > Math.max(0, at - LEAD); first -= 1)
      if (beginsSentence(text, words[first]?.start ?? 0)) return first
    return Math.max(0, at - LEAD)
  })
  return [...new Set([0, ...starts.map((start) => Math.min(start, last))])]
}

/** Up to 40 words of a text, the matches between `[[` and `]]`, with ` … ` where something is left out. */
export const makeSnippet = (text: string, matches: readonly Range[]): string => {
  const words = wordsOf(text)
  const scored = startsOf(text, words, matches).map((first) => ({
    first,
    score: scoreOf(text, words, { first, matches }),
  }))
  const { first } = scored.reduce((best, one) => (one.score > best.score ? one : best))
  const isWhole = words.length <= LENGTH
  const from = first === 0 ? 0 : (words[first]?.start ?? 0)
  const to = isWhole || first + LENGTH >= words.length ? text.length : (words[first + LENGTH - 1]?.end ?? text.length)
  let piece = ''
  let at = from
  for (const { start, end } of matches) {
    // A phrase may reach beyond the end.
    if (start < at || end > to) continue
    piece += `${text.slice(at, start)}[[${text.slice(start, end)}]]`
    at = end
  }
  return `${from > 0 ? ' … ' : ''}${piece}${text.slice(at, to)}${to < text.length ? ' … ' : ''}`
}
