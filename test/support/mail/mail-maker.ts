/**
 * Owns making mails by code for tests: MIME parts, mailboxes, Outlook files. Refuses: being a reader of anything.
 */
import { writeCompoundFile, type CompoundStream } from '../../../src/workers/formats/msg-compound'

export type MadePart = { headers?: readonly string[]; body?: string | Buffer }

const CRLF = '\r\n'

const encodeBase64 = (bytes: Buffer): string => (bytes.toString('base64').match(/.{1,76}/g) ?? []).join(CRLF)

/** A text part. */
export const textPart = (body: string, type = 'text/plain; charset=utf-8', ...headers: string[]): MadePart => ({
  headers: [`Content-Type: ${type}`, ...headers],
  body,
})

/** An attached file, in base64. */
export const filePart = (name: string, bytes: Buffer | string, type = 'application/octet-stream'): MadePart => ({
  headers: [
    `Content-Type: ${type}`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
  ],
  body: encodeBase64(Buffer.from(bytes)),
})

const partBytes = ({ headers = [], body = '' }: MadePart): Buffer =>
  Buffer.concat([Buffer.from(`${headers.join(CRLF)}${CRLF}${CRLF}`), Buffer.from(body)])

/** A group of parts. */
export const groupPart = (kind: string, boundary: string, parts: readonly MadePart[]): MadePart => ({
  headers: [`Content-Type: multipart/${kind}; boundary="${boundary}"`],
  body: Buffer.concat([
    ...parts.flatMap((part) => [Buffer.from(`--${boundary}${CRLF}`), partBytes(part), Buffer.from(CRLF)]),
    Buffer.from(`--${boundary}--${CRLF}`),
  ]),
})

/** A whole mail: the headers of its root, and those of mail. */
export const makeMail = (subject: string, root: MadePart, ...headers: string[]): Buffer =>
  partBytes({
    headers: [
      'From: Ada Lovelace <ada@example.org>',
      'To: Charles <charles@example.org>',
      `Subject: ${subject}`,
      'Date: Mon, 01 Jun 2009 10:00:00 +0200',
      'Message-ID: <1@example.org>',
      'MIME-Version: 1.0',
      ...headers,
      ...(root.headers ?? []),
    ],
    body: root.body ?? '',
  })

/** A mailbox, with lines that begin with "From " protected as mboxrd does. */
export const makeMailbox = (mails: readonly (Buffer | string)[]): Buffer =>
  Buffer.concat(
    mails.flatMap((mail) => [
      Buffer.from('From ada@example.org Mon Jun 01 10:00:00 2009\n'),
      Buffer.from(
        mail
          .toString('latin1')
          .replaceAll(CRLF, '\n')
          .replace(/^(>*From )/gm, '>$1'),
        'latin1',
      ),
      Buffer.from('\n\n'),
    ]),
  )

export type MadeOutlook = {
  subject: string
  text?: string
  html?: string
  rtf?: Buffer
  attachments?: readonly (
    { name: string; bytes: Buffer; contentId?: string; mediaType?: string } | { name: string; mail: MadeOutlook }
  )[]
}

const property = (id: string, text: string): { name: string; bytes: Buffer } => ({
  name: `__substg1.0_${id}001F`,
  bytes: Buffer.from(text, 'utf16le'),
})

const outlookStreams = (mail: MadeOutlook, folder: readonly string[]): CompoundStream[] => {
  const headerBytes = folder.length === 0 ? 32 : 24
  const sent = Buffer.alloc(16)
  sent.writeUInt32LE(0x00390040, 0)
  sent.writeBigUInt64LE(116_444_736_000_000_000n + BigInt(Date.UTC(2009, 5, 1)) * 10_000n, 8)
  const own = [
    property('0037', mail.subject),
    property('0C1A', 'Ada Lovelace'),
    property('0C1F', 'ada@example.org'),
    property('0E04', 'charles@example.org'),
    ...(mail.text === undefined ? [] : [property('1000', mail.text)]),
    ...(mail.html === undefined ? [] : [{ name: '__substg1.0_10130102', bytes: Buffer.from(mail.html) }]),
    ...(mail.rtf === undefined ? [] : [{ name: '__substg1.0_10090102', bytes: mail.rtf }]),
    { name: '__properties_version1.0', bytes: Buffer.concat([Buffer.alloc(headerBytes), sent]) },
  ]
  const attached = (mail.attachments ?? []).flatMap((attachment, at): CompoundStream[] => {
    const place = [...folder, `__attach_version1.0_#${at.toString(16).toUpperCase().padStart(8, '0')}`]
    const put = ({ name, bytes }: { name: string; bytes: Buffer }): CompoundStream => ({
      path: [...place, name],
      bytes,
    })
    const named = [
      put(property('3707', attachment.name)),
      put({ name: '__properties_version1.0', bytes: Buffer.alloc(8) }),
    ]
    if ('mail' in attachment) return [...named, ...outlookStreams(attachment.mail, [...place, '__substg1.0_3701000D'])]
    const { contentId, mediaType, bytes } = attachment
    return [
      ...named,
      ...(contentId === undefined ? [] : [put(property('3712', contentId))]),
      ...(mediaType === undefined ? [] : [put(property('370E', mediaType))]),
      put({ name: '__substg1.0_37010102', bytes }),
    ]
  })
  return [...own.map(({ name, bytes }) => ({ path: [...folder, name], bytes })), ...attached]
}

/** An Outlook file. */
export const makeOutlook = (mail: MadeOutlook): Buffer => writeCompoundFile(outlookStreams(mail, []))
