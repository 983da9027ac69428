// What the engine says that is no error: every remark and every reason of our own has German, and an answer is said in it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { AppError, isErrorCode, sentenceOf, type ErrorDetails } from '../../../src/shared/errors'
import { germanSentenceOf } from '../../../src/shared/errors-de'
import { ignoreRules } from '../../../src/shared/ignore-rules'
import { findGermanPhrase, toGermanPhrase } from '../../../src/shared/phrases-de'
import {
  isFilterValue,
  notesOf,
  remark,
  remarkCodes,
  textOf,
  withNotes,
  type RemarkCode,
} from '../../../src/shared/remarks'
import { formatSetting, settingUnits } from '../../../src/shared/setting-format'
import { parseSetting } from '../../../src/shared/settings'
import { sayIn } from '../../../src/shared/speak'

const CAUSE = new AppError('FILE_EMPTY')

/** Facts that are written as numbers. */
const NUMBERS: readonly string[] = ['chars']

/** The facts that the English asks for, each as a mark. */
const marksOf = (code: RemarkCode): ErrorDetails => {
  const asked: Record<string, string | number> = {}
  const mark = (_target: ErrorDetails, name: string | symbol): string | number =>
    (asked[String(name)] = NUMBERS.includes(String(name)) ? 12 : `<${String(name)}>`)
  textOf({ code, details: new Proxy<ErrorDetails>({}, { get: mark }), cause: CAUSE })
  return asked
}

const germanOf = (code: RemarkCode, details: ErrorDetails): string => {
  const made = remark(code, details, CAUSE)
  return sayIn({ text: textOf(made), told: { text: made } }, 'de').text
}

/** What is another word in each language; the schema's own words are said otherwise in German. */
const saidOtherwise: Readonly<Partial<Record<RemarkCode, readonly string[]>>> = {
  POLICY_FIELD: [],
}

/** They are the sentence of the error that they quote, or a reason that nobody of ours wrote. */
const PASSED_ON: readonly RemarkCode[] = ['FAILED_SO']

const marksIn = (text: string): string[] => [...text.matchAll(/<(\w+)>/g)].map(([, name = '']) => name)

describe.each(remarkCodes)('%s', (code) => {
  test('says in German what it says in English', () => {
    const details = marksOf(code)
    const [english, german] = [textOf(remark(code, details, CAUSE)), germanOf(code, details)]
    const missing = marksIn(english).filter((name) => !marksIn(german).includes(name))
    expect(
      missing.filter((name) => !saidOtherwise[code]?.includes(name)),
      german,
    ).toEqual([])
    if (!PASSED_ON.includes(code)) expect(german).not.toBe(english)
    expect(german).not.toMatch(/undefined|null|NaN/)
    expect(english.includes(sentenceOf('FILE_EMPTY'))).toBe(german.includes(germanSentenceOf('FILE_EMPTY', {})))
  })

  test('is no code of an error', () => {
    expect(isErrorCode(code)).toBe(false)
  })
})

describe('an answer that tells what its texts are made of', () => {
  const unreachable = new AppError('PROVIDER_UNREACHABLE', { provider: 'desk', reason: 'ECONNREFUSED' })

  it('is said in German, list by list and quote by quote, and stays in English as it was', () => {
    const notes = [remark('SAID_LATE'), remark('SAID_KEYWORD_ONLY', {}, unreachable)]
    const answer = { label: 'a, b and 2 more', told: { label: remark('JOB_OF_MANY', { names: 'a, b', more: 2 }) } }
    const whole = { job: answer, ...withNotes(notes) }
    const said = sayIn(whole, 'de')
    expect(said.job.label).toBe('a, b und 2 weitere')
    expect(said.notes).toEqual([
      'Die Suche nach der Bedeutung dauerte zu lange: ihre Ergebnisse fehlen.',
      `Nur Ergebnisse nach Wörtern: ${germanSentenceOf(unreachable.code, unreachable.details)}`,
    ])
    expect(sayIn(whole, 'en')).toEqual(whole)
    expect(notesOf(whole)).toEqual([
      notes[0],
      { ...notes[1], cause: expect.objectContaining({ code: unreachable.code }) },
    ])
  })

  it('keeps a text of an older or a newer version as it is', () => {
    const told = { label: { code: 'NEVER_HEARD_OF', details: {} }, notes: [remark('SAID_LATE')] }
    const older = { label: 'Vectors', notes: ['one', 'two'], told }
    expect(sayIn(older, 'de')).toEqual(older)
    expect(notesOf({ told: { notes: [{ code: 'NEVER_HEARD_OF', details: {} }] } })).toEqual([])
  })

  it('says what a filter takes for each that does not take every text', () => {
    expect(isFilterValue('type') && !isFilterValue('in')).toBe(true)
    expect(germanOf('SAID_MISREAD', { text: 'size:much', filter: 'size' })).toContain('eine Größe wie >1mb')
  })
})

