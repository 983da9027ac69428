// Unit tests of the wizard of collections: where a person may go, what is asked, and what an answer that comes too late changes.
import { describe, expect, it } from 'vitest'
import {
  changesOf,
  draftOf,
  isChanged,
  openWizard,
  patternsOf,
  reduceWizard,
  stepsOf,
  type Draft,
  type WizardEvent,
  type WizardState,
} from '../../../src/renderer/collections/wizard-state'
import { leftOf } from '../../../src/renderer/collections/proof'
import type { Collection, Estimate } from '../../../src/shared/domain'
import { AppError } from '../../../src/shared/errors'

const letters: Collection = {
  id: '7',
  name: 'Letters',
  createdAt: '2026-01-02T03:04:05.000Z',
  documents: 12,
  chunks: 30,
  pendingVectors: 0,
  bytes: 400,
  weight: 2,
  tasksPerMinute: null,
  ignores: ['*.tmp'],
  summaries: 'extractive',
  scans: 'ocr',
  figures: 'off',
  color: 'teal',
  model: { ref: 'ollama', id: 'm', dimensions: 8 },
}

const named: Draft = { ...draftOf(null, 'Papers'), paths: [{ path: '/a' }] }
const run = (draft: Draft, ...events: WizardEvent[]): WizardState => events.reduce(reduceWizard, openWizard(draft))
const estimate = { documents: 3 } as Estimate

describe('the steps of a collection', () => {
  it('are four to make one, and without the review to change one', () => {
    expect(stepsOf({ kind: 'make' }).map(({ id }) => id)).toEqual(['name', 'contents', 'reading', 'review'])
    expect(stepsOf({ kind: 'change', collection: letters }).map(({ id }) => id)).toEqual([
      'name',
      'contents',
      'reading',
    ])
  })

  it('are gone through forward and back, keeping what was chosen', () => {
    const next: WizardEvent = { type: 'next' }
    const there = run(named, next, { type: 'changed', draft: { ignores: '*.bak' } }, next, next)
    expect(there).toMatchObject({ phase: 'reviewing', look: { kind: 'looking' }, draft: { ignores: '*.bak' } })
    const back = reduceWizard(there, { type: 'back' })
    expect(back).toMatchObject({ phase: 'filling', step: 'reading', draft: { name: 'Papers', ignores: '*.bak' } })
    expect(reduceWizard(openWizard(named), { type: 'back' })).toMatchObject({ phase: 'filling', step: 'name' })
  })

  it('are not gone past one that lacks something', () => {
    const nameless = draftOf(null, '   ')
    expect(run(nameless, { type: 'next' })).toMatchObject({ phase: 'filling', step: 'name' })
    expect(run(nameless, { type: 'went', step: 'review' })).toMatchObject({ phase: 'filling', step: 'name' })
    expect(run(nameless, { type: 'submitted' })).toMatchObject({ phase: 'filling', step: 'name' })
    const long = { ...named, ignores: 'x'.repeat(1_001) }
    expect(run(long, { type: 'went', step: 'review' })).toMatchObject({ phase: 'filling', step: 'contents' })
  })

  it('take what is dropped once, whatever its name', () => {
    const paths = ['/a', '/تقارير', '/家书.txt', '/💌.eml', '/تقارير'].map((path) => ({ path }))
    const state = run(named, { type: 'added', paths }, { type: 'dropped', path: '/a' })
    expect(state).toMatchObject({ draft: { paths: [{ path: '/تقارير' }, { path: '/家书.txt' }, { path: '/💌.eml' }] } })
  })
})

describe('the review', () => {
  const review: WizardEvent = { type: 'went', step: 'review' }

  it('has nothing to look at where nothing goes in', () => {
    expect(run(draftOf(null, 'Papers'), review)).toMatchObject({ look: { kind: 'nothing' } })
  })

  it('shows what was found, and looks again when something else goes in', () => {
    const seen = run(named, review, { type: 'looked', estimate })
    expect(seen).toMatchObject({ look: { kind: 'seen', estimate } })
    expect(reduceWizard(seen, { type: 'added', paths: [{ path: '/b' }] })).toMatchObject({ look: { kind: 'looking' } })
  })

  it('is not changed by figures that come too late', () => {
    const left = run(named, review, { type: 'back' })
    expect(reduceWizard(left, { type: 'looked', estimate })).toBe(left)
    const failed = run(named, review, { type: 'lookFailed', error: new AppError('CANCELLED') })
    expect(failed).toMatchObject({ look: { kind: 'failed' } })
    expect(reduceWizard(failed, { type: 'looked', estimate })).toBe(failed)
  })
})

