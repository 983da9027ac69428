/**
 * Owns web pages: their encoding, title, language and text. Refuses: scripts, styles, the network.
 */
import type { Block } from '../../shared/work'
import { coverPart } from './document-parts'
import { createEmbeddedPictures, withPictures } from './embedded-pictures'
import type { Format } from './format'
import { markPageImage, pictureOfPage } from './page-images'
import { createHtmlBlocks } from './html-blocks'
import { readText } from './text-source'

const START = /^<(?:!doctype\s+html|html|head|body|frameset)\b/i
/** Looked at for the first tag. */
const START_CHARS = 16_384

/** Whether a text begins like a web page, after comments and an XML declaration. */
const beginsLikePage = (text: string): boolean => {
  let at = 0
  for (let skipped = true; skipped;) {
    skipped = false
    while (/[\s\ufeff]/.test(text.charAt(at))) at += 1
    for (const [open, close] of [
      ['<!--', '-->'],
      ['<?', '?>'],
    ] as const) {
      if (!text.startsWith(open, at)) continue
      const end = text.indexOf(close, at)
      if (end < 0 || end > START_CHARS) return false
      at = end + close.length
      skipped = true
    }
  }
  return START.test(text.slice(at, at + 200))
}

const EXTENSIONS: readonly string[] = ['html', 'htm', 'xhtml', 'xht', 'shtml']
const CHARSET =
  /<meta[^>]{0,300}?charset\s*=\s*(?:["']\s*)?([\w:.-]+)|<\?xml[^>]{0,100}encoding\s*=\s*["']([\w:.-]+)["']/i

/** The encoding that a page declares in its first 64 KiB; browsers look at less, but people's pages have long preambles. */
export const declaredEncoding = (head: Buffer): string | null => {
  const match = CHARSET.exec(head.toString('latin1'))
  return match?.[1] ?? match?.[2] ?? null
}

export const htmlFormat: Format = {
  kind: 'html',
  extensions: EXTENSIONS,
  detect: ({ text, extension }) => {
    if (text === null) return null
    if (beginsLikePage(text)) return 0.95
    return EXTENSIONS.includes(extension) ? 0.9 : null
  },
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const pictures = createEmbeddedPictures(context)
    const page = createHtmlBlocks({ markImage: pictures ? markPageImage(context.limits, pictureOfPage) : undefined })
    try {
      for await (const piece of readText(item, context, { declared: declaredEncoding(item.head) })) {
        yield* withPictures(pictures, page.write(piece))
      }
      yield* withPictures(pictures, page.end())
      context.describe(page.facts())
      const note = pictures?.takeNote() ?? null
      if (note !== null) context.cover(coverPart('document', 1, null, 'indexed', note))
    } finally {
      pictures?.end()
    }
  },
}
