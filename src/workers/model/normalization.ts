/**
 * Owns the text as the tokenizer reads it: white space collapsed, NFKC, a separator before each word, and for every symbol the span of the
 * original text that it came from.
 * Refuses: tokens.
 */

/** Stands for a space and for the beginning of the text. */
export const SEPARATOR = 0x2581

/** Symbols (code points) of a normalized text and where they came from. The arrays run parallel. */
export type NormalizedText = {
  readonly symbols: readonly number[]
  /** UTF-16 offsets of the original text, end exclusive. A separator that stands for white space has an empty span before its word. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

const SPACE = 0x20
const LAST_SIMPLE = 0x7f
/** Below this no character joins the one before it. */
const FIRST_COMBINING = 0x300

/**
 * A run of combining marks is cut here. NFKC sorts such runs in quadratic time (128,000 marks take 19 s), and no writing needs more; UAX #15
 * recommends 30 ("Stream-Safe Text Format"). Only beyond it can the result differ from NFKC of the whole text.
 */
const MAX_SEGMENT_CODE_POINTS = 32

const whiteSpace = /^\s$/u
/** What can join the character before it: marks, conjoining vowels and finals of Hangul, and the vowel signs of Kirat Rai. */
const joining = /^[\p{M}\u1160-\u11ff\u{16d63}-\u{16d6a}]$/u

const Kind = { unknown: 0, plain: 1, changing: 2, joining: 3, space: 4 } as const
const kinds = new Uint8Array(0x10000)

/**
 * Normalizes a text in linear time, piece by piece: a piece is a character and what joins it, so that NFKC of the pieces is NFKC of the
 * whole. Equal to `text.replace(/\s+/g, ' ').trim().normalize('NFKC')` with separators for spaces and one in front.
 */
export const normalizeText = (text: string): NormalizedText => {
  const symbols: number[] = []
  const starts: number[] = []
  const ends: number[] = []
  const emit = (symbol: number, start: number, end: number): void => {
    symbols.push(symbol)
    starts.push(start)
    ends.push(end)
  }

  let separated = true
  for (let start = 0; start < text.length;) {
    const codePoint = text.codePointAt(start) ?? 0
    const kind = kindOf(codePoint)
    if (kind === Kind.space) {
      separated = true
      start += 1
      continue
    }
    if (separated) emit(SEPARATOR, start, start)
    separated = false
    const single = start + (codePoint > 0xffff ? 2 : 1)
    const end = findSegmentEnd(text, single)
    if (kind === Kind.plain && end === single) {
      emit(codePoint, start, end)
    } else {
      for (const character of text.slice(start, end).normalize('NFKC')) {
        const symbol = character.codePointAt(0) ?? 0
        emit(symbol === SPACE ? SEPARATOR : symbol, start, end)
      }
    }
    start = end
  }
  return { symbols, starts, ends }
}

const findSegmentEnd = (text: string, from: number): number => {
  let end = from
  for (let count = 1; count < MAX_SEGMENT_CODE_POINTS && end < text.length; count++) {
    if (text.charCodeAt(end) < FIRST_COMBINING) break
    const codePoint = text.codePointAt(end) ?? 0
    if (kindOf(codePoint) !== Kind.joining) break
    end += codePoint > 0xffff ? 2 : 1
  }
  return end
}

const kindOf = (codePoint: number): number => {
  if (codePoint > 0xffff) return classify(codePoint)
  const known = kinds[codePoint] ?? Kind.unknown
  if (known !== Kind.unknown) return known
  const kind = classify(codePoint)
  kinds[codePoint] = kind
  return kind
}

const classify = (codePoint: number): number => {
  const character = String.fromCodePoint(codePoint)
  if (whiteSpace.test(character)) return Kind.space
  if (codePoint <= LAST_SIMPLE) return Kind.plain
  const first = character.normalize('NFKD').codePointAt(0) ?? codePoint
  if (joining.test(String.fromCodePoint(first))) return Kind.joining
  return character.normalize('NFKC') === character ? Kind.plain : Kind.changing
}
