import { describe, expect, it } from 'vitest'
import { createResultCache, watchStore } from '../../../src/main/search/result-cache'
import { operations } from '../../../src/main/store/operations'
import type { OperationName, Store } from '../../../src/main/store/contract'
import type { SearchRequest } from '../../../src/main/search'
import type { SearchResult } from '../../../src/shared/domain'
import { AppError } from '../../../src/shared/errors'
import { anything } from '../store/bed'

const PLENTY = 1_000_000

const request = (query: string, more: Partial<SearchRequest> = {}): SearchRequest => ({
  query,
  mode: 'hybrid',
  filter: anything,
  limit: 10,
  stage: 'full',
  deadlineMs: 1_000,
  passages: false,
  signal: null,
  ...more,
})

const answer = (query: string, note = ''): SearchResult => ({
  query,
  mode: 'hybrid',
  elapsedMs: 5,
  cached: false,
  results: [],
  notes: [note],
})

describe('the cache of answers', () => {
  it('gives an answer again for the same request, whoever waits and for however long', () => {
    const cache = createResultCache(() => PLENTY)
    expect(cache.find(request('q'))).toBeNull()
    cache.keep(request('q'), cache.state(), answer('q'))
    expect(cache.find(request('q', { deadlineMs: 50, signal: new AbortController().signal }))).toEqual(answer('q'))
    expect(cache.figures()).toMatchObject({ hits: 1, misses: 1, entries: 1 })
  })

  it.each<[string, Partial<SearchRequest>]>([
    ['another mode', { mode: 'keyword' }],
    ['another stage', { stage: 'keyword' }],
    ['another limit', { limit: 11 }],
    ['single passages', { passages: true }],
    ['a question', { isQuestion: true }],
    ['another collection', { filter: { ...anything, collectionIds: [2] } }],
    ['another kind', { filter: { ...anything, kinds: ['pdf'] } }],
    ['another time', { filter: { ...anything, sinceMs: 1 } }],
    ['another path', { filter: { ...anything, pathGlob: 'a/*' } }],
    ['other words', { query: 'Q' }],
  ])('does not take %s for the same', (_what, more) => {
    const cache = createResultCache(() => PLENTY)
    cache.keep(request('q'), cache.state(), answer('q'))
    expect(cache.find(request('q', more))).toBeNull()
  })

  it('knows nothing any more once anything has changed, and does not keep what was begun before', () => {
    const cache = createResultCache(() => PLENTY)
    const begun = cache.state()
    cache.keep(request('q'), begun, answer('q'))
    cache.change()
    expect(cache.find(request('q'))).toBeNull()
    cache.keep(request('late'), begun, answer('late'))
    expect(cache.find(request('late'))).toBeNull()
    expect(cache.figures()).toMatchObject({ entries: 0, bytes: 0 })
  })

  it('keeps to its size: what was not asked for longest goes; 0 keeps nothing and counts nothing', () => {
    let maxBytes = 15_000
    const cache = createResultCache(() => maxBytes)
    const put = (query: string) => cache.keep(request(query), cache.state(), answer(query, 'x'.repeat(3_000)))
    put('a')
    put('b')
    expect(cache.find(request('a'))).not.toBeNull()
    put('c')
    expect(cache.find(request('b'))).toBeNull()
    expect(cache.find(request('a'))).not.toBeNull()
    expect(cache.figures().bytes).toBeLessThanOrEqual(maxBytes)
    cache.keep(request('huge'), cache.state(), answer('huge', 'x'.repeat(15_000)))
    expect(cache.find(request('huge'))).toBeNull()
    expect(cache.find(request('a'))).not.toBeNull()
    const { hits, misses } = cache.figures()
    maxBytes = 0
    expect(cache.find(request('a'))).toBeNull()
    expect(cache.figures()).toMatchObject({ hits, misses })
  })
})

describe('a watched store', () => {
  const watch = (fails = false) => {
    let changes = 0
    const plain = {
      run: async () => {
        if (fails) throw new AppError('DATABASE_BUSY', { path: 'sluice.db' })
        return {}
      },
      close: async () => undefined,
    } as unknown as Store
    const store = watchStore(plain, () => (changes += 1))
    const run = async (name: OperationName) => {
      await store.run(name, {}).catch(() => null)
      return changes
    }
    return run
  }

  it('tells of every write that a search could show, also when its answer was lost', async () => {
    expect(await watch()('extract.commit')).toBe(1)
    expect(await watch(true)('documents.remove')).toBe(1)
  })

  it('tells nothing of reading, of work begun, and of notes about searches', async () => {
    // A query that a provider gives its vector for is noted by meter and ledger.
    const noted = ['usage.begin', 'usage.settle', 'connections.begin', 'connections.settle', 'metrics.keep'] as const
    for (const name of ['search.keyword', 'history.add', 'tasks.claim', 'cache.count', ...noted] as const)
      expect(await watch()(name), name).toBe(0)
  })

  it('takes every write for a change that it does not know better of', async () => {
    const told: string[] = []
    for (const name of Object.keys(operations) as OperationName[])
      if (operations[name].on === 'writer' && (await watch()(name)) === 0) told.push(name)
    // What changes documents, passages, collections or models must never be among them.
    expect(
      told.filter((name) => /^(collections|documents|extract|generations|spaces|texts|sources)\./.test(name)),
    ).toEqual([])
  })
})
