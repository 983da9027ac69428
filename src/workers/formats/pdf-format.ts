/**
 * Owns PDF: opening it (passwords included), its title, and the receipt of its pages; with pdf.js.
 * Refuses: scripts, the network, attachments; drawing pages.
 */
import { AppError, quoteOf, sentenceOf, type ErrorDetails } from '../../shared/errors'
import type { Block, Warning } from '../../shared/work'
import { requireSize, type Format, type FormatContext, type ItemBytes } from './format'
import { pagesWithImages } from './pdf-images'
import { CharacterMapReader, DecoderReader, loadPdfLibrary, StandardFontReader, type PdfLibrary } from './pdf-library'
import { createPageNotes, pageList, readPages, type PageNotes, type PdfDocument } from './pdf-pages'
import { requireStreamSizes } from './pdf-streams'

type LoadingTask = ReturnType<PdfLibrary['getDocument']>

const JUNK_TITLE =
  /^(?:untitled.*|document\d*|microsoft (?:word|powerpoint|excel) - .*|.*\.(?:docx?|odt|rtf|pdf|indd|qxd|tex|dvi|pptx?|xlsx?|ps|txt|wpd))$/i

type OpenOptions = {
  readonly stopAtErrors: boolean
  /** Larger images are refused instead of decoded; 0 where nobody looks at them. */
  readonly maxImagePixels: number
  readonly password?: string | undefined
}

const openDocument = (library: PdfLibrary, data: Uint8Array, options: OpenOptions): LoadingTask =>
  library.getDocument({
    data,
    verbosity: 0,
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    enableXfa: true,
    CMapReaderFactory: CharacterMapReader,
    StandardFontDataFactory: StandardFontReader,
    WasmFactory: DecoderReader,
    maxImageSize: options.maxImagePixels,
    stopAtErrors: options.stopAtErrors,
    ...(options.password === undefined ? {} : { password: options.password }),
  })

const nameOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : '')
const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

const stringOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')

/** Thrown into pdf.js when there is no further password to try. */
class NoPassword extends Error {}

type Opened = { readonly task: LoadingTask; readonly document: PdfDocument; readonly password: string | undefined }

/**
 * Opens a document with the first password that fits; without one where it needs none.
 * @throws PDF_ENCRYPTED, PASSWORD_WRONG, DOCUMENT_CORRUPT
 */
