/**
 * Owns what the first bytes of an item say about its kind, for formats that have a signature.
 * Refuses: text without one, which is told apart by each format; programs; files that are two things at once.
 */
import { lookUp } from '../../shared/lookup'
import { AppError } from '../../shared/errors'
import { sniffContainer } from '../archive/container-kind'
import { openMemorySource } from '../source/byte-source'
import { typeOfBytes } from './byte-type'
import { requireNoProgram } from './executable'
import type { ItemBytes, Sample } from './format'
import { sniffMail } from './mail-detection'
import { parseOleFile } from './ole-file'
import { beginsLikeMarkup, requireNoHiddenPdf, requireNoHiddenZip } from './polyglot'
import { openZip, partNameOf } from './zip-package'

const startsWith = (head: Buffer, bytes: readonly number[]): boolean => bytes.every((byte, i) => head[i] === byte)
const ZIP_STARTS = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x50, 0x4b, 0x05, 0x06],
  [0x50, 0x4b, 0x07, 0x08],
] as const
const OLE_START = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] as const
/** Containers that the first bytes prove, whatever follows. */
const MARKED_CONTAINERS: readonly (string | null)[] = ['tar', 'gzip', 'bzip2', 'xz', 'zstd', '7z', 'tnef']

/** The first folder of an OOXML package and what it is. */
const ooxmlKinds: Readonly<Record<string, string>> = { word: 'docx', xl: 'xlsx', ppt: 'pptx', visio: 'vsdx' }
/** The content of the `mimetype` part that OpenDocument and EPUB begin with. */
const mimeKinds: Readonly<Record<string, string>> = {
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.text-template': 'odt',
  'application/vnd.oasis.opendocument.text-master': 'odt',
  'application/vnd.oasis.opendocument.text-web': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'application/vnd.oasis.opendocument.spreadsheet-template': 'ods',
  'application/vnd.oasis.opendocument.presentation-template': 'odp',
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
  xltx: 'xlsx',
  xltm: 'xlsx',
  pptx: 'pptx',
  pptm: 'pptx',
  ppsx: 'pptx',
  ppsm: 'pptx',
  potx: 'pptx',
  potm: 'pptx',
  odt: 'odt',
  ott: 'odt',
  ods: 'ods',
  ots: 'ods',
  odp: 'odp',
  otp: 'odp',
  epub: 'epub',
}
/** Names of streams in an OLE container, and what they say. */
const OLE_STREAMS: readonly (readonly [string, string])[] = [
  ['__properties_version1.0', 'msg'],
  ['EncryptedPackage', 'encrypted'],
  ['WordDocument', 'doc'],
  ['PowerPoint Document', 'ppt'],
  ['Workbook', 'xls'],
  ['Book', 'xls'],
  ['VisioDocument', 'vsd'],
]
/** Looked through for the directory of an OLE container, which may stand anywhere. */
const OLE_SEARCH_BYTES = 64 * 1024 * 1024
/** Enough to tell a document from an archive. */
const MAX_NAMES = 200

/** Parts that OpenDocument and EPUB cannot be without. */
const PACKAGE_MARKS: ReadonlySet<string> = new Set(['content.xml', 'META-INF/manifest.xml', 'META-INF/container.xml'])

/** The kind of a zip file by what it holds: a document, or `zip` for an archive. */
const zipKind = async (item: ItemBytes, extension: string): Promise<string> => {
  const mime = /^mimetype(application\/[\w.+-]+?)(?=PK|\s|$)/.exec(item.head.subarray(30, 200).toString('latin1'))?.[1]
  if (mime && mimeKinds[mime]) return mimeKinds[mime]
  let zip
  try {
    zip = await openZip(item)
  } catch {
    return lookUp(packageExtensions, extension) ?? 'zip'
  }
  try {
    let kind: string | null = null
    let types = false
    let seen = 0
    const marks = new Set<string>()
    for await (const entry of zip.eachEntry()) {
      const name = partNameOf(entry)
      types ||= name.toLowerCase() === '[content_types].xml'
      kind ??= lookUp(ooxmlKinds, name.split('/')[0] ?? '') ?? null
      if (types && kind) return kind
      if (PACKAGE_MARKS.has(name)) marks.add(name)
      seen += 1
      if (seen > MAX_NAMES && !types) break
    }
    // Packed again by hand, its type no longer stands first.
    if (marks.has('META-INF/container.xml') && extension === 'epub') return 'epub'
    const open = /^od[tsp]$/.test(extension) && marks.has('content.xml') && marks.has('META-INF/manifest.xml')
    if (open) return extension
    return types ? (lookUp(packageExtensions, extension) ?? 'zip') : 'zip'
  } catch {
    return lookUp(packageExtensions, extension) ?? 'zip'
  } finally {
    zip.close()
  }
}

