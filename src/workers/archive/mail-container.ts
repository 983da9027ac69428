/**
 * Owns opening mails and mailboxes as containers: what is attached to a mail, and the mails of a mailbox, by position.
 * Refuses: their text (formats/eml-format). Positions and names are those that the mail itself was listed with.
 */
import { AppError } from '../../shared/errors'
import type { ExpandedEntry } from '../../shared/work'
import { readBoxedMail, readMailbox } from '../formats/mail-box'
import { readMail } from '../formats/mail-items'
import { openMailPart } from '../formats/mail-source'
import { decodeRange } from '../formats/mail-transfer'
import { createUniqueNames, judgeName } from '../formats/mail-names'
import { isTnef, readTnef } from '../formats/mail-tnef'
import { readOutlook } from '../formats/msg-items'
import { readBytes } from '../source/byte-source'
import { breathe } from '../source/pace'
import type { ContainerEntry, OpenContainer } from './container'
import { readEntryName } from './entry-name'

const UTF8_FLAG = 0x0800
const UNIX = 3 << 8

const noEntry = (): AppError => new AppError('INTERNAL_BUG', { reason: 'an entry was asked for that was not listed' })

/** As the mail listed it. Its problem may be one of size, which is found again; one of its name or its bytes stays. */
const toContainerEntry = ({ name, problem, ...entry }: ExpandedEntry): ContainerEntry => ({
  ...entry,
  name: { name, folder: false, problem },
  folder: false,
  problem: null,
})

/** A mail: its attachments. */
export const openMailContainer: OpenContainer = async (whole, options) => {
  const source = openMailPart(whole)
  const { items } = await readMail(source, options)
  return {
    entries: items.map(({ entry }) => toContainerEntry(entry)),
    warnings: [],
    read: async (index, pace, sink) => {
      const item = items[index]
      if (item === undefined) throw noEntry()
      for await (const piece of decodeRange(source, item.part, pace)) sink(piece)
    },
    close: () => undefined,
  }
}

/** An Outlook mail: its attachments. */
export const openOutlookContainer: OpenContainer = async (source, options) => {
  const limit = options.limits['mail.outlookBytes']
  const { sizeBytes: actual } = source
  if (actual > limit) throw new AppError('FILE_TOO_LARGE', { actual, limit, setting: 'mail.outlookBytes' })
  const bytes = readBytes(source, 0, actual)
  const items = (await readOutlook(bytes, options)).items.flatMap(({ attachment, entry }) =>
    entry === null ? [] : [{ attachment, entry }],
  )
  return {
    entries: items.map(({ entry }) => toContainerEntry(entry)),
    warnings: [],
    read: async (index, { signal, beat }, sink) => {
      const item = items[index]
      if (item === undefined) throw noEntry()
      await breathe(signal, beat)
      sink(item.attachment.read())
    },
    close: () => undefined,
  }
}

/** An envelope of Outlook: the text and the files in it. */
export const openTnefContainer: OpenContainer = async (source, { limits, signal, beat: alive }) => {
  await breathe(signal, alive)
  if (!isTnef(readBytes(source, 0, 16))) throw new AppError('UNSUPPORTED_FORMAT', { kind: 'no winmail.dat' })
  const { items, truncated } = readTnef(source, limits['mail.parts'])
  const unique = createUniqueNames()
  const entries = items.map(({ name: stated, sizeBytes }, index) => {
    const name = judgeName(stated, limits['archive.nameBytes'])
    return {
      index,
      name: { ...name, name: unique(name.name) },
      folder: false,
      sizeBytes,
      compressedBytes: sizeBytes,
      crc32: 0,
      modifiedMs: null,
      problem: null,
    }
  })
  return {
    entries,
    warnings: truncated ? [{ code: 'MAIL_TRUNCATED', details: {} }] : [],
    read: async (index, { signal, beat }, sink) => {
      const item = items[index]
      if (item === undefined) throw noEntry()
      await breathe(signal, beat)
      sink(item.read())
    },
    close: () => undefined,
  }
}

/** A mailbox: its mails. */
export const openMailboxContainer: OpenContainer = async (source, options) => {
  const mails = await readMailbox(source, options)
  const maxNameBytes = options.limits['archive.nameBytes']
  return {
    entries: mails.map(({ name, start, end, sizeBytes, modifiedMs }, index) => ({
      index,
      name: readEntryName({ bytes: Buffer.from(name), flags: UTF8_FLAG, extraFields: [], madeBy: UNIX }, maxNameBytes),
      folder: false,
      sizeBytes,
      compressedBytes: end - start,
      crc32: 0,
      modifiedMs,
      problem: null,
    })),
    warnings: [],
    read: async (index, pace, sink) => {
      const mail = mails[index]
      if (mail === undefined) throw noEntry()
      await readBoxedMail(source, mail, pace, sink)
    },
    close: () => undefined,
  }
}
