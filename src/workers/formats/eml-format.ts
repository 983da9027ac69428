/**
 * Owns mails (RFC 5322 and MIME): subject, addresses and date, then their text; what is attached is handed on as items.
 * Refuses: decrypting, checking signatures, fetching anything that a mail points at.
 */
import type { Block, ExpandedEntry, Warning } from '../../shared/work'
import type { ByteSource } from '../source/byte-source'
import { collapseSpace, truncate } from '../text/clean'
import { readLines } from '../text/lines'
import { makeBlock, throwIfAborted, type Format, type FormatContext, type ItemBytes } from './format'
import { createEmbeddedPictures, withPictures, type EmbeddedPictures } from './embedded-pictures'
import { createHtmlBlocks } from './html-blocks'
import { createTextReader } from './mail-charset'
import { decodeField, fieldOf } from './mail-headers'
import { peekPart, readMail, type ReadMail } from './mail-items'
import { OTHER_FORM, type MailStep } from './mail-plan'
import { openItemSource, openMailPart } from './mail-source'
import type { MailPart } from './mail-structure'
import { createMailText } from './mail-text'
import { decodeRange } from './mail-transfer'
import { markPageImage, pictureOfMail } from './page-images'

/** Looked at to tell a character set, and whether a plain text says anything. */
const SAMPLE_BYTES = 64 * 1024
/** A piece of text makes a few hundred paragraphs at most: a cancellation must not wait longer. */
const TEXT_STEP_BYTES = 32 * 1024
/** A plain text below this length may be no more than "your program cannot show this". */
const STUB_CHARS = 300
/** How many times longer the page must be to be the one that is read. */
const STUB_FACTOR = 4

/** Of mails in mails, and of a subject, in the headings above a text. */
const PATH_LEVELS = 6
const PATH_CHARS = 120

/** Fields that people look for, in the order and words of mail programs. */
const shownFields: readonly (readonly [string, string])[] = [
  ['from', 'From'],
  ['to', 'To'],
  ['cc', 'Cc'],
  ['bcc', 'Bcc'],
  ['date', 'Date'],
]

type Reading = {
  readonly source: ByteSource
  readonly mail: ReadMail
  readonly pictures: EmbeddedPictures | null
  readonly context: FormatContext
}

/** One item is asked for its entries and then for its text. */
const mails = new WeakMap<ItemBytes, Promise<ReadMail>>()

const withMail = async <T>(
  item: ItemBytes,
  context: FormatContext,
  use: (source: ByteSource, mail: ReadMail) => T,
): Promise<{ result: T; close: () => void }> => {
  const whole = await openItemSource(item)
  try {
    const source = openMailPart(whole)
    const reading = mails.get(item) ?? readMail(source, context)
    mails.set(item, reading)
    return { result: use(source, await reading), close: whole.close }
  } catch (thrown) {
    mails.delete(item)
    whole.close()
    throw thrown
  }
}

/** The decoded text of a part, in pieces. */
async function* readPartText({ source, context }: Reading, part: MailPart): AsyncGenerator<string, void, void> {
  const sample = await peekPart(source, part, SAMPLE_BYTES, context)
  const reader = createTextReader(part.charset, sample, sample.length < SAMPLE_BYTES)
  for await (const bytes of decodeRange(source, part, context, TEXT_STEP_BYTES)) {
    throwIfAborted(context.signal)
    context.beat()
    const text = reader.write(bytes)
    if (text !== '') yield text
  }
  const last = reader.end()
  if (last !== '') yield last
  context.describe({ encoding: reader.encoding })
  const count = reader.replaced()
  if (count > 0) context.warn({ code: 'TEXT_UNDECODABLE', details: { count, encoding: reader.encoding } })
}

const withHeadings = (block: Block, above: readonly string[]): Block => ({
  ...block,
  headings: [...above, ...block.headings],
})

async function* readPage(reading: Reading, part: MailPart, headings: readonly string[]): AsyncGenerator<Block> {
  const { pictures, context } = reading
  const page = createHtmlBlocks({ markImage: pictures ? markPageImage(context.limits, pictureOfMail) : undefined })
  const below = (blocks: readonly Block[]) =>
    withPictures(
      pictures,
      blocks.map((block) => withHeadings(block, headings)),
    )
  for await (const text of readPartText(reading, part)) yield* below(page.write(text))
  yield* below(page.end())
  const { language } = page.facts()
  if (language !== null) reading.context.describe({ language })
}

const TAGS = /<[^<>]{0,2000}>/g

async function* readPlain(reading: Reading, part: MailPart, headings: readonly string[]): AsyncGenerator<Block> {
  const text = createMailText({ ...part, headings })
  for await (const lines of readLines(readPartText(reading, part))) {
    // Enriched text is plain text with a few tags (RFC 1896).
    for (const line of lines) yield* text.write(part.type === 'text/enriched' ? line.replace(TAGS, '') : line)
  }
  yield* text.end()
}

/** The first visible characters of a page. */
const glanceAtPage = async (reading: Reading, part: MailPart, enough: number): Promise<number> => {
  const page = createHtmlBlocks()
  const sample = await peekPart(reading.source, part, SAMPLE_BYTES * 4, reading.context)
  const reader = createTextReader(part.charset, sample, sample.length < SAMPLE_BYTES * 4)
  const blocks = [...page.write(reader.write(sample)), ...page.end()]
  let chars = 0
  for (const block of blocks) {
    chars += block.text.length
    if (chars > enough) break
  }
  return chars
}