/** By the streams at its root: what is embedded in a document lies in storages. A damaged directory is searched for their names. */
const oleKind = async (item: ItemBytes): Promise<string> => {
  const bytes = item.sizeBytes <= OLE_SEARCH_BYTES ? await item.read() : item.head
  try {
    const { names } = parseOleFile(bytes)
    return OLE_STREAMS.find(([stream]) => names.includes(stream))?.[1] ?? 'ole'
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    return OLE_STREAMS.find(([stream]) => bytes.includes(Buffer.from(stream, 'utf16le')))?.[1] ?? 'ole'
  }
}

const START_BYTES = 1_024

/** Kinds that are written as text, or mostly, but are not read as text. */
const textKind = (head: Buffer): string | null => {
  const start = head
    .toString('latin1', 0, START_BYTES)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
  if (start.startsWith('{\\rtf')) return 'rtf'
  return /^(?:\xc5\xd0\xd3\xc6|%!PS)/.test(start) ? 'postscript' : null
}

const pdfKind = async (item: ItemBytes, { head, extension, text }: SniffedSample): Promise<'pdf' | null> => {
  const pdfAt = head.subarray(0, 1_024).indexOf('%PDF-')
  if (pdfAt < 0) return null
  // A text about PDFs is a text.
  if (pdfAt > 0 && extension !== 'pdf' && text !== null && head.subarray(0, pdfAt).toString().trim() !== '') return null
  if (pdfAt > 0) {
    const before = (await typeOfBytes(head))?.ext
    if (before !== undefined && before !== 'pdf') await requireNoHiddenPdf(item, before)
    if (beginsLikeMarkup(head)) await requireNoHiddenPdf(item, 'html')
  }
  return 'pdf'
}

type SniffedSample = Pick<Sample, 'head' | 'extension' | 'text'>

/**
 * The kind that the first bytes say: `pdf`, `docx`, `tar`, `png`, …; `null` when they say nothing.
 * @throws EXECUTABLE_FILE, POLYGLOT_FILE
 */
export const sniffSignature = async (item: ItemBytes, sample: SniffedSample): Promise<string | null> => {
  const { head, extension, text } = sample
  requireNoProgram(head)
  if (ZIP_STARTS.some((start) => startsWith(head, start))) return zipKind(item, extension)
  if (startsWith(head, OLE_START)) return oleKind(item)
  const container = sniffContainer(openMemorySource(head), '')
  if (MARKED_CONTAINERS.includes(container)) return container
  // Before PDF: a mail may begin with one that is attached.
  const mail = sniffMail(head, extension)
  if (mail !== null) return mail
  const pdf = await pdfKind(item, sample)
  if (pdf !== null) {
    await requireNoHiddenZip(item, pdf)
    return pdf
  }
  const written = textKind(head)
  if (written !== null) return written
  if (text !== null) {
    if (beginsLikeMarkup(head)) await requireNoHiddenZip(item, 'html')
    return null
  }
  // The library's name of a thing is an extension; two or three letters of a text are no proof, so it is not asked about texts.
  const type = await typeOfBytes(head)
  if (type?.mime.startsWith('image/')) await requireNoHiddenZip(item, type.ext)
  if (type === undefined && beginsLikeMarkup(head)) await requireNoHiddenZip(item, 'html')
  return type?.ext ?? null
}
