/**
 * Owns the names under which what a mail holds is handed on: safe as the names of archive entries, and each only once.
 * Refuses: opening or creating anything by them.
 */
import { readEntryName } from '../archive/entry-name'
import type { EntryName } from '../archive/entry-name'
import { collapseSpace, truncate } from '../text/clean'

const UTF8_FLAG = 0x0800
/** On Unix `\` is an ordinary character; as of any other system it is one between folders. */
const MADE_BY_ANY = 0
const SUBJECT_CHARS = 80
/** Where a path of the sender's own disk begins: old programs sent it along. */
const SENDERS_PATH = /^(?:[A-Za-z]:[\\/]|\\\\|[\\/])/
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const NOT_IN_NAMES = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]+/g

const extensionOfType: Readonly<Record<string, string>> = {
  'text/plain': 'txt',
  'text/html': 'html',
  'text/calendar': 'ics',
  'text/csv': 'csv',
  'text/markdown': 'md',
  'text/xml': 'xml',
  'text/vcard': 'vcf',
  'text/x-vcard': 'vcf',
  'text/rtf': 'rtf',
  'application/rtf': 'rtf',
  'application/pdf': 'pdf',
  'application/json': 'json',
  'application/xml': 'xml',
  'application/zip': 'zip',
  'application/gzip': 'gz',
  'application/msword': 'doc',
  'application/postscript': 'ps',
  'application/ms-tnef': 'dat',
  'message/rfc822': 'eml',
  'message/global': 'eml',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/svg+xml': 'svg',
}

/** A name made of a mail's subject, without what no file name may hold; empty when there is none. */
export const nameOfSubject = (subject: string | null): string =>
  truncate(collapseSpace((subject ?? '').replace(NOT_IN_NAMES, ' ')), SUBJECT_CHARS).replace(/(?<![. ])[. ]+$/, '')

/** A name for what has none of its own. */
export const nameOfType = (type: string, position: number): string =>
  `attachment-${position}.${extensionOfType[type] ?? 'bin'}`

/** Judges a name as that of an archive entry. */
export const judgeName = (stated: string, maxBytes: number): EntryName => {
  const name = SENDERS_PATH.test(stated) ? (stated.split(/[\\/]/).pop() ?? '') : stated
  return readEntryName({ bytes: Buffer.from(name), flags: UTF8_FLAG, extraFields: [], madeBy: MADE_BY_ANY }, maxBytes)
}

/** Gives each name once: the second `image.png` is `image (2).png`. That names repeat is usual in mail. */
export const createUniqueNames = (): ((name: string) => string) => {
  const counts = new Map<string, number>()
  const taken = new Set<string>()
  return (name) => {
    const key = name.normalize('NFC').toLowerCase()
    const dot = name.lastIndexOf('.')
    const stem = dot > name.lastIndexOf('/') + 1 ? name.slice(0, dot) : name
    let unique = name
    let count = counts.get(key) ?? 1
    while (taken.has(unique.normalize('NFC').toLowerCase())) {
      count += 1
      unique = `${stem} (${count})${name.slice(stem.length)}`
    }
    counts.set(key, count)
    taken.add(unique.normalize('NFC').toLowerCase())
    return unique
  }
}
