/**
 * Owns plain text as mail has it: flowed lines (RFC 3676), quotes, paragraphs. Refuses: bytes, and removing what others wrote.
 */
import type { Block } from '../../shared/work'
import { makeBlock } from './format'

/** A paragraph without a blank line is passed on in parts of about this length, cut at a line. */
const PART_CHARS = 4_000
/** Before a signature; the space at its end does not make it flow. */
const SIGNATURE_MARK = '-- '

export type MailTextOptions = {
  readonly flowed: boolean
  readonly delSp: boolean
  readonly headings: readonly string[]
}

/** Quote marks at the start of a line: how many, and where the text begins. */
const quoteOf = (line: string): { depth: number; text: string } => {
  const marks = /^(?:> ?)*/.exec(line)?.[0] ?? ''
  return { depth: marks.split('>').length - 1, text: line.slice(marks.length) }
}

/** In flowed text marks stand without spaces between, and one space before a line protects what it begins with. */
const flowedQuoteOf = (line: string): { depth: number; text: string } => {
  const depth = /^>*/.exec(line)?.[0].length ?? 0
  return { depth, text: line.slice(depth).replace(/^ /, '') }
}

/** Makes blocks of lines as they come. */
export const createMailText = ({ flowed, delSp, headings }: MailTextOptions) => {
  let lines: string[] = []
  let chars = 0
  let quoted = false
  /** A flowed line that goes on, and how deep it is quoted. */
  let open: { depth: number; text: string } | null = null

  const take = (): Block[] => {
    const block = lines.length > 0 ? makeBlock(quoted ? 'quote' : 'paragraph', lines.join('\n'), headings) : null
    lines = []
    chars = 0
    return block ? [block] : []
  }
  const addLine = (depth: number, text: string): Block[] => {
    const ended = depth > 0 !== quoted ? take() : []
    quoted = depth > 0
    if (text.trim() === '') return [...ended, ...take()]
    lines.push(text)
    chars += text.length + 1
    return chars >= PART_CHARS ? [...ended, ...take()] : ended
  }
  const closeFlow = (): Block[] => {
    const closed = open
    open = null
    return closed ? addLine(closed.depth, closed.text) : []
  }
  const writeFlowed = (line: string): Block[] => {
    const { depth, text } = flowedQuoteOf(line)
    const blocks = open && open.depth !== depth ? closeFlow() : []
    const goesOn = text.endsWith(' ') && text !== SIGNATURE_MARK
    const own = goesOn && delSp ? text.slice(0, -1) : text
    const whole = (open?.text ?? '') + own
    open = null
    if (goesOn && whole.length < PART_CHARS) open = { depth, text: whole }
    else blocks.push(...addLine(depth, whole))
    return blocks
  }
  return {
    write: (line: string): Block[] => {
      if (flowed) return writeFlowed(line)
      const { depth, text } = quoteOf(line)
      return addLine(depth, text)
    },
    end: (): Block[] => [...closeFlow(), ...take()],
  }
}
