/**
 * Owns what a word was probably meant to be that occurs nowhere: words of the index within one slip, or two for a long one.
 * Sources: P. Norvig, "How to Write a Spelling Corrector", 2007 (all words within one edit are looked up, so the price does not grow with the
 * vocabulary); optimal string alignment distance.
 * Refuses: correcting words that occur, numbers, and short words, of which everything is a slip away.
 */
import { foldWord, stemOf } from '../../shared/stems'
import type { Store } from '../store/contract'
import { STOP_WORDS } from './query'

const LEAST_CHARS = 4
/** From this length on two slips are looked for. */
const TWO_SLIPS_CHARS = 7
const MAX_CHARS = 30
/** Words of one query that are corrected. */
const MAX_WORDS = 3
/** Terms with the same beginning that are compared for two slips. */
const MAX_COMPARED = 20_000
const PREFIX_CHARS = 2
/** Of the likeliest terms it is looked at how they are written. */
const MAX_SPELLED = 3
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** All strings within one deletion, swap, change or insertion. */
export const editsOf = (word: string): string[] => {
  const edits = new Set<string>()
  for (let at = 0; at <= word.length; at += 1) {
    const before = word.slice(0, at)
    const after = word.slice(at)
    if (after !== '') edits.add(before + after.slice(1))
    if (after.length > 1) edits.add(`${before}${after[1] ?? ''}${after[0] ?? ''}${after.slice(2)}`)
    for (const letter of LETTERS) {
      if (after !== '') edits.add(before + letter + after.slice(1))
      edits.add(before + letter + after)
    }
  }
  edits.delete(word)
  return [...edits]
}

/** Deletions, insertions, changes and swaps of neighbors from one word to the other; more than `most` are told as `most + 1`. */
export const distanceOf = (left: string, right: string, most: number): number => {
  if (Math.abs(left.length - right.length) > most) return most + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row += 1) {
    const now = [row]
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1] ? 0 : 1
      let least = Math.min((last[column] ?? 0) + 1, (now[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + same)
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      if (row > 1 && column > 1 && swapped) least = Math.min(least, (beforeLast[column - 2] ?? 0) + 1)
      now.push(least)
    }
    if (Math.min(...now) > most) return most + 1
    beforeLast = last
    last = now
  }
  return Math.min(last[right.length] ?? most + 1, most + 1)
}

type Candidate = { term: string; weight: number }

/** Endings may differ beside the slips themselves: terms are stems. */
const mostSlips = (word: string): number => (word.length < TWO_SLIPS_CHARS ? 2 : 3)

const isCorrectable = (word: string): boolean =>
  word.length >= LEAST_CHARS && word.length <= MAX_CHARS && /^[a-z]+$/.test(word)

/** Often before seldom, and the same first letter before another: few slip on the first. */
const weigh = (word: string, term: string, chunks: number): Candidate => ({
  term,
  weight: Math.log(1 + chunks) + (term[0] === word[0] ? 2 : 0) - Math.abs(term.length - stemOf(word).length) / 4,
})

const findCandidates = async (store: Pick<Store, 'run'>, word: string): Promise<Candidate[]> => {
  const terms = [...new Set(editsOf(word).map(stemOf))]
  const near = await store.run('search.terms', { terms })
  if (near.length > 0 || word.length < TWO_SLIPS_CHARS) return near.map(({ term, chunks }) => weigh(word, term, chunks))
  const stem = stemOf(word)
  const range = await store.run('search.termsFrom', {
    prefix: word.slice(0, PREFIX_CHARS),
    minChars: stem.length - 2,
    maxChars: stem.length + 2,
    limit: MAX_COMPARED,
  })
  return range.filter(({ term }) => distanceOf(stem, term, 2) <= 2).map(({ term, chunks }) => weigh(word, term, chunks))
}

const correct = async (store: Pick<Store, 'run'>, word: string): Promise<string | null> => {
  const candidates = await findCandidates(store, word)
  candidates.sort((left, right) => right.weight - left.weight)
  const terms = candidates.slice(0, MAX_SPELLED).map(({ term }) => term)
  if (terms.length === 0) return null
  const spelled = await store.run('search.spellings', { terms })
  const nearest = spelled
    .flatMap(({ words }) => words.map((written) => ({ written, slips: distanceOf(word, foldWord(written), 3) })))
    .sort((left, right) => left.slips - right.slips)[0]
  const isMeant =
    nearest !== undefined && nearest.slips <= mostSlips(word) && !STOP_WORDS.has(nearest.written.toLowerCase())
  return isMeant ? nearest.written : null
}

/** What words that occur nowhere were probably meant to be, by the word as typed. */
export const correctWords = async (
  store: Pick<Store, 'run'>,
  unknown: readonly string[],
): Promise<Map<string, string>> => {
  const corrections = new Map<string, string>()
  for (const word of unknown.slice(0, MAX_WORDS)) {
    const folded = foldWord(word)
    const meant = isCorrectable(folded) ? await correct(store, folded) : null
    if (meant !== null && meant !== folded) corrections.set(word, meant)
  }
  return corrections
}

/** The query with its words put right, as a person would type it. */
export const rewrite = (text: string, corrections: ReadonlyMap<string, string>): string => {
  const byWord = new Map([...corrections].map(([typed, meant]) => [typed.toLowerCase(), meant]))
  return text.replace(/[\p{L}\p{N}\p{M}]+/gu, (word) => byWord.get(word.toLowerCase()) ?? word)
}
