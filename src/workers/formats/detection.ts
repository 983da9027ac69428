/**
 * Owns deciding what an item is: by its content first, then by its name. Refuses: reading it.
 */
import { AppError } from '../../shared/errors'
import { createDecoder, sniffEncoding } from '../text/encoding'
import type { Format, ItemBytes, Sample } from './format'
import { declaredEncoding } from './html-format'
import { sniffSignature } from './signatures'
import { formats } from './table'

/** What is to be done with an item. */
export type Verdict =
  { readonly archive: false; readonly format: Format } | { readonly archive: true; readonly format: null }

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

/**
 * What an item is.
 * @throws FILE_EMPTY, UNSUPPORTED_FORMAT (with `kind`), BINARY_FILE, DOCUMENT_ENCRYPTED
 */
export const detectFormat = async (item: ItemBytes, name: string): Promise<Verdict> => {
  if (item.sizeBytes === 0) throw new AppError('FILE_EMPTY')
  const sample = await sampleOf(item, name)
  if (sample.signature === 'zip') return { archive: true, format: null }
  if (sample.signature === 'encrypted') throw new AppError('DOCUMENT_ENCRYPTED')
  let best: { format: Format; confidence: number } | null = null
  for (const format of formats) {
    const confidence = format.detect(sample)
    if (confidence !== null && (best === null || confidence > best.confidence)) best = { format, confidence }
  }
  if (best) return { archive: false, format: best.format }
  if (sample.signature !== null) throw new AppError('UNSUPPORTED_FORMAT', { kind: sample.signature })
  throw new AppError('BINARY_FILE')
}
