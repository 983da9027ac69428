// The lint rule that what a person reads comes from the catalogues.
import { Linter } from 'eslint'
import { describe, expect, test } from 'vitest'
import { cataloguedText } from '../../../scripts/lint/catalogued-text.mjs'

const judge = (code: string): (string | undefined)[] =>
  new Linter()
    .verify(code, [
      {
        plugins: { house: { rules: { 'catalogued-text': cataloguedText } } },
        rules: { 'house/catalogued-text': 'error' },
        languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } },
      },
    ])
    .map(({ messageId }) => messageId)

describe('in the window', () => {
  test.each([
    'x = <b>Cancel</b>',
    "x = <b>{busy ? 'Busy' : t('a.b')}</b>",
    'x = <b>{`${n} files`}</b>',
    'x = <input aria-label="Name of it" />',
    'x = <input title={`Open ${name}`} />',
    "x = { label: 'Light' }",
    "x = { note: (n) => n + ' files' }",
    "showNote('Saved')",
    "formatPlural(3, 'document')",
  ])('%s is refused', (code) => {
    expect(judge(code)).toEqual(['words'])
  })

  test.each([
    "x = <b>{t('a.b')}</b>",
    'x = <b>{name} · {size}</b>',
    'x = <b>Sluice</b>',
    'x = <input name="query" className="wide" />',
    "x = { label: t('a.b'), kind: 'light' }",
    'x = <b>{`${from} / ${to}`}</b>',
  ])('%s is fine', (code) => {
    expect(judge(code)).toEqual([])
  })
})
