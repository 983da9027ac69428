/**
 * Owns how a person's words become a full-text query: phrases, words without the very common ones, everything quoted.
 * Refuses: passing a person's text to FTS5 as syntax. Whatever is typed, the result is a valid expression or nothing.
 */

/**
 * English words that carry no meaning of their own. They are left out unless the query has nothing else: an OR over them
 * reads most of the index and drowns the words that matter (measured: BM25 with stop words 0.47, without fewer points).
 */
const STOP_WORDS = new Set(
  `a about after all also am an and any are as at be because been before being but by can could did do does doing down for from had
  has have having he her here hers him his how i if in into is it its just me more most my no nor not of off on only or other our out over
  own same she should so some such than that the their them then there these they this those through to too under until up very was
  we were what when where which while who whom why will with would you your`.split(/\s+/),
)

/** Longer queries are cut: nobody means their ten-thousandth word. */
const MAX_TERMS = 64
/** And characters: normalizing takes quadratic time on long runs of combining marks. */
const MAX_CHARS = 4_000

export type ParsedQuery = {
  /** What the person typed, white space collapsed, cut at 4,000 characters. */
  readonly text: string
  readonly words: readonly string[]
  readonly phrases: readonly (readonly string[])[]
  /** FTS5 expression: any of the phrases and words; `null` when there is no word at all. */
  readonly match: string | null
  /** The same with every word as a prefix, for when the exact words find too little. */
  readonly prefixMatch: string | null
}

const wordsOf = (text: string): string[] => text.normalize('NFKC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? []

/** A string of FTS5: quotes doubled, so no character of it is syntax. */
const quote = (words: readonly string[]): string => `"${words.join(' ').replaceAll('"', '""')}"`

/** An expression that matches any of the words. */
export const anyOf = (words: readonly string[]): string => words.map((word) => quote([word])).join(' OR ')

const unique = (words: readonly string[]): string[] => [
  ...new Map(words.map((word) => [word.toLowerCase(), word])).values(),
]

/** Parses what a person typed. Never throws. */
export const parseQuery = (typed: string): ParsedQuery => {
  const text = typed.slice(0, MAX_CHARS).replace(/\s+/g, ' ').trim()
  const phrases: string[][] = []
  const rest = text.replace(/"([^"]+)"/g, (_whole, inner: string) => {
    const words = wordsOf(inner)
    if (words.length > 0 && phrases.length < MAX_TERMS) phrases.push(words)
    return ' '
  })
  const all = unique(wordsOf(rest))
  const meaningful = all.filter((word) => !STOP_WORDS.has(word.toLowerCase()))
  const words = (meaningful.length > 0 || phrases.length > 0 ? meaningful : all).slice(0, MAX_TERMS)
  const loose = words.map((word) => quote([word]))
  const exact = phrases.map(quote)
  // A quoted phrase must occur; loose words beside it only order what has it.
  const both = loose.length > 0 && exact.length > 0
  const required = exact.join(' AND ')
  const match =
    exact.length > 0
      ? both
        ? `(${required}) AND (${loose.join(' OR ')}) OR (${required})`
        : required
      : loose.join(' OR ')
  const prefixes = words.filter((word) => word.length >= 3).map((word) => `${quote([word])}*`)
  return {
    text,
    words,
    phrases,
    match: match || null,
    prefixMatch: exact.length === 0 && prefixes.length > 0 ? prefixes.join(' OR ') : null,
  }
}
