// The page about a version that does not start: what can be chosen is a link, and what it quotes is text.
import { describe, expect, test } from 'vitest'
import { failedStartLinks, renderFailedStart, wordsOf, type FailedStart } from '../../../src/main/app/failed-start-page'
import { createTranslate } from '../../../src/shared/translate'

const asked: FailedStart = {
  bad: '2.0.0',
  good: '1.0.0',
  failedStarts: 2,
  way: 'itself',
  file: '/data/updates/old.deb',
  data: 'same',
  isWorking: false,
  problem: null,
}
const speech = { t: createTranslate('en'), language: 'en' } as const
const linksOf = (page: string): string[] => [...page.matchAll(/href="([^"]*)"/g)].map(([, address = '']) => address)
const choicesOf = (change: Partial<FailedStart>): string[] =>
  wordsOf({ ...asked, ...change }, speech.t).choices.map(({ choice }) => choice)

describe('the page about a version that does not start', () => {
  test('offers the version before, another try, and nothing', () => {
    const page = renderFailedStart(asked, 'abc', speech)
    expect(linksOf(page)).toEqual([failedStartLinks.back, failedStartLinks.again, failedStartLinks.quit])
    expect(page).toContain('has failed to start 2 times')
    expect(page).toContain('Go back to version 1.0.0')
    expect(page).toContain('both versions read them')
  })

  test('says what becomes of data that were changed', () => {
    expect(renderFailedStart({ ...asked, data: 'restored' }, 'abc', speech)).toContain('kept aside as a backup')
    expect(choicesOf({ data: 'restored' })).toEqual(['back', 'again', 'quit'])
    expect(choicesOf({ data: 'stuck' })).toEqual(['again', 'quit'])
  })

  test('says what to do by hand where it cannot go back by itself', () => {
    expect(choicesOf({ way: 'hand' })).toEqual(['again', 'quit'])
    expect(renderFailedStart({ ...asked, way: 'hand' }, 'abc', speech)).toContain('/data/updates/old.deb')
    expect(renderFailedStart({ ...asked, way: 'hand', file: null }, 'abc', speech)).toContain('is not on this computer')
  })

  test('has nothing to choose while it goes back, and says why that failed', () => {
    expect(linksOf(renderFailedStart({ ...asked, isWorking: true }, 'abc', speech))).toEqual([])
    const page = renderFailedStart({ ...asked, problem: 'No <rights>.' }, 'abc', speech)
    expect(page).toContain('<p role="alert">No &#60;rights&#62;.</p>')
    expect(linksOf(page)).toHaveLength(3)
  })

  test('has no script, and speaks German', () => {
    const page = renderFailedStart({ ...asked, good: '<script>' }, 'abc', {
      t: createTranslate('de'),
      language: 'de',
    })
    expect(page).not.toContain('<script')
    expect(page).toContain('<html lang="de"')
    expect(page).toContain('Noch einmal versuchen')
  })
})
