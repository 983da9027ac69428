import { describe, expect, it } from 'vitest'
import { createCacheCounter } from '../../../src/main/calls/cache-figures'
import type { Store } from '../../../src/main/store/contract'
import { AppError } from '../../../src/shared/errors'
import { makeBed } from '../store/bed'

const setUp = () => {
  const bed = makeBed()
  let fails = false
  const store = {
    run: async (name: Parameters<Store['run']>[0], params: never) => {
      if (fails && name === 'cache.count') throw new AppError('DISK_FULL', { path: 'cache.db' })
      return bed.run(name, params)
    },
    close: async () => undefined,
  } as Store
  const queries = { hits: 0, misses: 0, entries: 0, bytes: 0 }
  const results = { ...queries, maxBytes: 1_000 }
  const start = () =>
    createCacheCounter({ store, queryVectors: { figures: () => queries }, results: { figures: () => results } })
  return { bed, queries, results, start, failing: (now: boolean) => (fails = now) }
}

describe('the figures of the caches', () => {
  it('count everything once, however often they are looked at, and go on after a restart', async () => {
    const { queries, results, start } = setUp()
    const first = start()
    Object.assign(queries, { hits: 3, misses: 2 })
    results.misses = 1
    await Promise.all([first.note(), first.note()])
    queries.hits = 4
    expect(await first.figures()).toMatchObject({
      embeddings: { hits: 0, misses: 0, total: { hits: 0, misses: 0, since: null } },
      queries: { hits: 4, misses: 2, total: { hits: 4, misses: 2 } },
      results: { misses: 1, maxBytes: 1_000, total: { hits: 0, misses: 1 } },
    })
    Object.assign(queries, { hits: 1, misses: 0 })
    results.misses = 0
    expect((await start().figures()).queries).toMatchObject({ hits: 1, misses: 0, total: { hits: 5, misses: 2 } })
  })

  it('are counted later when they could not be written', async () => {
    const { queries, start, failing } = setUp()
    const counter = start()
    queries.hits = 2
    failing(true)
    await expect(counter.note()).rejects.toMatchObject({ code: 'DISK_FULL' })
    failing(false)
    queries.hits = 3
    expect((await counter.figures()).queries.total).toMatchObject({ hits: 3 })
  })
})