describe('saving', () => {
  const saving = run(named, { type: 'went', step: 'review' }, { type: 'submitted' })

  it('leaves nothing to be changed until it is answered', () => {
    expect(saving).toMatchObject({ phase: 'saving' })
    expect(reduceWizard(saving, { type: 'changed', draft: { name: 'x' } })).toBe(saving)
    expect(reduceWizard(saving, { type: 'left', isDirty: true })).toBe(saving)
    expect(reduceWizard(saving, { type: 'saved' })).toEqual({ phase: 'closed' })
  })

  it.each([
    ['COLLECTION_EXISTS', { phase: 'filling', step: 'name' }],
    ['VISION_MISSING', { phase: 'filling', step: 'reading' }],
    ['PROVIDER_UNKNOWN', { phase: 'filling', step: 'reading' }],
    ['DISK_FULL', { phase: 'reviewing' }],
  ] as const)('that is refused with %s goes back to where it is mended, with the reason', (code, where) => {
    const refused = reduceWizard(saving, { type: 'refused', error: new AppError(code, { name: 'Papers' }) })
    expect(refused).toMatchObject({ ...where, refusal: { code }, draft: named })
  })
})

describe('leaving', () => {
  it('asks only where something would be lost, and goes on where it was', () => {
    expect(run(named, { type: 'left', isDirty: false })).toEqual({ phase: 'closed' })
    const asked = run(named, { type: 'next' }, { type: 'left', isDirty: true })
    expect(asked).toMatchObject({ phase: 'leaving' })
    expect(reduceWizard(asked, { type: 'stayed' })).toMatchObject({ phase: 'filling', step: 'contents', draft: named })
    expect(reduceWizard(asked, { type: 'gaveUp' })).toEqual({ phase: 'closed' })
  })

  it('loses nothing where nothing was changed', () => {
    const initial = draftOf(letters, letters.name)
    expect(isChanged(initial, draftOf(letters, letters.name))).toBe(false)
    expect(isChanged({ ...initial, color: null }, initial)).toBe(true)
  })
})

describe('what is saved', () => {
  it('of a copy are the settings of the other one, without its documents', () => {
    expect(draftOf(letters, 'Letters (copy)')).toEqual({
      name: 'Letters (copy)',
      color: 'teal',
      paths: [],
      ignores: '*.tmp',
      model: 'ollama',
      scans: 'ocr',
      figures: 'off',
      summaries: 'extractive',
      weight: 2,
      tasksPerMinute: null,
    })
  })

  it('of a change is what differs, and nothing else', () => {
    const initial = draftOf(letters, letters.name)
    expect(changesOf(initial, initial)).toEqual({})
    const changed = { ...initial, color: null, ignores: ' *.tmp \n\n', tasksPerMinute: 0 }
    expect(changesOf(changed, initial)).toEqual({ color: null, tasksPerMinute: 0 })
    expect(changesOf({ ...initial, ignores: '' }, initial)).toEqual({ ignores: [] })
  })

  it('of a file takes the place of what was chosen, but for the name and what goes in', () => {
    const file = { sluiceCollection: 1 as const, name: 'From file', settings: { color: 'pink' as const, weight: 3 } }
    const state = run({ ...named, summaries: 'extractive' }, { type: 'imported', file })
    expect(state).toMatchObject({
      draft: { name: 'Papers', color: 'pink', weight: 3, summaries: 'off', paths: named.paths },
    })
    expect(run(draftOf(null, ''), { type: 'imported', file })).toMatchObject({ draft: { name: 'From file' } })
  })

  it('of patterns is each once, without blank lines', () => {
    expect(patternsOf('*.tmp\n\n  drafts/** \n*.tmp')).toEqual(['*.tmp', 'drafts/**'])
  })

  it('of a proof names only what is left', () => {
    const none = {
      texts: 0,
      passages: 0,
      summaries: 0,
      vectors: 0,
      words: 0,
      cacheEntries: 0,
      pictures: 0,
      vectorFiles: 0,
    }
    expect(leftOf({ left: none })).toEqual([])
    expect(leftOf({ left: { ...none, vectors: 1_200 } })).toEqual(['1,200 vectors'])
  })
})
