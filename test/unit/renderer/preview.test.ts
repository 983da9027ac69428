import { describe, expect, it } from 'vitest'
import { splitAnswer } from '../../../src/renderer/ask/answer-parts'
import { formatCitation, formatLocation, formatPlace } from '../../../src/renderer/preview/citation'
import { countWords, findBoxes, joinItems } from '../../../src/renderer/preview/pdf-marks'
import { stepsOf } from '../../../src/renderer/preview/steps'
import {
  cutIntoBlocks,
  findBlock,
  findMatchFrom,
  sliceBlocks,
  splitBlock,
} from '../../../src/renderer/preview/text-blocks'
import type { Citation } from '../../../src/shared/answers'

const longText = Array.from({ length: 400 }, (_, at) => `Line ${at} of a text that is long enough. 🦭`).join('\n')

describe('blocks of a text', () => {
  it('are together the text, end after lines, and follow each other', () => {
    const blocks = cutIntoBlocks(longText, 100)
    expect(blocks.length).toBeGreaterThan(5)
    expect(blocks.map(({ text }) => text).join('')).toBe(longText)
    expect(blocks.slice(0, -1).every(({ text }) => text.endsWith('\n'))).toBe(true)
    let at = 100
    for (const { start, text } of blocks) {
      expect(start).toBe(at)
      at += text.length
    }
  })

  it('end within a line that never ends, but not within a character', () => {
    for (const text of ['🦭'.repeat(5_000), `x${'🦭'.repeat(5_000)}`]) {
      const blocks = cutIntoBlocks(text, 0)
      expect(blocks.length).toBeGreaterThan(2)
      expect(blocks.map((block) => block.text).join('')).toBe(text)
      for (const block of blocks) expect(block.text).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/)
    }
  })

  it('are found by a place in the text, and give back what stands between two places', () => {
    const blocks = cutIntoBlocks(longText, 0)
    for (const offset of [0, 1_500, 9_000, longText.length - 1]) {
      const block = blocks[findBlock(blocks, offset)]
      expect(block?.start).toBeLessThanOrEqual(offset)
      expect((block?.start ?? 0) + (block?.text.length ?? 0)).toBeGreaterThan(offset)
    }
    expect(sliceBlocks(blocks, { start: 1_000, end: 4_000 })).toBe(longText.slice(1_000, 4_000))
  })

  it('are taken apart into matches and passage, without losing a character', () => {
    const block = { start: 10, text: 'abcdefghij' }
    const matches = [
      { start: 5, end: 11 },
      { start: 12, end: 14 },
      { start: 18, end: 25 },
    ]
    const parts = splitBlock(block, matches, { start: 13, end: 17 })
    expect(parts.map(({ text }) => text).join('')).toBe(block.text)
    expect(parts).toEqual([
      { text: 'a', match: 0, inPassage: false },
      { text: 'b', match: null, inPassage: false },
      { text: 'c', match: 1, inPassage: false },
      { text: 'd', match: 1, inPassage: true },
      { text: 'efg', match: null, inPassage: true },
      { text: 'h', match: null, inPassage: false },
      { text: 'ij', match: 2, inPassage: false },
    ])
  })

  it('know the first match from a place on', () => {
    const matches = [
      { start: 0, end: 3 },
      { start: 8, end: 9 },
    ]
    expect([0, 2, 3, 8, 9].map((offset) => findMatchFrom(matches, offset))).toEqual([0, 0, 1, 1, 2])
  })
})

describe('a citation', () => {
  it('is the passage and where it stands, archives and page included', () => {
    expect(formatPlace('backup.zip!/mail.mbox!/invoice.pdf', 3)).toBe('backup.zip › mail.mbox › invoice.pdf, page 3')
    expect(formatCitation('  due in May\n\n\n\nor June ', 'a/b.txt', null)).toBe('“due in May\n\nor June”\n— a/b.txt')
    expect(formatLocation('/home/x/backup.zip', 'in/backup.zip!/a!%2Fb.txt')).toBe('/home/x/backup.zip › a!/b.txt')
  })
})

describe('the way to a document', () => {
  it('is its file on disk, the archives in it, and itself', () => {
    expect(stepsOf('in/a.zip!/b.mbox!/c.pdf')).toEqual([
      { name: 'in/a.zip', path: 'in/a.zip', isOnDisk: true, isLast: false },
      { name: 'b.mbox', path: 'in/a.zip!/b.mbox', isOnDisk: false, isLast: false },
      { name: 'c.pdf', path: 'in/a.zip!/b.mbox!/c.pdf', isOnDisk: false, isLast: true },
    ])
    expect(stepsOf('a.txt')).toMatchObject([{ isOnDisk: true, isLast: true }])
  })
})

describe('words on a page', () => {
  const item = (str: string, x: number, y: number, turned = 0) => ({
    str,
    fontName: 'f',
    transform: [10, turned, 0, 10, x, y],
    width: str.length * 5,
    height: 10,
  })
  /** A page of 100 points, drawn twice as large. */
  const viewport = {
    convertToViewportRectangle: ([x1 = 0, y1 = 0, x2 = 0, y2 = 0]: number[]) => [
      x1 * 2,
      (100 - y1) * 2,
      x2 * 2,
      (100 - y2) * 2,
    ],
  }
  const measure = (text: string): number => text.length

  it('have boxes where they stand, whatever their case, and none within other words', () => {
    const items = [item('The Tide and the tides', 10, 50), { type: 'beginMarkedContent' }, item('tide', 0, 0, 3)]
    const boxes = findBoxes(items, ['tide'], viewport, measure)
    expect(boxes).toEqual([{ left: 60, top: 81, width: 40, height: 23 }])
  })

  it('tell which page a passage is on', () => {
    const text = joinItems([item('Spring Tide', 0, 0), {}, item('at noon', 0, 0)])
    expect(countWords(text, ['tide', 'noon', 'spring', 'pring'])).toBe(3)
  })
})

describe('an answer', () => {
  const citation = (number: number): Citation => ({
    number,
    documentId: '1',
    collection: 'default',
    path: 'a.txt',
    location: '/a.txt',
    title: null,
    page: null,
    quote: 'q',
    start: 0,
    end: 1,
    chunk: 0,
  })

  it('is text and citations; a number that is none of them stays text', () => {
    const parts = splitAnswer('At noon [1]. In [1999] and [2].', [citation(1), citation(2)])
    expect(parts.map(({ text, citation: cited }) => [text, cited?.number ?? null])).toEqual([
      ['At noon ', null],
      ['[1]', 1],
      ['. In [1999] and ', null],
      ['[2]', 2],
      ['.', null],
    ])
    expect(splitAnswer('', [])).toEqual([])
  })
})
