// Which rows of which page the list of documents makes.
import { describe, expect, it } from 'vitest'
import { ROW_PX } from '../../../src/renderer/documents/document-page'
import { fitList, MOST_PX, shiftAt, stepOf } from '../../../src/renderer/documents/tall-list'
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

describe('a list that is taller than an element can be', () => {
  const VIEW_PX = 600
  /** Rows in sight at a place of the scroll bar, from 0 to 1. */
  const rowsAt = (total: number, at: number): { first: number; last: number; topPx: number } => {
    const { shownPx, hiddenPx } = fitList(total * ROW_PX)
    const mostTopPx = shownPx - VIEW_PX
    const topPx = Math.round(at * mostTopPx)
    const listPx = topPx + shiftAt(topPx, mostTopPx, hiddenPx)
    return { first: Math.floor(listPx / ROW_PX), last: Math.ceil((listPx + VIEW_PX) / ROW_PX) - 1, topPx }
  }

  it.each([1_000, 200_000, 600_000, 1_000_000, 10_000_000])('shows the first and the last of %i rows', (total) => {
    expect(fitList(total * ROW_PX).shownPx).toBeLessThanOrEqual(MOST_PX)
    expect(rowsAt(total, 0).first).toBe(0)
    expect(rowsAt(total, 1).last).toBe(total - 1)
  })

  it('leaves a list that fits as it is', () => {
    expect(fitList(MOST_PX)).toEqual({ shownPx: MOST_PX, hiddenPx: 0 })
    expect([shiftAt(5_000, MOST_PX, 0), stepOf(100, 5_000, 0)]).toEqual([0, 100])
  })

  it('shows every row somewhere, and moves as far by the wheel as a list that fits', () => {
    const total = 1_000_000
    const { shownPx, hiddenPx } = fitList(total * ROW_PX)
    const mostTopPx = shownPx - VIEW_PX
    const listAt = (topPx: number): number => topPx + shiftAt(topPx, mostTopPx, hiddenPx)
    for (let topPx = 0; topPx < 10_000; topPx += 1) expect(listAt(topPx + 1) - listAt(topPx)).toBeLessThan(ROW_PX)
    const step = stepOf(400, mostTopPx, hiddenPx)
    expect(Math.abs(listAt(1_000_000 + step) - listAt(1_000_000) - 400)).toBeLessThan(3)
    expect([stepOf(1, mostTopPx, hiddenPx), stepOf(-1, mostTopPx, hiddenPx)]).toEqual([1, -1])
  })

  it('goes nowhere where all of it is in sight', () => {
    expect([shiftAt(10, 0, 100), shiftAt(10, -5, 100)]).toEqual([0, 0])
  })
})
