/**
 * Owns pictures of text (scans, faxes, screenshots, photographs): their size is checked before anything is decoded, their text is read by OCR.
 * Refuses: HEIC, AVIF, raw photographs and drawings, which have no safe reader here.
 */
import { AppError, quoteOf, sentenceOf } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import type { Block, Warning } from '../../shared/work'
import { recognizePicture } from '../ocr/recognizer'
import { blocksOfTranscript, fateOfPicture, pictureOfFile } from '../ocr/seen-picture'
import { makeBlock, throwIfAborted, type Format, type FormatContext, type ItemBytes } from './format'
import { firstPictureOfGif, isGif, pnmKind, readImageHeader } from './image-header'
import { isTiff, readTiffPages, type TiffPage } from './tiff-directory'
import { pictureOfTiff } from './tiff-picture'

/** What the first bytes may say. */
const SIGNATURES: readonly string[] = ['png', 'apng', 'jpg', 'gif', 'bmp', 'webp', 'tif']

const PNM_NAMES: readonly string[] = ['pnm', 'pgm', 'ppm', 'pbm']

/** One picture that can be read. */
type Frame = {
  readonly width: number
  readonly height: number
  readonly orientation: number
  readonly file: () => Uint8Array
}
type Image = {
  readonly frames: readonly Frame[]
  readonly total: number
  readonly animated: boolean
  readonly title: string | null
}

const frameOf = (bytes: Buffer, page: TiffPage): Frame => ({
  width: page.width,
  height: page.height,
  // Leptonica does not look at it.
  orientation: page.orientation,
  file: () => pictureOfTiff(bytes, page),
})

/** What is in the file. More of it than its head is read only when that is needed. */
export const openImage = async (
  item: Pick<ItemBytes, 'sizeBytes' | 'head' | 'read'>,
  limits: Limits,
  wanted: 'header' | 'pixels',
): Promise<Image> => {
  const complete = item.sizeBytes <= item.head.length
  if (isTiff(item.head)) {
    const bytes = complete ? item.head : await item.read()
    const { pages, total } = readTiffPages(bytes, limits['image.frames'])
    const title = pages.find((page) => page.title !== null)?.title ?? null
    return { frames: pages.map((page) => frameOf(bytes, page)), total, animated: false, title }
  }
  const known = wanted === 'header' ? readImageHeader(item.head, complete) : null
  const bytes = known === null ? await item.read() : item.head
  const header = known ?? readImageHeader(bytes, true)
  if (header === null) throw new AppError('DOCUMENT_CORRUPT', { reason: 'its header is damaged' })
  const { frames, title, ...size } = header
  const file = (): Buffer => (isGif(bytes) ? firstPictureOfGif(bytes) : bytes)
  return { frames: [{ ...size, file }], total: frames, animated: frames > 1, title }
}

const MILLION = 1_000_000

/** Why a picture is too large; `null` when it is not. */
export const tooManyPixels = (size: { width: number; height: number }, limits: Limits): Warning | null => {
  const pixels = size.width * size.height
  const limit = limits['image.pixels']
  if (pixels <= limit) return null
  const details = { actual: Math.ceil(pixels / MILLION), limit: limit / MILLION, setting: 'image.pixels' }
  return { code: 'IMAGE_PIXELS_LIMIT', details }
}

/** What a recognition that took too long is told as. */
export const tookTooLong = (limits: Limits, page: number | null): Warning => ({
  code: 'OCR_PAGE_TIME',
  details: {
    limit: limits['ocr.pageMs'] / 1_000,
    setting: 'ocr.pageMs',
    ...(page === null ? {} : { pages: String(page) }),
  },
})

/** What pictures are told as for which there was no time left. */
const tooLate = (limits: Limits): Warning => ({
  code: 'TIME_LIMIT',
  details: { limit: limits['ocr.timeMs'] / 1_000, setting: 'ocr.timeMs' },
})

/** The text of one frame and what is said of it, or why it was not read. */
const readFrame = async (
  frame: Frame,
  page: number | null,
  context: FormatContext,
): Promise<{ blocks: Block[]; note: Warning | null } | Warning> => {
  const { limits } = context
  const tooLarge = tooManyPixels(frame, limits)
  if (tooLarge) return tooLarge
  const { orientation } = frame
  const file = frame.file()
  const seen = await context.see?.(pictureOfFile(file, frame, limits), page)
  const note = seen?.note ?? null
  if (seen && seen.text !== null) return { blocks: blocksOfTranscript(seen.text, [], page), note }
  const paragraphs = await recognizePicture({ file, orientation }, context)
  if (paragraphs === null) return tookTooLong(limits, page)
  const blocks = paragraphs.map((text) => makeBlock('paragraph', text, [], page))
  return { blocks: blocks.filter((block): block is Block => block !== null), note }
}

