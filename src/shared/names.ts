/**
 * Owns how names become the paths people read: bytes that are not Unicode as `%XX`, `!/` kept for the step into an archive.
 * Refuses: the file system. A path made here is for reading and for telling items apart, never for opening.
 */

const hex = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`

/** Bytes that a UTF-8 sequence has, and the smallest code point it may stand for; by its first byte. */
const sequenceOf = (first: number): { length: number; least: number } | null => {
  if (first < 0x80) return { length: 1, least: 0 }
  if (first >= 0xc2 && first < 0xe0) return { length: 2, least: 0x80 }
  if (first >= 0xe0 && first < 0xf0) return { length: 3, least: 0x800 }
  if (first >= 0xf0 && first < 0xf5) return { length: 4, least: 0x10000 }
  return null
}

const codePointAt = (bytes: Uint8Array, at: number): { codePoint: number; length: number } | null => {
  const first = bytes[at] ?? 0
  const sequence = sequenceOf(first)
  if (sequence === null || at + sequence.length > bytes.length) return null
  if (sequence.length === 1) return { codePoint: first, length: 1 }
  let codePoint = first & (0x7f >> sequence.length)
  for (let offset = 1; offset < sequence.length; offset += 1) {
    const next = bytes[at + offset] ?? 0
    if ((next & 0xc0) !== 0x80) return null
    codePoint = (codePoint << 6) | (next & 0x3f)
  }
  const surrogate = codePoint >= 0xd800 && codePoint <= 0xdfff
  return codePoint < sequence.least || codePoint > 0x10ffff || surrogate ? null : { codePoint, length: sequence.length }
}

/** A name as text: valid UTF-8 as it is, every other byte as `%XX`. */
export const decodeNameBytes = (bytes: Uint8Array): string => {
  let name = ''
  for (let at = 0; at < bytes.length;) {
    const found = codePointAt(bytes, at)
    name += found === null ? hex(bytes[at] ?? 0) : String.fromCodePoint(found.codePoint)
    at += found === null ? 1 : found.length
  }
  return name
}

/** Writes a literal `!/` as `!%2F`: in a path, `!/` only ever means "within the archive before it". */
export const escapeArchiveMark = (path: string): string => path.replaceAll('!/', '!%2F')

/** The path of an entry: `outer.zip` and `b/c.txt` give `outer.zip!/b/c.txt`. Both are already escaped. */
export const joinArchivePath = (archivePath: string, entryName: string): string => `${archivePath}!/${entryName}`
