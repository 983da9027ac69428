/**
 * Owns what is believed of a chat model's answer: a citation whose passage exists and whose quote stands in it. The rest is dropped, and said.
 * Refuses: trusting a model; its text is that of a stranger, and may say what a document told it to.
 */
import type { Citation } from '../../shared/answers'
import type { Hit } from '../../shared/domain'
import { remark, type Remark } from '../../shared/remarks'
import { NOT_FOUND_MARK, QUOTES_MARK } from './prompt'
import { carries, CITED, isBare, isQuotable, readClaim, type Claim, type Span } from './claims'
import { splitSentences } from './sentences'

export type Verified = {
  readonly answer: string
  readonly citations: Citation[]
  readonly notes: Remark[]
}

/** Places of characters with white space collapsed, case folded and typographic marks made plain, so that a copied quote is found. */
const fold = (text: string): { folded: string; places: number[] } => {
  const places: number[] = []
  let folded = ''
  let isSpace = true
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    const plain = /\s/.test(character)
      ? ' '
      : character
          .replace(/[“”„«»]/, '"')
          .replace(/[‘’‚]/, "'")
          .replace(/[–—‑]/, '-')
    if (plain === ' ' && isSpace) continue
    isSpace = plain === ' '
    for (const unit of plain.toLowerCase()) {
      folded += unit
      places.push(at)
    }
  }
  return { folded, places }
}

/** Where a quote stands in a text, whatever its white space and quotation marks; `null` when it does not, or is too short to prove anything. */
export const findQuote = (text: string, quote: string): { start: number; end: number } | null => {
  const wanted = fold(quote).folded.trim()
  if (!isQuotable(wanted)) return null
  const { folded, places } = fold(text)
  const at = folded.indexOf(wanted)
  const start = places[at]
  const last = places[at + wanted.length - 1]
  return at < 0 || start === undefined || last === undefined ? null : { start, end: last + 1 }
}

export const citationOf = (hit: Hit, number: number, place: { start: number; end: number }): Citation => ({
  number,
  documentId: hit.documentId,
  collection: hit.collection,
  path: hit.path,
  location: hit.location,
  title: hit.title,
  page: hit.page,
  quote: hit.text.slice(place.start, place.end),
  start: hit.start + place.start,
  end: hit.start + place.end,
  chunk: hit.chunk,
})

const numbersIn = (text: string): number[] =>
  [...text.matchAll(CITED)].flatMap(([, list = '']) => list.split(',').map((number) => Number(number)))

/** The sentences of an answer; a number behind the full stop belongs to the one before. */
const claimsOf = (text: string): string[] =>
  splitSentences(text).reduce<string[]>((claims, { text: sentence }) => {
    const [, numbers = '', rest = ''] = /^((?:\[[\d\s,]+\]\s*(?!\s))*)(.*)$/s.exec(sentence) ?? []
    if (numbers !== '' && claims.length > 0) claims.push(`${claims.pop() ?? ''} ${numbers}`)
    if (rest !== '') claims.push(rest)
    return claims
  }, [])

const OPENING = new Set('"“„«\'')
const CLOSING = new Set('"”“»\'')

