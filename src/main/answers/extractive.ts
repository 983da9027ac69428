/**
 * Owns answers without any chat model: the sentences of the documents that answer, word for word, each with its place.
 * Refuses: writing a word of its own, and answering when the evidence is thin: then it says that it is not there.
 */
import type { Hit } from '../../shared/domain'
import { addLikeness, rarityOf, weighSentences, type Candidate } from './evidence'
import { readQuestion, type Question, type Term } from './question'

export type EvidenceParts = {
  /** How many passages hold each of these words, and how many passages there are. */
  readonly countWords: (words: readonly string[]) => Promise<{ counts: number[]; total: number }>
  /** One L2-normalized vector for each text; `null` where there is no model. Must not throw. */
  readonly embed: (texts: readonly string[]) => Promise<Float32Array[] | null>
}

/** Sentences whose likeness is asked: about 1,000 tokens, 60 ms on one processor. */
const LIKENESS_SENTENCES = 24
/** Characters of a sentence that the model is given; it reads 128 tokens. */
const LIKENESS_CHARS = 400

/**
 * What the best sentence must reach. Calibrated on the tuning half of test/unit/answers/labelled.ts: an answer that is not there is worse than
 * an answer that is missed.
 */
const LEAST = { covered: 0.68, coveredAlike: 0.45, likeness: 0.5, own: 0.25 } as const
/** A further sentence stands beside the best when it is nearly as good. */
const FURTHER = 0.86

const dot = (left: Float32Array, right: Float32Array): number =>
  left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0)

const uniqueByText = (candidates: readonly Candidate[]): Candidate[] =>
  [
    ...new Map(
      [...candidates].reverse().map((candidate) => [candidate.sentence.text.toLowerCase(), candidate]),
    ).values(),
  ].reverse()

/** Weights of the terms of a question by how rare they are in all that is indexed. */
export const readRarities = async (
  terms: readonly Term[],
  { countWords }: Pick<EvidenceParts, 'countWords'>,
): Promise<Map<string, number>> => {
  const { counts, total } = await countWords(terms.map(({ word }) => word))
  return new Map(terms.map(({ stem }, index) => [stem, rarityOf(counts[index] ?? 0, total)]))
}

/** The sentences of the hits, the best first, the model asked about the most promising. */
export const rankSentences = async (
  hits: readonly Hit[],
  question: Question,
  parts: EvidenceParts,
): Promise<Candidate[]> => {
  const rarities = await readRarities(question.terms, parts)
  const ranked = uniqueByText(weighSentences(hits, question, rarities))
  const promising = ranked.slice(0, LIKENESS_SENTENCES)
  const texts = promising.map(({ sentence }) => sentence.text.slice(0, LIKENESS_CHARS))
  const vectors = promising.length === 0 ? null : await parts.embed([question.text, ...texts])
  const [asked, ...answers] = vectors ?? []
  if (asked === undefined) return promising
  return addLikeness(
    promising,
    answers.map((vector) => dot(asked, vector)),
  )
}

/** Whether a sentence answers the question as far as can be told. */
export const isEnough = ({ own, covered, isAbout, showsKind, likeness }: Candidate): boolean =>
  isAbout &&
  showsKind &&
  own >= LEAST.own &&
  (covered >= LEAST.covered || (covered >= LEAST.coveredAlike && (likeness ?? 0) >= LEAST.likeness))

/** The sentences that answer, the best first, at most `limit`; none when the documents do not say it. */
export const findAnswers = async (
  text: string,
  hits: readonly Hit[],
  parts: EvidenceParts,
  limit: number,
): Promise<Candidate[]> => {
  const ranked = (await rankSentences(hits, readQuestion(text), parts)).filter(isEnough)
  const [best] = ranked
  return best === undefined ? [] : ranked.filter(({ score }) => score >= best.score * FURTHER).slice(0, limit)
}
