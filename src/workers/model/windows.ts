/**
 * Owns cutting a passage into windows that the embedding model can read whole.
 * Refuses: vectors, and passages themselves (chunks are cut elsewhere, without knowing any model).
 */
import type { Tokenizer, Tokens } from './tokenizer'

/** A span of a passage for one vector. Windows do not overlap and cover all that is not white space. */
export type Window = {
  /** UTF-16 offsets into the passage, no white space at either end; end exclusive. */
  readonly start: number
  readonly end: number
  /** Tokens of exactly this span, at most the model's reach. */
  readonly ids: Int32Array
  /** Share of the characters that the vocabulary knows, 0–1. Near 0 the vector says nothing (another script). */
  readonly known: number
}

/** A window that has a successor ends at a sentence or line only if it is at least this full. */
const MIN_FILL = 0.6

/** What stands before a gap at the end of a sentence; closing quotes and brackets may follow the mark. */
const sentenceEnd = /[.!?…。！？]["'”’»)\]]*$/u
/** Enough characters before a gap to see a mark and what closes it. */
const SENTENCE_END_CHARS = 4

/**
 * Cuts a passage. A window ends at the end of a sentence or line where there is one, else between two words; only a single word longer than the
 * model's reach is cut within. What fits two windows is cut near its middle: a last window of a few words would have a vector of its
 * own that says little. Linear in the length of the passage.
 */
export const splitWindows = (passage: string, tokenizer: Tokenizer, maxTokens: number): Window[] => {
  const whole = tokenizer.encodeSpan ? takeWhole(passage, tokenizer.encodeSpan, maxTokens) : null
  if (whole) return [whole]
  const tokens = tokenizer.encode(passage)
  const windows: Window[] = []
  for (let from = 0; from < tokens.ids.length;) {
    const { window, to } = takeWindow(passage, tokens, from, tokenizer, maxTokens)
    windows.push(window)
    from = to
  }
  return windows
}

/** Characters that may be one token on the average; what is longer is not tried as one window. */
const CHARS_PER_TOKEN = 8

/** The passage as one window, if that is all it takes. Where tokens are only counted, most passages need not be. */
const takeWhole = (
  passage: string,
  encodeSpan: NonNullable<Tokenizer['encodeSpan']>,
  maxTokens: number,
): Window | null => {
  const start = passage.search(/\S/)
  const end = passage.trimEnd().length
  if (start < 0 || end - start > maxTokens * CHARS_PER_TOKEN) return null
  const { ids, known } = encodeSpan(passage.slice(start, end))
  return ids.length <= maxTokens ? { start, end, ids, known } : null
}

/**
 * Tokens of a span can differ a little from the tokens of that span within its passage (a word cut apart, the tokenizer's quirks at the
 * start of a text), and the vector of a window must depend on its own text alone. So the span is encoded by itself and, if it turns out
 * longer than the model's reach, cut shorter.
 */
const takeWindow = (
  passage: string,
  tokens: Tokens,
  from: number,
  tokenizer: Tokenizer,
  maxTokens: number,
): { window: Window; to: number } => {
  const start = tokens.starts[from] ?? 0
  const encode = tokenizer.encodeSpan ?? tokenizer.encode
  for (let reach = Math.max(1, maxTokens - (tokenizer.overhead ?? 0)); ;) {
    const to = chooseEnd(passage, tokens, from, reach)
    const end = findEnd(passage, tokens, to)
    const own = encode(passage.slice(start, end))
    const excess = own.ids.length - maxTokens
    if (excess <= 0) return { window: { start, end, ids: own.ids, known: own.known }, to }
    const shorter = Math.min(reach, to - from) - excess
    if (shorter < 1 || to === from + 1) {
      // One character that stands for more tokens than the model reads: its end is lost to the model, as it would be in any program.
      return { window: { start, end, ids: own.ids.slice(0, maxTokens), known: own.known }, to }
    }
    reach = shorter
  }
}

/** The token after the last one of the window that begins at `from`. */
const chooseEnd = (passage: string, tokens: Tokens, from: number, reach: number): number => {
  const rest = tokens.ids.length - from
  if (rest <= reach) return from + rest
  const balanced = rest <= 2 * reach
  const shortest = balanced ? rest - reach : Math.ceil(reach * MIN_FILL)
  const ideal = balanced ? rest / 2 : reach
  let sentence = 0
  let word = 0
  const closer = (count: number, best: number): boolean =>
    best === 0 || Math.abs(count - ideal) < Math.abs(best - ideal)
  for (let count = Math.max(1, shortest); count <= reach; count++) {
    if (tokens.beginsWord[from + count] !== 1) continue
    if (closer(count, word)) word = count
    if (closer(count, sentence) && endsSentence(passage, tokens, from + count)) sentence = count
  }
  return from + (sentence || word || findLastCut(tokens, from, reach))
}

const endsSentence = (passage: string, tokens: Tokens, next: number): boolean => {
  const end = tokens.ends[next - 1] ?? 0
  return (
    passage.slice(end, tokens.starts[next] ?? end).includes('\n') ||
    sentenceEnd.test(passage.slice(Math.max(0, end - SENTENCE_END_CHARS), end))
  )
}

/** How many tokens to take when no word ends where it should: up to the last word that ends earlier, else up to a cut within the word. */
const findLastCut = (tokens: Tokens, from: number, reach: number): number => {
  for (let count = reach; count >= 1; count--) {
    if (tokens.beginsWord[from + count] === 1) return count
  }
  const start = tokens.starts[from] ?? 0
  const advances = (count: number): boolean => (tokens.starts[from + count] ?? 0) > start
  for (let count = reach; count >= 1; count--) {
    if (advances(count)) return count
  }
  let count = reach + 1
  while (from + count < tokens.ids.length && !advances(count)) count++
  return count
}

/** Where the window before token `to` ends. A character that stands for the last token and the next (a ligature) goes to the next. */
const findEnd = (passage: string, tokens: Tokens, to: number): number =>
  Math.min(tokens.ends[to - 1] ?? passage.length, tokens.starts[to] ?? passage.length)