describe('a reason of our own', () => {
  const ROOT = join(import.meta.dirname ?? __dirname, '../../../src')
  /** Bugs and misuse of calls: they are for who mends them. */
  const TECHNICAL = /INTERNAL_BUG|'USAGE'|log\.|SHUTTING|commands\/|const (?:refuse|fail)/
  const WRITTEN =
    /(?:\breason: |\b(?:corrupt|damaged|broken|unsupported|missing|invalid|refuse|failed)\((?:[\w.]+, )?)'([a-z0-9][^']+)'/g
  const FOLDERS = [
    'workers',
    'main/providers',
    'main/ingest',
    'main/pool',
    'main/settings',
    'main/answers',
    'main/updates',
    'shared',
  ]

  /** Node 18.15 lists no folders within folders by itself. */
  const namesIn = (folder: string, prefix = ''): string[] =>
    readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? namesIn(folder, join(prefix, entry.name)) : [join(prefix, entry.name)],
    )

  const reasonsIn = (folder: string): (readonly [string, string])[] =>
    namesIn(join(ROOT, folder))
      .filter((name) => name.endsWith('.ts') && !name.startsWith('texts') && name !== 'fault.ts')
      .flatMap((name) =>
        readFileSync(join(ROOT, folder, name), 'utf8')
          .split('\n')
          .filter((line) => !TECHNICAL.test(line))
          .flatMap((line) =>
            [...line.matchAll(WRITTEN)].map(([, reason = '']) => [`${folder}/${name}`, reason] as const),
          ),
      )

  it('has German, wherever it is written', () => {
    const all = FOLDERS.flatMap(reasonsIn)
    expect(all.length).toBeGreaterThan(60)
    expect(all.filter(([, reason]) => findGermanPhrase(reason) === null)).toEqual([])
  })

  it('has German where it is a rule that leaves something out', () => {
    for (const { label } of ignoreRules) expect(findGermanPhrase(label), label).toMatch(/^der eingebauten Regel „/)
    expect(germanSentenceOf('IGNORED', { rule: 'the ignore pattern "*.bak"' })).toContain(
      'des Ausschlussmusters „*.bak“',
    )
  })

  it('keeps what is filled in, and what a stranger said', () => {
    expect(toGermanPhrase('nests XML deeper than 40 levels')).toBe('es schachtelt XML tiefer als 40 Ebenen')
    expect(toGermanPhrase('2 dimensions instead of 3')).toBe('2 Dimensionen statt 3')
    expect(toGermanPhrase('it answers questions; it makes the vectors of the collection "x"')).toBe(
      'er beantwortet Fragen; er macht die Vektoren der Sammlung „x“',
    )
    expect(toGermanPhrase('Invalid PDF structure.')).toBe('der Aufbau ist nicht der eines PDF')
    expect(toGermanPhrase('ECONNREFUSED')).toBe('ECONNREFUSED')
  })
})

describe('a setting in German', () => {
  it.each(settingUnits)('in %s can be typed again as it is written', (unit) => {
    const names = {
      count: 'document.chunks',
      bytes: 'document.bytes',
      ms: 'task.timeMs',
      ratio: 'archive.entryRatio',
      chars: 'document.chars',
      levels: 'archive.depth',
      days: 'documents.goneDays',
    } as const
    for (const value of [3, 1_500, 12_345]) {
      const written = formatSetting(value, unit, 'de')
      expect(parseSetting(names[unit], written, { min: 0, max: Number.MAX_SAFE_INTEGER }), written).toBe(value)
      expect(written).not.toMatch(/chars|levels|days|bytes|\d,\d/)
    }
  })
})
