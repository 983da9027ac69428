/**
 * Owns how well each sentence of the passages that were found answers a question: overlap of words, the rare ones counting most, what its
 * surroundings add, the kind of thing that is asked for, likeness by the model, rank of its passage.
 * Refuses: finding passages, and deciding whether the best is good enough (extractive.ts does).
 */
import type { Hit } from '../../shared/domain'
import { contentOf, showsKind, stemsOf, type Question, type Term } from './question'
import { splitSentences, type Sentence } from './sentences'

export type Candidate = {
  readonly hit: Hit
  readonly sentence: Sentence
  /** Share of the question, weighed by rarity, that stands in the sentence itself, and with what is around it; 0–1. */
  readonly own: number
  readonly covered: number
  /** Whether it speaks of what is asked about: every name, what is asked to be told, and beside names at least one further word. */
  readonly isAbout: boolean
  readonly showsKind: boolean
  /** Cosine of question and sentence by the model; `null` where it was not asked. */
  readonly likeness: number | null
  /** Share of the neighbors in the question that are neighbors here. */
  readonly together: number
  /** Terms of the question that stand in the sentence. */
  readonly terms: ReadonlySet<string>
  readonly score: number
}

/** What a word is worth where it stands: in the sentence, beside it in the passage, in title or path. */
const NEAR = 0.65
/** In the heading above it; in the sentence before it on the same line. */
const HEADED = 0.9
const BEFORE = 0.5
const PASSAGE = 0.4
const TITLE = 0.55

/** Parts of the score. Tuned on the tuning half of test/unit/answers/labelled.ts. */
const WEIGHTS = { own: 0.45, covered: 0.35, kind: 0.12, likeness: 0.3, rank: 0.08, together: 0.1 } as const

const HEADING = 0.12

/** Weights of terms by rarity: what every passage holds says little. `matches` of `total` passages hold it. */
export const rarityOf = (matches: number, total: number): number => Math.log(1 + (total + 1) / (matches + 1))

type Place = { readonly stems: ReadonlySet<string>; readonly sentence: Sentence; readonly isHeading: boolean }

const stemSet = (text: string): Set<string> => new Set(stemsOf(text).map(({ stem }) => stem))

/** Whether a term is there; long stems also by their beginning (`insur` of `insurance` and `insured`). */
const holds = (stems: ReadonlySet<string>, { stem }: Term): boolean => {
  if (stems.has(stem)) return true
  if (stem.length < 5) return false
  for (const other of stems) if (other.length >= 5 && (other.startsWith(stem) || stem.startsWith(other))) return true
  return false
}

/** What a term must be worth so that it is spoken of. */
const leastWorth = ({ isFocus, isSubject, isCounted }: Term): number =>
  isCounted ? 1 : isFocus ? NEAR : isSubject ? TITLE : PASSAGE

/** The nearest heading above a sentence. */
const headingOf = (places: readonly Place[], index: number): Place | undefined =>
  places[index]?.isHeading === true
    ? undefined
    : places
        .slice(0, index)
        .reverse()
        .find((place) => place.isHeading)

/** The sentence before one, where both are on one line. */
const beforeOf = (places: readonly Place[], index: number, hit: Hit): Place | undefined => {
  const [before, self] = [places[index - 1], places[index]]
  return before && self && !hit.text.slice(before.sentence.end, self.sentence.start).includes('\n') ? before : undefined
}

