import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { createQueryVectors } from '../../../src/main/search/query-vectors'
import { createSpaces, mergeByRank } from '../../../src/main/search/spaces'
import type { ServingSpace } from '../../../src/main/store/contract'
import type { VectorHit, VectorIndex, VectorQuery, Vectors } from '../../../src/main/vectors'
import { makeLetterModel } from '../../support/letter-models'

const hit = (chunkId: number): VectorHit => ({ chunkId, contentId: chunkId, start: 0, end: 1, distance: 0 })

const serving = (id: number, dimensions: number, more: Partial<ServingSpace> = {}): ServingSpace => ({
  space: { id, model: `letters-${dimensions}`, dimensions, version: 1, table: `table-${id}` },
  ref: `model-${id}`,
  collectionIds: [id],
  isMixed: false,
  ...more,
})

/** Spaces over tables that only note what they were asked. */
const makeSpaces = (all: readonly ServingSpace[], failing: readonly string[] = []) => {
  const asked: { table: string; query: VectorQuery }[] = []
  const table = (name: string): Pick<Vectors, 'search'> => ({
    search: async (query) => {
      asked.push({ table: name, query })
      return [hit(1), hit(2)]
    },
  })
  const spaces = createSpaces({
    serving: async (ids) =>
      all.filter(({ collectionIds }) => ids === null || ids.some((id) => collectionIds.includes(id))),
    provider: (ref) => makeLetterModel(ref, all.find((one) => one.ref === ref)?.space.dimensions ?? 0),
    changed: ({ ref }) => (failing.includes(ref) ? new AppError('MODEL_CHANGED', { ref }) : null),
    vectors: async () => ({ space: async (space: { table: string }) => table(space.table) }) as unknown as VectorIndex,
    queryVectors: createQueryVectors(),
  })
  return { spaces, asked }
}

describe('hits of several spaces', () => {
  it('take turns by their places, whatever their distances', () => {
    expect(mergeByRank([[hit(1), hit(2), hit(3)], [hit(9)], []]).map(({ chunkId }) => chunkId)).toEqual([1, 9, 2, 3])
    expect(mergeByRank([])).toEqual([])
  })
})

describe('a search in several spaces', () => {
  it('asks each with a vector of its own dimensions, and names collections only where it has to', async () => {
    const { spaces, asked } = makeSpaces([serving(1, 4), serving(2, 7, { isMixed: true, collectionIds: [2, 3] })])
    const { vector, known, notes } = await spaces.embedQuery('words', [])
    expect([known, notes]).toEqual([1, []])
    await spaces.search({ vector, limit: 5, collectionIds: null, contentIds: null, chunkIds: null })
    await spaces.search({ vector, limit: 5, collectionIds: [3], contentIds: null, chunkIds: null })
    expect(asked.map(({ table, query }) => [table, query.vector.length, query.collectionIds])).toEqual([
      ['table-1', 4, null],
      ['table-2', 7, [2, 3]],
      ['table-1', 4, []],
      ['table-2', 7, [3]],
    ])
  })

  it('goes on with the models that answer, and fails only when none does', async () => {
    const all = [serving(1, 4), serving(2, 7)]
    const { spaces } = makeSpaces(all, ['model-1'])
    const { vector, notes } = await spaces.embedQuery('words', [])
    expect(vector.map((one) => one.serving.space.id)).toEqual([2])
    expect(notes).toMatchObject([{ code: 'SAID_SOME_KEYWORD_ONLY' }])
    await expect(spaces.embedQuery('words', [1])).rejects.toMatchObject({ code: 'MODEL_CHANGED' })
  })

  it('finds nothing, and fails nowhere, while no collection has vectors', async () => {
    const { spaces, asked } = makeSpaces([])
    const { vector, known } = await spaces.embedQuery('words', [])
    expect(await spaces.search({ vector, limit: 5, collectionIds: null, contentIds: null, chunkIds: null })).toEqual([])
    expect([known, asked.length]).toEqual([1, 0])
  })
})
