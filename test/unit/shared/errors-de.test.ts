// The German sentences of errors: every code has one, it says the facts that the English one says, and nothing is left open.
import { describe, expect, test } from 'vitest'
import {
  AppError,
  errorCodes,
  quoteOf,
  reasonOf,
  sentenceOf,
  toAppError,
  type ErrorCode,
  type ErrorDetails,
} from '../../../src/shared/errors'
import { germanReasonOf, germanSentenceOf } from '../../../src/shared/errors-de'
import { parseSetting } from '../../../src/shared/settings'

/** Words that are translated themselves, or stand within a sentence in other forms. */
const saidOtherwise: Readonly<Partial<Record<ErrorCode, readonly string[]>>> = {
  ARCHIVE_EXTRA_BYTES: ['where'],
  JOB_STATE: ['verb'],
}

/** Every fact that the English sentence asks for, as a mark that can be found again. */
const marksOf = (code: ErrorCode): ErrorDetails => {
  const asked: Record<string, string> = {}
  const mark = (_target: ErrorDetails, name: string | symbol): string => (asked[String(name)] = `<${String(name)}>`)
  sentenceOf(code, new Proxy<ErrorDetails>({}, { get: mark }))
  return asked
}
/** Numbers where sizes are written: each another one. */
const sizes: ErrorDetails = { actual: 1_536, limit: 2_560, bytes: 3_584, leftOut: 4_608 }

const factsOf = (sentence: string): Set<string> =>
  new Set([...sentence.matchAll(/<(\w+)>/g)].map(([, name = '']) => name))
const sizesOf = (sentence: string): string[] =>
  [...sentence.matchAll(/(\d)[.,]5 KiB/g)].map(([, digit = '']) => digit).sort()

test('an error that quotes another one quotes it in German', () => {
  const cause = new AppError('PROVIDER_TIMEOUT', { provider: 'desk', limit: 30 })
  const details = { provider: 'desk', failures: 5, ...quoteOf(cause) }
  expect(sentenceOf('PROVIDER_UNAVAILABLE', details)).toContain(reasonOf(cause))
  const german = germanSentenceOf('PROVIDER_UNAVAILABLE', details)
  expect(german).toContain(`(${germanReasonOf('PROVIDER_TIMEOUT', cause.details)})`)
  expect(german).not.toContain(reasonOf(cause))
  expect(germanSentenceOf('PROVIDER_UNAVAILABLE', { ...details, because: 'no JSON' })).toContain(reasonOf(cause))
})

test('the bounds of a setting are written with German units', () => {
  const error = (() => {
    try {
      return parseSetting('archive.depth', 'much')
    } catch (thrown) {
      return toAppError(thrown)
    }
  })()
  if (typeof error === 'number') throw new Error('“much” was taken')
  expect(error.message).toContain('levels')
  expect(germanSentenceOf(error.code, error.details)).toMatch(/ Ebenen/)
  expect(germanSentenceOf(error.code, error.details)).not.toContain('level')
})

test('a time is that of the clock, a moment has its day', () => {
  const retryAt = '2026-03-04T05:06:07.000Z'
  expect(germanSentenceOf('PROVIDER_UNAVAILABLE', { retryAt })).toMatch(/: um \d\d:06:07 Uhr\.$/)
  expect(germanSentenceOf('BUDGET_EXCEEDED', { retryAt })).toMatch(/Warten bis 0[345]\.03\.2026, \d\d:\d6, /)
})

describe.each(errorCodes)('%s', (code) => {
  test('says in German what it says in English', () => {
    const marks = marksOf(code)
    const [english, german] = [sentenceOf(code, marks), germanSentenceOf(code, marks)]
    const missing = [...factsOf(english)].filter((name) => !factsOf(german).has(name))
    expect(
      missing.filter((name) => !saidOtherwise[code]?.includes(name)),
      german,
    ).toEqual([])
    expect(sizesOf(germanSentenceOf(code, sizes))).toEqual(sizesOf(sentenceOf(code, sizes)))
  })

  test('is a sentence without any facts, too', () => {
    const german = germanSentenceOf(code, {})
    expect(german).toMatch(/^[\p{Lu}„].*[.]$/su)
    expect(german).not.toMatch(/undefined|null|NaN|sluice /)
    expect(german).not.toBe(sentenceOf(code, {}))
  })

  test('leaves no gap where a fact is missing', () => {
    for (const sentence of [sentenceOf(code, {}), germanSentenceOf(code, {})])
      expect(sentence).not.toMatch(/ {2}|\(\s*\)| [.,;:)]|[:,(]\s*[.,)]|[.] [a-z]/)
  })
})
