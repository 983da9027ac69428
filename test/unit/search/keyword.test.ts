// The candidates by words as they are asked of the store, step by step.
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { createKeywordSearch } from '../../../src/main/search/keyword'
import { parseQuery } from '../../../src/main/search/query'
import type { OperationName, Store } from '../../../src/main/store/contract'

const filter = { collectionIds: [], kinds: [], sinceMs: null, untilMs: null, pathGlob: null, tests: [], excluded: null }

const answers: Partial<Record<OperationName, unknown>> = {
  'search.counts': [1_000],
  'search.keyword': [],
  'search.paths': [],
  'search.termsFrom': [],
  'search.terms': [],
  'search.spellings': [],
}

/** A store that remembers what it was asked, and answers an operation only once `release` is called for it, if `held` names it. */
const makeStore = (held: OperationName | null) => {
  const asked: OperationName[] = []
  let release = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const run: Store['run'] = async (name) => {
    asked.push(name)
    if (name === held) await gate
    if (!(name in answers)) throw new Error(`nobody answers ${name}`)
    return answers[name] as never
  }
  return { store: { run, close: async () => undefined }, asked, release: () => release() }
}

const search = (store: Store, signal: AbortSignal) =>
  createKeywordSearch(store, () => 0)(
    parseQuery('boiler'),
    { filter, limit: 10, meeting: Promise.resolve(null) },
    signal,
  )

describe('candidates by words', () => {
  it('are asked for step by step while somebody wants them', async () => {
    const { store, asked } = makeStore(null)
    await search(store, new AbortController().signal)
    expect(asked.slice(0, 3)).toEqual(['search.counts', 'search.keyword', 'search.paths'])
    expect(asked.length).toBeGreaterThan(3)
  })

  it.each<[OperationName, readonly OperationName[]]>([
    ['search.counts', ['search.counts']],
    ['search.keyword', ['search.counts', 'search.keyword', 'search.paths']],
  ])('ask nothing further of the store after %s once nobody wants them', async (held, before) => {
    const { store, asked, release } = makeStore(held)
    const stop = new AbortController()
    const found = search(store, stop.signal)
    const outcome = expect(found).rejects.toMatchObject({ code: 'CANCELLED' })
    await new Promise((resolve) => setImmediate(resolve))
    expect(asked).toEqual(before)
    stop.abort(new AppError('CANCELLED'))
    release()
    await outcome
    await new Promise((resolve) => setImmediate(resolve))
    expect(asked).toEqual(before)
  })

  it('ask nothing at all of it for one who has left already', async () => {
    const { store, asked } = makeStore(null)
    await expect(search(store, AbortSignal.abort(new AppError('CANCELLED')))).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    expect(asked).toEqual([])
  })
})
