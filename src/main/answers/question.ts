/**
 * Owns what a question asks for: its words that matter, its names, and what kind of thing would answer it.
 * Refuses: understanding. It is a table of forms, in English; a question in another form still has its words.
 */
import { foldWord, stemOf } from '../../shared/stems'

/** What a sentence must hold to answer a question of a form. `any`: whatever it says about the words. */
export const answerKinds = [
  'person',
  'time',
  'duration',
  'place',
  'money',
  'temperature',
  'length',
  'number',
  'frequency',
  'reason',
  'any',
] as const
export type AnswerKind = (typeof answerKinds)[number]

export type Term = {
  readonly stem: string
  /** As it stands in the question. */
  readonly word: string
  /** Written as a name, or with a digit: where it does not occur, something else is spoken of. */
  readonly isName: boolean
  /** What is asked to be told: `landlord` in "Who is the landlord of …?". */
  readonly isFocus: boolean
  /** Of what something is asked: `boiler` in "When must the boiler be inspected?". It is spoken of in the sentence, beside it, or in the title. */
  readonly isSubject: boolean
  /** What is counted: `eggs` in "How many eggs …?". The sentence itself names it. */
  readonly isCounted: boolean
}

export type Question = {
  readonly text: string
  readonly kind: AnswerKind
  /** Its words without those of grammar, each stem once. */
  readonly terms: readonly Term[]
}

/** Words of grammar, in English. */
export const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  `a about according after again all also am an and any anyone anything are aren as ask at be because been before being between both but by can could
  couldn did didn do does doesn doing don done for from further get gets give given got had hadn has hasn have haven having he her here hers him
  his how i if in into is isn it its itself just kind let long many may me might more most much must my name need needs no nor not of off on
  once one only or other our ours out over own please s same say says shall she should shouldn so some someone something such t tell than
  that the their theirs them then there these they this those through to too under until up upon us use used very want was wasn we were weren
  what whats when where which while who whom whose why will with without won would wouldn you your yours ve re ll d m
  appear appears appeared happen happens happened mean means meant occur occurs occurred`.split(/\s+/),
)

const MEASURES = 'big cold deep expensive far fast heavy high hot large long much often old tall warm wide'.split(' ')

/** Words of a question that only say what kind of thing is asked for. */
const KIND_WORDS: Readonly<Record<AnswerKind, readonly string[]>> = {
  person: ['person', 'people', 'whose'],
  time: ['date', 'time', 'day', 'year', 'month', 'hour', 'clock', 'o'],
  duration: ['last', 'take', ...MEASURES],
  place: ['place', 'location', 'located', 'somewhere', 'find', 'hidden', 'kept', 'stored'],
  money: ['amount', 'cost', 'costs', 'pay', 'price', ...MEASURES],
  temperature: ['temperature', ...MEASURES],
  length: MEASURES,
  number: ['number', 'amount', 'total', ...MEASURES],
  frequency: MEASURES,
  reason: ['reason', 'cause'],
  any: [],
}

/** Of what follows the first question word, itself included; the first that fits. */
const FORMS: readonly (readonly [RegExp, AnswerKind])[] = [
  [/^how long (?:does|do|did|is|are|was|were|will|has|have|must|should|may|can|until)\b/i, 'duration'],
  [/^how (?:hot|cold|warm)\b|^(?:what|which) (?:\w+ )?temperature\b/i, 'temperature'],
  [/^how (?:tall|wide|deep|far|long)\b/i, 'length'],
  [/^how (?:much|expensive)\b.*\b(?:cost|costs|pay|paid|price|fee|rent|charge|charged)\b|^how expensive\b/i, 'money'],
  [/^(?:what|which) (?:is |are |was |were )?(?:the )?(?:\w+ )?(?:price|cost|fee|rent)\b/i, 'money'],
  [/^how often\b/i, 'frequency'],
  [/^how (?:many|much|old|big|large|heavy|fast|high)\b/i, 'number'],
  [/^(?:what|which) (?:\w+ ){0,3}(?:number|amount|percentage|share|pressure|size|rate|total)\b/i, 'number'],
  [/^when\b|^(?:what|which) (?:\w+ )?(?:date|day|year|month|time)\b/i, 'time'],
  [/^who(?:m|se)?\b|^(?:what|which) (?:person|people)\b/i, 'person'],
  [/^where\b|^(?:what|which) (?:place|town|city|country|street|room|location)\b/i, 'place'],
  [/^why\b|^(?:what|which) reason\b/i, 'reason'],
]

