// The page about a version that does not start: what can be chosen is a link, and what it quotes is text.
import { describe, expect, test } from 'vitest'
import { failedStartLinks, renderFailedStart, wordsOf, type FailedStart } from '../../../src/main/app/failed-start-page'
import { createTranslate } from '../../../src/shared/translate'

const asked: FailedStart = {
  bad: '2.0.0',
  good: '1.0.0',
  failedStarts: 2,
  way: 'itself',
  kept: { kind: 'good', file: '/data/updates/old.deb' },
  data: 'same',
  isWorking: false,
  problem: null,
}
const speech = { t: createTranslate('en'), language: 'en' } as const
const linksOf = (page: string): string[] => [...page.matchAll(/href="([^"]*)"/g)].map(([, address = '']) => address)
const pageOf = (change: Partial<FailedStart>): string => renderFailedStart({ ...asked, ...change }, 'abc', speech)
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
    const page = pageOf({ way: 'hand' })
    expect(page).toContain('was checked, and is what was signed. It is here: /data/updates/old.deb')
    expect(pageOf({ way: 'hand', kept: { kind: 'missing' } })).toContain('is not on this computer')
    const foreign = { kind: 'foreign', file: '/data/updates/old.rpm' } as const
    expect(choicesOf({ kept: foreign })).toEqual(['again', 'quit'])
    expect(pageOf({ kept: foreign })).toContain('It is here: /data/updates/old.rpm')
    const changed = pageOf({ way: 'hand', data: 'restored' })
    expect(changed, 'nobody puts the data back but that version').toContain('Version 1.0.0 offers the backup')
    expect(changed).not.toContain('Going back brings')
  })

  test.each(['itself', 'installer', 'hand'] as const)('offers no package that is not what was signed: %s', (way) => {
    const file = '/data/updates/old.deb'
    for (const kept of [
      { kind: 'changed', file, reason: 'its package has changed' },
      { kind: 'unproven', file, reason: 'the signature of its package is wrong' },
    ] as const) {
      expect(choicesOf({ way, kept })).toEqual(['again', 'quit'])
      const page = pageOf({ way, kept })
      expect(page).toContain('Do not install it. Get version 1.0.0 from where you got Sluice')
      expect(page).not.toMatch(/is here|can put|Go back to version/)
    }
    expect(pageOf({ way, kept: { kind: 'changed', file, reason: '' } })).toContain('is not what was signed')
    expect(pageOf({ way, kept: { kind: 'unproven', file, reason: 'no <key>' } })).toContain('(no &#60;key&#62;)')
  })

  test('names no package before it was checked, and keeps the place of what can be chosen then', () => {
    const page = pageOf({ kept: { kind: 'checking' } })
    expect(page).toContain('is being checked')
    expect(page).not.toContain('old.deb')
    expect(linksOf(page)).toEqual([failedStartLinks.again, failedStartLinks.quit])
    expect(page).toContain('<a class="first" role="link" aria-disabled="true">Go back to version 1.0.0</a>')
    expect(pageOf({ way: 'hand', kept: { kind: 'checking' } })).not.toContain('role="link"')
  })

  test('says that an installer takes over where one does', () => {
    expect(pageOf({ way: 'installer' })).toContain('the installer of that version takes over')
    expect(choicesOf({ way: 'installer' })).toEqual(['back', 'again', 'quit'])
    expect(pageOf({})).not.toContain('the installer')
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
