/**
 * Owns PDF: its pages as paragraphs in reading order, form fields and notes, with pdf.js. Refuses: rendering, scripts, the network, attachments.
 */
import { AppError } from '../../shared/errors'
import type { Block } from '../../shared/work'
import {
  createOutline,
  makeBlock,
  requireSize,
  throwIfAborted,
  type Format,
  type FormatContext,
  type ItemBytes,
  type Outline,
} from './format'
import { annotationTexts } from './pdf-annotations'
import { layoutPage, type SizeCounts, type TextRun } from './pdf-layout'
import { CharacterMapReader, loadPdfLibrary, StandardFontReader, type PdfLibrary } from './pdf-library'

type LoadingTask = ReturnType<PdfLibrary['getDocument']>
type PdfDocument = Awaited<LoadingTask['promise']>
type PdfPage = Awaited<ReturnType<PdfDocument['getPage']>>

/** How many page numbers a warning names. */
const NAMED_PAGES = 20
const JUNK_TITLE =
  /^(?:untitled.*|document\d*|microsoft (?:word|powerpoint|excel) - .*|.*\.(?:docx?|odt|rtf|pdf|indd|qxd|tex|dvi|pptx?|xlsx?|ps|txt|wpd))$/i

const openDocument = (library: PdfLibrary, data: Uint8Array, options: { stopAtErrors: boolean }): LoadingTask =>
  library.getDocument({
    data,
    verbosity: 0,
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    enableXfa: true,
    CMapReaderFactory: CharacterMapReader,
    StandardFontDataFactory: StandardFontReader,
    // Images are refused instead of decoded: nobody looks at them here.
    maxImageSize: 0,
    stopAtErrors: options.stopAtErrors,
  })

const nameOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : '')
const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

const stringOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')

const openError = (thrown: unknown): AppError => {
  if (thrown instanceof AppError) return thrown
  if (nameOf(thrown) === 'PasswordException') return new AppError('PDF_ENCRYPTED', {}, { cause: thrown })
  return new AppError('DOCUMENT_CORRUPT', { reason: reasonOf(thrown) }, { cause: thrown })
}

