/**
 * Owns presentations and drawings in OpenDocument: slides in order with titles, notes and comments. Refuses: master pages, macros, embedded
 * objects.
 */
import type { Block } from '../../shared/work'
import { coverPart, readBody } from './document-parts'
import { createOutline, type Format, type FormatContext } from './format'
import { openOdfPackage, readOdfFacts } from './odf-package'
import { createOdfText } from './odf-text'
import { parseXml, type XmlHandlers } from './xml'
import type { ZipPackage } from './zip-package'

const EXTENSIONS: readonly string[] = ['odp', 'otp', 'odg', 'otg']

async function* slideBlocks(source: ZipPackage, context: FormatContext): AsyncGenerator<Block, void, void> {
  let slide = 0
  let blocks = 0
  const text = createOdfText({ outline: createOutline(), page: 1 })
  let out: Block[] = []
  const take = (): void => {
    const taken = text.drain()
    blocks += taken.length
    out.push(...taken)
  }
  const handlers: XmlHandlers = {
    ...text,
    open: (tag, attributes) => {
      if (tag === 'page') {
        slide += 1
        blocks = 0
        text.move({ outline: createOutline(), page: slide })
      }
      text.open(tag, attributes)
    },
    close: (tag) => {
      text.close(tag)
      if (tag !== 'page') return
      take()
      context.cover(coverPart('slide', slide, null, blocks > 0 ? 'indexed' : 'empty'))
    },
  }
  const pieces = parseXml(await source.open('content.xml'), handlers, context)
  for (let piece = await pieces.next(); ; piece = await pieces.next()) {
    take()
    yield* out
    out = []
    if (piece.done) break
  }
  context.describe({ pages: slide })
}

export const odpFormat: Format = {
  kind: 'odp',
  extensions: EXTENSIONS,
  detect: ({ signature, extension }) => {
    if (signature === 'odp' || signature === 'odg') return 0.99
    return signature === null && EXTENSIONS.includes(extension) ? 0.3 : null
  },
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const source = await openOdfPackage(item, context)
    try {
      context.describe(await readOdfFacts(source, context))
      yield* readBody(() => slideBlocks(source, context), context)
    } finally {
      source.close()
    }
  },
}
