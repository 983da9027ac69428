/**
 * Owns reading the pages of an open PDF in order: text, pictures of text where that is asked for, time limits, and what became of each.
 * Refuses: opening PDFs and telling blank pages from pictures (pdf-images.ts does).
 */
import { AppError } from '../../shared/errors'
import type { Block, CoverageState, Warning } from '../../shared/work'
import { encodePgm } from '../ocr/raster'
import { recognizePicture } from '../ocr/recognizer'
import { blocksOfTranscript, fateOfPicture, pictureOfRaster } from '../ocr/seen-picture'
import { createOutline, makeBlock, throwIfAborted, type FormatContext, type Outline } from './format'
import { annotationTexts } from './pdf-annotations'
import { createFigureReader } from './pdf-figures'
import { layoutPage, type SizeCounts, type TextRun } from './pdf-layout'
import type { PdfLibrary } from './pdf-library'
import { pictureOfPage } from './pdf-picture'

export type PdfDocument = Awaited<ReturnType<PdfLibrary['getDocument']>['promise']>
type PdfPage = Awaited<ReturnType<PdfDocument['getPage']>>

/** How many page numbers a warning names. */
const NAMED_PAGES = 20

/** `1, 3–5`, shortened. */
export const pageList = (pages: readonly number[]): string => {
  const ranges: string[] = []
  for (let i = 0; i < pages.length && ranges.length < NAMED_PAGES; i += 1) {
    const start = pages[i] ?? 0
    let end = start
    while (pages[i + 1] === end + 1) {
      end += 1
      i += 1
    }
    ranges.push(start === end ? String(start) : `${start}–${end}`)
    if (ranges.length === NAMED_PAGES && i < pages.length - 1) ranges.push('…')
  }
  return ranges.join(', ')
}

/** What is said of a page. `null`: not reached. */
export type Fate = { readonly state: CoverageState; readonly reason: Warning | null } | null

/** Pages by what stood in their way; filled while they are read. */
export type PageNotes = {
  /** By number of page, from 1. */
  readonly fates: Fate[]
  /** Pages with text. */
  readonly withText: number[]
  /** Neither text nor, where those were read, a picture that can be decoded. */
  readonly withoutText: number[]
  readonly unreadable: number[]
  readonly slow: number[]
  readonly slowPictures: number[]
  /** Pictures left out when the time for all of them was over. */
  readonly late: number[]
}

export const createPageNotes = (): PageNotes => ({
  fates: [],
  withText: [],
  withoutText: [],
  unreadable: [],
  slow: [],
  slowPictures: [],
  late: [],
})

const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))
const INDEXED: Fate = { state: 'indexed', reason: null }

type Runs = { readonly runs: TextRun[]; readonly cut: boolean }

/** The text of a page as it comes, until its time is over. */
const readRuns = async (page: PdfPage, context: FormatContext): Promise<Runs> => {
  const endMs = performance.now() + context.limits['pdf.pageMs']
  const runs: TextRun[] = []
  const reader = (page.streamTextContent() as ReadableStream<{ items: unknown[] }>).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return { runs, cut: false }
    for (const item of value.items)
      if (typeof item === 'object' && item !== null && 'str' in item) runs.push(item as TextRun)
    context.beat()
    if (context.signal.aborted || performance.now() > endMs) {
      await reader.cancel(new Error('stopped'))
      throwIfAborted(context.signal)
      return { runs, cut: true }
    }
  }
}

const textBlocks = async (
  page: PdfPage,
  sizes: SizeCounts,
  outline: Outline,
  context: FormatContext,
): Promise<{ blocks: Block[]; cut: boolean }> => {
  const number = page.pageNumber
  const { runs, cut } = await readRuns(page, context)
  const blocks = layoutPage(runs, sizes).map(({ kind, text, size }) => {
    const line = text.replace(/\s+/g, ' ')
    // Larger type stands higher in the outline.
    const above = kind === 'heading' ? outline.enter(1_000 - Math.round(size * 2), line) : outline.path()
    return makeBlock(kind, line, above, number)
  })
  const texts = annotationTexts((await page.getAnnotations({ intent: 'display' })) as unknown[])
  const notes = texts.map((text) => makeBlock('paragraph', text, outline.path(), number))
  return { blocks: [...blocks, ...notes].filter((block): block is Block => block !== null), cut }
}

type PictureReader = (page: PdfPage, outline: Outline) => Promise<{ blocks: Block[]; fate: Fate }>

