/**
 * Owns telling mails and mailboxes from other text by how they begin. Refuses: Outlook's own files, which have a signature.
 * The same for documents and containers: what is one here must be found again when something in it is asked for.
 */
import { kindOfType } from '../../shared/kinds'
import { isFieldLine } from './mail-headers'

/** Looked at, however much is given: the answer must not depend on it. */
const SNIFF_BYTES = 4_096
const MAIL_EXTENSIONS: readonly string[] = ['eml', 'emlx', 'mht', 'mhtml', 'nws']

const KNOWN_FIELD =
  /^(?:from|to|cc|date|subject|received|return-path|message-id|mime-version|delivered-to|content-[a-z-]+|x-[\w-]+|reply-to|sender|references|in-reply-to|dkim-signature|envelope-to|newsgroups|path|list-[\w-]+|arc-[\w-]+)[ \t]*:/i
/** Only programs write these: a letter that a person begins with "To: … Subject: …" has none. */
const PROGRAM_FIELD =
  /^(?:received|return-path|message-id|mime-version|delivered-to|dkim-signature|envelope-to)[ \t]*:/i
const SENDER_FIELD = /^(?:from|sender|subject|date)[ \t]*:/i
const LEAST_FIELDS = 3

/** The line before each mail in a mailbox: sender and date (RFC 4155). Patches of git begin with one that has a hash for a sender. */
const ENVELOPE = /^From (?![0-9a-f]{40} )\S.*\b(?:\d{1,2}:\d{2}.*\d{4}|\d{4}.*\d{1,2}:\d{2})/i

/** The extension of a name, in lower case and without its dot. */
export const extensionOf = (name: string): string => /[^.]\.([^.]{1,16})$/.exec(name.toLowerCase())?.[1] ?? ''

/** Whether what an item is called leaves open that it is a mail: a program or a page that quotes one is none. */
const mayBeMail = (extension: string): boolean => {
  const kind = kindOfType(extension)
  return kind === null || kind === 'text' || kind === 'eml' || kind === 'msg'
}

const isMailHeader = (lines: readonly string[]): boolean => {
  const end = lines.findIndex((line) => line.trim() === '')
  // The last line may be cut.
  const block = lines.slice(0, end < 0 ? Math.max(1, lines.length - 1) : end)
  if (!block.every((line, at) => isFieldLine(line) || (at > 0 && /^[ \t]/.test(line)))) return false
  return (
    block.filter((line) => KNOWN_FIELD.test(line)).length >= LEAST_FIELDS &&
    block.some((line) => PROGRAM_FIELD.test(line)) &&
    block.some((line) => SENDER_FIELD.test(line))
  )
}

/** How a mail may begin that is named as one: a field, no header at all, the envelope of a mailbox, the size that Apple Mail puts first, a part. */
const beginsLikeMail = (first: string): boolean =>
  isFieldLine(first) || /^\s*$|^>?From |^\d{1,12}\s*$|^--\S/.test(first)

/** What the beginning of an item and the extension of its name (see `extensionOf`) say; `null` when it is no mail. */
export const sniffMail = (head: Buffer, extension: string): 'eml' | 'mbox' | null => {
  const text = head
    .subarray(0, SNIFF_BYTES)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
  if (text.includes('\0')) return null
  const lines = text.split(/\r?\n/)
  const [first = '', second = ''] = lines
  if (MAIL_EXTENSIONS.includes(extension)) return beginsLikeMail(first) ? 'eml' : null
  if (extension === 'mbox' && first.startsWith('From ')) return 'mbox'
  if (!mayBeMail(extension)) return null
  if (ENVELOPE.test(first)) return isFieldLine(second) || second.startsWith('>From ') ? 'mbox' : null
  return isMailHeader(lines) ? 'eml' : null
}
