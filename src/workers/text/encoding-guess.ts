/**
 * Owns guessing the encoding of bytes that are text in none of the Unicode encodings: every candidate reads the bytes, and what reads most like a
 * language wins. Short texts are the rule (a note, a name in a list), so letters and their company are weighed, not statistics of pages.
 * Refuses: bytes that are no text. The guess is the likeliest of the candidates, after Bayes, with letters taken as independent.
 */
import iconv from 'iconv-lite'
import { multiByteModels, singleByteModels, type LetterModel, type MultiByteModel } from './script-models'

/** Bytes that are weighed: more changes nothing but the time it takes. */
const EXCERPT_BYTES = 2 * 1024
/** A line is weighed up to this length. */
const LINE_BYTES = 512

/** Logarithms of how likely a character is. */
const LIKELIHOOD = {
  ascii: -2.5,
  /** Quotes, dashes, degrees: in every language. */
  punctuation: -6.5,
  /** A letter of another language in the same script. */
  foreignLetter: -8.5,
  symbol: -10,
  /** What nobody writes: controls, private characters, boxes. */
  odd: -14,
  undecodable: -20,
  kana: -5,
  fullWidth: -5.5,
  commonest: -6,
  common: -8.5,
  rare: -12.5,
  halfKana: -8,
} as const
/** Added for a capital that begins a word, for one after another, and for one after a small letter, or a symbol within a word. */
const CAPITAL = -1.2
const CAPITALS = -0.7
const MISPLACED = -6
/** Added for each common word of the language, in all at most for this many. */
const WORD_BONUS = 1.2
const MOST_WORDS = 12

const PUNCTUATION = new Set('“”‘’„‚–—…«»‹›•€§°©®™·¿¡£×²³½\u00a0№')
const LETTER = /^[\p{L}\p{M}]$/u

const isHigh = (byte: number): boolean => byte > 0x7f

/** The lines that have more than ASCII in them. Line feeds are no part of any character, so whole lines are whole characters. */
const excerptOf = (sample: Buffer): Buffer => {
  const lines: Buffer[] = []
  let bytes = 0
  for (let at = 0; at < sample.length && bytes < EXCERPT_BYTES;) {
    const feed = sample.indexOf(10, at)
    const end = feed < 0 ? sample.length : feed + 1
    const line = sample.subarray(at, end)
    const high = line.findIndex(isHigh)
    if (high >= 0) {
      // Everything before the first byte that is not ASCII may be left out, but nothing after it.
      const from = Math.max(0, high - 64)
      const piece = line.subarray(from, from + (feed < 0 ? EXCERPT_BYTES : Math.max(LINE_BYTES, 64)))
      lines.push(piece)
      bytes += piece.length
    }
    at = end
  }
  return Buffer.concat(lines).subarray(0, EXCERPT_BYTES)
}

/** What an encoding makes of the bytes. A character that is cut off at the end counts only where the bytes end there. */
const decode = (bytes: Buffer, encoding: string, complete: boolean): string => {
  const decoder = iconv.getDecoder(encoding)
  const text = decoder.write(bytes)
  return complete ? text + (decoder.end() ?? '') : text
}

const likelihoods = new Map<LetterModel, ReadonlyMap<string, number>>()

/** Of each letter of a language how likely it is: falling with its rank, nine tenths in all. */
const likelihoodsOf = (model: LetterModel): ReadonlyMap<string, number> => {
  const known = likelihoods.get(model)
  if (known) return known
  const ranks = [...model.letters].map((letter, rank) => [letter, 1 / (rank + 2) ** 0.8] as const)
  const sum = ranks.reduce((total, [, weight]) => total + weight, 0)
  const made = new Map(ranks.map(([letter, weight]) => [letter, Math.log((0.9 * weight) / sum)]))
  likelihoods.set(model, made)
  return made
}

/** What a character is, whatever is around it. */
type Trait = {
  readonly letter: boolean
  readonly small: string
  readonly capital: boolean
  readonly lower: boolean
  /** Of what is no letter: how likely it is. */
  readonly likelihood: number
}
const traits = new Map<string, Trait>()

const makeTrait = (char: string): Trait => {
  const letter = LETTER.test(char)
  const small = char.toLowerCase()
  const odd = /^[\p{C}\u2500-\u259f]$/u.test(char)
  const likelihood =
    char <= '\x7f'
      ? LIKELIHOOD.ascii
      : char === '\ufffd'
        ? LIKELIHOOD.undecodable
        : PUNCTUATION.has(char)
          ? LIKELIHOOD.punctuation
          : odd
            ? LIKELIHOOD.odd
            : LIKELIHOOD.symbol
  return { letter, small, capital: small !== char, lower: letter && char.toUpperCase() !== char, likelihood }
}
const NO_TRAIT = makeTrait(' ')
const traitOf = (char: string | undefined): Trait => {
  if (char === undefined) return NO_TRAIT
  const known = traits.get(char)
  if (known) return known
  const made = makeTrait(char)
  traits.set(char, made)
  return made
}