const unlockDocument = async (
  library: PdfLibrary,
  data: Uint8Array,
  maxImagePixels: number,
  passwords: readonly string[],
): Promise<Opened> => {
  const task = openDocument(library, data, { stopAtErrors: false, maxImagePixels })
  let tried = 0
  let locked = false
  task.onPassword = (update: (password: string | Error) => void) => {
    locked = true
    const password = passwords[tried]
    tried += 1
    update(password ?? new NoPassword())
  }
  try {
    const document = await task.promise
    return { task, document, password: passwords[tried - 1] }
  } catch (thrown) {
    await task.destroy()
    if (thrown instanceof AppError) throw thrown
    const cause = { cause: thrown }
    if (locked && passwords.length > 0) throw new AppError('PASSWORD_WRONG', {}, cause)
    if (locked || nameOf(thrown) === 'PasswordException') throw new AppError('PDF_ENCRYPTED', {}, cause)
    throw new AppError('DOCUMENT_CORRUPT', { reason: reasonOf(thrown) }, cause)
  }
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

/** The document once more, with images of more pixels refused: only that can be compared with a strict reading. */
const reopen = async (
  library: PdfLibrary,
  item: ItemBytes,
  password: string | undefined,
  maxImagePixels = 0,
): Promise<Opened> => {
  const task = openDocument(library, new Uint8Array(await item.read()), {
    stopAtErrors: false,
    maxImagePixels,
    password,
  })
  return { task, document: await task.promise, password }
}

const countedPages = (pages: readonly number[]): { count: number; pages: string } => ({
  count: pages.length,
  pages: pageList(pages),
})

/** Tells what of the pages was left out. */
const warnOfPages = (notes: PageNotes, { warn, limits }: FormatContext): void => {
  const { unreadable, slow, slowPictures, late } = notes
  const seconds = (setting: 'pdf.pageMs' | 'ocr.pageMs' | 'ocr.timeMs') => ({ limit: limits[setting] / 1_000, setting })
  if (unreadable.length > 0) warn({ code: 'PDF_PAGE_UNREADABLE', details: countedPages(unreadable) })
  if (slow.length > 0) warn({ code: 'PDF_PAGE_TIME', details: { ...countedPages(slow), ...seconds('pdf.pageMs') } })
  if (slowPictures.length > 0)
    warn({ code: 'OCR_PAGE_TIME', details: { ...countedPages(slowPictures), ...seconds('ocr.pageMs') } })
  if (late.length > 0) warn({ code: 'TIME_LIMIT', details: seconds('ocr.timeMs') })
}

/** What is to become of pages that hold images and gave no text. */
const pictureFate = (number: number, { ocr, limits }: FormatContext): Warning => {
  if (!ocr && limits['ocr.enabled'] === 1) return { code: 'OCR_MISSING', details: { count: 1 } }
  return { code: 'PDF_PAGES_WITHOUT_TEXT', details: countedPages([number]) }
}

/** Tells pages that are pictures from blank ones, and what becomes of them. */
const settlePictures = (pictures: readonly number[], notes: PageNotes, context: FormatContext): void => {
  if (pictures.length === 0) return
  for (const number of pictures) notes.fates[number] = { state: 'skipped', reason: pictureFate(number, context) }
  if (!context.ocr && context.limits['ocr.enabled'] === 1) context.needOcr(pictures.length)
  else context.warn({ code: 'PDF_PAGES_WITHOUT_TEXT', details: countedPages(pictures) })
}

/** Tells how many pages with text may hold figures. What could not be looked at in time may. */
const countFigures = async (
  library: PdfLibrary,
  item: ItemBytes,
  password: string | undefined,
  pages: readonly number[],
  context: FormatContext,
): Promise<void> => {
  const { limits } = context
  const maxImagePixels = limits['vision.figurePixels'] - 1
  const endMs = performance.now() + limits['pdf.pageMs']
  const isLate = (): boolean => performance.now() > endMs
  const data = new Uint8Array(await item.read())
  const strict = openDocument(library, data, { stopAtErrors: true, maxImagePixels, password })
  const lenient = await reopen(library, item, password, maxImagePixels)
  try {
    const enough = (found: number): boolean => found >= limits['vision.figures'] || isLate()
    const found = await pagesWithImages(lenient.document, strict, pages, context, enough)
    context.needFigures?.(Math.max(found.length, isLate() ? 1 : 0))
  } finally {
    await lenient.task.destroy()
  }
}

/** The receipt, also of what was not reached. */
const coverPages = (notes: PageNotes, pages: number, total: number, context: FormatContext): void => {
  const part = { unit: 'page', name: null } as const
  for (let number = 1; number <= pages; number += 1) {
    const fate = notes.fates[number] ?? { state: 'truncated', reason: null }
    context.cover({ ...part, from: number, to: number, ...fate })
  }
  if (total <= pages) return
  const reason: Warning = { code: 'PDF_PAGES_LIMIT', details: { limit: pages, actual: total, setting: 'pdf.pages' } }
  context.cover({ ...part, from: pages + 1, to: total, state: 'skipped', reason })
}

/** Why nothing was found, for a document whose pages were all read. */
const emptyBecause = (notes: PageNotes, pictures: number, { ocr, limits }: FormatContext): ErrorDetails => {
  const told = notes.fates.find((fate) => fate?.reason)?.reason
  if (ocr && told) return quoteOf(told, sentenceOf(told.code, told.details).replace(/\.$/, ''))
  if (ocr) return { reason: 'OCR found none on its pages' }
  if (pictures === 0) return { reason: 'its pages are empty' }
  return limits['ocr.enabled'] === 1
    ? { reason: 'its pages are pictures' }
    : { reason: 'its pages are pictures, and reading those (ocr.enabled) is turned off' }
}

export const pdfFormat: Format = {
  kind: 'pdf',
  extensions: ['pdf'],
  detect: ({ signature, extension }) => {
    if (signature === 'pdf') return 0.99
    // Named so and something else, even plain text, it is damaged or was never one: that is said, not indexed.
    return signature === null && extension === 'pdf' ? 0.3 : null
  },
  async *extract(item: ItemBytes, context: FormatContext): AsyncGenerator<Block, void, void> {
    const { limits, ocr, passwords } = context
    requireSize(item, limits, 'pdf.bytes')
    const library = await loadPdfLibrary()
    const bytes = await item.read()
    requireStreamSizes(bytes, limits['pdf.streamBytes'], context.beat)
    const maxImagePixels = ocr ? limits['image.pixels'] : 0
    // pdf.js takes the bytes over: each document gets its own.
    const { task, document, password } = await unlockDocument(library, new Uint8Array(bytes), maxImagePixels, passwords)
    const notes = createPageNotes()
    const total = document.numPages
    const pages = Math.min(total, limits['pdf.pages'])
    try {
      await describe(document, context)
      if (pages < total)
        context.warn({ code: 'PDF_PAGES_LIMIT', details: { limit: pages, actual: total, setting: 'pdf.pages' } })
      let found = false
      for await (const block of readPages(library, document, pages, notes, context)) {
        found = true
        yield block
      }
      warnOfPages(notes, context)
      let pictures: number[] = []
      if (notes.withoutText.length > 0) {
        const data = new Uint8Array(await item.read())
        const strict = openDocument(library, data, { stopAtErrors: true, maxImagePixels: 0, password })
        const lenient = ocr ? await reopen(library, item, password) : { document, task: null }
        try {
          pictures = await pagesWithImages(lenient.document, strict, notes.withoutText, context)
        } finally {
          await lenient.task?.destroy()
        }
        settlePictures(pictures, notes, context)
      }
      if (context.figures === true && !ocr && limits['ocr.enabled'] === 1 && notes.withText.length > 0)
        await countFigures(library, item, password, notes.withText, context)
      if (!found && (ocr || pictures.length === 0 || limits['ocr.enabled'] === 0))
        throw new AppError('DOCUMENT_NO_TEXT', emptyBecause(notes, pictures.length, context))
    } finally {
      coverPages(notes, pages, total, context)
      await task.destroy()
    }
  },
}
