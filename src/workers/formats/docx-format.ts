/**
 * Owns Word documents: their body in order, then notes, comments, charts, headers and footers, each text once. Refuses: macros, what is linked
 * from outside, embedded files.
 */
import { AppError } from '../../shared/errors'
import type { Block } from '../../shared/work'
import { createDecoder, sniffEncoding } from '../text/encoding'
import { createDocxBlocks, type DrawnPicture } from './docx-blocks'
import { readStyles, type StyleMeaning } from './docx-parts'
import { createOutline, makeBlock, throwIfAborted, type Format, type FormatContext, type Outline } from './format'
import { declaredEncoding } from './html-format'
import { createHtmlBlocks } from './html-blocks'
import { coverPart, readBody } from './document-parts'
import { createEmbeddedPictures, withPictures, type EmbeddedPictures } from './embedded-pictures'
import {
  findMainPart,
  openOfficePackage,
  optional,
  partsOf,
  readProperties,
  readRelationships,
  type Relationship,
} from './ooxml-package'
import { drawingMarker } from './package-pictures'
import { pptxFormat } from './pptx-format'
import { parseXml } from './xml'
import { xlsxFormat } from './xlsx-format'
import type { ZipPackage } from './zip-package'

/** The parts that are read after the body, by the type of their relationship, in this order. */
const SIDE_PARTS = ['aFChunk', 'footnotes', 'endnotes', 'comments', 'chart', 'diagramData', 'header', 'footer'] as const
/** Parts whose texts repeat from page to page or version to version: each is put once. */
const REPEATING: readonly string[] = ['header', 'footer']

/** A larger page within a document is left out. */
const FOREIGN_BYTES = 32 * 1024 * 1024

type Styles = ReadonlyMap<string, StyleMeaning>

async function* xmlBlocks(
  source: ZipPackage,
  part: string,
  styles: Styles,
  outline: Outline,
  context: FormatContext,
  markDrawing?: (picture: DrawnPicture) => Block | null,
): AsyncGenerator<Block, void, void> {
  const blocks = createDocxBlocks(styles, outline, markDrawing)
  const pieces = parseXml(await source.open(part), blocks, context)
  for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) yield* blocks.drain()
  yield* blocks.drain()
}

type Reading = {
  readonly source: ZipPackage
  readonly styles: Styles
  readonly pictures: EmbeddedPictures | null
  readonly context: FormatContext
}

/** A part with the pictures that stand in it. */
async function* partBlocks(reading: Reading, part: string): AsyncGenerator<Block, void, void> {
  const { source, styles, pictures, context } = reading
  const mark = pictures ? await drawingMarker(source, part, null, context) : undefined
  yield* withPictures(pictures, xmlBlocks(source, part, styles, createOutline(), context, mark))
}

async function* bodyBlocks(reading: Reading, part: string): AsyncGenerator<Block, void, void> {
  yield* partBlocks(reading, part)
  reading.context.cover(coverPart('document', 1, null, 'indexed', reading.pictures?.takeNote() ?? null))
}

/** A document of another kind that is part of this one: a web page or a text. */
async function* foreignBlocks(source: ZipPackage, part: string): AsyncGenerator<Block, void, void> {
  const pieces: Buffer[] = []
  let sizeBytes = 0
  for await (const piece of (await source.open(part)) as AsyncIterable<Buffer>) {
    sizeBytes += piece.length
    if (sizeBytes > FOREIGN_BYTES) throw new AppError('DOCUMENT_CORRUPT', { reason: 'it is too large for a part' })
    pieces.push(piece)
  }
  const bytes = Buffer.concat(pieces)
  const encoding = sniffEncoding(bytes, true, declaredEncoding(bytes.subarray(0, 65_536)))
  if (encoding === null) throw new AppError('DOCUMENT_CORRUPT', { reason: 'it is no text' })
  const text = createDecoder(encoding).write(bytes)
  if (/^\s*</.test(text)) {
    const page = createHtmlBlocks()
    yield* page.write(text)
    yield* page.end()
  } else {
    const block = makeBlock('paragraph', text)
    if (block) yield block
  }
}

async function* sideBlocks(
  reading: Reading,
  relationships: readonly Relationship[],
): AsyncGenerator<Block, void, void> {
  const { source, context } = reading
  const repeated = new Set<string>()
  const unreadable: { part: string; error: AppError }[] = []
  for (const kind of SIDE_PARTS) {
    for (const part of partsOf(source, relationships, kind)) {
      throwIfAborted(context.signal)
      try {
        const blocks = kind === 'aFChunk' ? foreignBlocks(source, part) : partBlocks(reading, part)
        for await (const block of blocks) {
          if (REPEATING.includes(kind) && block.isApart !== true) {
            if (repeated.has(block.text)) continue
            repeated.add(block.text)
          }
          yield block
        }
      } catch (thrown) {
        if (!(thrown instanceof AppError) || thrown.code !== 'DOCUMENT_CORRUPT') throw thrown
        unreadable.push({ part, error: thrown })
      }
    }
  }
  if (unreadable.length === 0) return
  unreadable.forEach(({ part, error }, i) => {
    context.cover(coverPart('part', i + 1, part, 'skipped', { code: error.code, details: error.details }))
  })
  const names = unreadable.slice(0, 10).map(({ part }) => part)
  context.warn({ code: 'DOCUMENT_PART_UNREADABLE', details: { count: unreadable.length, parts: names.join(', ') } })
}

const EXTENSIONS: readonly string[] = ['docx', 'docm', 'dotx', 'dotm']

/** By the folder of their main part. */
const otherFormats: Readonly<Record<string, Format>> = { xl: xlsxFormat, ppt: pptxFormat }

export const docxFormat: Format = {
  kind: 'docx',
  extensions: EXTENSIONS,
  detect: ({ signature, extension }) => {
    if (signature === 'docx') return 0.99
    // What is in an encrypted document shows when it is opened; most are named for it.
    if (signature === 'encrypted') return EXTENSIONS.includes(extension) ? 0.9 : 0.3
    return signature === null && EXTENSIONS.includes(extension) ? 0.3 : null
  },
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const source = await openOfficePackage(item, context)
    let pictures: EmbeddedPictures | null = null
    try {
      const main = await findMainPart(source, 'word/document.xml', context)
      const other = otherFormats[main.split('/')[0] ?? '']
      if (other) {
        // An encrypted document of another application, without the name of one.
        yield* other.extract(item, context)
        return
      }
      const relationships = await optional(readRelationships(source, main, context), [])
      const [stylesPart] = partsOf(source, relationships, 'styles')
      const styles: Styles = stylesPart ? await optional(readStyles(source, stylesPart, context), new Map()) : new Map()
      context.describe(await readProperties(source, context))
      pictures = createEmbeddedPictures(context)
      const reading: Reading = { source, styles, pictures, context }
      yield* readBody(() => bodyBlocks(reading, main), context)
      yield* sideBlocks(reading, relationships)
    } finally {
      pictures?.end()
      source.close()
    }
  },
}
