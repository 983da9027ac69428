// Figures in pages of a PDF that have text: which pictures are some, what a model says of them, and that the text stays what it is.
import { describe, expect, it } from 'vitest'
import type { Block, PictureFile, Seen } from '../../../../src/shared/work'
import { resolveLimits } from '../../../../src/shared/limits'
import type { FormatContext } from '../../../../src/workers/formats/format'
import { figuresOf } from '../../../../src/workers/formats/pdf-figures'
import type { Layer } from '../../../../src/workers/formats/pdf-layers'
import { pdfFormat } from '../../../../src/workers/formats/pdf-format'
import { createChunker } from '../../../../src/workers/text/chunker'
import { itemOf } from '../../../contract/formats/documents'
import { makeFormatContext } from '../../../support/formats/context'
import { chart, figurePdf, lighthouse, logo, type FigurePage } from '../../../support/formats/figure-pdf'

type Shown = { picture: PictureFile; page: number | null }

const note = { code: 'FIGURE_READ', details: {} } as const

const read = async (pages: readonly FigurePage[], more: Parameters<typeof makeFormatContext>[0] = {}) => {
  const shown: Shown[] = []
  const seeFigure = async (picture: PictureFile | string, page: number | null): Promise<Seen> => {
    if (typeof picture === 'string') throw new Error(picture)
    shown.push({ picture, page })
    return { text: `A chart of ${shown.length} bars.\n\n# Bars\n| bar | height |\n|--|--|\n| first | 7 |`, note }
  }
  let figurePages = 0
  const needFigures = (count: number): void => {
    figurePages += count
  }
  const { context, told } = makeFormatContext({ ocr: true, figures: true, seeFigure, needFigures, ...more })
  const blocks: Block[] = []
  for await (const block of pdfFormat.extract(itemOf(figurePdf(pages)), context)) blocks.push(block)
  return { blocks, told, shown, figurePages }
}

/** The first reading, which only finds out. */
const look: Partial<FormatContext> = { ocr: false, seeFigure: undefined }

const pages: readonly FigurePage[] = [
  { text: 'The harbour in numbers', pictures: [chart(60)] },
  { text: 'A page with a mark', pictures: [logo] },
  { text: 'Nothing but words' },
]

