/**
 * Owns the title that an old Office document states in its properties. Refuses: the other properties. Source: [MS-OLEPS] 2.
 */
import iconv from 'iconv-lite'
import type { OleFile } from './ole-file'
import { encodingOfCodePage } from './rtf-words'

const STREAM = '\u0005SummaryInformation'
const property = { codePage: 1, title: 2 } as const
const textType = { narrow: 0x1e, wide: 0x1f } as const
const MAX_TITLE_BYTES = 2_000
const MAX_PROPERTIES = 100

/** Where each property of the first section begins. */
const findProperties = (stream: Buffer): Map<number, number> => {
  const section = stream.readUInt32LE(44)
  const count = Math.min(MAX_PROPERTIES, stream.readUInt32LE(section + 4))
  return new Map(
    Array.from({ length: count }, (_, i) => [
      stream.readUInt32LE(section + 8 + i * 8),
      section + stream.readUInt32LE(section + 12 + i * 8),
    ]),
  )
}

const readTitle = (stream: Buffer): string | null => {
  const places = findProperties(stream)
  const at = places.get(property.title)
  if (at === undefined) return null
  const pageAt = places.get(property.codePage)
  const encoding = encodingOfCodePage(pageAt === undefined ? 1252 : stream.readUInt16LE(pageAt + 4))
  const type = stream.readUInt32LE(at)
  const length = Math.min(MAX_TITLE_BYTES, stream.readUInt32LE(at + 4) * (type === textType.wide ? 2 : 1))
  const bytes = stream.subarray(at + 8, at + 8 + length)
  const wide = type === textType.wide || encoding === 'cp1200'
  if (type !== textType.wide && type !== textType.narrow) return null
  const known = iconv.encodingExists(encoding) ? encoding : 'windows-1252'
  return (
    iconv
      .decode(bytes, wide ? 'utf-16le' : known)
      .split('\0', 1)
      .join('')
      .trim() || null
  )
}

/** The title, or `null` when there is none or the properties are damaged. */
export const readOleTitle = (file: OleFile): string | null => {
  try {
    const stream = file.read(STREAM)
    return stream && stream.length >= 48 ? readTitle(stream) : null
  } catch {
    // Properties are a help only: positions that lead nowhere are no reason to give up the text.
    return null
  }
}
