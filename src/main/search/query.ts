/**
 * Owns how a person's words become a full-text query: phrases, what must not occur, filters, words without the very common ones,
 * everything quoted.
 * Refuses: passing a person's text to FTS5 as syntax. Whatever is typed, the result is a valid expression or nothing.
 */
import { remark, type Remark } from '../../shared/remarks'
import type { QueryFilter } from '../../shared/search'
import { pairsOf, runsOf } from '../../shared/grams'
import type { FilterTest } from '../store/contract'
import { explainMisread, readFilter } from './query-filters'

/**
 * English words that carry no meaning of their own. They are left out unless the query has nothing else: an OR over them
 * reads most of the index and drowns the words that matter (measured: BM25 with stop words 0.47, without fewer points).
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about after all also am an and any are as at be because been before being but by can could did do does doing down for from had
  has have having he her here hers him his how i if in into is it its just me more most my no nor not of off on only or other our out over
  own same she should so some such than that the their them then there these they this those through to too under until up very was
  we were what when where which while who whom why will with would you your`.split(/\s+/),
)

/** Longer queries are cut: nobody means their ten-thousandth word. */
const MAX_TERMS = 64
/** Filters, phrases and words that must not occur, together. */
const MAX_PIECES = 32
/** So many pairs must stand in a row; of more, any counts: nobody quotes a sentence. */
const SHORT_RUN_PAIRS = 3
/** And characters: normalizing takes quadratic time on long runs of combining marks. */
const MAX_CHARS = 4_000

export type ParsedQuery = {
  /** What the person typed, white space collapsed, cut at 4,000 characters. */
  readonly text: string
  /** What looks like a filter and is none: its name, which nobody misspelled, and why it was looked for as words. */
  readonly misread: readonly { readonly name: string; readonly note: Remark }[]
  /** What was left out of a query that is longer than anybody types. */
  readonly cut: Remark | null
  /** The same without filters and what must not occur: what a model is asked. */
  readonly plain: string
  readonly words: readonly string[]
  readonly phrases: readonly (readonly string[])[]
  /** FTS5 expression: any of the phrases and words; `null` when there is no word at all. */
  readonly match: string | null
  /** The same with every word as a prefix, for when the exact words find too little. */
  readonly prefixMatch: string | null
  /** An expression that every result fulfills (quoted phrases), and one that none does (`-word`). */
  readonly required: string | null
  readonly excluded: string | null
  /** An expression over the index of scripts without spaces; `null` when the query has none. */
  readonly grams: string | null
  readonly filters: readonly QueryFilter[]
  readonly tests: readonly FilterTest[]
  /** Words that nothing is looked for with. */
  readonly ignored: readonly string[]
}

const wordsOf = (text: string): string[] => text.normalize('NFKC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? []

/** A string of FTS5: quotes doubled, so no character of it is syntax. */
const quote = (words: readonly string[]): string => `"${words.join(' ').replaceAll('"', '""')}"`

/** An expression that matches any of the words. */
export const anyOf = (words: readonly string[]): string => words.map((word) => quote([word])).join(' OR ')

/** An expression that matches all of the words. */
export const allOf = (words: readonly string[]): string => words.map((word) => quote([word])).join(' AND ')

const unique = (words: readonly string[]): string[] => [
  ...new Map(words.map((word) => [word.toLowerCase(), word])).values(),
]

/** `name:value`, `name:"a value"`, `"a phrase"`, each perhaps after a `-`; a lone `-word`. */
const PIECES = /(?<![^\s(])(-?)(?:([A-Za-z]+):(?:"([^"]*)"|([^\s"]+))|"([^"]*)")|(?<![^\s(])-(?=\p{L})([^\s"]+)/gu

type Pieces = {
  rest: string
  phrases: string[][]
  excluded: string[][]
  filters: QueryFilter[]
  tests: FilterTest[]
  /** What looks like a filter and is none: its name, and why. */
  misread: { name: string; note: Remark }[]
}

