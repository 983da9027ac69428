// Mails and mailboxes that were made to hurt: parts without end, boundaries that lie, attachments that are bombs.
import { forgeMail, mailbox, nestMails, nestParts } from '../../support/hostile/mail-forge'
import { describeHostile } from '../../support/hostile/suite'
import type { Fate, HostileCase } from '../../support/hostile/yard'
import { makeOutlook } from '../../support/mail/mail-maker'
import { forgeZip } from '../../support/zip-forge'

const MiB = 1024 * 1024
const READ: Fate = [
  'partial TEXT_LIMIT',
  'indexed',
  'partial MAIL_PARTS_LIMIT',
  'partial MAIL_TRUNCATED',
  'partial MAIL_HEADER_LIMIT',
  'partial TEXT_UNDECODABLE',
  'partial DOCUMENT_PART_UNREADABLE',
]

const OUTLOOK = {
  subject: 'Locks',
  text: 'The lock keeper writes. '.repeat(1_000),
  attachments: [{ name: 'lock.txt', bytes: Buffer.from('An attached text about locks.') }],
}
const SECTOR_BYTES = 4_096
const FIRST_TABLE_AT = 76

/** A compound file whose table of sectors is written anew: which sector follows which. */
const relink = (file: Buffer, link: (sector: number) => number): Buffer => {
  const table = (file.readUInt32LE(FIRST_TABLE_AT) + 1) * SECTOR_BYTES
  for (let sector = 0; sector < SECTOR_BYTES / 4; sector += 1) file.writeUInt32LE(link(sector), table + sector * 4)
  return file
}

