/**
 * Owns whether words of a document carry a claim: its figures, dates and amounts all stand there, its names do, enough of its other words, and what is
 * denied there is not affirmed here. Refuses: understanding. Where it is in doubt, the claim is not carried: a missed claim is better than an invented one.
 */
import type { Hit } from '../../shared/domain'
import { figuresOf, isFigureWord } from './figures'
import { contentOf, FUNCTION_WORDS } from './question'
import { splitSentences } from './sentences'

export const CITED = /\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]/g
const LIST_MARK = /^\s*(?:[-*•]|\d+[.)])\s+/

export type Span = { readonly start: number; readonly end: number }

/** What a claim says. */
export type Claim = {
  readonly text: string
  readonly figures: ReadonlySet<string>
  /** Stems of its words beside figures and those of grammar, none twice. */
  readonly words: readonly string[]
  readonly names: readonly string[]
  readonly negation: Negation
}

/** Stems in the reach of a denial, and those outside of any. */
type Negation = {
  readonly denied: ReadonlySet<string>
  readonly affirmed: ReadonlySet<string>
  readonly isSoft: boolean
}

/** What a model says of its answer rather than of its subject. */
const ABOUT_ANSWERS = new Set(
  `yes no yeah nope ok okay indeed correct right true false certainly definitely sure actually according accordingly document documents passage passages
  text texts source sources state states stated mention mentions mentioned note notes answer following information provided maybe perhaps probably
  ja nein oui non si sim`.split(/\s+/),
)

/** Said otherwise, so that what is forbidden is seen as what is not allowed. */
const SAME_AS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:forbidden|prohibited|banned|disallowed)\b/gi, 'not allowed'],
  [/\b(?:permitted|permissible)\b/gi, 'allowed'],
  [/\bcannot\b/gi, 'can not'],
  [/n['’]t\b/gi, ' not'],
]
const DENIALS = /\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|hardly)\b/i
/** Limits and refusals, which say the same as a denial in other words. */
const SOFT_DENIALS =
  /\b(?:at most|at least|up to|maximum|minimum|only|until|unless|except|avoid\w*|refrain\w*|without|instead|refus\w+|fail\w*|lack\w*|impossible|unable|excluded?)\b/i
const SOFT_IN_TEXTS = /\b(?:unless|except|avoid\w*|refrain\w*|refus\w+|lack\w*|impossible|unable|excluded?)\b/i
/** Where the reach of a denial ends. */
const CLAUSE_END = /[,;:.!?()\n]|\b(?:but|however|because|although|while|if|when|so that)\b/i

/** What must be shared; more without figures, which are hardest to have by chance, and most where no passage was named. */
const LEAST = { withFigures: 0.33, withoutFigures: 0.55, uncited: 0.6 } as const
/** What a word beside the quote, in title or path is worth. */
const NEAR = 0.5
/** A quote proves something from this many characters or words on. */
const LEAST_QUOTE = { chars: 12, words: 3 } as const

/** Whether a quote is long enough to prove anything. */
export const isQuotable = (quote: string): boolean =>
  quote.trim().length >= LEAST_QUOTE.chars || (quote.match(/[\p{L}\p{N}]+/gu)?.length ?? 0) >= LEAST_QUOTE.words

const plain = (text: string): string => text.replace(CITED, ' ').replace(LIST_MARK, '')

const wordsOf = (text: string): string[] => [
  ...new Set(
    contentOf(text)
      .filter(({ word }) => !isFigureWord(word) && !ABOUT_ANSWERS.has(word.toLowerCase()))
      .map(({ stem }) => stem),
  ),
]

const readNegation = (text: string): Negation => {
  const said = SAME_AS.reduce((all, [form, same]) => all.replace(form, same), text)
  const denied = new Set<string>()
  const affirmed = new Set<string>()
  for (const clause of said.split(CLAUSE_END)) {
    const at = DENIALS.exec(clause)?.index ?? clause.length
    for (const stem of wordsOf(clause.slice(0, at))) affirmed.add(stem)
    for (const stem of wordsOf(clause.slice(at))) denied.add(stem)
  }
  return { denied, affirmed, isSoft: SOFT_DENIALS.test(said) }
}

