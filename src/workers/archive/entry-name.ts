/**
 * Owns the names of zip entries: in which character set they are, how they are written in paths, and which are hostile.
 * Refuses: using a name to open or create anything. Entries are addressed by their position only.
 */
import { isUtf8 } from 'node:buffer'
import { decodeNameBytes, escapeArchiveMark } from '../../shared/names'
import type { Warning } from '../../shared/work'
import { crc32 } from './crc32'

/** The upper half of code page 437, which names have when nothing says otherwise (APPNOTE, appendix D). */
const CP437_UPPER =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0'
const UTF8_FLAG = 0x0800
const UNICODE_PATH_FIELD = 0x7075
/** Systems (upper byte of "version made by") on which `\` is an ordinary character of a name. */
const UNIX_HOSTS: readonly number[] = [3, 19]
/** Longest name shown for an entry that is refused. */
const SHOWN_CHARS = 200

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/
const BIDI = /[\u202a-\u202e\u2066-\u2069]/
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const UNSHOWABLE = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

export type RawName = {
  readonly bytes: Buffer
  readonly flags: number
  readonly extraFields: readonly { id: number; data: Buffer }[]
  /** "Version made by". */
  readonly madeBy: number
}

export type EntryName = {
  /** `/`-separated, `!/` written `!%2F`, undecodable bytes and what must not be shown as `%XX`. */
  readonly name: string
  /** The name says that it is a folder. */
  readonly folder: boolean
  readonly problem: Warning | null
}

const decodeCp437 = (bytes: Buffer): string => {
  let name = ''
  for (const byte of bytes) name += byte < 0x80 ? String.fromCharCode(byte) : CP437_UPPER.charAt(byte - 0x80)
  return name
}

/** The Info-ZIP Unicode path, when it is there, intact, and belongs to this name (APPNOTE 4.6.9). */
const unicodePath = ({ bytes, extraFields }: RawName): Buffer | null => {
  const field = extraFields.find(({ id, data }) => id === UNICODE_PATH_FIELD && data.length > 5 && data[0] === 1)
  if (field === undefined || field.data.readUInt32LE(1) !== crc32(bytes)) return null
  const path = field.data.subarray(5)
  return isUtf8(path) ? path : null
}

const decode = (raw: RawName): string => {
  const path = unicodePath(raw)
  if (path !== null) return path.toString('utf8')
  if (isUtf8(raw.bytes)) return raw.bytes.toString('utf8')
  return (raw.flags & UTF8_FLAG) === 0 ? decodeCp437(raw.bytes) : decodeNameBytes(raw.bytes)
}

const percent = (char: string): string =>
  [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')

const show = (name: string): string => {
  const shown = escapeArchiveMark(name.replace(UNSHOWABLE, percent))
  return shown.length > SHOWN_CHARS ? `${shown.slice(0, SHOWN_CHARS)}…` : shown
}

/** Whether a program that unpacks by name would leave its folder. Both separators count, whoever made the archive. */
const leavesFolder = (name: string): boolean => {
  const slashed = name.replaceAll('\\', '/')
  return slashed.startsWith('/') || /^[A-Za-z]:/.test(slashed) || slashed.split('/').includes('..')
}

const judge = (name: string, segments: readonly string[], raw: RawName, maxBytes: number): Warning | null => {
  const refuse = (reason: string): Warning => ({ code: 'ARCHIVE_BAD_NAME', details: { name: show(name), reason } })
  if (leavesFolder(name)) return { code: 'ARCHIVE_PATH_TRAVERSAL', details: { name: show(name) } }
  if (CONTROL.test(name)) return refuse('control characters')
  if (BIDI.test(name)) return refuse('characters that reverse the direction of text')
  if (raw.bytes.length > maxBytes) return refuse(`longer than ${maxBytes} bytes`)
  return segments.length === 0 ? refuse('no name at all') : null
}

/** Reads and judges a name. A refused name is written so that it can be shown safely. */
export const readEntryName = (raw: RawName, maxBytes: number): EntryName => {
  const decoded = decode(raw)
  // .NET before 4.6.1 wrote `\` between folders; on Unix it is a character like any other.
  const name = UNIX_HOSTS.includes(raw.madeBy >>> 8) ? decoded : decoded.replaceAll('\\', '/')
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.')
  const problem = judge(name, segments, raw, maxBytes)
  return {
    name: problem === null ? escapeArchiveMark(segments.join('/')) : show(name),
    folder: name.endsWith('/'),
    problem,
  }
}
