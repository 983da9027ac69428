// What a release writes into the changelog, and what it takes out of it.
import { describe, expect, test } from 'vitest'
import { isHigher, readNewest, stampNewest } from '../../../scripts/package/changelog.mjs'

const changelog = `# Changelog

What changed.

## 0.2.0 (not released yet)

- One more.

## 0.1.0 (2026-11-23)

- The first.
`

describe('the newest section', () => {
  test('is read without those below it', () => {
    expect(readNewest(changelog)).toEqual({ version: '0.2.0', day: null, notes: '- One more.' })
    expect(readNewest(changelog.replace('(not released yet)', '(2027-01-02)')).day).toBe('2027-01-02')
  })

  test('gets its version and its day, and nothing else changes', () => {
    expect(stampNewest(changelog, '0.3.0', '2027-01-02')).toBe(
      changelog.replace('## 0.2.0 (not released yet)', '## 0.3.0 (2027-01-02)'),
    )
  })

  test.each([
    ['was released on', changelog.replace('(not released yet)', '(2027-01-02)')],
    ['says nothing', changelog.replace('- One more.', '')],
    ['has no section', '# Changelog\n'],
  ])('is not released when it %s', (reason, text) => {
    expect(() => {
      stampNewest(text, '0.3.0', '2027-01-02')
    }).toThrow(reason)
  })
})

test.each([
  ['0.2.0', '0.1.9', true],
  ['1.0.0', '0.99.99', true],
  ['0.10.0', '0.9.0', true],
  ['0.1.0', '0.1.0', false],
  ['0.1.9', '0.2.0', false],
])('%s after %s: %s', (version, before, is) => {
  expect(isHigher(version, before)).toBe(is)
})

test('what is no version is refused', () => {
  for (const text of ['1.0', 'v1.0.0', '1.0.0-beta', '../x'])
    expect(() => {
      isHigher(text, '0.1.0')
    }).toThrow('no version')
})
