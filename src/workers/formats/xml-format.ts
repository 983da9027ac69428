/**
 * Owns XML and what is written in it: feeds, outlines, drawings, settings, books. Refuses: document type declarations and entities of the
 * document's own, which are never expanded; web pages, which have a format of their own.
 */
import type { Block } from '../../shared/work'
import { declaredEncoding } from './html-format'
import { createHtmlBlocks } from './html-blocks'
import { throwIfAborted, type Format, type FormatContext, type ItemBytes } from './format'
import { textFormat } from './text-format'
import { readText } from './text-source'
import { createXmlBlocks, type XmlProfile } from './xml-blocks'
import { createXmlStream } from './xml-stream'

const NONE: ReadonlySet<string> = new Set()
const GENERIC: XmlProfile = { dropped: new Set(['binary-data']), attributesOf: null, htmlIn: NONE }
/** Of a drawing only what is written in it is text. */
const DRAWING: XmlProfile = {
  dropped: new Set(['style', 'script', 'metadata', 'image']),
  attributesOf: new Set(['none']),
  htmlIn: NONE,
}
const FEED: XmlProfile = {
  dropped: NONE,
  attributesOf: new Set(['category', 'enclosure']),
  htmlIn: new Set(['description', 'encoded', 'content', 'summary', 'title', 'subtitle']),
}
const profiles: Readonly<Record<string, XmlProfile>> = {
  svg: DRAWING,
  rss: FEED,
  feed: FEED,
  RDF: FEED,
}

/** The text of HTML that stands as text in an element. */
const plainHtml = (html: string): string => {
  const blocks = createHtmlBlocks()
  return [...blocks.write(html), ...blocks.end()].map((block) => block.text).join('\n')
}

async function* extract(item: ItemBytes, context: FormatContext): AsyncGenerator<Block, void, void> {
  const blocks = createXmlBlocks((root) => profiles[root] ?? GENERIC, plainHtml)
  const stream = createXmlStream(blocks.events, context)
  let blocksRead = 0
  for await (const piece of readText(item, context, { declared: declaredEncoding(item.head) })) {
    throwIfAborted(context.signal)
    const more = stream.write(piece)
    for (const block of blocks.drain()) {
      blocksRead += 1
      yield block
    }
    if (!more) break
  }
  stream.end()
  blocks.end()
  for (const block of blocks.drain()) {
    blocksRead += 1
    yield block
  }
  // Tags from end to end, or something else that is named so: it is read as it is written.
  if (blocksRead === 0 && stream.broken()) yield* textFormat.extract(item, context)
  context.describe({ title: blocks.title() })
  if (!stream.overlong()) return
  const limit = context.limits['document.chars']
  context.warn({ code: 'TEXT_LIMIT', details: { limit, setting: 'document.chars' } })
}

const START =
  /^\s*(?:<\?xml\s|<!--|<!DOCTYPE\s+(?!html)|<(?:rss|feed|opml|svg|rdf:RDF|plist|gpx|kml|FictionBook)\b|<[\w:.-]+[^<>]{0,500}\sxmlns)/
const EXTENSIONS =
  'xml xsd xsl xslt svg plist rss atom rdf opml gpx kml fb2 xliff xlf tmx resx wsdl xmi dita docbook tei fodt fods'.split(
    ' ',
  )

export const xmlFormat: Format = {
  kind: 'xml',
  extensions: EXTENSIONS,
  detect: ({ text, extension }) => {
    if (text === null) return null
    if (EXTENSIONS.includes(extension) && /^\s*</.test(text)) return 0.94
    return /^\s*<\?xml\s/.test(text) || (START.test(text) && extension !== 'md')
      ? 0.7
      : EXTENSIONS.includes(extension)
        ? 0.3
        : null
  },
  extract,
}
