// The catalogues of the window: every language has every text, with the same things filled in, and forms for every number.
import { describe, expect, it, test } from 'vitest'
import { languageFor, languageTable, offeredLanguages } from '../../../src/shared/languages'
import { createTranslate } from '../../../src/shared/translate'
import { de } from '../../../src/shared/texts/de'
import { en } from '../../../src/shared/texts/en'
import { mirror } from '../../../src/shared/texts/mirrored'

type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>

const catalogues: Readonly<Record<(typeof offeredLanguages)[number], Texts>> = { en, de }

/** What is filled in, whichever form of number is written out in it. */
const filledIn = (text: string): string[] =>
  [...text.matchAll(/\{\{\s*(\w+)/g)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'count')
    .sort()

describe.each(offeredLanguages)('the texts in %s', (language) => {
  const parts = Object.entries(catalogues[language])

  test.each(parts)('of %s are those of the English, with the same things filled in', (part, texts) => {
    const english = (en as Texts)[part] ?? {}
    expect(Object.keys(texts).sort()).toEqual(Object.keys(english).sort())
    for (const [key, text] of Object.entries(texts)) {
      expect(text.trim(), `${part}.${key}`).not.toBe('')
      expect([...new Set(filledIn(text))], `${part}.${key}`).toEqual([...new Set(filledIn(english[key] ?? ''))])
    }
  })

  it('have a form for every number', () => {
    const { pluralCategories } = new Intl.PluralRules(languageTable[language].locale).resolvedOptions()
    for (const [part, texts] of parts)
      for (const key of Object.keys(texts)) {
        const base = /^(.*)_(?:zero|one|two|few|many|other)$/.exec(key)?.[1]
        if (base === undefined) continue
        for (const form of pluralCategories) expect(Object.keys(texts), part).toContain(`${base}_${form}`)
      }
  })
})

test('German has a space that does not break before what goes on', () => {
  const all = Object.values<Readonly<Record<string, string>>>(de).flatMap((texts) => Object.values(texts))
  expect(all.filter((text) => text.includes('…')).length).toBeGreaterThan(10)
  expect(all.filter((text) => /[^\u00a0]…/.test(text))).toEqual([])
})

describe('a text', () => {
  it('is that of its language', () => {
    expect(createTranslate('en')('common.cancel')).toBe('Cancel')
    expect(createTranslate('de')('common.cancel')).toBe('Abbrechen')
  })

  it('is longer, accented and from right to left in the mirrored language, and keeps what is filled in', () => {
    const { part } = mirror({ part: { key: 'Open {{name}} now' } })
    expect(part?.['key']).toMatch(/^\u200FÓpéñ \{\{name\}\} ñów·+\u200F$/)
  })
})

describe('the language of a person', () => {
  test.each([
    ['system', ['de-AT', 'en-US'], 'de'],
    ['system', ['fr-FR', 'DE'], 'de'],
    ['system', ['fr-FR'], 'en'],
    ['system', [], 'en'],
    ['en', ['de-DE'], 'en'],
  ] as const)('%s with %j is %s', (choice, preferred, language) => {
    expect(languageFor(choice, [...preferred])).toBe(language)
  })
})
