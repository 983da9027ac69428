/**
 * Owns how what the engine tells is said in another language: every sentence of an error, wherever it stands in an answer, is made anew from its
 * code and its facts. Refuses: other texts, and answers in English, which pass untouched.
 */
import { isErrorCode, type ErrorCode, type ErrorDetails } from './errors'
import { germanSentenceOf } from './errors-de'
import type { Language } from './languages'

type SentenceOf = (code: ErrorCode, details: ErrorDetails) => string

/** Those that have a table of their own; the others speak as the engine does. */
const sentencesIn: Readonly<Partial<Record<Language, SentenceOf>>> = { de: germanSentenceOf }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

const isDetails = (value: unknown): value is ErrorDetails => isRecord(value)

const say = (value: unknown, sentenceOf: SentenceOf): unknown => {
  if (Array.isArray(value)) return value.map((item) => say(item, sentenceOf))
  if (!isRecord(value)) return value
  const { code, message, details } = value
  const said = Object.fromEntries(
    Object.entries(value).map(([name, within]) => [name, name === 'details' ? within : say(within, sentenceOf)]),
  )
  if (!isErrorCode(code) || typeof message !== 'string' || !isDetails(details)) return said
  return { ...said, message: sentenceOf(code, details) }
}

/** An answer, with its sentences in a language. */
export const sayIn = <T>(answer: T, language: Language): T => {
  const sentenceOf = sentencesIn[language]
  // The shape stays: only sentences are others.
  return sentenceOf ? (say(answer, sentenceOf) as T) : answer
}

/** The sentence of an error in a language; `otherwise` where the engine's own is said. */
export const sentenceIn = (language: Language, code: ErrorCode, details: ErrorDetails, otherwise: string): string =>
  sentencesIn[language]?.(code, details) ?? otherwise
