/**
 * Owns figures in pages of a PDF that have text: which of the pictures on a page are some, and what is read of them.
 * Refuses: pages without text (their pictures are the text), what is drawn by lines (there is no picture of it), and touching the page's own
 * text.
 */
import { createHash } from 'node:crypto'
import { AppError } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import type { Block, Warning } from '../../shared/work'
import { encodePgm } from '../ocr/raster'
import { recognizePicture } from '../ocr/recognizer'
import { blocksOfFigure, pictureOfRaster, type FigurePlace } from '../ocr/seen-picture'
import { throwIfAborted, type FormatContext } from './format'
import { boxOf, findLayers, type Box, type Layer } from './pdf-layers'
import type { PdfLibrary } from './pdf-library'
import { pictureOfLayers } from './pdf-picture'

type PdfDocument = Awaited<ReturnType<PdfLibrary['getDocument']>['promise']>
type PdfPage = Awaited<ReturnType<PdfDocument['getPage']>>

/** Of the page's area: smaller pictures are marks in the text, larger ones the page itself (a scan under its text, a background). */
const LEAST_SHARE = 0.03
const MOST_SHARE = 0.85
/** A longer strip is a rule or a banner. */
const MOST_ASPECT = 12
/** Of a page with more pictures only so many, the largest, are looked at: telling which touch takes the square of their number. */
const MOST_LAYERS = 2_000
/** Pictures that are this near, in points, are parts of one: programs cut figures into strips. */
const NEAR_POINTS = 2

export type Figure = { readonly box: Box; readonly layers: readonly Layer[] }

const areaOf = ({ left, right, bottom, top }: Box): number => Math.max(0, right - left) * Math.max(0, top - bottom)

const join = (one: Box, other: Box): Box => ({
  left: Math.min(one.left, other.left),
  right: Math.max(one.right, other.right),
  bottom: Math.min(one.bottom, other.bottom),
  top: Math.max(one.top, other.top),
})

const cut = (one: Box, other: Box): Box => ({
  left: Math.max(one.left, other.left),
  right: Math.min(one.right, other.right),
  bottom: Math.max(one.bottom, other.bottom),
  top: Math.min(one.top, other.top),
})

const areNear = (one: Box, other: Box): boolean =>
  one.left <= other.right + NEAR_POINTS &&
  other.left <= one.right + NEAR_POINTS &&
  one.bottom <= other.top + NEAR_POINTS &&
  other.bottom <= one.top + NEAR_POINTS

/** Pictures in groups of those that touch. */
const groupLayers = (layers: readonly Layer[]): Figure[] => {
  let groups: Figure[] = []
  for (const layer of layers) {
    let group: Figure = { box: boxOf(layer.place), layers: [layer] }
    // A larger box may touch what it did not before.
    for (let near = true; near;) {
      const touching = groups.filter(({ box }) => areNear(box, group.box))
      near = touching.length > 0
      groups = groups.filter((other) => !touching.includes(other))
      group = touching.reduce(
        (sum, { box, layers: before }) => ({ box: join(sum.box, box), layers: [...before, ...sum.layers] }),
        group,
      )
    }
    groups.push(group)
  }
  return groups
}

/** As many as are looked at, in the order in which they are painted. */
const largestOf = (layers: readonly Layer[]): readonly Layer[] => {
  if (layers.length <= MOST_LAYERS) return layers
  const areas = new Map(layers.map((layer) => [layer, areaOf(boxOf(layer.place))]))
  const areaIn = (layer: Layer): number => areas.get(layer) || 0
  const kept = new Set([...layers].sort((one, other) => areaIn(other) - areaIn(one)).slice(0, MOST_LAYERS))
  return layers.filter((layer) => kept.has(layer))
}

/** Pictures that may belong to figures: all but what covers the page. */
const partsOf = (layers: readonly Layer[], page: Box): Layer[] =>
  layers.filter((layer) => areaOf(cut(boxOf(layer.place), page)) <= MOST_SHARE * areaOf(page))

/** The figures among the pictures of a page, whose box is `page`, in the order in which they are painted. */
export const figuresOf = (layers: readonly Layer[], page: Box, limits: Limits): Figure[] => {
  const figures = groupLayers(largestOf(partsOf(layers, page)))
  return figures
    .map((figure) => ({ ...figure, box: cut(figure.box, page) }))
    .filter(({ box, layers: parts }) => {
      const [across, down] = [box.right - box.left, box.top - box.bottom]
      const share = areaOf(box) / areaOf(page)
      const pixels = parts.reduce((sum, { width, height }) => sum + width * height, 0)
      const aspect = Math.max(across, down) / Math.min(across, down)
      return (
        share >= LEAST_SHARE && share <= MOST_SHARE && aspect <= MOST_ASPECT && pixels >= limits['vision.figurePixels']
      )
    })
}

