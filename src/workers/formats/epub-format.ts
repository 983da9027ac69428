/**
 * Owns e-books (EPUB 2 and 3): their chapters in reading order, read as web pages. Refuses: scripts, fonts, books that are locked
 * to a reader, document types that declare anything.
 */
import { AppError } from '../../shared/errors'
import type { Block } from '../../shared/work'
import { createDecoder, sniffEncoding } from '../text/encoding'
import { readParts } from './document-parts'
import { createEmbeddedPictures, withPictures, type EmbeddedPictures } from './embedded-pictures'
import { readBook, resolvePart, type Chapter } from './epub-parts'
import { throwIfAborted, type Format, type FormatContext } from './format'
import { declaredEncoding } from './html-format'
import { createHtmlBlocks } from './html-blocks'
import { markPageImage, pictureInPackage } from './page-images'
import { openZipPackage, type ZipPackage } from './zip-package'

const MiB = 1024 * 1024
/** A chapter stands in memory; the longest novels have a few. */
const MAX_CHAPTER_BYTES = 32 * MiB
/** Written to the reader of pages in pieces, so that it can be stopped. */
const PIECE_CHARS = 16_384

/** XML closes any element by a slash; to a reader of HTML such an element is open. */
const SELF_CLOSED = /<([a-zA-Z][\w:.-]*)(\s[^<>]*)?\/>/g
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '))

const asHtml = (text: string): string =>
  text.replace(SELF_CLOSED, (whole, tag: string, attributes: string | undefined) =>
    VOID.has(tag.toLowerCase()) ? whole : `<${tag}${attributes ?? ''}></${tag}>`,
  )

const readChapter = async (source: ZipPackage, part: string, context: FormatContext): Promise<string> => {
  const pieces: Buffer[] = []
  let sizeBytes = 0
  for await (const piece of (await source.open(part)) as AsyncIterable<Buffer>) {
    throwIfAborted(context.signal)
    context.beat()
    sizeBytes += piece.length
    if (sizeBytes > MAX_CHAPTER_BYTES) throw new AppError('DOCUMENT_CORRUPT', { reason: 'a chapter is too large' })
    pieces.push(piece)
  }
  const bytes = Buffer.concat(pieces)
  const encoding = sniffEncoding(bytes, true, declaredEncoding(bytes.subarray(0, 1_024)))
  if (encoding === null) throw new AppError('DOCUMENT_CORRUPT', { reason: 'a chapter is no text' })
  const text = createDecoder(encoding)
    .write(bytes)
    .replace(/^\ufeff/, '')
  if (/<!DOCTYPE[^>[]*\[/i.test(text.slice(0, 4_096)))
    throw new AppError('DOCUMENT_CORRUPT', { reason: 'its document type declares entities, which is not allowed' })
  return asHtml(text)
}

async function* chapterBlocks(
  source: ZipPackage,
  { part }: Chapter,
  pictures: EmbeddedPictures | null,
  context: FormatContext,
): AsyncGenerator<Block, void, void> {
  const text = await readChapter(source, part, context)
  const find = pictureInPackage(source, (url) => resolvePart(part, url))
  const page = createHtmlBlocks({ markImage: pictures ? markPageImage(context.limits, find) : undefined })
  for (let at = 0; at < text.length; at += PIECE_CHARS) {
    throwIfAborted(context.signal)
    context.beat()
    yield* withPictures(pictures, page.write(text.slice(at, at + PIECE_CHARS)))
  }
  yield* withPictures(pictures, page.end())
}

export const epubFormat: Format = {
  kind: 'epub',
  extensions: ['epub'],
  detect: ({ signature, extension }) => {
    if (signature === 'epub') return 0.99
    return signature === null && extension === 'epub' ? 0.3 : null
  },
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const source = await openZipPackage(item, context)
    const pictures = createEmbeddedPictures(context)
    try {
      const { title, language, chapters } = await readBook(source, context)
      context.describe({ title, language })
      const parts = chapters.map((chapter) => ({
        name: chapter.name,
        read: () => chapterBlocks(source, chapter, pictures, context),
        note: () => pictures?.takeNote() ?? null,
      }))
      yield* readParts('chapter', parts, context)
    } finally {
      pictures?.end()
      source.close()
    }
  },
}
