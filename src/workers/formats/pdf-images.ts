/**
 * Owns telling which pages of a PDF hold images, without decoding one. Refuses: pixels.
 */
import { AppError } from '../../shared/errors'
import { throwIfAborted, type FormatContext } from './format'
import type { PdfLibrary } from './pdf-library'

type LoadingTask = ReturnType<PdfLibrary['getDocument']>
type PdfDocument = Awaited<LoadingTask['promise']>

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
 * `lenient` and `strict` are the same document, opened to refuse the images in question; errors stop a page of the latter. `enough` ends the
 * search early.
 */
export const pagesWithImages = async (
  lenient: PdfDocument,
  strict: LoadingTask,
  pages: readonly number[],
  context: Pick<FormatContext, 'signal' | 'beat'>,
  enough: (found: number) => boolean = () => false,
): Promise<number[]> => {
  const found: number[] = []
  try {
    const document = await strict.promise
    for (const number of pages) {
      throwIfAborted(context.signal)
      context.beat()
      if (enough(found.length)) break
      if ((await countOperations(document, number)) < (await countOperations(lenient, number))) found.push(number)
    }
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown
    // What stops the strict reading altogether is no blank page.
    return [...pages]
  } finally {
    await strict.destroy()
  }
  return found
}
