/**
 * Owns reading the text of one picture with OCR: the thread's one Tesseract, its time limit, its cancellation.
 * Refuses: opening documents, and pictures that were not measured before.
 */
import { AppError } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import { paragraphsOf, type RecognizedPage } from './recognized-text'
import { openTesseract, type Tesseract } from './tesseract'

/** A file that Leptonica reads (PNG, JPEG, BMP, GIF, WebP, PNM), and how it is to be turned: an Exif orientation, 1–8. */
export type Picture = { readonly file: Uint8Array; readonly orientation?: number }

export type RecognizeContext = {
  readonly limits: Limits
  readonly signal: AbortSignal
  /** A sign of life. */
  readonly beat: () => void
}

/** Thrown out of a recognition that takes too long. */
class TooLong extends Error {}

let tesseract: Promise<Tesseract> | null = null
/** What the running recognition has to look at. */
let look: () => void = () => undefined

const INPUT = '/input'

/** Pictures that cannot be decoded are told by this. */
export const unreadable = (reason: string): AppError => new AppError('DOCUMENT_CORRUPT', { reason })

const recognize = ({ core, api, takeError }: Tesseract, { file, orientation = 1 }: Picture): string[] => {
  takeError()
  core.FS.writeFile(INPUT, file)
  const failed = api.SetImageFile(orientation, 0) !== 0
  core.FS.unlink(INPUT)
  if (failed) throw unreadable(takeError() || 'the picture cannot be decoded')
  api.Recognize(null)
  const paragraphs = paragraphsOf(JSON.parse(api.GetJSONText()) as RecognizedPage)
  api.Clear()
  return paragraphs
}

/**
 * The paragraphs of a picture, in reading order; `null` when it took longer than `ocr.pageMs`.
 * @throws CANCELLED; DOCUMENT_CORRUPT when the picture cannot be decoded
 */
export const recognizePicture = async (
  picture: Picture,
  { limits, signal, beat }: RecognizeContext,
): Promise<string[] | null> => {
  const current = await (tesseract ??= openTesseract(() => look()))
  const endMs = performance.now() + limits['ocr.pageMs']
  look = () => {
    beat()
    if (signal.aborted) throw new AppError('CANCELLED')
    if (performance.now() > endMs) throw new TooLong()
  }
  let sound = false
  try {
    beat()
    const paragraphs = recognize(current, picture)
    sound = true
    return paragraphs
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'DOCUMENT_CORRUPT') sound = true
    else if (thrown instanceof TooLong) return null
    else if (!(thrown instanceof AppError)) throw unreadable(`OCR: ${String(thrown)}`)
    throw thrown
  } finally {
    look = () => undefined
    // What was left in the middle of something is not used again.
    if (!sound) tesseract = null
  }
}