const QUESTION_WORD = /\b(?:who|whom|whose|when|where|why|how|what|which)\b.*/is

const kindOf = (text: string): AnswerKind => {
  const [asked = ''] = QUESTION_WORD.exec(text) ?? []
  return FORMS.find(([form]) => form.test(asked))?.[1] ?? 'any'
}

/** "Who is the landlord of …": the sentence must speak of a landlord. */
const IS_FOCUSED =
  /^\s*(?:who|what|which|where|when)(?:'s| is| are| was| were) (?:the|a|an|my|our|your|his|her|their)\b/i

/** "When must the boiler be …", "What does the insurance …": what stands behind the article is what is spoken of. */
const HAS_SUBJECT =
  /\b(?:does|do|did|is|are|was|were|must|should|can|may|will|has|have|had)\s+(?:the|my|our|your|his|her|their|this|that)\s+/i
const COUNTS = /\bhow many\s+/i
/** They say which one, not what. */
const ORDER_WORDS = new Set('last next first second current latest previous new old'.split(' '))

/** Forms that no rule of endings finds. */
const IRREGULAR: ReadonlyMap<string, string> = new Map(
  `taken take took take gone go went go given give gave give kept keep held hold met meet sold sell bought buy paid pay made make said say
  written write wrote write began begin begun begin ran run led lead left leave built build lost lose found find thought think taught teach
  brought bring came come became become won win sent send spent spend stood stand understood understand told tell felt feel drove drive
  driven drive flew fly flown fly chose choose chosen choose broke break broken break spoke speak spoken speak wore wear worn wear drew draw
  drawn draw knew know known know grew grow grown grow threw throw thrown throw ate eat eaten eat fell fall fallen fall rose rise risen rise
  slept sleep hid hide hidden hide stole steal stolen steal caught catch died die children child men man women woman feet foot teeth tooth
  lent lend dealt deal sat sit lain lie lay lie shown show sung sing sang sing swam swim heard hear read read`
    .split(/\s+/)
    .reduce<[string, string][]>(
      (pairs, word, index, all) => (index % 2 === 0 ? [...pairs, [word, all[index + 1] ?? word]] : pairs),
      [],
    ),
)

const WORD = /[\p{L}\p{N}\p{M}]+/gu

const normalize = (word: string): string => {
  const plain = foldWord(word)
  return stemOf(IRREGULAR.get(plain) ?? plain)
}

/** The words of a text in lower case, stemmed, with their places. */
export const stemsOf = (text: string): { stem: string; word: string; at: number }[] =>
  [...text.matchAll(WORD)].map((match) => ({ stem: normalize(match[0]), word: match[0], at: match.index }))

/** The words of a text beside those of grammar, stemmed. */
export const contentOf = (text: string): ReturnType<typeof stemsOf> =>
  stemsOf(text).filter(({ word }) => !FUNCTION_WORDS.has(word.toLowerCase()))

const isName = (word: string, at: number): boolean => /\p{N}/u.test(word) || (at > 0 && /^\p{Lu}/u.test(word))

/** Reads a question. Never throws; what has no word has no terms. */
export const readQuestion = (text: string): Question => {
  const kind = kindOf(text)
  const words = stemsOf(text)
  const meaningful = contentOf(text)
  const specific = meaningful.filter(({ word }) => !KIND_WORDS[kind].includes(word.toLowerCase()))
  const chosen = specific.length > 0 ? specific : meaningful.length > 0 ? meaningful : words
  const isFocused = IS_FOCUSED.test(text)
  const behind = (form: RegExp): string | undefined => {
    const match = form.exec(text)
    const from = match ? match.index + match[0].length : Infinity
    return chosen.find(({ word, at }) => at >= from && !ORDER_WORDS.has(word.toLowerCase()))?.stem
  }
  const focus = (chosen.find(({ word }) => !ORDER_WORDS.has(word.toLowerCase())) ?? chosen[0])?.stem
  const subject = behind(HAS_SUBJECT)
  const counted = behind(COUNTS)
  const terms = new Map<string, Term>()
  for (const { stem, word, at } of chosen)
    if (!terms.has(stem))
      terms.set(stem, {
        stem,
        word,
        isName: isName(word, at),
        isFocus: isFocused && stem === focus,
        isSubject: stem === subject,
        isCounted: stem === counted,
      })
  return { text, kind, terms: [...terms.values()] }
}

const MONTHS =
  'january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec'
const DAYS = '(?:mon|tues|wednes|thurs|fri|satur|sun)days?'

/** How a sentence shows that it holds a thing of a kind. A hint, no proof. */
const SIGNS: Readonly<Partial<Record<AnswerKind, RegExp>>> = {
  person:
    /\b(?:Mr|Mrs|Ms|Dr|Prof|Professor|Sir|Captain|Aunt|Uncle|Grand(?:mother|father))\b\.?|(?<!^)(?<![.!?:;]\s)\b\p{Lu}\p{Ll}{2,}|\b\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+|\b(?:she|he|they|everybody|nobody)\b/u,
  time: new RegExp(
    `\\b(?:1[0-9]|20)\\d{2}\\b|\\b\\d{1,2}[./]\\d{1,2}[./]|\\b\\d{1,2}[:.]\\d{2}\\b|\\b\\d{1,2} ?(?:am|pm|a\\.m|p\\.m|o'clock)\\b|\\b(?:${MONTHS})\\b|\\b${DAYS}\\b|\\b(?:noon|midnight|morning|evening|spring|summer|autumn|winter|today|tomorrow|yesterday|weekly|monthly|daily)\\b|\\b\\d+ (?:minutes?|hours?|days?|weeks?|months?|years?)\\b`,
    'i',
  ),
  place:
    /\b(?:in|at|on|near|behind|beside|under|below|above|from|to|inside|outside|opposite|between|next to|into|left of|right of)\s+(?:(?:the|a|an|his|her|our|their|my)\s*)?[\p{L}]/iu,
  duration:
    /\b(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty|half|several|few)\b.{0,20}\b(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|min|sec|h)\b|\bindefinite|\buntil (?:the )?(?:(?:end|beginning|middle) of |\d|noon|midnight|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\p{Lu}\p{Ll}+ \d)/iu,
  money:
    /[$€£¥]\s?\d|\d\s?(?:[$€£¥]|euros?\b|eur\b|dollars?\b|usd\b|pounds?\b|gbp\b|cents?\b|francs?\b|chf\b)|\b(?:price|cost|costs|fee|rent|amount|total)\b.{0,40}\d|\bfree of charge\b/i,
  temperature: /\d\s?(?:°|degrees?\b|celsius\b|fahrenheit\b|[CF]\b)/i,
  length:
    /\d\s?(?:mm|cm|m|km|ft|in|miles?|met(?:er|re)s?|kilomet(?:er|re)s?|centimet(?:er|re)s?|millimet(?:er|re)s?|feet|foot|inch(?:es)?|yards?)\b/i,
  number:
    /\d|\b(?:one(?! (?:by|after|of|another|or|who|that)\b)|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundred|thousand|million|half|quarter|dozen)\b/iu,
  frequency:
    /\b(?:once|twice|never|always|rarely|hourly|daily|weekly|monthly|quarterly|yearly|annually|every|each|per)\b|\d+ times?\b|\btimes a\b/i,
  reason:
    /\b(?:because|since|due to|owing to|so that|in order to|therefore|as a result|caused?|reason|otherwise|for fear|thanks to|to (?:avoid|prevent|keep|save|protect|make))\b|\bso\b/iu,
}

/** Whether a sentence holds a thing of the kind that is asked for: 1, or 0 when nothing shows it. */
export const showsKind = (kind: AnswerKind, sentence: string): boolean => SIGNS[kind]?.test(sentence) ?? true
