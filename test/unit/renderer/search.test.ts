import { describe, expect, it } from 'vitest'
import { readAccelerator, toAccelerator } from '../../../src/renderer/shell/accelerator'
import { filterLabels, withFilter, withoutFilter } from '../../../src/renderer/search/filter-words'
import { keyOfHit, settleResults } from '../../../src/renderer/search/steady-results'
import type { Hit } from '../../../src/shared/domain'

const hit = (documentId: string, chunk = 0, score = 1): Hit => ({
  documentId,
  chunk,
  score,
  collection: 'default',
  path: `${documentId}.txt`,
  location: `/${documentId}.txt`,
  title: null,
  kind: 'text',
  page: null,
  snippet: '',
  text: '',
  start: 0,
  end: 0,
})

const names = (hits: readonly Hit[]): string[] => hits.map(keyOfHit)
const hits = (...ids: string[]): Hit[] => ids.map((id) => hit(id))

describe('results that come while somebody points at one', () => {
  it('take the order of the engine when nobody does', () => {
    expect(names(settleResults(hits('a', 'b'), hits('c', 'b'), null))).toEqual(['c-0', 'b-0'])
    expect(names(settleResults(hits('a', 'b'), hits('c', 'b'), 'gone-0'))).toEqual(['c-0', 'b-0'])
  })

  it('leave everything down to it in its place', () => {
    const now = settleResults(hits('a', 'b', 'c'), hits('x', 'c', 'b', 'a', 'y'), 'b-0')
    expect(names(now)).toEqual(['a-0', 'b-0', 'x-0', 'c-0', 'y-0'])
  })

  it('let go what is not found any more, and take what is new of the others', () => {
    const better = hit('b', 0, 9)
    expect(settleResults(hits('a', 'b'), [better], 'b-0')).toEqual([better])
  })

  it('keep a document in its place whose best passage is another one by now, once', () => {
    expect(names(settleResults(hits('a', 'b'), [hit('b', 4), hit('a', 0), hit('b', 7)], 'b-0'))).toEqual([
      'a-0',
      'b-4',
      'b-7',
    ])
  })
})

describe('filters in a query', () => {
  it('are taken out as they were typed', () => {
    expect(withoutFilter('tax type:pdf 2024', { text: 'type:pdf' })).toBe('tax 2024')
    expect(withoutFilter('"exact words"', { text: '"exact words"' })).toBe('')
    expect(withoutFilter('tax', { text: 'type:pdf' })).toBe('tax')
  })

  it('are put in once', () => {
    expect(withFilter('tax ', 'type:pdf')).toBe('tax type:pdf')
    expect(withFilter('type:pdf tax', 'type:pdf')).toBe('type:pdf tax')
    expect(withFilter('', 'type:pdf')).toBe('type:pdf')
  })

  it('are read as words', () => {
    const filter = { value: 'pdf', text: '-type:pdf', negated: true }
    expect(filterLabels.type({ name: 'type', ...filter })).toBe('not type pdf')
    expect(filterLabels.phrase({ name: 'phrase', value: 'a b', text: '"a b"', negated: false })).toBe('“a b”')
  })
})

describe('a shortcut that is pressed', () => {
  const press = (code: string, held: readonly ('ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey')[]) => ({
    code,
    ctrlKey: held.includes('ctrlKey'),
    metaKey: held.includes('metaKey'),
    altKey: held.includes('altKey'),
    shiftKey: held.includes('shiftKey'),
  })

  it('is a key with what is held, written for every system alike', () => {
    expect(toAccelerator(press('Space', ['ctrlKey', 'shiftKey']), false)).toBe('CommandOrControl+Shift+Space')
    expect(toAccelerator(press('Space', ['metaKey', 'shiftKey']), true)).toBe('CommandOrControl+Shift+Space')
    expect(toAccelerator(press('KeyK', ['altKey']), false)).toBe('Alt+K')
    expect(toAccelerator(press('F9', ['ctrlKey', 'metaKey']), false)).toBe('CommandOrControl+Super+F9')
  })

  it('is none while nothing, or only Shift, is held with a key, or no key is pressed', () => {
    expect(toAccelerator(press('KeyK', []), false)).toBeNull()
    expect(toAccelerator(press('KeyK', ['shiftKey']), false)).toBeNull()
    expect(toAccelerator(press('ControlLeft', ['ctrlKey']), false)).toBeNull()
  })

  it('reads as it stands on the keys', () => {
    expect(readAccelerator('CommandOrControl+Shift+Space', false)).toEqual(['Ctrl', 'Shift', 'Space'])
    expect(readAccelerator('CommandOrControl+K', true)).toEqual(['⌘', 'K'])
  })
})
