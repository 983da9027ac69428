/**
 * Owns what the first bytes of an item say about its kind, for formats that have a signature.
 * Refuses: text without one, which is told apart by each format.
 */
import { fileTypeFromBuffer } from 'file-type'
import type { ItemBytes, Sample } from './format'
import { openZip } from './zip-package'

const startsWith = (head: Buffer, bytes: readonly number[]): boolean => bytes.every((byte, i) => head[i] === byte)
const ZIP_STARTS = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x50, 0x4b, 0x05, 0x06],
  [0x50, 0x4b, 0x07, 0x08],
] as const
const OLE_START = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] as const

/** The first folder of an OOXML package and what it is. */
const ooxmlKinds: Readonly<Record<string, string>> = { word: 'docx', xl: 'xlsx', ppt: 'pptx', visio: 'vsdx' }
/** The content of the `mimetype` part that OpenDocument and EPUB begin with. */
const mimeKinds: Readonly<Record<string, string>> = {
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.text-template': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'application/vnd.oasis.opendocument.presentation': 'odp',
  'application/vnd.oasis.opendocument.graphics': 'odg',
  'application/epub+zip': 'epub',
}
/** Extensions of zip packages, for packages that are too damaged to look into. */
const packageExtensions: Readonly<Record<string, string>> = {
  docx: 'docx',
  docm: 'docx',
  dotx: 'docx',
  dotm: 'docx',
  xlsx: 'xlsx',
  xlsm: 'xlsx',
  pptx: 'pptx',
  pptm: 'pptx',
  odt: 'odt',
  ods: 'ods',
  odp: 'odp',
  epub: 'epub',
}
/** Names of streams in an OLE container, and what they say. Mail first: it may hold any of the others as attachments. */
const OLE_STREAMS: readonly (readonly [string, string])[] = [
  ['__properties_version1.0', 'msg'],
  ['EncryptedPackage', 'encrypted'],
  ['WordDocument', 'doc'],
  ['PowerPoint Document', 'ppt'],
  ['Workbook', 'xls'],
]
/** Looked through for the directory of an OLE container, which may stand anywhere. */
const OLE_SEARCH_BYTES = 64 * 1024 * 1024
/** Enough to tell a document from an archive. */
const MAX_NAMES = 200

/** The kind of a zip file by what it holds: a document, or `zip` for an archive. */
const zipKind = async (item: ItemBytes, extension: string): Promise<string> => {
  const mime = /^mimetype(application\/[\w.+-]+?)(?=PK|\s|$)/.exec(item.head.subarray(30, 200).toString('latin1'))?.[1]
  if (mime && mimeKinds[mime]) return mimeKinds[mime]
  let zip
  try {
    zip = await openZip(item)
  } catch {
    return packageExtensions[extension] ?? 'zip'
  }
  try {
    let kind: string | null = null
    let types = false
    let seen = 0
    for await (const { fileName } of zip.eachEntry()) {
      const name = fileName.replace(/\\/g, '/').replace(/^\/+/, '')
      types ||= name.toLowerCase() === '[content_types].xml'
      kind ??= ooxmlKinds[name.split('/')[0] ?? ''] ?? null
      if (types && kind) return kind
      seen += 1
      if (seen > MAX_NAMES && !types) break
    }
    return types ? (packageExtensions[extension] ?? 'zip') : 'zip'
  } catch {
    return packageExtensions[extension] ?? 'zip'
  } finally {
    zip.close()
  }
}

const oleKind = async (item: ItemBytes): Promise<string> => {
  const bytes = item.sizeBytes <= OLE_SEARCH_BYTES ? await item.read() : item.head
  return OLE_STREAMS.find(([stream]) => bytes.includes(Buffer.from(stream, 'utf16le')))?.[1] ?? 'ole'
}

const EMAIL_HEADER =
  /^(?:from|to|cc|date|subject|received|return-path|message-id|mime-version|delivered-to|content-type|x-[\w-]+|reply-to|sender):[ \t]?/i
const EMAIL_EXTENSIONS: readonly string[] = ['eml', 'emlx', 'mht', 'mhtml', 'nws']

/** Kinds that are written as text but are no text to read. */
const textKind = (text: string, extension: string): string | null => {
  const start = text.trimStart()
  if (start.startsWith('{\\rtf')) return 'rtf'
  if (start.startsWith('%!PS')) return 'postscript'
  if (EMAIL_EXTENSIONS.includes(extension)) return 'eml'
  const headers = start.slice(0, 8_192).split(/\r?\n/)
  if (/^From \S+.*\d{4}/.test(headers[0] ?? '') && EMAIL_HEADER.test(headers[1] ?? '')) return 'mbox'
  if (extension === 'mbox') return 'mbox'
  const named = packageExtensions[extension]
  if (named && named !== 'docx' && !start.startsWith('<')) return named
  // A letter that begins with "To: … Subject: …" in a text file is a text; what a mail server wrote is a mail.
  const count = headers.slice(0, 12).filter((line) => EMAIL_HEADER.test(line)).length
  return extension === '' && count >= 3 && /^(?:message-id|received|mime-version):/im.test(start.slice(0, 8_192))
    ? 'eml'
    : null
}

/** Kinds that file-type sees in what is no such file when the bytes are text: two or three letters are no proof. */
export const sniffSignature = async (
  item: ItemBytes,
  sample: Pick<Sample, 'head' | 'extension' | 'text'>,
): Promise<string | null> => {
  const { head, extension, text } = sample
  const pdfAt = head.subarray(0, 1_024).indexOf('%PDF-')
  if (
    pdfAt === 0 ||
    (pdfAt > 0 && (extension === 'pdf' || text === null || head.subarray(0, pdfAt).toString().trim() === ''))
  )
    return 'pdf'
  if (ZIP_STARTS.some((start) => startsWith(head, start))) return zipKind(item, extension)
  if (startsWith(head, OLE_START)) return oleKind(item)
  if (text !== null) return textKind(text, extension)
  return (await fileTypeFromBuffer(head))?.ext ?? null
}
