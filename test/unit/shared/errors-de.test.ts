// The German sentences of errors: every code has one, it says the facts that the English one says, and nothing is left open.
import { describe, expect, test } from 'vitest'
import { errorCodes, sentenceOf, type ErrorCode, type ErrorDetails } from '../../../src/shared/errors'
import { germanSentenceOf } from '../../../src/shared/errors-de'

/** Words that are translated themselves, or stand within a sentence in other forms. */
const saidOtherwise: Readonly<Partial<Record<ErrorCode, readonly string[]>>> = {
  ARCHIVE_EXTRA_BYTES: ['where'],
  JOB_STATE: ['verb'],
}

/** Every fact of an error is there, as a mark that can be found again. */
const marks = new Proxy<Record<string, string | number>>({}, { get: (_target, name) => `<${String(name)}>` })
/** Numbers where sizes are written: each another one. */
const sizes: ErrorDetails = { actual: 1_536, limit: 2_560, bytes: 3_584, leftOut: 4_608 }

const factsOf = (sentence: string): Set<string> =>
  new Set([...sentence.matchAll(/<(\w+)>/g)].map(([, name = '']) => name))
const sizesOf = (sentence: string): string[] =>
  [...sentence.matchAll(/(\d)[.,]5 KiB/g)].map(([, digit = '']) => digit).sort()

describe.each(errorCodes)('%s', (code) => {
  test('says in German what it says in English', () => {
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
})