/** Which of two forms of the same text is read: the plain one, unless it says next to nothing of what the page says. */
const chooseForm = async (reading: Reading, plain: MailPart, html: MailPart | null): Promise<MailPart> => {
  if (html === null) return plain
  const sample = await peekPart(reading.source, plain, SAMPLE_BYTES, reading.context)
  const reader = createTextReader(plain.charset, sample, sample.length < SAMPLE_BYTES)
  const { length } = collapseSpace(reader.write(sample))
  if (length >= STUB_CHARS) return plain
  const enough = Math.max(STUB_CHARS, length * STUB_FACTOR)
  return length === 0 || (await glanceAtPage(reading, html, enough)) > enough ? html : plain
}

/** Subject and addresses of a mail. Returns the headings that its text stands under. */
const showHeaders = (
  { part, level }: Extract<MailStep, { what: 'headers' }>,
  above: readonly string[],
  { describe }: FormatContext,
): { blocks: Block[]; headings: readonly string[] } => {
  const stated = fieldOf(part.fields, 'subject')
  const subject = stated === null ? '' : decodeField(stated)
  const lines = shownFields.flatMap(([name, label]) => {
    const values = part.fields.filter((field) => field.name === name).map(({ value }) => decodeField(value))
    return values.some((value) => value !== '') ? [`${label}: ${values.join(', ')}`] : []
  })
  if (level === 0 && (subject !== '' || lines.length > 0)) describe({ title: subject || '(no subject)' })
  const heading = makeBlock('heading', subject, above)
  // A path is repeated in every passage below it.
  const named = heading && above.length < PATH_LEVELS ? [truncate(heading.text, PATH_CHARS)] : []
  const headings = [...above, ...named]
  const paragraph = makeBlock('paragraph', lines.join('\n'), headings)
  return { blocks: [heading, paragraph].filter((block) => block !== null), headings }
}

/** Counts the parts and the attachments of the receipt. */
const createCover = ({ cover }: FormatContext) => {
  let parts = 0
  let attachments = 0
  return {
    part: (state: 'indexed' | 'empty', reason: Warning | null): void => {
      parts += 1
      cover({ unit: 'part', from: parts, to: parts, name: null, state, reason })
    },
    skipPart: (reason: string): void => {
      parts += 1
      const why = { code: 'MAIL_PART_SKIPPED', details: { reason } } as const
      cover({ unit: 'part', from: parts, to: parts, name: null, state: 'skipped', reason: why })
    },
    encrypted: (): void => {
      parts += 1
      const reason = { code: 'MAIL_ENCRYPTED', details: {} } as const
      cover({ unit: 'part', from: parts, to: parts, name: null, state: 'skipped', reason })
    },
    attachment: ({ name, problem }: ExpandedEntry): void => {
      attachments += 1
      const state = problem === null ? 'indexed' : 'skipped'
      cover({ unit: 'attachment', from: attachments, to: attachments, name, state, reason: problem })
    },
    emptyAttachment: (name: string | null): void => {
      attachments += 1
      cover({ unit: 'attachment', from: attachments, to: attachments, name, state: 'empty', reason: null })
    },
    skipAttachment: (name: string | null, reason: string): void => {
      attachments += 1
      const why = { code: 'MAIL_PART_SKIPPED', details: { reason } } as const
      cover({ unit: 'attachment', from: attachments, to: attachments, name, state: 'skipped', reason: why })
    },
  }
}

async function* readSteps(reading: Reading): AsyncGenerator<Block, void, void> {
  const { mail, context } = reading
  const cover = createCover(context)
  const items = new Map(mail.items.map(({ part, entry }) => [part.id, entry]))
  /** By level of mail in mail. */
  const above: (readonly string[])[] = []
  let headings: readonly string[] = []
  /** A page that is read in place of its plain form. */
  const read = new Set<number>()
  for (const step of mail.steps) {
    const { part } = step
    if (step.what === 'headers') {
      const shown = showHeaders(step, above[step.level - 1] ?? [], context)
      headings = above[step.level] = shown.headings
      yield* shown.blocks
    } else if (step.what === 'text') {
      const form = await chooseForm(reading, part, step.html)
      read.add(form.id)
      if (form !== part) cover.skipPart(OTHER_FORM)
      let empty = true
      for await (const block of form.type === 'text/html'
        ? readPage(reading, form, headings)
        : readPlain(reading, form, headings)) {
        empty = false
        yield block
      }
      cover.part(empty ? 'empty' : 'indexed', reading.pictures?.takeNote() ?? null)
    } else if (step.what === 'encrypted') {
      context.warn({ code: 'MAIL_ENCRYPTED', details: {} })
      cover.encrypted()
    } else if (step.what === 'attachment') {
      const entry = items.get(part.id)
      if (entry) cover.attachment(entry)
      else cover.emptyAttachment(part.fileName)
    } else if (part.type.startsWith('text/')) {
      if (!read.has(part.id)) cover.skipPart(step.reason)
    } else cover.skipAttachment(part.fileName, step.reason)
  }
}

export const emlFormat: Format = {
  kind: 'eml',
  extensions: ['eml', 'emlx', 'mht', 'mhtml', 'nws'],
  detect: ({ signature }) => (signature === 'eml' ? 1 : null),
  entries: async (item, context) => {
    const { result, close } = await withMail(item, context, (_source, mail) => mail.items.map(({ entry }) => entry))
    close()
    return result
  },
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const { result, close } = await withMail(item, context, (source, mail): Reading => {
      return { source, mail, pictures: createEmbeddedPictures(context), context }
    })
    try {
      for (const warning of result.mail.structure.warnings) context.warn(warning)
      yield* readSteps(result)
    } finally {
      result.pictures?.end()
      close()
    }
  },
}
