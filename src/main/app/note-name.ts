/**
 * Owns how a note is called: by its first words, its subject, or the name it came with, and the day. Refuses: trusting any of them.
 */
import type { NoteKind } from '../../shared/notes'

const MAX_CHARS = 60
const MAX_WORDS = 8
const EXTENSIONS: Readonly<Record<Exclude<NoteKind, 'file'>, string>> = { text: '.txt', html: '.html', mail: '.eml' }

/** Letters, digits and single spaces: what every file system takes, and no path. */
const toWords = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()

const shorten = (text: string): string => {
  const words = toWords(text).split(' ').slice(0, MAX_WORDS).join(' ')
  return [...words].slice(0, MAX_CHARS).join('').trim()
}

const subjectOf = (mail: string): string => {
  const head = mail.slice(0, Math.max(0, mail.search(/\r?\n\r?\n/)) || mail.length)
  const subject = /^subject:[ \t]*(.*(?:\r?\n[ \t].*)*)/im.exec(head)?.[1] ?? ''
  // A subject in another encoding is words of no language here; the mail itself is read well.
  return subject.includes('=?') ? '' : subject
}

export type NoteSource = {
  readonly kind: NoteKind
  /** The name it came with, if any. */
  readonly name: string | null
  /** Its beginning, as text. */
  readonly head: string
  readonly date: Date
}

const twoDigits = (value: number): string => String(value).padStart(2, '0')

/** `Call the plumber-2026-11-23.txt`, in two parts: what a number may stand between, and the end. */
export const nameNote = ({ kind, name, head, date }: NoteSource): { readonly stem: string; readonly end: string } => {
  const extension = name === null ? null : (/\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1]?.toLowerCase() ?? null)
  const words: Readonly<Record<NoteKind, () => string>> = {
    text: () => head,
    html: () =>
      head
        .replace(/<(script|style)\b[^]*?<\/\1>/gi, ' ')
        .replace(/<[^>]*>/g, ' ')
        .replace(/&[#\w]{1,10};/g, ' '),
    mail: () => subjectOf(head),
    file: () => (name ?? '').replace(/^.*[\\/]/, '').replace(/\.[A-Za-z0-9]{1,8}$/, ''),
  }
  const day = `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`
  const stem = shorten(words[kind]())
  const end = kind === 'file' ? (extension === null ? '' : `.${extension}`) : EXTENSIONS[kind]
  return { stem: `${stem === '' ? 'Note' : stem}-${day}`, end }
}
