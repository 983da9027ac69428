// The list of documents as a person narrows, orders and picks from it, and what is done to many of them at once.
import { describe, expect, it } from 'vitest'
import {
  browse,
  countPicked,
  filterOf,
  isPicked,
  startBrowsing,
  type BrowsingEvent,
} from '../../../src/renderer/documents/browsing'
import { idsOfPicked, readManyAgain, stepsOf } from '../../../src/renderer/documents/many-documents'
import type { Caller } from '../../../src/shared/calls'
import type { DocumentRow } from '../../../src/shared/domain'

const document = (id: string): DocumentRow => ({
  id,
  path: `papers/${id}.md`,
  location: `/papers/${id}.md`,
  collection: 'default',
  state: 'indexed',
  kind: 'markdown',
  title: null,
  bytes: 1,
  chunks: 1,
  pages: null,
  pendingVectors: 0,
  indexedAt: null,
  code: null,
  message: null,
})
const after = (...events: readonly BrowsingEvent[]) => events.reduce(browse, startBrowsing(''))
const pick = (id: string): BrowsingEvent => ({ type: 'picked', document: document(id) })

describe('browsing documents', () => {
  it('is turned around by the same order once more, and begins with the largest and the newest', () => {
    expect(after({ type: 'sorted', sort: 'size' })).toMatchObject({ sort: 'size', descending: true })
    expect(after({ type: 'sorted', sort: 'kind' })).toMatchObject({ sort: 'kind', descending: false })
    expect(after({ type: 'sorted', sort: 'name' })).toMatchObject({ sort: 'name', descending: true })
  })

  it('lets go of what was picked when something else is shown, and keeps it in another order', () => {
    const picked = after(pick('1'), pick('2'), { type: 'sorted', sort: 'size' })
    expect(countPicked(picked.picked, 9)).toBe(2)
    expect(isPicked(picked.picked, '2')).toBe(true)
    expect(countPicked(browse(picked, pick('2')).picked, 9)).toBe(1)
    expect(countPicked(browse(picked, { type: 'narrowed', by: { kinds: ['pdf'] } }).picked, 9)).toBe(0)
    expect(countPicked(browse(picked, { type: 'pickedAll' }).picked, 9)).toBe(9)
    expect(countPicked(after({ type: 'pickedAll' }, pick('1')).picked, 9)).toBe(0)
  })

  it('asks for no more than was said', () => {
    expect(filterOf(startBrowsing(' '), null)).toEqual({})
    expect(filterOf({ contains: ' a ', state: 'failed', kinds: ['pdf'], languages: ['de'] }, 'papers')).toEqual({
      collection: 'papers',
      contains: 'a',
      states: ['failed'],
      kinds: ['pdf'],
      languages: ['de'],
    })
  })
})

describe('many documents', () => {
  const ids = Array.from({ length: 2_345 }, (_, at) => String(at))
  const makeCaller = () => {
    const steps: Record<string, number[]> = {}
    const caller = (async (name: string, params: { ids?: string[]; offset?: number; limit?: number }) => {
      ;(steps[name] ??= []).push(params.ids?.length ?? params.offset ?? 0)
      if (name === 'documents.remove') return { removed: params.ids?.length }
      if (name === 'documents.readAgain') return { documents: params.ids?.length, jobs: [{}] }
      const { offset = 0, limit = 100 } = params
      return { documents: ids.slice(offset, offset + limit).map(document), total: ids.length }
    }) as unknown as Caller
    return { caller, steps }
  }

  it('are all that the filter leaves, from all of its pages', async () => {
    const { caller, steps } = makeCaller()
    expect(await idsOfPicked(caller, { type: 'all' }, filterOf(startBrowsing(''), null))).toEqual(ids)
    expect(steps['documents.list']).toHaveLength(6)
    const some = after(pick('7')).picked
    expect(await idsOfPicked(caller, some, filterOf(startBrowsing(''), null))).toEqual(['7'])
  })

  it('are read again in steps that fit into a call, and handed on in such steps to be removed', async () => {
    const { caller } = makeCaller()
    expect(stepsOf(ids, 1_000).map(({ length }) => length)).toEqual([1_000, 1_000, 345])
    expect(stepsOf(ids, 1_000).flat()).toEqual(ids)
    expect(await readManyAgain(caller, [...ids, ...ids, ...ids, ...ids, ...ids])).toEqual({
      documents: 11_725,
      jobs: 2,
    })
  })
})
