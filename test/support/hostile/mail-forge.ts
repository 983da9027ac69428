// Owns making mails and mailboxes by code, honest ones and hostile ones. Refuses to read them. Sources: RFC 5322, RFC 2046, RFC 4155.

export type ForgedPart = {
  type?: string
  name?: string
  body: string | Buffer
  encoding?: 'base64' | 'quoted-printable' | '7bit'
}

const HEADERS =
  'From: Ann <ann@example.org>\r\nTo: Bob <bob@example.org>\r\nDate: Fri, 17 May 2024 08:00:00 +0000\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n'

const partText = ({ type = 'text/plain; charset=utf-8', name, body, encoding = 'base64' }: ForgedPart): string => {
  const disposition = name === undefined ? '' : `Content-Disposition: attachment; filename="${name}"\r\n`
  const content =
    encoding === 'base64' ? Buffer.from(body).toString('base64').replace(/.{76}/g, '$&\r\n') : body.toString()
  return `Content-Type: ${type}\r\n${disposition}Content-Transfer-Encoding: ${encoding}\r\n\r\n${content}\r\n`
}

/** A mail of parts. `headers` stand before the others. */
export const forgeMail = (
  subject: string,
  parts: readonly ForgedPart[],
  { headers = '', boundary = 'edge', end = true } = {},
): string =>
  `${headers}${HEADERS}Subject: ${subject}\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n` +
  parts.map((part) => `--${boundary}\r\n${partText(part)}`).join('') +
  (end ? `--${boundary}--\r\n` : '')

/** A mail in a mail, `depth` times. */
export const nestMails = (depth: number, innermost: string): string => {
  let mail = forgeMail('innermost', [{ body: innermost }])
  for (let level = depth; level > 0; level -= 1)
    mail = forgeMail(
      `level ${level}`,
      [{ body: `Level ${level} of the mails.` }, { type: 'message/rfc822', body: mail, encoding: '7bit' }],
      { boundary: `edge${level}` },
    )
  return mail
}

/** Multiparts in multiparts of one mail. */
export const nestParts = (depth: number, innermost: string): string => {
  let body = partText({ body: innermost })
  for (let level = depth; level > 0; level -= 1)
    body = `Content-Type: multipart/mixed; boundary="b${level}"\r\n\r\n--b${level}\r\n${body}\r\n--b${level}--\r\n`
  return `${HEADERS}Subject: nested\r\n${body}`
}

export const longMail = (attachments: number): string =>
  forgeMail('Mills', [
    { body: 'The miller writes about his wheel.', encoding: '7bit' },
    { type: 'text/html; charset=utf-8', body: '<p>The miller writes about his <b>wheel</b>.</p>' },
    ...Array.from({ length: attachments }, (_, n) => ({ name: `note ${n}.txt`, body: `Attached note number ${n}.` })),
  ])

export const mailbox = (mails: number): string =>
  Array.from(
    { length: mails },
    (_, n) =>
      `From ann@example.org Fri May 17 08:00:0${n % 10} 2024\r\n${forgeMail(`Mail ${n}`, [{ body: `Mail number ${n} of the box.` }])}\r\n`,
  ).join('')