/** Takes out of the text what is more than words. */
const takePieces = (text: string): Pieces => {
  const pieces: Pieces = { rest: '', phrases: [], excluded: [], filters: [], tests: [], misread: [] }
  const note = (name: 'phrase' | 'not', words: readonly string[], typed: string): void => {
    pieces.filters.push({ name, value: words.join(' '), text: typed, negated: name === 'not' })
  }
  pieces.rest = text.replace(
    PIECES,
    (typed: string, minus = '', name?: string, quotedValue?: string, value?: string, phrase?: string, not?: string) => {
      if (pieces.filters.length >= MAX_PIECES) return typed
      if (name !== undefined) {
        const read = readFilter(name, quotedValue ?? value ?? '', typed, minus === '-')
        // What looks like a filter and is none stays words.
        if (read === null) {
          const note = explainMisread(name, typed)
          if (note !== null) pieces.misread.push({ name, note })
          return typed
        }
        pieces.filters.push(read.filter)
        pieces.tests.push(...read.tests)
        return ' '
      }
      const words = wordsOf(phrase ?? not ?? '')
      if (words.length === 0) return ' '
      const isNot = minus === '-' || not !== undefined
      ;(isNot ? pieces.excluded : pieces.phrases).push(words)
      note(isNot ? 'not' : 'phrase', words, typed)
      return ' '
    },
  )
  return pieces
}

/** Pairs of characters: of a short run all of them in a row, of a long one any. */
const gramsMatch = (text: string): string | null => {
  const runs = [...new Set(runsOf(text.normalize('NFKC')))].slice(0, MAX_TERMS)
  if (runs.length === 0) return null
  return runs
    .map((run) => {
      const pairs = pairsOf(run)
      if (run.length === 1) return `${quote(pairs)}*`
      return pairs.length <= SHORT_RUN_PAIRS ? quote(pairs) : anyOf(pairs.slice(0, MAX_TERMS))
    })
    .join(' OR ')
}

/** Parses what a person typed. Never throws. */
export const parseQuery = (typed: string): ParsedQuery => {
  const text = typed.slice(0, MAX_CHARS).replace(/\s+/g, ' ').trim()
  const { rest, phrases, excluded, filters, tests, misread } = takePieces(text)
  const all = unique(wordsOf(rest))
  const meaningful = all.filter((word) => !STOP_WORDS.has(word.toLowerCase()))
  const meant = meaningful.length > 0 || phrases.length > 0 ? meaningful : all
  const words = meant.slice(0, MAX_TERMS)
  const loose = words.map((word) => quote([word]))
  const exact = phrases.map(quote)
  // A quoted phrase must occur; loose words beside it only order what has it.
  const both = loose.length > 0 && exact.length > 0
  const required = exact.join(' AND ')
  const wanted =
    exact.length > 0
      ? both
        ? `(${required}) AND (${loose.join(' OR ')}) OR (${required})`
        : required
      : loose.join(' OR ')
  const not = excluded.map(quote).join(' OR ')
  const without = (expression: string): string | null =>
    expression === '' ? null : not === '' ? expression : `(${expression}) NOT (${not})`
  const cuts = {
    ...(typed.length > MAX_CHARS ? { chars: MAX_CHARS } : {}),
    ...(meant.length > MAX_TERMS ? { words: MAX_TERMS } : {}),
  }
  const prefixes = words.filter((word) => word.length >= 3).map((word) => `${quote([word])}*`)
  return {
    text,
    misread,
    cut: Object.keys(cuts).length === 0 ? null : remark('SAID_CUT', cuts),
    plain: [...phrases.map((phrase) => phrase.join(' ')), rest.replace(/\s+/g, ' ').trim()].join(' ').trim(),
    words,
    phrases,
    match: without(wanted),
    prefixMatch: exact.length === 0 ? without(prefixes.join(' OR ')) : null,
    required: required === '' ? null : required,
    excluded: not === '' ? null : not,
    grams: gramsMatch([rest, ...phrases.flat()].join(' ')),
    filters,
    tests,
    ignored: unique([...all.filter((word) => !words.includes(word))]),
  }
}