/** Words written as names within a sentence. */
const namesOf = (text: string): string[] =>
  [...text.matchAll(/(?<=[\p{L}\p{N},;)]["'’]?\s)\p{Lu}\p{Ll}+/gu)]
    .map(([name]) => name)
    .filter((name) => !isFigureWord(name) && !FUNCTION_WORDS.has(name.toLowerCase()))

export const readClaim = (text: string): Claim => {
  const said = plain(text)
  return {
    text: said,
    figures: figuresOf(said),
    words: wordsOf(SAME_AS.reduce((all, [form, same]) => all.replace(form, same), said)),
    names: namesOf(said),
    negation: readNegation(said),
  }
}

/** "Yes.", "No, indeed.": it says nothing that words of a document could carry. So does the "1." of a list that names no passage. */
export const isBare = ({ words, figures, text }: Claim, isCited: boolean): boolean =>
  words.length === 0 && (figures.size === 0 || (!isCited && /^\s*\d+[.)]?\s*$/.test(text)))

const stemsIn = (text: string): Set<string> =>
  new Set(wordsOf(SAME_AS.reduce((all, [form, same]) => all.replace(form, same), text)))

/** Long stems also by their beginning (`insur` of `insurance` and `insured`). */
const holds = (stems: ReadonlySet<string>, stem: string): boolean => {
  if (stems.has(stem)) return true
  if (stem.length < 5) return false
  for (const other of stems) if (other.length >= 5 && (other.startsWith(stem) || stem.startsWith(other))) return true
  return false
}

const countShared = (claim: Claim, text: string): number => {
  const stems = stemsIn(text)
  return claim.words.filter((stem) => holds(stems, stem)).length
}

/** Whether a text denies a claim, or, where it is to carry it (`isSupport`), at least does not deny what the claim denies. */
const contradicts = (claim: Claim, text: string, isSupport: boolean): boolean => {
  const there = readNegation(text)
  const { denied, isSoft } = claim.negation
  if (denied.size > 0) {
    if ([...denied].some((stem) => holds(there.denied, stem)) || isSoft || SOFT_IN_TEXTS.test(text)) return false
    return isSupport || [...denied].some((stem) => holds(there.affirmed, stem))
  }
  return !isSoft && claim.words.some((stem) => holds(there.denied, stem) && !holds(there.affirmed, stem))
}

const ENGLISH = /\b(?:the|and|of|is|are|was|were|with|for|to|that|by|from|must|be|has|have|it)\b/i
const OTHER_LANGUAGES =
  /(?<!\p{L})(?:der|die|das|und|ist|ein|eine|im|zum|mit|für|nicht|von|beträgt|le|la|les|des|est|une|dans|pour|pas|du|et|el|los|las|una|por|con|que|del|il|gli|che|per|het|een|van|niet|os|uma|não|nie|jest)(?!\p{L})|[^\p{Script=Latin}\P{L}]/iu

/** Whether two texts are in different languages as far as their small words tell: then only figures can be compared. */
const isTranslated = (claim: string, text: string): boolean =>
  (!ENGLISH.test(claim) && OTHER_LANGUAGES.test(claim) && ENGLISH.test(text)) ||
  (ENGLISH.test(claim) && !ENGLISH.test(text) && OTHER_LANGUAGES.test(text))

/**
 * Whether the sentences of a passage that a span touches carry a claim.
 * @param isCited whether the model named this passage for it
 */
export const carries = (claim: Claim, hit: Hit, spans: readonly Span[], isCited: boolean): boolean => {
  const sentences = splitSentences(hit.text)
  const touched = sentences.map(({ start, end }) => spans.some((span) => span.start < end && start < span.end))
  const pick = (isWanted: (index: number) => boolean): string =>
    sentences.flatMap(({ text }, index) => (isWanted(index) ? [text] : [])).join('\n')
  const text = pick((index) => touched[index] === true)
  const figures = figuresOf(text)
  if ([...claim.figures].some((figure) => !figures.has(figure))) return false
  if (isCited && isTranslated(claim.text, text)) return true
  if (claim.words.length === 0) return isCited && claim.figures.size > 0
  const whole = stemsIn(`${hit.title ?? ''} ${hit.path} ${hit.text}`)
  if (ENGLISH.test(claim.text) && claim.names.some((name) => ![...stemsIn(name)].every((stem) => whole.has(stem))))
    return false
  const stems = stemsIn(text)
  const around = pick((index) => !touched[index] && (touched[index - 1] === true || touched[index + 1] === true))
  const near = stemsIn(`${hit.title ?? ''} ${hit.path} ${around}`)
  const own = claim.words.filter((stem) => holds(stems, stem))
  const beside = claim.words.filter((stem) => !holds(stems, stem) && holds(near, stem))
  if (own.length === 0) return false
  const share = (own.length + NEAR * beside.length) / claim.words.length
  const least = !isCited ? LEAST.uncited : claim.figures.size > 0 ? LEAST.withFigures : LEAST.withoutFigures
  if ((isCited ? share : own.length / claim.words.length) < least) return false
  const counts = sentences.map((sentence) => countShared(claim, sentence.text))
  const most = Math.max(...counts.filter((_, index) => touched[index]))
  // What holds as much of the claim and says the contrary is what it was made from.
  return !sentences.some(
    (sentence, index) => (counts[index] ?? 0) >= most && contradicts(claim, sentence.text, touched[index] === true),
  )
}
