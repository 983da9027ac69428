/**
 * Owns how much each ranking counts for a query: what its words prove, and how good the embedder is.
 * Refuses: ranking. The figures were chosen on the tuning half of `npm run bench:retrieval`; docs/search.md tells what they gave on the other.
 */

/** `weak` is the built-in model, a help to recall; `strong` any other, which a person chose. */
export type Strength = 'weak' | 'strong'

export type Evidence = {
  /** Words of the query, without those that carry no meaning. */
  readonly words: number
  /** How many of them the best keyword results have at most, and what share of their rarity that is (0–1). */
  readonly met: number
  readonly share: number
  readonly strength: Strength
}

/** Keyword to meaning. On two classic collections 4:1 was best for the built-in model: 0.472 / 0.345 to 0.466 / 0.297 for keyword alone. */
const PROVEN: Readonly<Record<Strength, number>> = { weak: 0.25, strong: 1 }
/** When hardly a word of the query stands together anywhere, it is said in other words than the texts'. */
const UNPROVEN: Readonly<Record<Strength, number>> = { weak: 4, strong: 4 }
/** So many words together, or two with such a share of the rarity of all, prove that the texts say it as the query does. */
const PROVING_WORDS = 3
const LEAST_WORDS = 2
const PROVING_SHARE = 0.5

/** The best score of what only meaning speaks for, relative to what words prove. */
const UNPROVEN_SCORE = 0.6

export type Weights = { readonly keyword: number; readonly semantic: number; readonly score: number }

/** Weights of the two rankings, and what a perfect score is worth. */
export const weigh = ({ words, met, share, strength }: Evidence): Weights => {
  const proven = words <= 1 ? met === words : met >= PROVING_WORDS || (met >= LEAST_WORDS && share >= PROVING_SHARE)
  return { keyword: 1, semantic: (proven ? PROVEN : UNPROVEN)[strength], score: proven ? 1 : UNPROVEN_SCORE }
}

/** How rare a word is: its weight in BM25, never below zero. */
export const rarityOf = (count: number, most: number): number =>
  Math.log(1 + (Math.max(most, count) - count + 0.5) / (count + 0.5))

/** Commonest words of languages other than English that no English query has. */
const FOREIGN = new Set(
  `der das und nicht ist wie ein eine einen für über von mit auf wer wo warum welche les des une est dans pour avec sur pas qui que quoi où comment
  quel quelle el los las una del por para con cómo qué cuál dónde il della che sono di perché quale het een van voor niet hoe wat och att som inte vad
  jak czy nie jest co gdzie os uma não como`.split(/\s+/),
)

/** Whether a query reads like a language that is not English: two of its words are foreign and hardly any is English. */
export const readsForeign = (text: string): boolean => {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  const foreign = words.filter((word) => FOREIGN.has(word)).length
  return foreign >= 2 && foreign >= words.length / 5 && !words.some((word) => ENGLISH.has(word))
}
const ENGLISH = new Set(['the', 'of', 'and', 'to', 'is', 'for', 'what', 'how', 'which', 'with', 'are'])
