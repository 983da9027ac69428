/**
 * Owns the mail in an Outlook file: its properties, recipients and attachments ([MS-OXMSG], [MS-OXPROPS]).
 * Refuses: named properties, calendars, and everything else that is no text or attachment.
 */
import { decodeBytes } from './mail-charset'
import type { OleFile } from './ole-file'
import { writeCompoundFile } from './msg-compound'
import { encodingOfCodePage } from './rtf-words'

/** Of properties: what they are, in hexadecimal. */
const ids = {
  subject: '0037',
  sentMs: '0039',
  senderName: '0C1A',
  senderAddress: '0C1F',
  senderSmtp: '5D01',
  onBehalfName: '0042',
  onBehalfAddress: '0065',
  onBehalfSmtp: '5D02',
  to: '0E04',
  cc: '0E03',
  bcc: '0E02',
  receivedMs: '0E06',
  text: '1000',
  rtf: '1009',
  html: '1013',
  recipientKind: '0C15',
  name: '3001',
  address: '3003',
  smtp: '39FE',
  codePage: '3FFD',
  internetCodePage: '3FDE',
  content: '3701',
  shortName: '3704',
  longName: '3707',
  mediaType: '370E',
  contentId: '3712',
} as const
type PropertyName = keyof typeof ids

const UNICODE = '001F'
const ANSI = '001E'
const BINARY = '0102'
const STORAGE = '000D'
const NUMBER = 0x0003
const TIME = 0x0040
const PROPERTIES = '__properties_version1.0'
const ROOT_HEADER_BYTES = 32
/** Of a mail in a mail, which says nothing about named properties. */
const INNER_HEADER_BYTES = 24
const PART_HEADER_BYTES = 8
const PROPERTY_BYTES = 16
const MAX_PROPERTIES = 10_000
/** 100 ns from 1601 to 1970. */
const EPOCH = 116_444_736_000_000_000n
/** Codes of kinds of recipients. */
const recipientFields: Readonly<Record<number, 'to' | 'cc' | 'bcc'>> = { 1: 'to', 2: 'cc', 3: 'bcc' }

/** The properties of one thing: the mail, a recipient, an attachment. */
type Properties = {
  readonly text: (name: PropertyName) => string | null
  readonly bytes: (name: PropertyName) => Buffer | null
  readonly number: (name: PropertyName) => number | null
  readonly timeMs: (name: PropertyName) => number | null
}

const readProperties = (ole: OleFile, folder: string, headerBytes: number, encoding: string | null): Properties => {
  const fixed = new Map<number, Buffer>()
  const table = ole.read(`${folder}${PROPERTIES}`) ?? Buffer.alloc(0)
  for (let at = headerBytes; at + PROPERTY_BYTES <= table.length && fixed.size < MAX_PROPERTIES; at += PROPERTY_BYTES) {
    fixed.set(table.readUInt32LE(at), table.subarray(at + 8, at + PROPERTY_BYTES))
  }
  const stream = (name: PropertyName, type: string): Buffer | null =>
    ole.read(`${folder}__substg1.0_${ids[name]}${type}`)
  const value = (name: PropertyName, type: number): Buffer | null =>
    fixed.get(((Number.parseInt(ids[name], 16) << 16) | type) >>> 0) ?? null
  const number = (name: PropertyName): number | null => value(name, NUMBER)?.readInt32LE(0) ?? null
  const ownEncoding = (): string | null => {
    const codePage = number('codePage') ?? number('internetCodePage')
    return codePage === null ? encoding : encodingOfCodePage(codePage)
  }
  return {
    text: (name) => {
      const wide = stream(name, UNICODE)
      const text = wide?.toString('utf16le') ?? null
      if (text !== null) return text.replace(/(?<!\0)\0+$/, '')
      const narrow = stream(name, ANSI)
      return narrow === null ? null : decodeBytes(narrow, ownEncoding()).replace(/(?<!\0)\0+$/, '')
    },
    bytes: (name) => stream(name, BINARY),
    number,
    timeMs: (name) => {
      const ticks = value(name, TIME)?.readBigUInt64LE(0) ?? 0n
      return ticks <= EPOCH ? null : Number((ticks - EPOCH) / 10_000n)
    },
  }
}

export type OutlookAttachment = {
  readonly fileName: string | null
  readonly mediaType: string
  readonly contentId: string | null
  /** It is a mail of its own. */
  readonly message: boolean
  /** Its bytes. @throws DOCUMENT_CORRUPT */
  readonly read: () => Buffer
}

export type OutlookMail = {
  readonly subject: string
  readonly from: string
  readonly to: string
  readonly cc: string
  readonly bcc: string
  readonly sentMs: number | null
  /** Bodies, as far as they are there. */
  readonly text: string | null
  readonly html: { readonly bytes: Buffer; readonly encoding: string | null } | null
  readonly rtf: Buffer | null
  readonly attachments: readonly OutlookAttachment[]
}