/** What can be said of a text in any language: a score for the company that characters keep, and how often each letter or mark comes. */
type Judged = { readonly score: number; readonly counts: ReadonlyMap<string, number> }

const isJoiner = (char: string): boolean => char === '’' || char === '·'

const judge = (chars: readonly string[]): Judged => {
  let score = 0
  const counts = new Map<string, number>()
  for (const [i, char] of chars.entries()) {
    const trait = traitOf(char)
    if (char <= '\x7f') {
      score += LIKELIHOOD.ascii
      continue
    }
    const before = traitOf(chars[i - 1])
    if (trait.letter) {
      if (trait.capital) score += before.lower ? MISPLACED : before.capital ? CAPITALS : CAPITAL
    } else if (before.letter && traitOf(chars[i + 1]).letter && !isJoiner(char)) score += MISPLACED
    counts.set(trait.small, (counts.get(trait.small) ?? 0) + 1)
  }
  return { score, counts }
}

const scoreLanguage = ({ score, counts }: Judged, spoken: readonly string[], language: LetterModel): number => {
  const known = likelihoodsOf(language)
  let sum = score
  for (const [char, count] of counts) {
    const { letter, likelihood } = traitOf(char)
    sum += count * (known.get(char) ?? (letter ? LIKELIHOOD.foreignLetter : likelihood))
  }
  if (language.words === '') return sum
  const words = new Set(language.words.split(' '))
  const heard = spoken.filter((word) => words.has(word)).length
  return sum + WORD_BONUS * Math.min(MOST_WORDS, heard)
}

/** The ASCII words of the bytes, which all encodings read alike. */
const spokenIn = (excerpt: Buffer): string[] =>
  (
    excerpt
      .toString('latin1')
      .toLowerCase()
      .match(/(?<![\x80-\xff\w])[a-z]+(?![\x80-\xff\w])/g) ?? []
  ).slice(0, 200)

const commonCharacters = new Map<string, ReadonlySet<string>>()

/** The characters between the lead bytes of common use, from the table of the encoding itself. */
const commonOf = ({ encoding, common, trail }: MultiByteModel): ReadonlySet<string> => {
  const known = commonCharacters.get(encoding)
  if (known) return known
  const bytes: number[] = []
  for (let lead = common[0]; lead <= common[1]; lead += 1)
    for (let last = trail[0]; last <= trail[1]; last += 1) if (last !== 0x7f) bytes.push(lead, last)
  const made = new Set(decode(Buffer.from(bytes), encoding, false).replace(/[^\u0100-\ufffc]/g, ''))
  commonCharacters.set(encoding, made)
  return made
}

const scoreMultiByte = (text: string, model: MultiByteModel): number => {
  const common = commonOf(model)
  const commonest = new Set(model.commonest)
  let score = 0
  for (const char of text) {
    if (char <= '\x7f') score += LIKELIHOOD.ascii
    else if (char === '\ufffd') score += LIKELIHOOD.undecodable
    else if (char >= '\u3041' && char <= '\u30ff') score += model.kana ? LIKELIHOOD.kana : LIKELIHOOD.rare
    else if (char >= '\uff61' && char <= '\uff9f') score += LIKELIHOOD.halfKana
    else if (commonest.has(char)) score += LIKELIHOOD.commonest
    else if (/^[\u3000-\u3020\uff01-\uff5e“”‘’…—·]$/.test(char)) score += LIKELIHOOD.fullWidth
    else if (common.has(char)) score += LIKELIHOOD.common
    else score += /^[\p{L}]$/u.test(char) ? LIKELIHOOD.rare : LIKELIHOOD.odd
  }
  return score
}

/**
 * The likeliest encoding of a sample that is text in an encoding from before Unicode.
 * @param complete Whether the sample is all there is
 */
export const guessEncoding = (sample: Buffer, complete: boolean): string => {
  const excerpt = excerptOf(sample)
  const whole = excerpt.length < EXCERPT_BYTES && (complete || excerpt[excerpt.length - 1] === 10)
  const spoken = spokenIn(excerpt)
  let best = { encoding: 'windows-1252', score: Number.NEGATIVE_INFINITY }
  const consider = (encoding: string, score: number): void => {
    if (score > best.score) best = { encoding, score }
  }
  for (const { encoding, rarity, models } of singleByteModels) {
    const judged = judge([...decode(excerpt, encoding, whole)])
    for (const language of models) consider(encoding, scoreLanguage(judged, spoken, language) - rarity)
  }
  for (const model of multiByteModels)
    consider(model.encoding, scoreMultiByte(decode(excerpt, model.encoding, whole), model) - model.rarity)
  return best.encoding
}
