/**
 * Owns turning a text into the token ids of the embedding model, each with its span in the original text.
 * Refuses: cutting to the model's length (windows.ts).
 */
import { normalizeText, SEPARATOR, type NormalizedText } from './normalization'
import type { Vocabulary } from './vocabulary'

/** Id of the token for what the vocabulary does not know. */
export const UNKNOWN_ID = 0

/** The tokens of a text. The arrays run parallel. */
export type Tokens = {
  readonly ids: Int32Array
  /** UTF-16 offsets into the text that was given, white space around the token left out; end exclusive. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** 1 where the token begins a word (white space, or the beginning of the text, is before it). */
  readonly beginsWord: Uint8Array
  /** Share of the text's characters that the vocabulary knows, 0–1; 0 for a text without any. */
  readonly known: number
}

export type Tokenizer = {
  readonly encode: (text: string) => Tokens
  /** Where the tokens of `encode` are only counted: the ids of a window's text as the model reads them, what comes before it included. */
  readonly encodeSpan?: (text: string) => Pick<Tokens, 'ids' | 'known'>
  /** Tokens that `encodeSpan` puts before each text; 0 without it. */
  readonly overhead?: number
}

/**
 * A unigram tokenizer (Kudo, "Subword Regularization", 2018): of all ways to cut the text into pieces, the one with the highest sum of log
 * probabilities, found by the Viterbi algorithm in O(length × longest piece). It gives the very ids of the tokenizer that the model was
 * published with, its quirks included: a score of exactly 0 counts as "nothing found yet", a position that no piece reaches costs nothing,
 * and of equal scores the shorter last piece wins. White space is collapsed first.
 */
export const createTokenizer = (vocabulary: Vocabulary): Tokenizer => ({
  encode: (text) => {
    const normalized = normalizeText(text)
    return collectTokens(vocabulary, normalized, findBestPieces(vocabulary, normalized.symbols))
  },
})

/** For every position, the id of the piece that ends there on the best way to it. */
const findBestPieces = (vocabulary: Vocabulary, symbols: readonly number[]): Int32Array => {
  const length = symbols.length
  const best = new Float64Array(length + 1)
  const pieces = new Int32Array(length + 1)
  const offer = (end: number, score: number, id: number): void => {
    const present = best[end] ?? 0
    if (present !== 0 && score < present) return
    best[end] = score
    pieces[end] = id
  }
  for (let start = 0; start < length; start++) {
    const before = best[start] ?? 0
    let found = false
    let node = 0
    for (let position = start; position < length; position++) {
      node = vocabulary.child(node, symbols[position] ?? 0)
      if (node < 0) break
      const id = vocabulary.pieceAt(node)
      if (id < 0) continue
      found = true
      offer(position + 1, before + vocabulary.scoreOf(id), id)
    }
    if (!found) offer(start + 1, before, UNKNOWN_ID)
  }
  return pieces
}

/** Walks the best way back from the end; unknown pieces that follow each other become one token. */
const collectTokens = (vocabulary: Vocabulary, text: NormalizedText, pieces: Int32Array): Tokens => {
  const ids: number[] = []
  const firsts: number[] = []
  const afters: number[] = []
  let unknownSymbols = 0
  for (let after = text.symbols.length; after > 0;) {
    const id = pieces[after] ?? UNKNOWN_ID
    const first = after - (id === UNKNOWN_ID ? 1 : vocabulary.lengthOf(id))
    if (id === UNKNOWN_ID) unknownSymbols += 1
    if (id === UNKNOWN_ID && ids.at(-1) === UNKNOWN_ID) {
      firsts[firsts.length - 1] = first
    } else {
      ids.push(id)
      firsts.push(first)
      afters.push(after)
    }
    after = first
  }
  ids.reverse()
  firsts.reverse()
  afters.reverse()
  const isWordStart = (first: number): boolean =>
    text.symbols[first] === SEPARATOR && text.starts[first] === text.ends[first]
  const characters = text.symbols.reduce((count, symbol) => (symbol === SEPARATOR ? count : count + 1), 0)
  return {
    ids: Int32Array.from(ids),
    starts: Int32Array.from(firsts, (first) => text.starts[first] ?? 0),
    ends: Int32Array.from(afters, (after) => text.ends[after - 1] ?? 0),
    beginsWord: Uint8Array.from(firsts, (first) => (isWordStart(first) ? 1 : 0)),
    known: characters === 0 ? 0 : (characters - unknownSymbols) / characters,
  }
}