/** What of the file is left out for its number of pictures; `null` when all of them are read. */
const leftOut = ({ total, frames, animated }: Image): Warning | null => {
  if (total <= frames.length) return null
  if (animated) return { code: 'IMAGE_ANIMATED', details: { actual: total } }
  return { code: 'IMAGE_FRAMES_LIMIT', details: { limit: frames.length, actual: total, setting: 'image.frames' } }
}

/** The text of all pictures; what stands in the way of one of several is told, and the others go on. */
async function* readFrames(image: Image, context: FormatContext): AsyncGenerator<Block, void, void> {
  const { frames, total } = image
  const endMs = performance.now() + context.limits['ocr.timeMs']
  let problem: Warning | null = null
  let found = false
  for (const [index, frame] of frames.entries()) {
    throwIfAborted(context.signal)
    const page = frames.length > 1 ? index + 1 : null
    const part = { unit: 'page', from: index + 1, to: index + 1, name: null } as const
    let read: Awaited<ReturnType<typeof readFrame>>
    try {
      read = performance.now() > endMs ? tooLate(context.limits) : await readFrame(frame, page, context)
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== 'DOCUMENT_CORRUPT' || frames.length === 1) throw thrown
      read = { code: 'DOCUMENT_PART_UNREADABLE', details: { count: 1, parts: `picture ${index + 1}` } }
    }
    if ('code' in read) {
      problem ??= read
      context.warn(
        // Of a file with several pictures, the others were read.
        read.code === 'IMAGE_PIXELS_LIMIT'
          ? { code: 'DOCUMENT_PART_UNREADABLE', details: { count: 1, parts: `picture ${index + 1} (too many pixels)` } }
          : read,
      )
      context.cover({ ...part, state: 'skipped', reason: read })
      continue
    }
    const { blocks, note } = read
    context.cover({ ...part, ...fateOfPicture(blocks, note, context) })
    found ||= blocks.length > 0
    yield* blocks
  }
  const rest = leftOut(image)
  if (rest !== null) {
    context.warn(rest)
    context.cover({ unit: 'page', from: frames.length + 1, to: total, name: null, state: 'skipped', reason: rest })
  }
  if (found) return
  if (problem?.code === 'IMAGE_PIXELS_LIMIT') throw new AppError(problem.code, problem.details)
  throw new AppError(
    'DOCUMENT_NO_TEXT',
    problem === null
      ? { reason: 'OCR found none in it' }
      : quoteOf(problem, sentenceOf(problem.code, problem.details).replace(/\.$/, '')),
  )
}

export const imageFormat: Format = {
  kind: 'image',
  extensions: ['png', 'jpg', 'jpeg', 'tif', 'tiff', 'bmp', 'gif', 'webp', 'pnm', 'pgm', 'ppm', 'pbm'],
  detect: ({ signature, head, extension }) => {
    if (signature !== null) return SIGNATURES.includes(signature) ? 0.95 : null
    const pnm = pnmKind(head)
    // Numbers after a letter may be any text; with such a name they are none.
    return pnm === 'binary' || (pnm === 'digits' && PNM_NAMES.includes(extension)) ? 0.95 : null
  },
  async *extract(item: ItemBytes, context: FormatContext): AsyncGenerator<Block, void, void> {
    const { limits, ocr } = context
    const image = await openImage(item, limits, ocr ? 'pixels' : 'header')
    const { frames } = image
    context.describe({ title: image.title, pages: frames.length > 1 ? image.total : null })
    const tooLarge = frames.map((frame) => tooManyPixels(frame, limits))
    const [first] = tooLarge
    if (first && tooLarge.every((each) => each !== null)) throw new AppError(first.code, first.details)
    if (ocr) yield* readFrames(image, context)
    else if (limits['ocr.enabled'] === 1) context.needOcr(frames.length)
    else
      throw new AppError('DOCUMENT_NO_TEXT', {
        reason: 'it is a picture, and reading pictures (ocr.enabled) is turned off',
      })
  },
}
