/**
 * Owns reading XML that people offer as it is, however it is written: a stream of tags and text, as far as it goes.
 * Refuses: entities of the document's own (they stay as written, never expanded), external ones, elements nested deeper than the limit,
 * and single pieces of text that are larger than a document may be.
 */
import { SaxesParser } from 'saxes'
import { AppError } from '../../shared/errors'
import type { FormatContext } from './format'

export type XmlTag = { readonly name: string; readonly attributes: Readonly<Record<string, string>> }

export type XmlEvents = {
  /** Names come without their prefix. */
  readonly open: (tag: XmlTag) => void
  readonly close: (name: string) => void
  readonly text: (text: string) => void
}

/** An ampersand that begins no entity: people forget to write `&amp;`, and the parser would take all that follows for a name. */
const BARE_AMPERSAND = /&(?!#?[\w.:-]{1,64};)/g
/** Stands for it while it is parsed: a private character, which no text has. */
const STAND_IN = '\uf8fd'
/** So much of the end of a piece may be half an entity. */
const ENTITY_CHARS = 66

/** Makes the parser tell of the text that it has so far: it would keep all up to the next tag. */
const NUDGE = '<?sluice?>'
const NUDGE_CHARS = 1_000_000

const restore = (text: string): string => {
  const plain = text.includes(STAND_IN) ? text.replaceAll(STAND_IN, '&') : text
  // Within CDATA a nudge is text.
  return plain.includes(NUDGE) ? plain.replaceAll(NUDGE, '') : plain
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

export type XmlStream = {
  /** Takes the next piece; `false` when no more is to be read. @throws DOCUMENT_BOMB */
  readonly write: (text: string) => boolean
  readonly end: () => void
  /** Whether the document broke the rules of XML. */
  readonly broken: () => boolean
  /** Whether reading ended early at a single piece of more than `document.chars`. */
  readonly overlong: () => boolean
}

export const createXmlStream = (events: XmlEvents, { limits }: Pick<FormatContext, 'limits'>): XmlStream => {
  const parser = new SaxesParser({ xmlns: false, position: false })
  const maxDepth = limits['document.xmlDepth']
  let depth = 0
  let broken = false
  let overlong = false
  /** Characters since the parser last told of anything: it holds them. */
  let held = 0
  parser.on('error', () => {
    // It goes on with what comes: a broken document is read as well as can be.
    broken = true
  })
  parser.on('opentag', (tag) => {
    held = 0
    depth += 1
    if (depth > maxDepth) {
      throw new AppError('DOCUMENT_BOMB', {
        reason: `nests XML deeper than ${maxDepth} levels`,
        limit: maxDepth,
        setting: 'document.xmlDepth',
      })
    }
    const attributes = Object.fromEntries(Object.entries(tag.attributes).map(([key, value]) => [key, restore(value)]))
    events.open({ name: localName(tag.name), attributes })
  })
  parser.on('closetag', (tag) => {
    held = 0
    depth -= 1
    events.close(localName(tag.name))
  })
  const takeText = (text: string): void => {
    held = 0
    events.text(restore(text))
  }
  parser.on('text', takeText)
  parser.on('cdata', takeText)
  /** The end of the last piece, from an ampersand on. */
  let rest = ''
  /** Whether the last bracket ended a tag, as far as can be seen from outside. */
  let inText = false
  const nudge = (text: string): void => {
    const open = text.lastIndexOf('<')
    const close = text.lastIndexOf('>')
    if (open !== close) inText = close > open
    if (inText && depth > 0 && held > NUDGE_CHARS) parser.write(NUDGE)
  }
  return {
    write: (piece) => {
      const text = rest + piece
      const last = text.lastIndexOf('&')
      const cut = last >= 0 && text.length - last < ENTITY_CHARS && !text.includes(';', last) ? last : text.length
      rest = text.slice(cut)
      held += cut
      parser.write(text.slice(0, cut).replace(BARE_AMPERSAND, STAND_IN))
      nudge(text.slice(0, cut))
      overlong = held > limits['document.chars']
      return !overlong
    },
    end: () => {
      if (overlong) return
      parser.write(rest.replace(BARE_AMPERSAND, STAND_IN))
      parser.close()
    },
    broken: () => broken,
    overlong: () => overlong,
  }
}
