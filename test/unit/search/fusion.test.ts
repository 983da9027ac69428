import { describe, expect, it } from 'vitest'
import { fuse } from '../../../src/main/search/fusion'

describe('fuse', () => {
  it('gives 1 to what stands first in every ranking', () => {
    const [first] = fuse([
      { weight: 4, ids: [7, 8] },
      { weight: 1, ids: [7, 9] },
    ])
    expect(first).toEqual({ id: 7, score: 1 })
  })

  it('lets the heavier ranking lead and the lighter one add', () => {
    const ids = fuse([
      { weight: 4, ids: [1, 2, 3] },
      { weight: 1, ids: [9, 2, 1] },
    ]).map(({ id }) => id)
    expect(ids).toEqual([1, 2, 3, 9])
  })

  it('lifts what both rankings have above a neighbor that only one has', () => {
    const ids = fuse([
      { weight: 1, ids: [1, 2] },
      { weight: 1, ids: [3, 2] },
    ]).map(({ id }) => id)
    expect(ids[0]).toBe(2)
  })

  it('is empty without rankings', () => {
    expect(fuse([])).toEqual([])
  })
})
