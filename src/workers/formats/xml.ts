/**
 * Owns reading an XML part as a stream of tags and text. Refuses: document type declarations (entities are how XML attacks), elements nested
 * deeper than the limit, and what is not well-formed.
 */
import type { Readable } from 'node:stream'
import { SaxesParser } from 'saxes'
import { AppError } from '../../shared/errors'
import { createDecoder, sniffEncoding } from '../text/encoding'
import { throwIfAborted, type FormatContext } from './format'

export type XmlAttributes = Readonly<Record<string, string>>

/** Names come without their prefix: producers choose prefixes freely. */
export type XmlHandlers = {
  readonly open: (name: string, attributes: XmlAttributes) => void
  readonly close: (name: string) => void
  readonly text: (text: string) => void
}

export type XmlOptions = {
  /** Whether the document may name its type (e-books do). Such a declaration is never fetched, and one that holds declarations is refused. */
  readonly named?: boolean
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/** The value of an attribute by its local name: `w:val` and `val` alike. */
export const attribute = (attributes: XmlAttributes, name: string): string | null => {
  if (attributes[name] !== undefined) return attributes[name]
  for (const key in attributes) if (localName(key) === name) return attributes[key] ?? null
  return null
}

/**
 * Parses a part; yields after each piece of it, so that the caller can pass on what came.
 * @throws DOCUMENT_CORRUPT, DOCUMENT_BOMB, CANCELLED
 */
export async function* parseXml(
  stream: Readable,
  handlers: XmlHandlers,
  { limits, signal, beat }: Pick<FormatContext, 'limits' | 'signal' | 'beat'>,
  { named = false }: XmlOptions = {},
): AsyncGenerator<void, void, void> {
  const parser = new SaxesParser({ xmlns: false, position: false })
  const maxDepth = limits['document.xmlDepth']
  let depth = 0
  parser.on('doctype', (declaration) => {
    if (named && !declaration.includes('[')) return
    throw new AppError('DOCUMENT_CORRUPT', { reason: 'its XML has a document type declaration, which is not allowed' })
  })
  parser.on('opentag', (tag) => {
    depth += 1
    if (depth > maxDepth) {
      throw new AppError('DOCUMENT_BOMB', {
        reason: `nests XML deeper than ${maxDepth} levels`,
        limit: maxDepth,
        setting: 'document.xmlDepth',
      })
    }
    handlers.open(localName(tag.name), tag.attributes)
  })
  parser.on('closetag', (tag) => {
    depth -= 1
    handlers.close(localName(tag.name))
  })
  parser.on('text', handlers.text)
  parser.on('cdata', handlers.text)
  parser.on('error', (error) => {
    throw new AppError('DOCUMENT_CORRUPT', { reason: `its XML is broken: ${error.message}` }, { cause: error })
  })
  let decoder: ReturnType<typeof createDecoder> | null = null
  try {
    for await (const bytes of stream as AsyncIterable<Buffer>) {
      throwIfAborted(signal)
      beat()
      decoder ??= createDecoder(sniffEncoding(bytes.subarray(0, 1_024), false) ?? 'utf-8')
      parser.write(decoder.write(bytes))
      yield
    }
    if (decoder) parser.write(decoder.end())
    parser.close()
    yield
  } finally {
    stream.destroy()
  }
}

/** Parses a small part at once. */
export const readXml = async (
  stream: Readable,
  handlers: XmlHandlers,
  context: Pick<FormatContext, 'limits' | 'signal' | 'beat'>,
  options: XmlOptions = {},
): Promise<void> => {
  const pieces = parseXml(stream, handlers, context, options)
  for (let piece = await pieces.next(); !piece.done;) piece = await pieces.next()
}
