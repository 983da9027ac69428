/**
 * Owns texts in OpenDocument: the body in order, with its notes where they are referred to. Refuses: macros, links, embedded objects.
 */
import type { Block } from '../../shared/work'
import { coverPart, readBody } from './document-parts'
import { createOutline, type Format, type FormatContext } from './format'
import { openOdfPackage, readOdfFacts } from './odf-package'
import { createOdfText } from './odf-text'
import { parseXml } from './xml'
import type { ZipPackage } from './zip-package'

const EXTENSIONS: readonly string[] = ['odt', 'ott', 'odm']

async function* textBlocks(source: ZipPackage, context: FormatContext): AsyncGenerator<Block, void, void> {
  const text = createOdfText({ outline: createOutline(), page: null })
  const pieces = parseXml(await source.open('content.xml'), text, context)
  for (let piece = await pieces.next(); ; piece = await pieces.next()) {
    yield* text.drain()
    if (piece.done) break
  }
  context.cover(coverPart('document', 1, null, 'indexed'))
}

export const odtFormat: Format = {
  kind: 'odt',
  extensions: EXTENSIONS,
  detect: ({ signature, extension }) => {
    if (signature === 'odt') return 0.99
    return signature === null && EXTENSIONS.includes(extension) ? 0.3 : null
  },
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const source = await openOdfPackage(item, context)
    try {
      context.describe(await readOdfFacts(source, context))
      yield* readBody(() => textBlocks(source, context), context)
    } finally {
      source.close()
    }
  },
}
