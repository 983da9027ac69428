/**
 * Owns turning XML of any sort into blocks while it is parsed: running text as paragraphs, the values of a record together with their names, both
 * under the elements that they are in. Refuses: schemas; holding more than the element that is open.
 */
import type { Block } from '../../shared/work'
import { collapseSpace } from '../text/clean'
import { makeBlock } from './format'
import type { XmlEvents } from './xml-stream'

/** Values of one record are passed on together up to this length. */
const RECORD_CHARS = 1_000
/** Running text of one element is passed on from this length on. */
const PART_CHARS = 20_000
/** A longer value is a text and needs no name. */
const NAMED_CHARS = 200
const HEADING_CHARS = 120
const PATH_LEVELS = 4
/** HTML in an element is turned into text as a whole up to this length. */
const HTML_CHARS = 1_000_000
/** Marks within text that stand for a space. */
const SPACING = /^(?:br|tspan)$/
/** Attributes that say what an element is about. */
const NAMING = ['text', 'title', 'label', 'name', 'key'] as const
/** Elements at the head of a document, whose title is that of the document. */
const HEADS = new Set(['channel', 'head', 'header', 'info', 'metadata', 'bookinfo', 'articleinfo'])

/** Elements that name what they are in. */
const TITLES = new Set(['title', 'head', 'heading', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'])
/** Elements of text within text in all the vocabularies that people write in; what holds only these is text. */
const INLINE = new Set('a abbr b bold br em emphasis hi i italic s small span strong sub sup tspan u'.split(' '))
/** Elements whose name says nothing about their text. */
const PLAIN = new Set(
  'p para paragraph simpara text tspan v line l li item desc description summary content body value string'.split(' '),
)
/** Attributes that are for programs: namespaces, references, looks. */
const MACHINE_ATTRIBUTE = /^(?:xmlns|xsi|xml|version$|id$|idref|ref$|href$|style|class$|d$|points|transform|rsid)|:/i

type Part = { readonly name: string; readonly text: string }
type Frame = {
  readonly name: string
  /** Its own text and that of the elements within it that are text. */
  text: string
  /** Whether it has text of its own, beside elements. */
  mixed: boolean
  /** Values of elements in it that had nothing but text. */
  parts: Part[]
  chars: number
  /** Whether it holds elements. */
  nested: boolean
  /** What it is called, in the path of what is in it. */
  label: string
  readonly attributes: readonly Part[]
}

export type XmlProfile = {
  /** Elements whose text, and that of all in them, is left out. */
  readonly dropped: ReadonlySet<string>
  /** Elements whose attributes are worth reading; `null`: all of them. */
  readonly attributesOf: ReadonlySet<string> | null
  /** Elements that hold HTML, and how it becomes text. */
  readonly htmlIn: ReadonlySet<string>
}

export type XmlBlocks = {
  readonly events: XmlEvents
  /** The blocks that are done. */
  readonly drain: () => Block[]
  /** Closes what a document that is cut off left open. */
  readonly end: () => void
  readonly title: () => string | null
}

/** @param plainHtml Turns HTML that stands as text in an element into text */
export const createXmlBlocks = (
  profileOf: (root: string) => XmlProfile,
  plainHtml: (html: string) => string,
): XmlBlocks => {
  const frames: Frame[] = []
  let profile: XmlProfile | null = null
  let dropped = 0
  let out: Block[] = []
  let title: string | null = null

  /** The names of the elements around a place, without the outermost, which is the document. */
  const pathTo = (depth: number): string[] =>
    frames
      .slice(1, depth)
      .map((frame) => frame.label)
      .slice(-PATH_LEVELS)
  const put = (block: Block | null): void => {
    if (block) out.push(block)
  }
  const lineOf = ({ name, text }: Part): string =>
    PLAIN.has(name) || text.length > NAMED_CHARS ? text : `${name}: ${text}`

  /** Passes on the values that a frame has gathered. */
  const flushParts = (frame: Frame, depth: number): void => {
    const { parts } = frame
    frame.parts = []
    frame.chars = 0
    const headings = pathTo(depth)
    let lines: string[] = []
    const endLines = (): void => {
      put(makeBlock('table-row', lines.join('\n'), headings))
      lines = []
    }
    for (const part of parts) {
      const prose = PLAIN.has(part.name) || part.text.length > NAMED_CHARS
      if (prose) endLines()
      if (prose) put(makeBlock('paragraph', part.text, headings))
      else lines.push(lineOf(part))
    }
    endLines()
  }
  const addPart = (frame: Frame, part: Part, depth: number): void => {
    frame.parts.push(part)
    frame.chars += part.text.length + part.name.length
    if (frame.chars > RECORD_CHARS) flushParts(frame, depth)
  }
  /** A title names its frame for everything that follows in it. */
  const enterTitle = (frame: Frame, text: string, depth: number): void => {
    flushParts(frame, depth)
    frame.label = text.slice(0, HEADING_CHARS)
    if (depth === 1 || HEADS.has(frame.name)) title ??= text
    put(makeBlock('heading', text, pathTo(depth - 1)))
  }
  /** Marks within a text become part of it; of their attributes only where they lead is said. */
  const joinText = (parent: Frame, frame: Frame): void => {
    const target = frame.attributes.find(({ name }) => /^(?:href|url)$/i.test(name))
    parent.text += frame.text + (target ? ` (${target.text})` : '') + (SPACING.test(frame.name) ? ' ' : '')
  }
  const closeText = (frame: Frame, parent: Frame | undefined, depth: number): void => {
    if (parent && (parent.mixed || INLINE.has(frame.name)) && frame.text.length < PART_CHARS)
      return joinText(parent, frame)
    const text = collapseSpace(
      profile?.htmlIn.has(frame.name) && /<\w|&\w+;/.test(frame.text) ? plainHtml(frame.text) : frame.text,
    )
    if (text === '' && frame.attributes.length === 0) return
    if (!parent) return put(makeBlock('paragraph', [...frame.attributes.map(lineOf), text].join('\n')))
    if (TITLES.has(frame.name) && text !== '' && text.length <= NAMED_CHARS) return enterTitle(parent, text, depth - 1)
    const said = [...frame.attributes.map(lineOf), text].filter((each) => each !== '').join('; ')
    addPart(parent, { name: frame.name, text: said }, depth - 1)
  }
  const closeFrame = (frame: Frame, depth: number): void => {
    if (frame.mixed || !frame.nested) {
      frame.text += frame.parts
        .splice(0)
        .map((part) => ` ${part.text}`)
        .join('')
      return closeText(frame, frames[depth - 2], depth)
    }
    flushParts(frame, depth)
    put(makeBlock('paragraph', collapseSpace(frame.text), pathTo(depth)))
  }
  /** What came before an element that holds others is passed on before it. */
  const beforeNested = (depth: number): void => {
    for (const [i, frame] of frames.slice(0, depth).entries()) if (frame.parts.length > 0) flushParts(frame, i + 1)
  }

  const attributesOf = (name: string, attributes: Readonly<Record<string, string>>): Part[] => {
    if (profile?.attributesOf && !profile.attributesOf.has(name)) return []
    return Object.entries(attributes)
      .filter(([key, value]) => !MACHINE_ATTRIBUTE.test(key) && value.trim() !== '')
      .map(([key, value]) => ({ name: key, text: collapseSpace(value) }))
  }
  const events: XmlEvents = {
    open: ({ name, attributes }) => {
      profile ??= profileOf(name)
      if (dropped > 0 || profile.dropped.has(name)) {
        dropped += 1
        return
      }
      const parent = frames[frames.length - 1]
      const said = attributesOf(name, attributes)
      if (parent && !parent.nested && !INLINE.has(name)) {
        parent.nested = true
        if (parent.attributes.length > 0) {
          beforeNested(frames.length - 1)
          put(
            makeBlock('table-row', `${parent.name} ${parent.attributes.map(lineOf).join('; ')}`, pathTo(frames.length)),
          )
        } else if (!parent.mixed) beforeNested(frames.length - 1)
      }
      const naming = NAMING.map((key) => attributes[key]).find((value) => value !== undefined && value.trim() !== '')
      const about = collapseSpace(naming ?? '').slice(0, HEADING_CHARS)
      const label = about === '' ? name : name === 'outline' ? about : `${name} ${about}`
      // Marked text that stood alone comes before what comes now.
      if (parent && !INLINE.has(name) && !parent.mixed && parent.text.trim() !== '') {
        put(makeBlock('paragraph', collapseSpace(parent.text), pathTo(frames.length)))
        parent.text = ''
      }
      frames.push({ name, text: '', mixed: false, parts: [], chars: 0, nested: false, label, attributes: said })
    },
    close: () => {
      if (dropped > 0) {
        dropped -= 1
        return
      }
      const frame = frames[frames.length - 1]
      if (!frame) return
      closeFrame(frame, frames.length)
      frames.pop()
    },
    text: (text) => {
      const frame = frames[frames.length - 1]
      if (dropped > 0) return
      // What stands outside of all elements breaks the rules, but it is there.
      if (!frame) return put(makeBlock('paragraph', collapseSpace(text)))
      if (text.trim() === '') {
        if (frame.text !== '') frame.text += ' '
        return
      }
      // Text beside values that were gathered already: they are text as well.
      if (frame.parts.length > 0)
        frame.text +=
          frame.parts
            .splice(0)
            .map((part) => part.text)
            .join(' ') + ' '
      frame.mixed = true
      frame.text += text
      if (frame.text.length > (profile?.htmlIn.has(frame.name) ? HTML_CHARS : PART_CHARS)) {
        put(makeBlock('paragraph', collapseSpace(frame.text), pathTo(frames.length)))
        frame.text = ''
      }
    },
  }
  return {
    events,
    end: () => {
      dropped = 0
      while (frames.length > 0) events.close('')
    },
    drain: () => {
      const done = out
      out = []
      return done
    },
    title: () => title,
  }
}