/** Without the marks around it. Looked at from both ends: an expression for the end of a text tries each of many marks within it as a beginning. */
const stripQuotationMarks = (text: string): string => {
  let [start, end] = [0, text.length]
  while (start < end && OPENING.has(text.charAt(start))) start += 1
  while (end > start && CLOSING.has(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/** Quotes that the model gave, by number. */
const readQuotes = (text: string): Map<number, string[]> => {
  const quotes = new Map<number, string[]>()
  for (const line of text.split('\n')) {
    const [, number, quote] = /^[-*]?\s*\[?(\d{1,3})\]?[:.]?\s*(\S.*)$/.exec(line.trim()) ?? []
    if (number === undefined || quote === undefined) continue
    const bare = stripQuotationMarks(quote)
    quotes.set(Number(number), [...(quotes.get(Number(number)) ?? []), bare])
  }
  return quotes
}

/** Sentences of a passage that are tried together for a claim that two of them make up. */
const PAIRED = 4

/** The words of a passage on which a claim rests: a sentence, or two where it says what neither says alone; `null` when there are none. */
const findSupport = (claim: Claim, hit: Hit, isCited: boolean): Span | null => {
  const sentences = splitSentences(hit.text)
  const single = sentences.find((sentence) => carries(claim, hit, [sentence], isCited))
  if (single !== undefined || !isCited) return single ?? null
  const shared = sentences.filter(({ text }) => {
    const { words } = readClaim(text)
    return claim.words.some((word) => words.includes(word))
  })
  for (const [index, first] of shared.slice(0, PAIRED).entries())
    for (const second of shared.slice(index + 1, PAIRED))
      if (carries(claim, hit, [first, second], isCited)) return { start: first.start, end: second.end }
  return null
}

const widen = (known: Span | undefined, span: Span): Span =>
  known === undefined ? span : { start: Math.min(known.start, span.start), end: Math.max(known.end, span.end) }

// None of them goes over the same text more than once, whatever a model writes: a label holds no other, an address or a tag has a bounded length.
const LINK = /!?\[([^[\]\n]*)\]\(\s{0,9}<?[a-z][a-z0-9+.-]{0,30}:[^)\n]{0,2000}\)/gi
const TAG = /<\/?[a-z][^<>\n]*>/gi
const ADDRESS = /\b(?:https?|ftp|file|data|javascript):[^\s<>"')\]]+/gi

/** Takes out addresses and markup that the documents do not hold: nothing in an answer leads anywhere. */
export const stripRemote = (text: string, passages: readonly Pick<Hit, 'text'>[], notes: Remark[]): string => {
  let removed = 0
  const plain = text
    .replace(LINK, (_, label: string) => {
      removed += 1
      return label
    })
    .replace(TAG, '')
    .replace(ADDRESS, (address) => {
      if (passages.some((hit) => hit.text.includes(address))) return address
      removed += 1
      return ''
    })
  if (removed > 0) notes.push(remark('SAID_LINK_LEFT_OUT'))
  return plain
}

/** Whether the model says that the passages do not answer. */
export const saysNotFound = (text: string): boolean =>
  text
    .replace(/[\s"'`*.]/g, '')
    .toUpperCase()
    .startsWith(NOT_FOUND_MARK)

/** Splits what a model wrote into the answer and its list of quotes. */
export const splitAnswer = (text: string): { body: string; quotes: string } => {
  const lines = text.split('\n')
  const at = lines.findIndex((line) =>
    line
      .replace(/[*#_\s]/g, '')
      .toUpperCase()
      .startsWith(QUOTES_MARK),
  )
  return at < 0
    ? { body: text.trim(), quotes: '' }
    : { body: lines.slice(0, at).join('\n').trim(), quotes: lines.slice(at + 1).join('\n') }
}

/** What is to be said of what was left out. */
const NOTES = {
  unknown: 'SAID_CITED_NOTHING',
  unproven: 'SAID_CITED_UNPROVEN',
  beside: 'SAID_CITED_BESIDE',
} as const

/** What became of one sentence of an answer. `bare`: an answer's word, like "Yes.", which goes with the sentence beside it. */
type Judged = { readonly text: string; readonly state: 'proven' | 'bare' | 'loose' }

/**
 * Checks an answer against the passages that the model was given: every sentence has a citation whose words carry it, figures and dates above all, or is
 * left out; a bare "Yes." stays with the sentence that follows it (else the one before). Numbers are those of the passages. Without any citation left,
 * nothing of it is grounded.
 */
export const verifyAnswer = (text: string, passages: readonly Hit[]): Verified => {
  const notes: Remark[] = []
  const { body, quotes: list } = splitAnswer(text)
  const quotes = readQuotes(list)
  const clean = stripRemote(body, passages, notes)
  const spans = new Map<number, Span>()
  const dropped = { unknown: new Set<number>(), unproven: new Set<number>(), beside: new Set<number>() }

  /** Where the passage of this number carries the claim; notes why not. */
  const placeOf = (claim: Claim, number: number): Span | null => {
    const hit = passages[number - 1]
    if (hit === undefined) {
      dropped.unknown.add(number)
      return null
    }
    const given = (quotes.get(number) ?? []).filter(isQuotable)
    const found = given.flatMap((quote) => findQuote(hit.text, quote) ?? [])
    if (given.length > 0 && found.length === 0) {
      dropped.unproven.add(number)
      return null
    }
    // Many small models give no quotes, or those of another sentence: then it is looked for what the claim rests on.
    const span = found.find((place) => carries(claim, hit, [place], true)) ?? findSupport(claim, hit, true)
    if (span === null) dropped.beside.add(number)
    return span
  }

  const cite = (number: number, span: Span): string => {
    spans.set(number, widen(spans.get(number), span))
    return `[${number}]`
  }

  const judge = (said: string): Judged => {
    const numbers = [...new Set(numbersIn(said))]
    const claim = readClaim(said)
    const words = said
      .replace(CITED, '')
      .replace(/(?<![ \t])[ \t]+([.,;:!?])/g, '$1')
      .trim()
    if (!/[\p{L}\p{N}]/u.test(words) || isBare(claim, numbers.length > 0)) return { text: words, state: 'bare' }
    const proven = new Map(
      numbers.flatMap((number) => {
        const span = placeOf(claim, number)
        return span === null ? [] : [[number, span] as const]
      }),
    )
    if (proven.size > 0) {
      const marked = said.replace(CITED, (_, written: string) =>
        written
          .split(',')
          .flatMap((number) => {
            const span = proven.get(Number(number))
            return span === undefined ? [] : cite(Number(number), span)
          })
          .join(''),
      )
      return { text: marked.replace(/(?<![ \t])[ \t]+([.,;:!?])/g, '$1').trim(), state: 'proven' }
    }
    for (const [index, hit] of passages.entries()) {
      const span = findSupport(claim, hit, false)
      if (span !== null) return { text: `${words} ${cite(index + 1, span)}`, state: 'proven' }
    }
    return { text: words, state: 'loose' }
  }

  const judged = clean.split('\n').map((line) => claimsOf(line).map(judge))
  const all = judged.flat()
  /** Whether what stands next to a bare word is proven; behind it first. */
  const isCarried = (at: number): boolean => {
    const next = all.slice(at + 1).find(({ state }) => state !== 'bare')
    return (
      (
        next ??
        all
          .slice(0, at)
          .reverse()
          .find(({ state }) => state !== 'bare')
      )?.state === 'proven'
    )
  }
  const kept = new Set(all.filter(({ state }, at) => state === 'proven' || (state === 'bare' && isCarried(at))))
  const answer = judged
    .map((line) =>
      line
        .filter((sentence) => kept.has(sentence))
        .map((sentence) => sentence.text)
        .join(' '),
    )
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  // A number that holds behind another sentence was not dropped.
  for (const [name, numbers] of Object.entries(dropped) as [keyof typeof dropped, Set<number>][]) {
    const gone = [...numbers].filter((number) => !spans.has(number)).length
    if (gone > 0) notes.push(remark(NOTES[name], { count: gone }))
  }
  const loose = all.filter((sentence) => /[\p{L}\p{N}]/u.test(sentence.text) && !kept.has(sentence)).length
  if (loose > 0) notes.push(remark('SAID_UNPROVEN_LEFT_OUT', { count: loose }))
  const citations = [...spans].flatMap(([number, span]) => {
    const hit = passages[number - 1]
    return hit === undefined ? [] : citationOf(hit, number, span)
  })
  return { answer, citations, notes }
}