/** A heading is no answer, nor what only says the words of the question again. */
const isTelling = (text: string, question: Question): boolean =>
  contentOf(withoutTerms(text.replace(/^\s*(?:[-*•–#]+|\d+[.)])\s+/, ''), question)).length > 0

const weighHit = (hit: Hit, rank: number, question: Question, rarities: ReadonlyMap<string, number>): Candidate[] => {
  const places: Place[] = splitSentences(hit.text).map((sentence) => ({
    sentence,
    stems: stemSet(sentence.text),
    isHeading: isHeading(sentence, hit) && isTitle(sentence.text),
  }))
  const about = stemSet(`${hit.title ?? ''} ${hit.path}`)
  const whole = new Set(places.flatMap(({ stems }) => [...stems]))
  const total = question.terms.reduce((sum, { stem }) => sum + (rarities.get(stem) ?? 1), 0) || 1
  return places.map(({ sentence, stems }, index) => {
    const near = [places[index - 1], places[index + 1], places[index - 2]]
    const heading = headingOf(places, index)
    const before = beforeOf(places, index, hit)
    const worthOf = (term: Term): number => {
      if (holds(stems, term)) return 1
      if (heading && holds(heading.stems, term)) return HEADED
      if (near.some((place) => place && holds(place.stems, term))) return NEAR
      if (holds(about, term)) return TITLE
      return holds(whole, term) ? PASSAGE : 0
    }
    let own = 0
    let covered = 0
    const terms = new Set<string>()
    const missing: Term[] = []
    for (const term of question.terms) {
      const worth = worthOf(term)
      const rarity = rarities.get(term.stem) ?? 1
      if (worth >= HEADED) own += worth * rarity
      else if (before && holds(before.stems, term)) own += BEFORE * rarity
      if (worth === 1) terms.add(term.stem)
      covered += worth * rarity
      if (worth < leastWorth(term)) missing.push(term)
    }
    const plain = question.terms.filter(({ isName }) => !isName)
    const isAbout =
      !missing.some(({ isName, isFocus, isSubject, isCounted }) => isName || isFocus || isSubject || isCounted) &&
      isTelling(sentence.text, question) &&
      (plain.length === 0 || plain.some((term) => !missing.includes(term)))
    const base = {
      hit,
      sentence,
      own: own / total,
      covered: covered / total,
      isAbout,
      showsKind: showsKind(question.kind, withoutTerms(sentence.text, question)),
      terms,
      together: countTogether(sentence.text, question),
    }
    return { ...base, likeness: null, score: scoreOf(base, hit, rank) }
  })
}

/** Words between two terms that still belong together. */
const TOGETHER_WORDS = 2

/** Share of neighboring terms of the question that are neighbors in the sentence as well, in the same order. */
const countTogether = (text: string, { terms }: Question): number => {
  const order = stemsOf(text).map(({ stem }) => stem)
  const pairs = terms.slice(1).map(({ stem }, index) => [terms[index]?.stem ?? '', stem] as const)
  const met = pairs.filter(([first, second]) =>
    order.some((stem, at) => stem === first && order.slice(at + 1, at + 2 + TOGETHER_WORDS).includes(second)),
  )
  return pairs.length === 0 ? 0 : met.length / pairs.length
}

/** What a sentence says beside the words of the question: the answer is not in the question. */
const withoutTerms = (text: string, { terms }: Question): string => {
  const stems = new Set(terms.map(({ stem }) => stem))
  let rest = text
  for (const { stem, word, at } of stemsOf(text).reverse())
    if (stems.has(stem)) rest = `${rest.slice(0, at)}${' '.repeat(word.length)}${rest.slice(at + word.length)}`
  return rest
}

/** A line that ends as none of prose does, with nothing in its row: it names what the next one says. */
const isHeading = ({ text, end }: Sentence, hit: Hit): boolean =>
  text.length < 80 && !/[.!?…;]["'”’»)\]]*$|;/u.test(text) && (end === hit.text.length || hit.text[end] === '\n')

/** Of few words and without a figure: rows of lists and tables have them, headings hardly. */
const isTitle = (text: string): boolean =>
  /^\p{Lu}/u.test(text.replace(/^(?:#+|\d+[.)])\s+/, '')) &&
  (text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0) <= 8 &&
  !/[:;,|]/.test(text)

const scoreOf = (
  parts: Pick<Candidate, 'own' | 'covered' | 'showsKind' | 'sentence' | 'together'>,
  hit: Hit,
  rank: number,
): number =>
  WEIGHTS.own * parts.own +
  WEIGHTS.covered * parts.covered +
  WEIGHTS.kind * (parts.showsKind ? 1 : 0) +
  WEIGHTS.rank / (1 + rank) +
  WEIGHTS.together * parts.together -
  (isHeading(parts.sentence, hit) ? HEADING : 0)

/** Every sentence of the hits with its evidence, the best first. `rarities` by stem. */
export const weighSentences = (
  hits: readonly Hit[],
  question: Question,
  rarities: ReadonlyMap<string, number>,
): Candidate[] =>
  hits.flatMap((hit, rank) => weighHit(hit, rank, question, rarities)).sort((left, right) => right.score - left.score)

/** The candidates with the model's opinion added, the best first. */
export const addLikeness = (candidates: readonly Candidate[], likeness: readonly number[]): Candidate[] =>
  candidates
    .map((candidate, index) => {
      const value = likeness[index] ?? null
      return { ...candidate, likeness: value, score: candidate.score + WEIGHTS.likeness * Math.max(0, value ?? 0) }
    })
    .sort((left, right) => right.score - left.score)
