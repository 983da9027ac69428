/**
 * Owns what a mail holds beside its text, as items that can be handed on: their names, sizes and bytes, by position.
 * Refuses: reading text, and opening the mail itself.
 */
import type { Limits } from '../../shared/limits'
import type { ExpandedEntry, Warning } from '../../shared/work'
import type { ByteSource } from '../source/byte-source'
import { decodeField, fieldOf, parseDate, parseFields } from './mail-headers'
import { createUniqueNames, judgeName, nameOfSubject, nameOfType } from './mail-names'
import { planMail, type MailStep } from './mail-plan'
import { readMailStructure, type MailPart, type MailStructure } from './mail-structure'
import { decodeRange, measureRange } from './mail-transfer'

/** The headers of an attached mail, as far as they are looked at for its subject. */
const PEEK_BYTES = 16 * 1024

export type MailOptions = { readonly limits: Limits; readonly signal: AbortSignal; readonly beat: () => void }

/** An item as it is listed, and the part of the mail that its bytes are in. */
export type MailItem = { readonly entry: ExpandedEntry; readonly part: MailPart }

export type ReadMail = {
  readonly structure: MailStructure
  readonly steps: readonly MailStep[]
  readonly items: readonly MailItem[]
}

const isMessage = ({ type }: MailPart): boolean => type === 'message/rfc822' || type === 'message/global'

/** The first bytes of a part, decoded. */
export const peekPart = async (
  source: ByteSource,
  part: MailPart,
  maxBytes: number,
  options: MailOptions,
): Promise<Buffer> => {
  const pieces: Buffer[] = []
  let sizeBytes = 0
  for await (const piece of decodeRange(source, part, options)) {
    pieces.push(piece)
    sizeBytes += piece.length
    if (sizeBytes >= maxBytes) break
  }
  return Buffer.concat(pieces).subarray(0, maxBytes)
}

const statedName = async (
  source: ByteSource,
  part: MailPart,
  position: number,
  options: MailOptions,
): Promise<string> => {
  if (!isMessage(part)) return part.fileName ?? nameOfType(part.type, position)
  const head = (await peekPart(source, part, PEEK_BYTES, options)).toString('latin1')
  const end = /\r?\n\r?\n/.exec(head)?.index ?? head.length
  const subject = fieldOf(parseFields(Buffer.from(head.slice(0, end), 'latin1')), 'subject')
  const named = nameOfSubject(part.fileName?.replace(/\.eml$/i, '') ?? (subject === null ? null : decodeField(subject)))
  return named === '' ? nameOfType(part.type, position) : `${named}.eml`
}

const overSize = (sizeBytes: number, { limits }: MailOptions): Warning | null => {
  const limit = limits['archive.entryBytes']
  if (sizeBytes <= limit) return null
  return { code: 'ARCHIVE_ENTRY_LIMIT', details: { limit, actual: sizeBytes, setting: 'archive.entryBytes' } }
}

const listItems = async (source: ByteSource, steps: readonly MailStep[], options: MailOptions): Promise<MailItem[]> => {
  const items: MailItem[] = []
  const unique = createUniqueNames()
  const root = steps.find(({ what }) => what === 'headers')?.part
  const modifiedMs = parseDate(root ? fieldOf(root.fields, 'date') : null)
  for (const { what, part } of steps) {
    // What is empty is told in the receipt; there is nothing to hand on.
    if (what !== 'attachment' || part.end <= part.start) continue
    const index = items.length
    const { name, problem } = judgeName(
      await statedName(source, part, index + 1, options),
      options.limits['archive.nameBytes'],
    )
    const sizeBytes = await measureRange(source, part, options)
    items.push({
      part,
      entry: {
        index,
        name: unique(name),
        sizeBytes,
        compressedBytes: part.end - part.start,
        crc32: 0,
        modifiedMs,
        problem: problem ?? overSize(sizeBytes, options),
      },
    })
  }
  return items
}

/** Finds everything in a mail, reading its bytes once or twice. @throws CANCELLED */
export const readMail = async (source: ByteSource, options: MailOptions): Promise<ReadMail> => {
  const structure = await readMailStructure(source, options)
  const steps = planMail(structure)
  return { structure, steps, items: await listItems(source, steps, options) }
}