/** What became of the figures of a page. `note`: who read them. */
export type FiguresRead = { readonly blocks: Block[]; readonly note: Warning | null }

export type FigureReader = {
  /** Reads what is a figure on a page, beside its text. @throws CANCELLED, and what showing a picture throws */
  readonly read: (page: PdfPage, headings: readonly string[]) => Promise<FiguresRead>
  /** Says what was left out. */
  readonly end: () => void
}

/** So many of them as a sentence can bear. */
const namePages = (pages: readonly number[]): string => [...new Set(pages)].slice(0, 20).join(', ')

const NOTHING: FiguresRead = { blocks: [], note: null }

/** Reads figures as long as their number and the time for all pictures allow; a figure that is on many pages is read once. */
export const createFigureReader = (library: PdfLibrary, context: FormatContext): FigureReader => {
  const { limits, beat, signal, warn } = context
  const limit = limits['vision.figures']
  const endMs = performance.now() + limits['ocr.timeMs']
  const seen = new Set<string>()
  let found = 0
  let read = 0
  const leftOut = new Map<string, number[]>()
  /** Pages with more pictures than are looked at. */
  const crowded: number[] = []

  const leaveOut = (reason: string, page: number): void => {
    leftOut.set(reason, [...(leftOut.get(reason) ?? []), page])
  }

  const readOne = async (
    page: PdfPage,
    figure: Figure,
    place: FigurePlace & { page: number },
  ): Promise<FiguresRead> => {
    const number = place.page
    const pageEndMs = performance.now() + limits['pdf.pageMs']
    const goOn = (): boolean => {
      beat()
      throwIfAborted(signal)
      return performance.now() < pageEndMs
    }
    const raster = await pictureOfLayers(page, figure.layers, limits, goOn, figure.box)
    if (raster === null) {
      found += 1
      leaveOut('they could not be decoded', number)
      return NOTHING
    }
    const picture = pictureOfRaster(raster, limits)
    const hash = createHash('sha256').update(picture.bytes).digest('hex')
    if (seen.has(hash)) return NOTHING
    seen.add(hash)
    found += 1
    if (read >= limit) return NOTHING
    if (performance.now() > endMs) {
      leaveOut('the time for pictures, ocr.timeMs, was over', number)
      return NOTHING
    }
    read += 1
    const { text = null, note = null } = (await context.seeFigure?.(picture, number)) ?? {}
    if (text !== null) return { blocks: blocksOfFigure(text, place, 'a model'), note: text === '' ? null : note }
    const paragraphs = await recognizePicture({ file: encodePgm(raster) }, context)
    if (paragraphs !== null) return { blocks: blocksOfFigure(paragraphs.join('\n\n'), place, 'OCR'), note }
    leaveOut('OCR took too long', number)
    return NOTHING
  }

  const readAll = async (page: PdfPage, headings: readonly string[]): Promise<FiguresRead> => {
    const [left = 0, bottom = 0, right = 0, top = 0] = page.view
    const layers = findLayers(await page.getOperatorList(), library.OPS)
    const box = { left, bottom, right, top }
    const figures = figuresOf(layers, box, limits)
    if (partsOf(layers, box).length > MOST_LAYERS) crowded.push(page.pageNumber)
    const blocks: Block[] = []
    let note: Warning | null = null
    for (const [index, figure] of figures.entries()) {
      const one = await readOne(page, figure, { page: page.pageNumber, nth: index + 1, headings })
      blocks.push(...one.blocks)
      if (one.note !== null) warn(one.note)
      // That something went otherwise than usual weighs more.
      if (note === null || note.code === 'FIGURE_READ') note = one.note ?? note
    }
    return { blocks, note }
  }

  return {
    read: async (page, headings) => {
      try {
        return await readAll(page, headings)
      } catch (thrown) {
        if (thrown instanceof AppError && thrown.code !== 'DOCUMENT_CORRUPT') throw thrown
        leaveOut('they could not be decoded', page.pageNumber)
        return NOTHING
      }
    },
    end: () => {
      if (found > limit) warn({ code: 'FIGURES_LIMIT', details: { limit, actual: found, setting: 'vision.figures' } })
      if (crowded.length > 0)
        warn({ code: 'FIGURES_IN_PART', details: { limit: MOST_LAYERS, pages: namePages(crowded) } })
      for (const [reason, pages] of leftOut) {
        warn({ code: 'FIGURES_LEFT_OUT', details: { count: pages.length, pages: namePages(pages), reason } })
      }
    },
  }
}
