/**
 * Owns mailboxes (mbox, RFC 4155): where each mail in one begins and ends, and undoing how lines that begin with "From " were protected.
 * Refuses: holding mails; they are byte ranges of the mailbox. One pass finds them, with a search that is native.
 */
import { AppError } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import { readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { breathe } from '../source/pace'
import { decodeField, fieldOf, isFieldLine, parseDate, parseFields } from './mail-headers'
import { nameOfSubject } from './mail-names'

type Pace = { readonly signal: AbortSignal; readonly beat: () => void }

const READ_BYTES = 1024 * 1024
/** Before a hit, to see how its line begins; after it, to see the rest of the line and the next. */
const CONTEXT_BYTES = 400
/** Of each mail, for its subject and date. */
const HEADER_BYTES = 16 * 1024
const LF = 10
const CR = 13
const QUOTE = 62
const FROM = Buffer.from('From ')

export type BoxedMail = {
  readonly name: string
  readonly start: number
  readonly end: number
  /** Lines that were protected by a `>`, which is taken off. */
  readonly quotedLines: number
  readonly sizeBytes: number
  readonly modifiedMs: number | null
}

/** Sender and date, in one of the many ways that programs write them. */
const ENVELOPE = /^From \S.*\b(?:\d{1,2}:\d{2}.*\d{4}|\d{4}.*\d{1,2}:\d{2})/

/** A line that begins with "From " or, where `quotes` is not 0, with that many `>` before it. */
type FromLine = {
  readonly at: number
  readonly quotes: number
  /** Where the next line begins. */
  readonly next: number
  /** Begins another mail. */
  readonly divides: boolean
}

const lineOf = (bytes: Buffer, at: number): { text: string; next: number } => {
  const newline = bytes.indexOf(LF, at)
  const end = newline < 0 ? bytes.length : newline
  return { text: bytes.toString('latin1', at, Math.min(end, at + CONTEXT_BYTES)).trimEnd(), next: end + 1 }
}

/** What stands at `hit`, the position of "From " in `bytes`; `null` when it is in the middle of a line. */
const judgeHit = (bytes: Buffer, hit: number, base: number, first: boolean): FromLine | null => {
  let at = hit
  while (bytes[at - 1] === QUOTE) at -= 1
  const beginsLine = at === 0 ? first : bytes[at - 1] === LF
  if (!beginsLine) return null
  const quotes = hit - at
  const line = lineOf(bytes, at)
  const next = base + Math.min(line.next, bytes.length)
  if (quotes > 0) return { at: base + at, quotes, next, divides: false }
  const blankBefore = at === 0 || bytes[at - 2] === LF || (bytes[at - 2] === CR && bytes[at - 3] === LF) || at === 1
  const after = lineOf(bytes, line.next).text
  // Where the blank line before it was forgotten, what follows must be a header.
  const divides = ENVELOPE.test(line.text) && (blankBefore || isFieldLine(after))
  return { at: base + at, quotes, next, divides }
}

/** The lines from `start` to `end` that begin with "From ", quoted or not. */
async function* findFromLines(
  source: ByteSource,
  start: number,
  end: number,
  { signal, beat }: Pace,
): AsyncGenerator<FromLine, void, void> {
  for (let base = start; base < end;) {
    const from = Math.max(start, base - CONTEXT_BYTES)
    const bytes = readBytes(source, from, Math.min(end, base + READ_BYTES + CONTEXT_BYTES) - from)
    const limit = base - from + READ_BYTES
    for (let hit = bytes.indexOf(FROM, base - from); hit >= 0 && hit < limit; hit = bytes.indexOf(FROM, hit + 1)) {
      const line = judgeHit(bytes, hit, from, from === start)
      if (line) yield line
    }
    base += READ_BYTES
    if (base < end) await breathe(signal, beat)
  }
}

const describeMail = (
  source: ByteSource,
  start: number,
  end: number,
): { subject: string; modifiedMs: number | null } => {
  const head = readBytes(source, start, Math.min(HEADER_BYTES, end - start)).toString('latin1')
  const blank = /^\r?\n|\r?\n\r?\n/.exec(head)?.index ?? head.length
  const fields = parseFields(Buffer.from(head.slice(0, blank), 'latin1'))
  const subject = fieldOf(fields, 'subject')
  return {
    subject: nameOfSubject(subject === null ? null : decodeField(subject)),
    modifiedMs: parseDate(fieldOf(fields, 'date')),
  }
}

/** A mail ends before the blank line that divides it from the next. */
const endOfMail = (source: ByteSource, start: number, next: number): number => {
  const tail = readBytes(source, Math.max(start, next - 4), Math.min(4, next - start)).toString('latin1')
  const blank = /\r?\n\r?\n$/.exec(tail)?.[0]
  return blank === undefined ? next : next - (blank.endsWith('\r\n') ? 2 : 1)
}

type Range = { readonly start: number; readonly end: number; readonly quotedLines: number }

/**
 * The mails in a mailbox, in order.
 * @throws UNSUPPORTED_FORMAT (it does not begin like one), ARCHIVE_ENTRIES_LIMIT, CANCELLED
 */
export const readMailbox = async (
  source: ByteSource,
  { limits, signal, beat }: Pace & { readonly limits: Limits },
): Promise<BoxedMail[]> => {
  const limit = limits['mail.messages']
  const ranges: Range[] = []
  let start: number | null = null
  let quotedLines = 0
  let actual = 0
  const close = (next: number): void => {
    if (start !== null) ranges.push({ start, end: endOfMail(source, start, next), quotedLines })
    quotedLines = 0
  }
  for await (const line of findFromLines(source, 0, source.sizeBytes, { signal, beat })) {
    // The first line is one whatever it says: that is what made the file a mailbox.
    if (line.divides || (start === null && line.at === 0 && line.quotes === 0)) {
      close(line.at)
      start = line.next
      actual += 1
      if (actual > limit) throw new AppError('ARCHIVE_ENTRIES_LIMIT', { limit, actual, setting: 'mail.messages' })
    } else if (line.quotes > 0) quotedLines += 1
  }
  if (start === null) throw new AppError('UNSUPPORTED_FORMAT', { kind: 'no mailbox' })
  close(source.sizeBytes)

  const digits = Math.max(4, String(ranges.length).length)
  const mails: BoxedMail[] = []
  for (const [index, range] of ranges.entries()) {
    const { subject, modifiedMs } = describeMail(source, range.start, range.end)
    const number = String(index + 1).padStart(digits, '0')
    const name = `${subject === '' ? number : `${number} ${subject}`}.eml`
    mails.push({ ...range, name, modifiedMs, sizeBytes: range.end - range.start - range.quotedLines })
    if (index % 1_000 === 0) await breathe(signal, beat)
  }
  return mails
}

const copyRange = async (
  source: ByteSource,
  start: number,
  end: number,
  { signal, beat }: Pace,
  sink: (chunk: Buffer) => void,
): Promise<void> => {
  for (let at = start; at < end;) {
    const bytes = readBytes(source, at, Math.min(READ_BYTES, end - at))
    if (bytes.length === 0) return
    sink(bytes)
    at += bytes.length
    if (at < end) await breathe(signal, beat)
  }
}

/** Gives the bytes of a mail to `sink`, as they were before they were put into the mailbox. */
export const readBoxedMail = async (
  source: ByteSource,
  { start, end, quotedLines }: BoxedMail,
  pace: Pace,
  sink: (chunk: Buffer) => void,
): Promise<void> => {
  let done = start
  if (quotedLines > 0) {
    for await (const { at, quotes } of findFromLines(source, start, end, pace)) {
      if (quotes === 0) continue
      await copyRange(source, done, at, pace, sink)
      done = at + 1
    }
  }
  await copyRange(source, done, end, pace, sink)
}
