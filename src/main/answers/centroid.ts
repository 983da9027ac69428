/**
 * Owns choosing the sentences that stand for a text: those nearest to what the whole speaks of, early ones first, none twice.
 * Sources: D. Radev, H. Jing, M. Styś, D. Tam, "Centroid-based summarization of multiple documents", Information Processing & Management 40
 * (2004); J. Carbonell, J. Goldstein, "The use of MMR, diversity-based reranking", SIGIR 1998. Linear in the length of the text.
 * Refuses: writing sentences.
 */
import { stemsOf } from './question'
import { splitSentences, type Sentence } from './sentences'

export type Passage = {
  readonly text: string
  readonly start: number
  readonly page: number | null
  readonly chunk: number
}

export type Chosen<P> = { readonly passage: P; readonly sentence: Sentence; readonly score: number }

type Weighed<P> = Chosen<P> & { readonly stems: ReadonlySet<string>; readonly order: number }

/** Words of grammar stand in most sentences and are damped by that; the shortest words say nothing anyway. */
const LEAST_WORD_CHARS = 3
const LEAST_WORDS = 5
const MOST_WORDS = 60
/** Share of a score that the place in the text makes, and what likeness to a chosen sentence costs. */
const POSITION = 0.25
const LIKENESS = 0.7
/** Only the best are compared with each other. */
const COMPARED = 200

const wordsOf = (text: string): string[] =>
  stemsOf(text).flatMap(({ stem, word }) => (word.length >= LEAST_WORD_CHARS && !/^\d+$/.test(word) ? [stem] : []))

const overlap = (left: ReadonlySet<string>, right: ReadonlySet<string>): number => {
  let shared = 0
  for (const stem of left) if (right.has(stem)) shared += 1
  return shared / Math.max(1, Math.min(left.size, right.size))
}

type Split<P> = { readonly passage: P; readonly sentence: Sentence; readonly words: readonly string[] }

const splitPassage = <P extends Passage>(passage: P): Split<P>[] =>
  splitSentences(passage.text).map((sentence) => ({ passage, sentence, words: wordsOf(sentence.text) }))

/** Passages, and sentences, between two turns of others: about a millisecond each. */
const PASSAGES_PER_TURN = 4
const SENTENCES_PER_TURN = 100

/** Steps between which others may have their turn: a long text takes a tenth of a second and more. */
type Steps<T> = Generator<undefined, T, undefined>

function* inTurns<T>(all: readonly T[], perTurn: number, take: (one: T, index: number) => void): Steps<void> {
  for (const [index, one] of all.entries()) {
    if (index % perTurn === perTurn - 1) yield
    take(one, index)
  }
}

function* weigh<P extends Passage>(passages: readonly P[]): Steps<Weighed<P>[]> {
  const sentences: Split<P>[] = []
  yield* inTurns(passages, PASSAGES_PER_TURN, (passage) => sentences.push(...splitPassage(passage)))
  const frequency = new Map<string, number>()
  const spread = new Map<string, number>()
  yield* inTurns(sentences, SENTENCES_PER_TURN, ({ words }) => {
    for (const word of words) frequency.set(word, (frequency.get(word) ?? 0) + 1)
    for (const word of new Set(words)) spread.set(word, (spread.get(word) ?? 0) + 1)
  })
  const weightOf = (word: string): number =>
    Math.log(1 + (frequency.get(word) ?? 0)) * Math.log(1 + sentences.length / (spread.get(word) ?? 1))
  const weighed: (Weighed<P> & { readonly position: number })[] = []
  yield* inTurns(sentences, SENTENCES_PER_TURN, ({ passage, sentence, words }, order) => {
    if (words.length < LEAST_WORDS || words.length > MOST_WORDS) return
    const stems = new Set(words)
    const sum = [...stems].reduce((total, word) => total + weightOf(word), 0)
    // Long sentences hold more words; the root keeps them from winning by that alone.
    const position = 1 - order / sentences.length
    weighed.push({ passage, sentence, stems, order, score: sum / Math.sqrt(stems.size + 5), position })
  })
  const most = weighed.reduce((best, { score }) => Math.max(best, score), 0) || 1
  return weighed
    .map(({ position, ...rest }) => ({ ...rest, score: (1 - POSITION) * (rest.score / most) + POSITION * position }))
    .sort((left, right) => right.score - left.score || left.order - right.order)
    .slice(0, COMPARED)
}

function* choose<P extends Passage>(passages: readonly P[], count: number): Steps<Chosen<P>[]> {
  const left = yield* weigh(passages)
  const chosen: Weighed<P>[] = []
  while (chosen.length < count && left.length > 0) {
    yield
    const worth = left.map(
      ({ score, stems }) =>
        score - LIKENESS * chosen.reduce((most, other) => Math.max(most, overlap(stems, other.stems)), 0),
    )
    const best = worth.indexOf(Math.max(...worth))
    chosen.push(...left.splice(best, 1))
  }
  return chosen.sort((a, b) => a.order - b.order).map(({ passage, sentence, score }) => ({ passage, sentence, score }))
}

/**
 * At most `count` sentences, in the order in which they stand; others have their turn meanwhile. The same text gives the same sentences.
 */
export const chooseSentences = async <P extends Passage>(
  passages: readonly P[],
  count: number,
): Promise<Chosen<P>[]> => {
  const steps = choose(passages, count)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}
