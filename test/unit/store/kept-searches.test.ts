import { describe, expect, it } from 'vitest'
import { searchScopeSchema } from '../../../src/shared/search'
import { makeBed } from './bed'

const scope = searchScopeSchema.parse({})
const narrow = searchScopeSchema.parse({ types: ['pdf'], collections: ['work'] })

describe('saved searches', () => {
  it('are kept under a name, found by name or id, and replaced under the same name', () => {
    const bed = makeBed()
    const first = bed.run('saved.save', { name: 'boilers', query: 'boiler pressure', scope })
    expect(bed.run('saved.save', { name: 'boilers', query: 'boiler', scope: narrow }).id).toBe(first.id)
    expect(bed.run('saved.find', { name: first.id })).toMatchObject({ query: 'boiler', types: ['pdf'], usedAt: null })
    bed.run('saved.touch', { id: Number(first.id) })
    expect(bed.run('saved.list', {})[0]?.usedAt).toMatch(/^\d{4}-/)
    bed.run('saved.remove', { name: 'boilers' })
    expect(bed.run('saved.list', {})).toEqual([])
    expect(() => bed.run('saved.remove', { name: 'boilers' })).toThrow(/saved search/)
  })

  it('come back as they were after they were removed, but for a name that is taken by then', () => {
    const bed = makeBed()
    const { id } = bed.run('saved.save', { name: 'boilers', query: 'boiler', scope: narrow })
    bed.run('saved.touch', { id: Number(id) })
    const [saved] = bed.run('saved.list', {})
    if (saved === undefined) throw new Error('nothing was saved')
    bed.run('saved.remove', { name: 'boilers' })
    expect(bed.run('saved.restore', saved)).toEqual({ restored: true })
    expect(bed.run('saved.list', {})).toEqual([saved])
    bed.run('saved.remove', { name: 'boilers' })
    const other = bed.run('saved.save', { name: 'boilers', query: 'kettle', scope })
    expect(bed.run('saved.restore', saved)).toEqual({ restored: false })
    expect(bed.run('saved.list', {})).toEqual([other])
    const taken = { ...saved, id: other.id, name: 'others' }
    expect(bed.run('saved.restore', taken)).toEqual({ restored: true })
    expect(bed.run('saved.list', {}).map(({ name }) => name)).toEqual(['boilers', 'others'])
  })

  it('named by a number are found by that name before another is by its id', () => {
    const bed = makeBed()
    bed.run('saved.save', { name: 'first', query: 'a', scope })
    bed.run('saved.save', { name: '1', query: 'b', scope })
    expect(bed.run('saved.find', { name: '1' })?.query).toBe('b')
  })
})

describe('the history of searches', () => {
  it('has each search once, the newest first, and forgets the oldest', () => {
    const bed = makeBed()
    for (const query of ['one', 'two', 'one', 'three']) bed.run('history.add', { query, scope, maxEntries: 2 })
    const { entries, total } = bed.run('history.list', { offset: 0, limit: 10, contains: null })
    expect(entries.map(({ query }) => query).sort()).toEqual(['one', 'three'])
    expect(total).toBe(2)
    expect(entries.find(({ query }) => query === 'one')?.times).toBe(2)
  })

  it('is looked through without regard to letter case, and cleared in part or whole', () => {
    const bed = makeBed()
    for (const query of ['Über uns', 'else', 'more']) bed.run('history.add', { query, scope, maxEntries: 9 })
    const { entries } = bed.run('history.list', { offset: 0, limit: 10, contains: 'über' })
    expect(entries.map(({ query }) => query)).toEqual(['Über uns'])
    expect(bed.run('history.remove', { ids: entries.map(({ id }) => Number(id)) })).toEqual({ removed: 1 })
    expect(bed.run('history.remove', { ids: null })).toEqual({ removed: 2 })
  })
})
