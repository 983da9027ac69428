/**
 * Owns how scripts that write no spaces between words are made findable: every two neighboring characters are a term, as in the bigram
 * analyzers of other search engines. Pairs, not triples: most Chinese words have two characters.
 * Refuses: dictionaries. The same function makes the terms of texts and of queries.
 */

/** Runs of Chinese, Japanese, Thai, Lao, Khmer, Burmese or Tibetan characters. Korean writes spaces. */
const RUNS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}ー々〆]+/gu

/** Nothing in Latin, Greek, Cyrillic, Hebrew, Arabic or Indic scripts comes this far: most texts are told by one cheap look. */
const MAY_HAVE = /[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff66-\uff9f\ud840-\ud88f]/

/** The runs of such characters in a text, in order. */
export const runsOf = (text: string): string[] => (MAY_HAVE.test(text) ? (text.match(RUNS) ?? []) : [])

/** A run as pairs; a lone character is a term of its own. */
export const pairsOf = (run: string): string[] => {
  const characters = [...run]
  if (characters.length < 2) return characters
  return characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`)
}

/** What is put into the index for a text; empty when it has no such script. */
export const gramsOf = (text: string): string =>
  runsOf(text.normalize('NFKC'))
    .map((run) => pairsOf(run).join(' '))
    // No phrase goes from one run into the next.
    .join(' | 0 | ')
