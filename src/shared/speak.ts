/**
 * Owns how what the engine tells is said in another language: every sentence of an error, wherever it stands in an answer, is made anew from its
 * code and its facts, and so is every text that an answer tells the remark of (`told`).
 * Refuses: other texts.
 */
import { isErrorCode, reasonOf, sentenceOf, type ErrorCode, type ErrorDetails } from './errors'
import { germanReasonOf, germanSentenceOf } from './errors-de'
import { isRemarkCode, remarkTable, type Quoted, type RemarkCode } from './remarks'
import { germanRemarkOf } from './remarks-de'
import { toGermanPhrase } from './phrases-de'
import { saySystemReason, withSystemReason } from './system-reasons'
import type { Language } from './languages'

/** What a language says by its own tables. */
type Speech = {
  readonly sentenceOf: (code: ErrorCode, details: ErrorDetails) => string
  readonly reasonOf: (code: ErrorCode, details: ErrorDetails) => string
  readonly remarkOf: (code: RemarkCode, details: ErrorDetails, quoted: Quoted) => string
}

/** A moment as the clock and the calendar say it here: the command line writes ISO-8601. */
const withMoment = (details: ErrorDetails): ErrorDetails => {
  const at = typeof details['retryAt'] === 'string' ? new Date(details['retryAt']) : null
  if (at === null || Number.isNaN(at.getTime())) return details
  const isToday = at.toDateString() === new Date().toDateString()
  const said = isToday
    ? at.toLocaleTimeString('en')
    : at.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })
  return { ...details, retryAt: said }
}

/** Those that have tables of their own; English is that of the engine but for moments; the others speak as the engine does. */
const speechIn: Readonly<Partial<Record<Language, Speech>>> = {
  en: {
    sentenceOf: (code, details) => sentenceOf(code, withMoment(details)),
    reasonOf: (code, details) => reasonOf({ message: sentenceOf(code, withMoment(details)) }),
    remarkOf: (code, details, quoted) => remarkTable[code](withSystemReason(details, 'en'), quoted),
  },
  de: { sentenceOf: germanSentenceOf, reasonOf: germanReasonOf, remarkOf: germanRemarkOf },
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

const isDetails = (value: unknown): value is ErrorDetails => isRecord(value)

const NOTHING: Quoted = { sentence: '', reason: '', code: '' }

const quote = (cause: unknown, speech: Speech): Quoted => {
  if (!isRecord(cause) || !isErrorCode(cause.code) || !isDetails(cause.details)) return NOTHING
  const { code, details } = cause
  return { sentence: speech.sentenceOf(code, details), reason: speech.reasonOf(code, details), code }
}

/** The sentence of a remark, or of an error that stands for itself; `null` for one of a newer version. */
const sayRemark = (remark: unknown, speech: Speech): string | null => {
  if (!isRecord(remark) || !isDetails(remark.details)) return null
  const { code, details, cause } = remark
  if (isErrorCode(code)) return speech.sentenceOf(code, details)
  return isRemarkCode(code) ? speech.remarkOf(code, details, quote(cause, speech)) : null
}

/** The text of a field, or its texts, by what is told of it; as it was where that does not fit. */
const sayField = (said: unknown, told: unknown, speech: Speech): unknown => {
  if (typeof said === 'string') return sayRemark(told, speech) ?? said
  if (!Array.isArray(said) || !Array.isArray(told) || said.length !== told.length) return said
  return said.map((one: unknown, at) => sayRemark(told[at], speech) ?? one)
}

const say = (value: unknown, speech: Speech): unknown => {
  if (Array.isArray(value)) return value.map((item) => say(item, speech))
  if (!isRecord(value)) return value
  const { code, message, details, told } = value
  const said = Object.fromEntries(
    Object.entries(value).map(([name, within]) => {
      if (name === 'details' || name === 'told') return [name, within]
      const remarks = isRecord(told) && Object.hasOwn(told, name) ? told[name] : undefined
      return [name, remarks === undefined ? say(within, speech) : sayField(within, remarks, speech)]
    }),
  )
  if (!isErrorCode(code) || typeof message !== 'string' || !isDetails(details)) return said
  // More is said than the error alone.
  if (isRecord(told) && Object.hasOwn(told, 'message')) return said
  return { ...said, message: speech.sentenceOf(code, details) }
}

/** An answer, with its sentences in a language. */
export const sayIn = <T>(answer: T, language: Language): T => {
  const speech = speechIn[language]
  // The shape stays: only sentences are others.
  return speech ? (say(answer, speech) as T) : answer
}

/** The sentence of an error in a language; `otherwise` where the engine's own is said. */
export const sentenceIn = (language: Language, code: ErrorCode, details: ErrorDetails, otherwise: string): string =>
  speechIn[language]?.sentenceOf(code, details) ?? otherwise

/** A reason that stands alone: words of our own and codes of the system in a language, anything else as it is. */
export const reasonIn = (language: Language, reason: string): string =>
  language === 'de'
    ? (saySystemReason(reason, 'de') ?? toGermanPhrase(reason))
    : (saySystemReason(reason, 'en') ?? reason)