describe('figures in a PDF', () => {
  it('are found in no time on a page of more pictures than anybody draws, and the largest are among them', () => {
    const layerAt = (x: number, y: number, side: number): Layer => ({
      source: `at ${x} ${y}`,
      width: 300,
      height: 300,
      ink: null,
      place: [side, 0, 0, side, x, y],
    })
    const dots = Array.from({ length: 60_000 }, (_, i) => layerAt(3 * (i % 600), 400 + 3 * Math.floor(i / 600), 0.1))
    const [first, last] = [layerAt(0, 0, 300), layerAt(400, 0, 300)]
    const startedMs = performance.now()
    const box = { left: 0, bottom: 0, right: 1_800, top: 800 }
    const figures = figuresOf([first, ...dots, last], box, resolveLimits({}))
    // All of them with all others would take half a minute.
    expect(performance.now() - startedMs).toBeLessThan(8_000)
    expect(figures.map(({ layers }) => layers)).toEqual([[first], [last]])
  })

  it('are looked for without showing any', async () => {
    const { blocks, shown, figurePages, told } = await read(pages, look)
    expect({ figurePages, shown }).toEqual({ figurePages: 1, shown: [] })
    expect(blocks.map(({ text }) => text)).toEqual(pages.map(({ text }) => text))
    expect(told).toMatchObject({
      warnings: [],
      coverage: [{ state: 'indexed' }, { state: 'indexed' }, { state: 'indexed' }],
    })
    expect((await read(pages, { ...look, figures: false })).figurePages).toBe(0)
  })

  it('are shown as they stand on the page, and what is said of them stands beside its text', async () => {
    const { blocks, shown, told } = await read(pages)
    expect(shown.map(({ page, picture: { type, width, height } }) => ({ page, type, width, height }))).toEqual([
      { page: 1, type: 'image/png', width: 320, height: 320 },
    ])
    const headings = ['Figure on page 1']
    expect(blocks).toEqual([
      { kind: 'paragraph', text: 'The harbour in numbers', headings: [], page: 1 },
      { kind: 'caption', text: 'Figure on page 1, read by a model:', headings, page: 1, isApart: true },
      { kind: 'caption', text: 'A chart of 1 bars.', headings, page: 1, isApart: true },
      { kind: 'caption', text: 'Bars', headings, page: 1, isApart: true },
      { kind: 'table-row', text: 'bar | height', headings, page: 1, isApart: true },
      { kind: 'table-row', text: 'first | 7', headings, page: 1, isApart: true },
      { kind: 'paragraph', text: 'A page with a mark', headings: [], page: 2 },
      { kind: 'paragraph', text: 'Nothing but words', headings: [], page: 3 },
    ])
    expect(told.coverage.map(({ from, state, reason }) => [from, state, reason?.code])).toEqual([
      [1, 'indexed', 'FIGURE_READ'],
      [2, 'indexed', undefined],
      [3, 'indexed', undefined],
    ])
    const chunker = createChunker()
    const chunks = [...blocks.flatMap((block) => chunker.add(block)), ...chunker.end()]
    expect(chunks.map(({ page, heading }) => [page, heading])).toEqual([
      [1, ''],
      [1, headings[0]],
      [2, ''],
    ])
  })

  it('are neither what covers the page, nor rules, nor what stands on every page again; strips are one', async () => {
    const strip = (y: number) => ({ ...chart(90), at: [100, y, 300, 60] as const })
    const { shown } = await read([
      { text: 'a scan under its text', pictures: [{ ...chart(30), at: [0, 0, 595, 842] }] },
      { text: 'a rule', pictures: [{ ...chart(30), at: [20, 400, 555, 32] }] },
      { text: 'strips', pictures: [strip(400), strip(340), strip(280)] },
      { text: 'again', pictures: [chart(120)] },
      { text: 'and again', pictures: [chart(120)] },
      { text: 'two', pictures: [chart(130, 30), chart(140, 400)] },
    ])
    expect(shown.map(({ page }) => page)).toEqual([3, 4, 6, 6])
  })

  it('are left out above their number, and that is said', async () => {
    const many = [10, 50, 90].map((shade) => ({ text: `shade ${shade}`, pictures: [chart(shade)] }))
    const { blocks, shown, told } = await read(many, { limits: { 'vision.figures': 2 } })
    expect(shown.length).toBe(2)
    expect(blocks.filter(({ isApart }) => isApart !== true).map(({ text }) => text)).toEqual(
      many.map(({ text }) => text),
    )
    expect(told.warnings).toContainEqual({
      code: 'FIGURES_LIMIT',
      details: { limit: 2, actual: 3, setting: 'vision.figures' },
    })
  })

  it('that are put together of more pictures than are looked at are read in part, and that is said', async () => {
    const dots = Array.from({ length: 2_100 }, (_, i) => ({
      ...chart(60),
      at: [100 + 6 * (i % 50), 200 + 6 * Math.floor(i / 50), 6, 6] as const,
    }))
    const { told, shown } = await read([{ text: 'few' }, { text: 'many', pictures: dots }])
    expect(shown.map(({ page }) => page)).toEqual([2])
    expect(told.warnings).toContainEqual({ code: 'FIGURES_IN_PART', details: { limit: 2_000, pages: '2' } })
    const fewer = await read([{ text: 'fewer', pictures: dots.slice(0, 40) }])
    expect(fewer.told.warnings).not.toContainEqual(expect.objectContaining({ code: 'FIGURES_IN_PART' }))
  })

  it('are read by OCR where no model reads them', async () => {
    const left = { code: 'FIGURE_FALLBACK', details: { provider: 'eyes', reason: 'it would not' } } as const
    const { blocks, told } = await read([{ text: 'What was written', pictures: [lighthouse] }], {
      seeFigure: async () => ({ text: null, note: left }),
    })
    const [own, label, ...said] = blocks.map(({ text }) => text)
    expect([own, label]).toEqual(['What was written', 'Figure on page 1, read by OCR:'])
    expect(said.join(' ')).toContain('The lantern was lit at dusk')
    expect(told).toMatchObject({ warnings: [left], coverage: [{ state: 'indexed', reason: left }] })
  })

  it('that say nothing add nothing, and no reading of one costs the text of its page', async () => {
    const silent = await read(pages, { seeFigure: async () => ({ text: '', note }) })
    expect(silent.blocks.map(({ text }) => text)).toEqual(pages.map(({ text }) => text))
    const broken = await read(pages, {
      seeFigure: () => {
        throw new Error('no such picture')
      },
    })
    expect(broken.blocks.map(({ text }) => text)).toEqual(pages.map(({ text }) => text))
    expect(broken.told.warnings).toMatchObject([{ code: 'FIGURES_LEFT_OUT', details: { count: 1, pages: '1' } }])
  })
})