const cases: HostileCase[] = [
  {
    name: 'a mail of two thousand parts',
    make: ({ write }) =>
      write(
        'a.eml',
        forgeMail(
          'Crowd',
          Array.from({ length: 2_000 }, (_, n) => ({
            body: `Part number ${n}.`,
            ...(n % 20 === 19 ? { name: `${n}.txt` } : {}),
          })),
        ),
      ),
    fates: { '*': [...READ, 'rejected MAIL_PARTS_LIMIT', 'rejected ARCHIVE_ENTRIES_LIMIT'] },
    maxMs: 60_000,
  },
  {
    name: 'multiparts in multiparts, a thousand deep',
    make: ({ write }) => write('a.eml', nestParts(1_000, 'The innermost part.')),
    fates: { '*': [...READ, 'rejected DOCUMENT_BOMB', 'skipped DOCUMENT_NO_TEXT'] },
  },
  {
    name: 'mails in mails, thirty deep',
    make: ({ write }) => write('a.eml', nestMails(30, 'The innermost mail.')),
    fates: { 'a.eml': 'partial MAIL_DEPTH_LIMIT' },
    absent: ['innermost mail'],
  },
  {
    name: 'a mail with a header line of ten megabytes, and one with a hundred thousand header lines',
    make: ({ write }) => {
      write(
        'a.eml',
        forgeMail('Long', [{ body: 'The body of the first.' }], { headers: `X-Long: ${'x'.repeat(10 * MiB)}\r\n` }),
      )
      write(
        'b.eml',
        forgeMail('Many', [{ body: 'The body of the second.' }], { headers: 'X-Many: y\r\n'.repeat(100_000) }),
      )
    },
    fates: { 'a.eml': [...READ, 'rejected MAIL_HEADER_LIMIT'], 'b.eml': [...READ, 'rejected MAIL_HEADER_LIMIT'] },
    maxMs: 40_000,
  },
  {
    name: 'a mail whose boundary never comes, and one whose boundary is empty',
    make: ({ write }) => {
      write('a.eml', forgeMail('Never', [{ body: 'Never ends.' }], { end: false }))
      write('b.eml', forgeMail('Empty', [{ body: 'No edge.' }], { boundary: '' }))
    },
    fates: { '*': [...READ, 'skipped DOCUMENT_NO_TEXT', 'failed DOCUMENT_CORRUPT'] },
  },
  {
    name: 'attachments whose names point elsewhere',
    make: ({ write }) =>
      write(
        'a.eml',
        forgeMail('Names', [
          { body: 'See attached.' },
          { name: '../../escaped.txt', body: 'Attached text number one.' },
          { name: '/etc/owned.txt', body: 'Attached text number two.' },
          { name: 'C:\\\\owned.txt', body: 'Attached text number three.' },
        ]),
      ),
    fates: { 'a.eml': 'indexed', '*': ['indexed', 'rejected ARCHIVE_PATH_TRAVERSAL', 'rejected ARCHIVE_BAD_NAME'] },
    items: 4,
  },
  {
    name: 'a mail with a bomb attached',
    make: ({ write }) =>
      write(
        'a.eml',
        forgeMail('Bomb', [
          { body: 'See the bomb.' },
          {
            name: 'b.zip',
            type: 'application/zip',
            body: forgeZip([{ name: 'bomb.txt', data: Buffer.alloc(64 * MiB) }]),
          },
        ]),
      ),
    fates: { 'a.eml': 'indexed', '*': ['rejected ARCHIVE_BOMB_RATIO'] },
    items: 2,
  },
  {
    name: 'a mail in HTML that asks for pictures and styles from the network',
    make: ({ write, remote }) =>
      write(
        'a.eml',
        forgeMail('Tracking', [
          {
            type: 'text/html',
            body: `<link rel="stylesheet" href="${remote('m.css')}"><p>The cooper orders staves.</p><img src="${remote('pixel.png')}"><object data="${remote('o')}"></object>`,
          },
          {
            type: `message/external-body; access-type=URL; URL="${remote('body')}"`,
            body: 'Content-Type: text/plain\r\n\r\n',
            encoding: '7bit',
          },
        ]),
      ),
    fates: { 'a.eml': READ, '*': READ },
    absent: ['canary was fetched'],
  },
  {
    name: 'base64 and quoted-printable that are broken',
    make: ({ write }) => {
      write(
        'a.eml',
        forgeMail('Broken', [
          { body: 'Readable first.' },
          { name: 'x.txt', body: '=ZZ=\r\n=C3=', encoding: 'quoted-printable' },
        ]),
      )
      write('b.eml', forgeMail('Broken', [{ body: 'Readable second.' }]).replace(/UmVhZ[\w=]+/, '!!!not*base64!!!'))
    },
    fates: { '*': [...READ, 'skipped DOCUMENT_NO_TEXT', 'skipped FILE_EMPTY'] },
  },
  {
    name: 'a mailbox of five hundred mails that are one line each',
    make: ({ write }) => write('a.mbox', 'From a@example.org Fri May 17 08:00:00 2024\n\n'.repeat(500)),
    fates: { '*': [...READ, 'skipped DOCUMENT_NO_TEXT', 'skipped FILE_EMPTY', 'rejected ARCHIVE_ENTRIES_LIMIT'] },
    maxMs: 100_000,
  },
  {
    name: 'a mail and a mailbox that are cut off at every tenth',
    make: ({ write }) => {
      const mail = forgeMail('Cut', [
        { body: 'The first part of the mail.' },
        { name: 'x.txt', body: 'An attached text that is long enough to be cut.' },
      ])
      const box = mailbox(4)
      for (let n = 1; n < 10; n += 1) {
        write(`${n}.eml`, mail.slice(0, Math.floor((mail.length * n) / 10)))
        write(`${n}.mbox`, box.slice(0, Math.floor((box.length * n) / 10)))
      }
    },
    fates: { '*': [...READ, 'skipped DOCUMENT_NO_TEXT', 'skipped FILE_EMPTY', 'failed ARCHIVE_CORRUPT'] },
  },
  {
    name: 'an Outlook mail that is cut off at every tenth',
    make: ({ write }) => {
      const mail = makeOutlook(OUTLOOK)
      for (let n = 1; n < 10; n += 1) write(`${n}.msg`, mail.subarray(0, Math.floor((mail.length * n) / 10)))
    },
    fates: { '*': [...READ, 'failed DOCUMENT_CORRUPT', 'skipped UNSUPPORTED_FORMAT', 'skipped DOCUMENT_NO_TEXT'] },
  },
  {
    name: 'Outlook mails whose chains of sectors are loops, lead back or lead nowhere',
    make: ({ write }) => {
      const links = { self: (at: number) => at, back: (at: number) => at % 3, away: () => 0x7fffffff }
      for (const [name, link] of Object.entries(links)) write(`${name}.msg`, relink(makeOutlook(OUTLOOK), link))
    },
    fates: { '*': ['failed DOCUMENT_CORRUPT', 'skipped UNSUPPORTED_FORMAT', 'skipped DOCUMENT_NO_TEXT', ...READ] },
    items: 3,
  },
]

describeHostile('hostile mails', cases, { 'document.chars': 20_000 })
