/**
 * Owns telling files that are two things at once: a picture, a PDF or a web page that is a zip as well, a PDF that hides behind another beginning.
 * Refuses: files that merely quote another. A zip behind bytes that are nothing by themselves (a script, padding) is a zip with extra bytes.
 */
import { openSync } from 'node:fs'
import { AppError } from '../../shared/errors'
import { openFileSource, readBytes } from '../source/byte-source'
import { typeOfBytes } from './byte-type'
import { requireNoProgram } from './executable'
import type { ItemBytes } from './format'

/** Items up to this size are in memory or cheap to read as a whole. */
const MEMORY_BYTES = 16 * 1024 * 1024
const END_BYTES = 22
const END_MARK = Buffer.from('PK\x05\x06', 'latin1')
const ENTRY_MARK = Buffer.from('PK\x01\x02', 'latin1')
const LEAST_ENTRY_BYTES = 46
/** The end record of a zip stands before a comment of at most 64 KiB; its table of contents before that. */
const TAIL_BYTES = 65_535 + END_BYTES + 65_536

/** What an honest zip never begins with. */
const PAGE_START = /^\s*<(?:!doctype\s+html|html|head|body|script)\b/i

const readTail = async (item: ItemBytes): Promise<Buffer> => {
  if (item.sizeBytes <= item.head.length) return item.head.subarray(-TAIL_BYTES)
  if (item.sizeBytes <= MEMORY_BYTES) return (await item.read()).subarray(-TAIL_BYTES)
  const source = openFileSource(openSync(await item.filePath(), 'r'), item.sizeBytes)
  try {
    return readBytes(source, Math.max(0, item.sizeBytes - TAIL_BYTES), TAIL_BYTES)
  } finally {
    source.close()
  }
}

const isEndRecord = (tail: Buffer, at: number): boolean => {
  if (tail.length - at < END_BYTES) return false
  const entries = tail.readUInt16LE(at + 10)
  const directoryBytes = tail.readUInt32LE(at + 12)
  const end = at + END_BYTES + tail.readUInt16LE(at + 20)
  if (entries === 0 || directoryBytes < entries * LEAST_ENTRY_BYTES || end > tail.length) return false
  const directory = at - directoryBytes
  // A table of contents that begins before the tail is believed.
  if (directory >= 0 && !tail.subarray(directory, directory + 4).equals(ENTRY_MARK)) return false
  // A zip that is embedded in a document has more of the document after it.
  return tail.subarray(end).every((byte) => byte === 0 || byte === 10 || byte === 13)
}

/** Whether a file whose last bytes are `tail` ends as a zip does: with an end record that fits its table of contents and reaches to the end. */
export const endsAsZip = (tail: Buffer): boolean => {
  for (let at = tail.lastIndexOf(END_MARK); at >= 0; at = at === 0 ? -1 : tail.lastIndexOf(END_MARK, at - 1))
    if (isEndRecord(tail, at)) return true
  return false
}

/** Whether bytes begin like a web page, text or not. */
export const beginsLikeMarkup = (head: Buffer): boolean => PAGE_START.test(head.toString('latin1', 0, 256))

/**
 * Refuses what has the beginning of one kind and the end of a zip.
 * @throws POLYGLOT_FILE
 */
export const requireNoHiddenZip = async (item: ItemBytes, kind: string): Promise<void> => {
  if (endsAsZip(await readTail(item)))
    throw new AppError('POLYGLOT_FILE', { kind: nameOf(kind), other: 'a zip archive' })
}

/**
 * Refuses what begins as a picture or a page and has the whole of a PDF after that.
 * @throws POLYGLOT_FILE
 */
export const requireNoHiddenPdf = async (item: ItemBytes, kind: string): Promise<void> => {
  if (!item.head.subarray(0, 1_024).includes('%PDF-') || !(await readTail(item)).includes('startxref')) return
  throw new AppError('POLYGLOT_FILE', { kind: nameOf(kind), other: 'a PDF' })
}

const nameOf = (kind: string): string => (kind === 'html' ? 'a web page' : `a ${kind.toUpperCase()}`)

/** What begins like this beside the zip that it ends as: a picture, a page, a PDF; `null` for bytes that are nothing by themselves. */
const sniffStart = async (head: Buffer): Promise<string | null> => {
  if (head.subarray(0, 1_024).includes('%PDF-')) return 'pdf'
  if (beginsLikeMarkup(head)) return 'html'
  const type = await typeOfBytes(head)
  return type?.mime.startsWith('image/') ? type.ext : null
}

/**
 * Refuses a zip that begins as a program, or as something else that people open. `head`: what stands at its start, not the zip's own bytes.
 * @throws EXECUTABLE_FILE, POLYGLOT_FILE
 */
export const requireNoOtherStart = async (head: Buffer): Promise<void> => {
  requireNoProgram(head)
  const start = await sniffStart(head)
  if (start !== null) throw new AppError('POLYGLOT_FILE', { kind: nameOf(start), other: 'a zip archive' })
}
