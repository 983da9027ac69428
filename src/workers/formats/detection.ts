/**
 * Owns deciding what an item is: by its content first, then by its name. Refuses: reading it.
 */
import { AppError } from '../../shared/errors'
import { isArchiveKind, kindLabels, type ArchiveKind } from '../../shared/kinds'
import type { Warning } from '../../shared/work'
import { createDecoder, sniffEncoding } from '../text/encoding'
import type { Format, ItemBytes, Sample } from './format'
import { declaredEncoding } from './html-format'
import { namedFamily, familyOfKind } from './kind-names'
import { sniffSignature } from './signatures'
import { formats } from './table'

/** What is to be done with an item. `note` says that its name promises another kind. */
export type Verdict =
  | { readonly archive: false; readonly format: Format; readonly kind: string; readonly note: Warning | null }
  | { readonly archive: true; readonly format: null; readonly kind: ArchiveKind; readonly note: null }

const headText = (head: Buffer, complete: boolean): string | null => {
  const encoding = sniffEncoding(head, complete, declaredEncoding(head))
  return encoding === null
    ? null
    : createDecoder(encoding)
        .write(head)
        .replace(/^\ufeff/, '')
}

const sampleOf = async (item: ItemBytes, name: string): Promise<Sample> => {
  const lowerName = name.toLowerCase()
  const complete = item.sizeBytes <= item.head.length
  const extension = /[^.]\.([^.]{1,16})$/.exec(lowerName)?.[1] ?? ''
  const facts = { head: item.head, complete, name: lowerName, extension, text: headText(item.head, complete) }
  const signature = await sniffSignature(item, facts)
  // What has a signature is not plain text, even where it is written as text.
  return { ...facts, signature, text: signature === null ? facts.text : null }
}

/** Said where a name promises another family of kinds than the content is of; kinds of text are one family. */
const mismatchOf = (format: Format, { extension, signature, text }: Sample): Warning | null => {
  const named = namedFamily(extension)
  // Damaged bytes that only their name tells anything about are read by it.
  if (named === null || named.family === familyOfKind(format.kind) || (signature === null && text === null)) return null
  return { code: 'KIND_MISMATCH', details: { named: named.label, kind: kindLabels[format.kind] } }
}

/**
 * What an item is.
 * @throws FILE_EMPTY, UNSUPPORTED_FORMAT (with `kind`), BINARY_FILE, DOCUMENT_ENCRYPTED, EXECUTABLE_FILE, POLYGLOT_FILE
 */
export const detectFormat = async (item: ItemBytes, name: string): Promise<Verdict> => {
  if (item.sizeBytes === 0) throw new AppError('FILE_EMPTY')
  const sample = await sampleOf(item, name)
  const { signature } = sample
  if (isArchiveKind(signature)) return { archive: true, format: null, kind: signature, note: null }
  let best: { format: Format; confidence: number } | null = null
  for (const format of formats) {
    const confidence = format.detect(sample)
    if (confidence !== null && (best === null || confidence > best.confidence)) best = { format, confidence }
  }
  if (best) {
    const { format } = best
    return { archive: false, format, kind: format.kind, note: mismatchOf(format, sample) }
  }
  if (signature === 'encrypted') throw new AppError('DOCUMENT_ENCRYPTED')
  if (signature !== null) throw new AppError('UNSUPPORTED_FORMAT', { kind: signature })
  throw new AppError('BINARY_FILE')
}
