/**
 * Owns presentations: the slides in the order in which they are shown, hidden ones too, each with its notes, comments, charts and diagrams.
 * Refuses: masters and layouts (they repeat), macros, links, embedded files.
 */
import type { Block } from '../../shared/work'
import { readParts } from './document-parts'
import { createDrawingText, type DrawnBlock } from './drawing-text'
import { createEmbeddedPictures, withPictures, type EmbeddedPictures } from './embedded-pictures'
import { throwIfAborted, type Format, type FormatContext } from './format'
import {
  detectPackage,
  findMainPart,
  openOfficePackage,
  optional,
  partsOf,
  readProperties,
  readRelationships,
  type Reading,
} from './ooxml-package'
import { drawingMarker } from './package-pictures'
import { parseXml, readXml, type XmlAttributes } from './xml'
import type { ZipPackage } from './zip-package'

const EXTENSIONS: readonly string[] = ['pptx', 'pptm', 'potx', 'potm', 'ppsx', 'ppsm']
/** Parts that belong to a slide, by the type of their relationship, in the order in which they are read. */
const SIDE_PARTS = ['chart', 'diagramData', 'notesSlide', 'comments'] as const
/** Shapes that repeat on every slide: its number and its date. */
const REPEATED: ReadonlySet<string> = new Set(['sldNum', 'dt', 'sldImg', 'hdr'])
/** More sits in no slide that a person made: it is passed on before the title is known. */
const SLIDE_CHARS = 500_000

const readSlideOrder = async (source: ZipPackage, part: string, context: Reading): Promise<string[]> => {
  const ids: string[] = []
  const open = (tag: string, attributes: XmlAttributes): void => {
    // Its own `id` is a number; the relationship has the prefix.
    const id = Object.entries(attributes).find(([name]) => /^\w+:id$/.test(name))?.[1]
    if (tag === 'sldId' && id !== undefined) ids.push(id)
  }
  await readXml(await source.open(part), { open, close: () => undefined, text: () => undefined }, context)
  return ids
}

type Slide = {
  source: ZipPackage
  part: string
  number: number
  pictures: EmbeddedPictures | null
  context: FormatContext
}

/** The blocks of a slide itself, the title first wherever it is drawn. */
async function* shownBlocks(slide: Slide): AsyncGenerator<Block, string | null, void> {
  const { source, part, number, pictures, context } = slide
  const text = createDrawingText([], number, pictures ? await drawingMarker(source, part, number, context) : undefined)
  let held: DrawnBlock[] = []
  let chars = 0
  let title: string | null = null
  const flush = (): Block[] => {
    const first = held.find(({ block }) => block.kind === 'heading')
    title ??= first?.block.text ?? null
    const headings = title === null ? [] : [title]
    const rest = held.filter((each) => each !== first && !REPEATED.has(each.role))
    held = []
    chars = 0
    // A second title is a line like others.
    return [...(first ? [first.block] : []), ...rest.map(({ block }) => asText({ ...block, headings }))]
  }
  const pieces = parseXml(await source.open(part), text, context)
  for (let piece = await pieces.next(); ; piece = await pieces.next()) {
    for (const drawn of text.take()) {
      held.push(drawn)
      chars += drawn.block.text.length
    }
    if (chars > SLIDE_CHARS) yield* flush()
    if (piece.done) break
  }
  yield* flush()
  return title
}

const asText = (block: Block): Block => (block.kind === 'heading' ? { ...block, kind: 'paragraph' } : block)

async function* slideBlocks(slide: Slide): AsyncGenerator<Block, void, void> {
  const { source, part, number, context } = slide
  throwIfAborted(context.signal)
  const title = yield* shownBlocks(slide)
  const headings = title === null ? [] : [title]
  const relationships = await optional(readRelationships(source, part, context), [])
  for (const kind of SIDE_PARTS)
    for (const side of partsOf(source, relationships, kind)) {
      const text = createDrawingText(headings, number)
      await optional(readXml(await source.open(side), text, context), undefined)
      for (const { role, block } of text.take()) if (!REPEATED.has(role)) yield asText({ ...block, headings })
    }
}

export const pptxFormat: Format = {
  kind: 'pptx',
  extensions: EXTENSIONS,
  detect: detectPackage('pptx', EXTENSIONS),
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const source = await openOfficePackage(item, context)
    const pictures = createEmbeddedPictures(context, 'slide')
    try {
      const main = await findMainPart(source, 'ppt/presentation.xml', context)
      const relationships = await readRelationships(source, main, context)
      const targets = new Map(relationships.map(({ id, target }) => [id, target]))
      const ids = await readSlideOrder(source, main, context)
      context.describe({ ...(await readProperties(source, context)), pages: ids.length })
      const parts = ids.map((id, i) => ({
        name: null,
        read: () => {
          const slide = { source, part: targets.get(id) ?? '', number: i + 1, pictures, context }
          return withPictures(pictures, slideBlocks(slide))
        },
        note: () => pictures?.takeNote() ?? null,
      }))
      yield* readParts('slide', parts, context)
    } finally {
      pictures?.end()
      source.close()
    }
  },
}
