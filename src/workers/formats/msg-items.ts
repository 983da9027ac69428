/**
 * Owns what an Outlook mail holds beside its text, as items that can be handed on: their names, sizes and bytes, by position.
 * Refuses: reading text.
 */
import { AppError } from '../../shared/errors'
import type { ExpandedEntry, Warning } from '../../shared/work'
import { breathe } from '../source/pace'
import type { MailOptions } from './mail-items'
import { createUniqueNames, judgeName, nameOfSubject, nameOfType } from './mail-names'
import { readOutlookMail, type OutlookAttachment, type OutlookMail } from './msg-message'
import { parseOleFile } from './ole-file'

/** Pictures in the text of a mail below this size are logos and lines. */
const SMALL_IMAGE_BYTES = 10 * 1024

/** `entry` is `null` for what is left out, for that reason (empty: there is nothing in it). */
export type OutlookItem = {
  readonly attachment: OutlookAttachment
  readonly name: string
  readonly entry: ExpandedEntry | null
  readonly reason: string
}

export type ReadOutlook = {
  readonly mail: OutlookMail
  readonly items: readonly OutlookItem[]
  readonly warnings: readonly Warning[]
}

const IMAGE_NAME = /\.(?:png|gif|jpe?g|bmp|webp|svg)$/i

const isSmallImage = ({ contentId, mediaType, fileName }: OutlookAttachment, sizeBytes: number): boolean =>
  Boolean(contentId) &&
  (mediaType.startsWith('image/') || IMAGE_NAME.test(fileName ?? '')) &&
  sizeBytes < SMALL_IMAGE_BYTES

const statedName = ({ message, fileName, mediaType }: OutlookAttachment, position: number): string => {
  if (!message) return fileName ?? nameOfType(mediaType, position)
  const subject = nameOfSubject((fileName ?? '').replace(/\.msg$/i, ''))
  return `${subject === '' ? `attachment-${position}` : subject}.msg`
}

const measure = (attachment: OutlookAttachment): { sizeBytes: number; problem: Warning | null } => {
  try {
    return { sizeBytes: attachment.read().length, problem: null }
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    return { sizeBytes: 0, problem: { code: 'ARCHIVE_ENTRY_CORRUPT', details: thrown.details } }
  }
}

/** Finds everything in an Outlook file, whose bytes must not change while it is used. @throws DOCUMENT_CORRUPT, CANCELLED */
export const readOutlook = async (bytes: Buffer, { limits, signal, beat }: MailOptions): Promise<ReadOutlook> => {
  const limit = limits['mail.parts']
  const { mail, attachments: actual } = readOutlookMail(parseOleFile(bytes), limit)
  const unique = createUniqueNames()
  const items: OutlookItem[] = []
  let index = 0
  for (const attachment of mail.attachments) {
    await breathe(signal, beat)
    const { sizeBytes, problem } = measure(attachment)
    const judged = judgeName(statedName(attachment, index + 1), limits['archive.nameBytes'])
    const small = isSmallImage(attachment, sizeBytes)
    if (small || (sizeBytes === 0 && problem === null)) {
      const reason = small ? 'it is a small picture of the layout' : ''
      items.push({ attachment, name: judged.name, entry: null, reason })
      continue
    }
    const name = unique(judged.name)
    const entry: ExpandedEntry = {
      index,
      name,
      sizeBytes,
      compressedBytes: sizeBytes,
      crc32: 0,
      modifiedMs: mail.sentMs,
      problem: judged.problem ?? problem,
    }
    items.push({ attachment, name, entry, reason: '' })
    index += 1
  }
  const over: Warning = { code: 'MAIL_PARTS_LIMIT', details: { limit, actual, setting: 'mail.parts' } }
  return { mail, items, warnings: actual > limit ? [over] : [] }
}