/** Reads the pictures of pages without text, as long as the time for all of them lasts. */
const createPictureReader = (library: PdfLibrary, notes: PageNotes, context: FormatContext): PictureReader => {
  const { limits, beat, signal } = context
  const endMs = performance.now() + limits['ocr.timeMs']
  return async (page, outline) => {
    const number = page.pageNumber
    if (performance.now() > endMs) {
      notes.late.push(number)
      const details = { limit: limits['ocr.timeMs'] / 1_000, setting: 'ocr.timeMs' }
      return { blocks: [], fate: { state: 'skipped', reason: { code: 'TIME_LIMIT', details } } }
    }
    const pageEndMs = performance.now() + limits['pdf.pageMs']
    const goOn = (): boolean => {
      beat()
      throwIfAborted(signal)
      return performance.now() < pageEndMs
    }
    const raster = await pictureOfPage(library, page, limits, goOn)
    if (raster === null) {
      notes.withoutText.push(number)
      return { blocks: [], fate: { state: 'empty', reason: null } }
    }
    const seen = await context.see?.(pictureOfRaster(raster, limits), number)
    const note = seen?.note ?? null
    if (seen && seen.text !== null) {
      const blocks = blocksOfTranscript(seen.text, outline.path(), number)
      return { blocks, fate: fateOfPicture(blocks, note, context) }
    }
    const paragraphs = await recognizePicture({ file: encodePgm(raster) }, context)
    if (paragraphs === null) {
      notes.slowPictures.push(number)
      const details = { limit: limits['ocr.pageMs'] / 1_000, setting: 'ocr.pageMs' }
      return { blocks: [], fate: { state: 'skipped', reason: { code: 'OCR_PAGE_TIME', details } } }
    }
    const blocks = paragraphs
      .map((text) => makeBlock('paragraph', text, outline.path(), number))
      .filter((block): block is Block => block !== null)
    return { blocks, fate: fateOfPicture(blocks, note, context) }
  }
}

const unreadableFate = (number: number): Fate => ({
  state: 'skipped',
  reason: { code: 'PDF_PAGE_UNREADABLE', details: { count: 1, pages: String(number) } },
})

/**
 * Reads the first `pages` pages in order; `notes` tells what became of each. With `context.ocr` pictures of text are read, too.
 * @throws CANCELLED; DOCUMENT_CORRUPT when no page can be read
 */
export async function* readPages(
  library: PdfLibrary,
  document: PdfDocument,
  pages: number,
  notes: PageNotes,
  context: FormatContext,
): AsyncGenerator<Block, void, void> {
  const sizes: SizeCounts = new Map()
  const outline = createOutline()
  const readPicture = context.ocr ? createPictureReader(library, notes, context) : null
  const figures = context.seeFigure ? createFigureReader(library, context) : null
  const slowReason = { limit: context.limits['pdf.pageMs'] / 1_000, setting: 'pdf.pageMs' }
  let reason = 'it has no pages'
  for (let number = 1; number <= pages; number += 1) {
    throwIfAborted(context.signal)
    context.beat()
    let blocks: Block[] = []
    let fate = INDEXED
    try {
      const page = await document.getPage(number)
      const read = await textBlocks(page, sizes, outline, context)
      blocks = read.blocks
      if (read.cut) {
        notes.slow.push(number)
        fate = {
          state: 'truncated',
          reason: { code: 'PDF_PAGE_TIME', details: { count: 1, pages: String(number), ...slowReason } },
        }
      } else if (blocks.length === 0 && readPicture) ({ blocks, fate } = await readPicture(page, outline))
      else if (blocks.length === 0) {
        notes.withoutText.push(number)
        fate = { state: 'empty', reason: null }
      } else {
        notes.withText.push(number)
        if (figures) {
          const beside = await figures.read(page, outline.path())
          blocks = [...blocks, ...beside.blocks]
          fate = { state: 'indexed', reason: beside.note }
        }
      }
      page.cleanup()
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code !== 'DOCUMENT_CORRUPT') throw thrown
      reason = reasonOf(thrown)
      notes.unreadable.push(number)
      fate = unreadableFate(number)
    }
    yield* blocks
    // What a limit cuts off in the middle of a page was not reached as a whole.
    notes.fates[number] = fate
  }
  figures?.end()
  if (notes.unreadable.length === pages) throw new AppError('DOCUMENT_CORRUPT', { reason })
}
