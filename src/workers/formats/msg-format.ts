/**
 * Owns Outlook mails: subject, addresses and date, then their text: plain, else of the page, else of the rich text.
 * Refuses: what is attached, which is handed on as items; calendars and contacts beyond their text.
 */
import type { Block } from '../../shared/work'
import { truncate } from '../text/clean'
import { makeBlock, requireSize, throwIfAborted, type Format, type FormatContext, type ItemBytes } from './format'
import { createEmbeddedPictures, withPictures, type EmbeddedPictures } from './embedded-pictures'
import { createHtmlBlocks } from './html-blocks'
import { createTextReader } from './mail-charset'
import { createMailText } from './mail-text'
import { readOutlook, type ReadOutlook } from './msg-items'
import type { OutlookMail } from './msg-message'
import { unpackRtf } from './msg-rtf'
import { markPageImage, pictureOfMail } from './page-images'
import { createRtfBlocks } from './rtf-blocks'

const PIECE_BYTES = 64 * 1024
const BREATHE_LINES = 1_000
/** Of a subject, in the headings above a text. */
const PATH_CHARS = 120

/** One item is asked for its entries and then for its text. */
const mails = new WeakMap<ItemBytes, Promise<ReadOutlook>>()

const readItem = (item: ItemBytes, context: FormatContext): Promise<ReadOutlook> => {
  requireSize(item, context.limits, 'mail.outlookBytes')
  const reading = mails.get(item) ?? item.read().then((bytes) => readOutlook(bytes, context))
  mails.set(item, reading)
  return reading
}

const pause = ({ signal, beat }: FormatContext): void => {
  throwIfAborted(signal)
  beat()
}

function* readPlain(text: string, headings: readonly string[], context: FormatContext): Generator<Block> {
  const blocks = createMailText({ flowed: false, delSp: false, headings })
  for (const [at, line] of text.split(/\r\n|[\r\n]/).entries()) {
    if (at % BREATHE_LINES === 0) pause(context)
    yield* blocks.write(line)
  }
  yield* blocks.end()
}

async function* readPage(
  { bytes, encoding }: { bytes: Buffer; encoding: string | null },
  headings: readonly string[],
  pictures: EmbeddedPictures | null,
  context: FormatContext,
): AsyncGenerator<Block> {
  const page = createHtmlBlocks({ markImage: pictures ? markPageImage(context.limits, pictureOfMail) : undefined })
  const reader = createTextReader(encoding, bytes, true)
  const below = (block: Block): Block => ({ ...block, headings: [...headings, ...block.headings] })
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    pause(context)
    yield* withPictures(pictures, page.write(reader.write(bytes.subarray(at, at + PIECE_BYTES))).map(below))
  }
  yield* withPictures(pictures, [...page.write(reader.end()), ...page.end()].map(below))
}

function* readRich(packed: Buffer, headings: readonly string[], context: FormatContext): Generator<Block> {
  const rtf = unpackRtf(packed)
  if (rtf === null) return
  const blocks = createRtfBlocks()
  const below = (block: Block): Block => ({ ...block, headings: [...headings, ...block.headings] })
  for (let at = 0; at < rtf.length; at += PIECE_BYTES) {
    pause(context)
    yield* blocks.write(rtf.subarray(at, at + PIECE_BYTES)).map(below)
  }
  yield* blocks.end().map(below)
}

const headersOf = ({ from, to, cc, bcc, sentMs }: OutlookMail): string =>
  (
    [
      ['From', from],
      ['To', to],
      ['Cc', cc],
      ['Bcc', bcc],
      ['Date', sentMs === null ? '' : new Date(sentMs).toUTCString()],
    ] as const
  )
    .filter(([, value]) => value !== '')
    .map(([label, value]) => `${label}: ${value}`)
    .join('\n')

/** The forms of the text, the best first; one that says nothing is passed over. */
async function* readBody(
  mail: OutlookMail,
  headings: readonly string[],
  pictures: EmbeddedPictures | null,
  context: FormatContext,
): AsyncGenerator<Block> {
  const { text, html, rtf } = mail
  const forms = [
    () => (text !== null && text.trim() !== '' ? readPlain(text, headings, context) : null),
    () => (html !== null ? readPage(html, headings, pictures, context) : null),
    () => (rtf !== null ? readRich(rtf, headings, context) : null),
  ]
  let found = false
  for (const form of forms) {
    for await (const block of form() ?? []) {
      found = true
      yield block
    }
    if (found) break
  }
  const state = found ? 'indexed' : 'empty'
  context.cover({ unit: 'part', from: 1, to: 1, name: null, state, reason: pictures?.takeNote() ?? null })
}

const coverItems = ({ items }: ReadOutlook, { cover }: FormatContext): void => {
  for (const [at, { entry, name, reason }] of items.entries()) {
    const line = { unit: 'attachment', from: at + 1, to: at + 1, name } as const
    if (entry?.problem) cover({ ...line, state: 'skipped', reason: entry.problem })
    else if (entry) cover({ ...line, state: 'indexed', reason: null })
    else if (reason === '') cover({ ...line, state: 'empty', reason: null })
    else cover({ ...line, state: 'skipped', reason: { code: 'MAIL_PART_SKIPPED', details: { reason } } })
  }
}

export const msgFormat: Format = {
  kind: 'msg',
  extensions: ['msg', 'oft'],
  detect: ({ signature }) => (signature === 'msg' ? 1 : null),
  entries: async (item, context) =>
    (await readItem(item, context)).items.flatMap(({ entry }) => (entry === null ? [] : [entry])),
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const reading = await readItem(item, context)
    const { mail, warnings } = reading
    for (const warning of warnings) context.warn(warning)
    const headers = headersOf(mail)
    if (mail.subject !== '' || headers !== '') context.describe({ title: mail.subject || '(no subject)' })
    const heading = makeBlock('heading', mail.subject)
    // It is repeated in every passage below it.
    const headings = heading ? [truncate(heading.text, PATH_CHARS)] : []
    const paragraph = makeBlock('paragraph', headers, headings)
    if (heading) yield heading
    if (paragraph) yield paragraph
    const pictures = createEmbeddedPictures(context)
    try {
      yield* readBody(mail, headings, pictures, context)
      coverItems(reading, context)
    } finally {
      pictures?.end()
    }
  },
}