const addressOf = (name: string | null, ...addresses: (string | null)[]): string => {
  const address = addresses.find((each) => each?.includes('@')) ?? ''
  if (name === null || name === '' || name === address) return address
  return address === '' ? name : `${name} <${address}>`
}

/** Names of storages below a folder, in order. */
const foldersOf = (ole: OleFile, folder: string, prefix: string): string[] => {
  const found = new Set<string>()
  for (const name of ole.names) {
    if (!name.startsWith(`${folder}${prefix}`)) continue
    const end = name.indexOf('/', folder.length)
    if (end > 0) found.add(name.slice(0, end + 1))
  }
  return [...found].sort()
}

/** A branch of the file as a file of its own. */
const cutBranch = (ole: OleFile, branch: string): Buffer => {
  const streams = ole.names
    .filter((name) => name.startsWith(branch))
    .map((name) => {
      const path = name.slice(branch.length).split('/')
      const bytes = ole.read(name) ?? Buffer.alloc(0)
      if (path.length > 1 || path[0] !== PROPERTIES) return { path, bytes }
      const header = bytes.subarray(0, INNER_HEADER_BYTES)
      const rest = bytes.subarray(INNER_HEADER_BYTES)
      return { path, bytes: Buffer.concat([header, Buffer.alloc(ROOT_HEADER_BYTES - header.length), rest]) }
    })
  return writeCompoundFile(streams)
}

const readAttachment = (ole: OleFile, folder: string, encoding: string | null): OutlookAttachment => {
  const properties = readProperties(ole, folder, PART_HEADER_BYTES, encoding)
  const branch = `${folder}__substg1.0_${ids.content}${STORAGE}/`
  const message = ole.names.includes(`${branch}${PROPERTIES}`)
  const stored = message || ole.names.some((name) => name.startsWith(branch))
  return {
    fileName: properties.text('longName') || properties.text('shortName') || properties.text('name') || null,
    mediaType: properties.text('mediaType')?.toLowerCase() ?? '',
    contentId: properties.text('contentId'),
    message,
    read: () => (stored ? cutBranch(ole, branch) : (properties.bytes('content') ?? Buffer.alloc(0))),
  }
}

/** Addresses of the recipients by field; who is not listed one by one is named by the mail. */
const readRecipients = (ole: OleFile, encoding: string | null): Record<'to' | 'cc' | 'bcc', string[]> => {
  const recipients: Record<'to' | 'cc' | 'bcc', string[]> = { to: [], cc: [], bcc: [] }
  for (const folder of foldersOf(ole, '', '__recip_version1.0_')) {
    const { text, number } = readProperties(ole, folder, PART_HEADER_BYTES, encoding)
    const field = recipientFields[number('recipientKind') ?? 1] ?? 'to'
    const address = addressOf(text('name'), text('smtp'), text('address'))
    if (address !== '') recipients[field].push(address)
  }
  return recipients
}

/** Reads the mail of an Outlook file. @throws DOCUMENT_CORRUPT */
export const readOutlookMail = (ole: OleFile, maxAttachments: number): { mail: OutlookMail; attachments: number } => {
  const own = readProperties(ole, '', ROOT_HEADER_BYTES, null)
  const codePage = own.number('codePage') ?? own.number('internetCodePage')
  const encoding = codePage === null ? null : encodingOfCodePage(codePage)
  const recipients = readRecipients(ole, encoding)
  const folders = foldersOf(ole, '', '__attach_version1.0_')
  const htmlText = own.text('html')
  const htmlBytes = own.bytes('html')
  const htmlCodePage = own.number('internetCodePage')
  const mail: OutlookMail = {
    subject: own.text('subject') ?? '',
    from:
      addressOf(own.text('senderName'), own.text('senderSmtp'), own.text('senderAddress')) ||
      addressOf(own.text('onBehalfName'), own.text('onBehalfSmtp'), own.text('onBehalfAddress')),
    to: recipients.to.join(', ') || (own.text('to') ?? ''),
    cc: recipients.cc.join(', ') || (own.text('cc') ?? ''),
    bcc: recipients.bcc.join(', ') || (own.text('bcc') ?? ''),
    sentMs: own.timeMs('sentMs') ?? own.timeMs('receivedMs'),
    text: own.text('text'),
    html: htmlBytes
      ? { bytes: htmlBytes, encoding: htmlCodePage === null ? encoding : encodingOfCodePage(htmlCodePage) }
      : htmlText
        ? { bytes: Buffer.from(htmlText), encoding: 'utf-8' }
        : null,
    rtf: own.bytes('rtf'),
    attachments: folders.slice(0, maxAttachments).map((folder) => readAttachment(ole, folder, encoding)),
  }
  return { mail, attachments: folders.length }
}