/** `1, 3–5`, shortened. */
const pageList = (pages: readonly number[]): string => {
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

const describe = async (document: PdfDocument, context: FormatContext): Promise<void> => {
  let title = ''
  let language: string | null = null
  try {
    const { info, metadata } = await document.getMetadata()
    const facts = info as Readonly<Record<string, unknown>>
    const stated = stringOf(facts['Title'])
    const described: unknown = metadata?.get('dc:title')
    title = [stated, stringOf(described)].find((each) => each !== '' && !JUNK_TITLE.test(each)) ?? ''
    language = /^[a-z]{2}\b/i.exec(stringOf(facts['Language']))?.[0].toLowerCase() ?? null
  } catch (thrown) {
    // Broken metadata costs the title, not the text.
    context.describe({ title: null })
    if (thrown instanceof AppError) throw thrown
  }
  context.describe({ title: title || null, language, pages: document.numPages })
}

const pageBlocks = async (page: PdfPage, number: number, sizes: SizeCounts, outline: Outline): Promise<Block[]> => {
  const { items } = await page.getTextContent()
  const runs = items.filter((item): item is typeof item & TextRun => 'str' in item)
  const blocks = layoutPage(runs, sizes).map(({ kind, text, size }) => {
    const line = text.replace(/\s+/g, ' ')
    // Larger type stands higher in the outline.
    const above = kind === 'heading' ? outline.enter(1_000 - Math.round(size * 2), line) : outline.path()
    return makeBlock(kind, line, above, number)
  })
  const texts = annotationTexts((await page.getAnnotations({ intent: 'display' })) as unknown[])
  const notes = texts.map((text) => makeBlock('paragraph', text, outline.path(), number))
  return [...blocks, ...notes].filter((block): block is Block => block !== null)
}

/** The number of drawing operations of a page. */
const countOperations = async (document: PdfDocument, number: number): Promise<number> => {
  const page = await document.getPage(number)
  const { fnArray } = await page.getOperatorList()
  page.cleanup()
  return fnArray.length
}

/**
 * Which of the pages hold images. pdf.js has no question for that, and decoding scans to ask takes seconds a page. So images are
 * refused, and a page on which that costs operations when errors stop the page has some.
 */
const pagesWithImages = async (
  library: PdfLibrary,
  document: PdfDocument,
  data: Uint8Array,
  pages: readonly number[],
  context: FormatContext,
): Promise<number[]> => {
  const found: number[] = []
  const task = openDocument(library, data, { stopAtErrors: true })
  try {
    const strict = await task.promise
    for (const number of pages) {
      throwIfAborted(context.signal)
      context.beat()
      if ((await countOperations(strict, number)) < (await countOperations(document, number))) found.push(number)
    }
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown
    // What stops the strict reading altogether is no blank page.
    return [...pages]
  } finally {
    await task.destroy()
  }
  return found
}

/** Reads the pages in order; tells which had no text and which could not be read. */
async function* readPages(
  document: PdfDocument,
  pages: number,
  context: FormatContext,
): AsyncGenerator<Block, { withoutText: number[]; unreadable: number[] }, void> {
  const withoutText: number[] = []
  const unreadable: number[] = []
  const sizes: SizeCounts = new Map()
  const outline = createOutline()
  let reason = 'it has no pages'
  for (let number = 1; number <= pages; number += 1) {
    throwIfAborted(context.signal)
    context.beat()
    let blocks: Block[] | null = null
    try {
      const page = await document.getPage(number)
      blocks = await pageBlocks(page, number, sizes, outline)
      page.cleanup()
    } catch (thrown) {
      reason = reasonOf(thrown)
      unreadable.push(number)
    }
    if (blocks?.length === 0) withoutText.push(number)
    yield* blocks ?? []
  }
  if (unreadable.length === pages) throw new AppError('DOCUMENT_CORRUPT', { reason })
  return { withoutText, unreadable }
}

const countedPages = (pages: readonly number[]): { count: number; pages: string } => ({
  count: pages.length,
  pages: pageList(pages),
})

export const pdfFormat: Format = {
  kind: 'pdf',
  extensions: ['pdf'],
  detect: ({ signature, extension }) => {
    if (signature === 'pdf') return 0.99
    // Named so and something else, even plain text, it is damaged or was never one: that is said, not indexed.
    return signature === null && extension === 'pdf' ? 0.3 : null
  },
  async *extract(item: ItemBytes, context: FormatContext): AsyncGenerator<Block, void, void> {
    requireSize(item, context.limits, 'pdf.bytes')
    const library = await loadPdfLibrary()
    // pdf.js takes the bytes over: each document gets its own.
    const task = openDocument(library, new Uint8Array(await item.read()), { stopAtErrors: false })
    try {
      const document = await task.promise.catch((thrown: unknown) => {
        throw openError(thrown)
      })
      await describe(document, context)
      const limit = context.limits['pdf.pages']
      const pages = Math.min(document.numPages, limit)
      if (pages < document.numPages) {
        context.warn({ code: 'PDF_PAGES_LIMIT', details: { limit, actual: document.numPages, setting: 'pdf.pages' } })
      }
      const { withoutText, unreadable } = yield* readPages(document, pages, context)
      if (unreadable.length > 0) context.warn({ code: 'PDF_PAGE_UNREADABLE', details: countedPages(unreadable) })
      // A document without any text is told as that.
      if (withoutText.length === 0 || withoutText.length === pages) return
      const data = new Uint8Array(await item.read())
      const scanned = await pagesWithImages(library, document, data, withoutText, context)
      if (scanned.length > 0) context.warn({ code: 'PDF_PAGES_WITHOUT_TEXT', details: countedPages(scanned) })
    } finally {
      await task.destroy()
    }
  },
}
