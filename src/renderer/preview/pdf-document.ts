/**
 * Owns one PDF that is shown: its pages drawn on a canvas, and where words stand on them.
 * Refuses: links, forms and scripts of the PDF; a page is a picture here.
 */
import { AppError } from '../../shared/errors'
import { readFirstPiece, readRange } from './pdf-bytes'
import { loadPdfLibrary, openingOptions, startPdfWorker, type PdfLibrary } from './pdf-library'
import { countWords, findBoxes, joinItems, type Box, type Measure } from './pdf-marks'
import type { PDFDocumentLoadingTask, PDFDocumentProxy, RenderTask } from 'pdfjs-dist/legacy/build/pdf.mjs'

export type DrawnPage = {
  /** In CSS pixels. */
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
}

export type OpenPdf = {
  readonly pages: number
  /** The file is not the one that was indexed. */
  readonly changed: boolean
  /** Draws a page as wide as `widthPx`; marks are for `words` (lower case). A later call for the same canvas ends an earlier one. */
  readonly draw: (
    page: number,
    canvas: HTMLCanvasElement,
    widthPx: number,
    words: readonly string[],
  ) => Promise<DrawnPage | null>
  /** On which page of a passage that begins on `from` and is `chars` long the most of `words` stand. */
  readonly findPage: (from: number, chars: number, words: readonly string[]) => Promise<number>
  readonly close: () => void
}

/** A page is drawn with at most so many pixels, however large it is or wants to be. */
const MAX_PIXELS = 12_000_000
const RANGE_BYTES = 256 * 1024
/** Pages that a passage is looked for on. */
const MAX_PASSAGE_PAGES = 20

const toPlainError = (thrown: unknown): AppError => {
  if (thrown instanceof AppError) return thrown
  const name = thrown instanceof Error ? thrown.name : ''
  if (name === 'PasswordException') return new AppError('PDF_ENCRYPTED', {}, { cause: thrown })
  return new AppError(
    'DOCUMENT_CORRUPT',
    { reason: thrown instanceof Error ? thrown.message : String(thrown) },
    { cause: thrown },
  )
}

const makeTransport = (
  library: PdfLibrary,
  id: string,
  sizeBytes: number,
  first: Uint8Array,
  onFailure: (thrown: unknown) => void,
) => {
  class CallTransport extends library.PDFDataRangeTransport {
    override requestDataRange(begin: number, end: number): void {
      readRange(id, begin, Math.min(end, sizeBytes)).then((bytes) => this.onDataRange(begin, bytes), onFailure)
    }
  }
  return new CallTransport(sizeBytes, first)
}

/** Measures in the fonts of the system that are most like those of a page. */
const measureIn = (styles: Readonly<Record<string, { readonly fontFamily: string }>>): Measure => {
  const context = document.createElement('canvas').getContext('2d')
  return (text, fontName) => {
    if (context === null) return text.length
    context.font = `16px ${styles[fontName]?.fontFamily ?? 'sans-serif'}`
    return context.measureText(text).width
  }
}

const drawPage = async (
  pdf: PDFDocumentProxy,
  number: number,
  canvas: HTMLCanvasElement,
  widthPx: number,
  words: readonly string[],
  onRender: (task: RenderTask) => void,
): Promise<DrawnPage> => {
  const page = await pdf.getPage(number)
  const natural = page.getViewport({ scale: 1 })
  const viewport = page.getViewport({ scale: widthPx / natural.width })
  const wanted = window.devicePixelRatio
  const density = Math.min(wanted, Math.sqrt(MAX_PIXELS / (viewport.width * viewport.height)))
  const drawn = page.getViewport({ scale: (widthPx / natural.width) * density })
  canvas.width = Math.max(1, Math.floor(drawn.width))
  canvas.height = Math.max(1, Math.floor(drawn.height))
  const task = page.render({ canvas, viewport: drawn })
  onRender(task)
  await task.promise
  const { width, height } = viewport
  if (words.length === 0) return { width, height, boxes: [] }
  const { items, styles } = await page.getTextContent()
  return { width, height, boxes: findBoxes(items, words, viewport, measureIn(styles)) }
}

const findPage = async (
  pdf: PDFDocumentProxy,
  from: number,
  chars: number,
  words: readonly string[],
): Promise<number> => {
  const best = { page: from, found: 0 }
  const last = Math.min(pdf.numPages, from + MAX_PASSAGE_PAGES)
  for (let number = from, left = chars; number <= last && left > 0 && best.found < words.length; number += 1) {
    const page = await pdf.getPage(number)
    const text = joinItems((await page.getTextContent()).items)
    const found = countWords(text, words)
    if (found > best.found) Object.assign(best, { page: number, found })
    left -= text.length
  }
  return best.page
}

const isCancelled = (thrown: unknown): boolean =>
  thrown instanceof Error && thrown.name === 'RenderingCancelledException'

/**
 * Opens the original of a document as a PDF.
 * @throws AppError what `documents.bytes` throws, PDF_ENCRYPTED, DOCUMENT_CORRUPT
 */
export const openPdf = async (id: string): Promise<OpenPdf> => {
  const { bytes, sizeBytes, changed } = await readFirstPiece(id)
  const library = await loadPdfLibrary()
  const { worker, end } = startPdfWorker(library)
  let failure: unknown = null
  let loading: PDFDocumentLoadingTask | null = null
  let rendering: RenderTask | null = null
  const close = (): void => {
    rendering?.cancel()
    // Whoever waits for it is told by the failure or is gone; the worker is ended in any case.
    loading?.destroy().then(end, end)
    if (loading === null) end()
  }
  const onFailure = (thrown: unknown): void => {
    failure = thrown
    close()
  }
  try {
    const source =
      bytes.length >= sizeBytes
        ? { data: bytes }
        : { range: makeTransport(library, id, sizeBytes, bytes, onFailure), rangeChunkSize: RANGE_BYTES }
    loading = library.getDocument({ ...openingOptions, ...source, worker })
    const pdf = await loading.promise
    let latest = 0
    return {
      pages: pdf.numPages,
      changed,
      draw: async (number, canvas, widthPx, words) => {
        latest += 1
        const mine = latest
        // Two renderings must never share a canvas.
        const before = rendering
        before?.cancel()
        // eslint-disable-next-line house/told-failure -- it was cancelled the line before; whoever asked for it hears of it
        await before?.promise.catch(() => null)
        if (mine !== latest) return null
        try {
          return await drawPage(pdf, number, canvas, widthPx, words, (task) => {
            rendering = task
            if (mine !== latest) task.cancel()
          })
        } catch (thrown) {
          if (isCancelled(thrown) && failure === null) return null
          throw toPlainError(failure ?? thrown)
        }
      },
      findPage: async (from, chars, words) => {
        try {
          return await findPage(pdf, Math.min(Math.max(1, from), pdf.numPages), chars, words)
        } catch (thrown) {
          throw toPlainError(failure ?? thrown)
        }
      },
      close,
    }
  } catch (thrown) {
    close()
    throw toPlainError(failure ?? thrown)
  }
}
