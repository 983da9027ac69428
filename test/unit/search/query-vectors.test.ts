import { describe, expect, it } from 'vitest'
import { createQueryVectors, type QueryVector } from '../../../src/main/search/query-vectors'

const made = (value: number): QueryVector => ({ vector: Float32Array.from([value]), known: 1 })

describe('vectors of queries', () => {
  it('are made once for each model, however the query is spaced', async () => {
    const vectors = createQueryVectors()
    let calls = 0
    const make = async (): Promise<QueryVector> => made((calls += 1))
    const first = await vectors.get('m1', ' two  words ', make)
    expect(await vectors.get('m1', 'two words', make)).toBe(first)
    expect(await vectors.get('m2', 'two words', make)).not.toBe(first)
    expect(vectors.figures()).toMatchObject({ hits: 1, misses: 2, entries: 2 })
  })

  it('are made once for several who ask at the same time', async () => {
    const vectors = createQueryVectors()
    let answer = (_vector: QueryVector): void => undefined
    const make = (): Promise<QueryVector> => new Promise((resolve) => (answer = resolve))
    const [one, two] = [vectors.get('m', 'q', make), vectors.get('m', 'q', () => Promise.reject(new Error('twice')))]
    answer(made(1))
    expect(await one).toBe(await two)
  })

  it('are not kept when they failed', async () => {
    const vectors = createQueryVectors()
    await expect(vectors.get('m', 'q', () => Promise.reject(new Error('no model')))).rejects.toThrow('no model')
    expect((await vectors.get('m', 'q', async () => made(2))).vector[0]).toBe(2)
  })

  it('are bounded: what was not asked for longest goes', async () => {
    const vectors = createQueryVectors(2)
    const ask = (query: string) => vectors.get('m', query, async () => made(0))
    for (const query of ['a', 'b', 'a', 'c', 'a', 'b']) await ask(query)
    expect(vectors.figures()).toMatchObject({ hits: 2, misses: 4, entries: 2 })
  })
})
