// Which rows of which page the list of documents makes.
import { describe, expect, it } from 'vitest'
import { pagesOf } from '../../../src/renderer/documents/document-list'

describe('the rows of a list, by page', () => {
  it.each([
    ['no documents', 0, 0, []],
    ['one document', 0, 1, [{ page: 0, from: 0, to: 1 }]],
    ['all but the last of a page', 0, 49, [{ page: 0, from: 0, to: 49 }]],
    ['a full page, and no empty one after it', 0, 50, [{ page: 0, from: 0, to: 50 }]],
    [
      'one more than a page',
      0,
      51,
      [
        { page: 0, from: 0, to: 50 },
        { page: 1, from: 50, to: 51 },
      ],
    ],
    [
      'a block over the border of pages',
      48,
      53,
      [
        { page: 0, from: 48, to: 50 },
        { page: 1, from: 50, to: 53 },
      ],
    ],
    ['what begins with a page', 50, 55, [{ page: 1, from: 50, to: 55 }]],
    ['what ends with a later page', 95, 100, [{ page: 1, from: 95, to: 100 }]],
    [
      'more than a whole page',
      45,
      105,
      [
        { page: 0, from: 45, to: 50 },
        { page: 1, from: 50, to: 100 },
        { page: 2, from: 100, to: 105 },
      ],
    ],
    ['rows that have just gone', 60, 40, []],
  ])('are those of %s', (_name, from, to, pages) => {
    expect(pagesOf(from, to)).toEqual(pages)
  })

  it('are each made once, whatever is in sight', () => {
    for (let from = 0; from <= 105; from += 5)
      for (let to = from; to <= 110; to += 1) {
        const rows = pagesOf(from, to).flatMap((page) =>
          Array.from({ length: page.to - page.from }, (_, at) => {
            expect(Math.floor((page.from + at) / 50)).toBe(page.page)
            return page.from + at
          }),
        )
        expect(rows).toEqual(Array.from({ length: to - from }, (_, at) => from + at))
      }
  })
})
