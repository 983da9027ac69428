/**
 * Owns where the bytes of a picture in a document are: a part of its package, or the text of the page itself (a data URI).
 * Refuses: any other place; nothing is fetched, and no file beside the document is opened.
 */
import type { ZipPackage } from './zip-package'

/** Where the bytes of a picture are. */
export type PictureSource = {
  /** Of its part in the package, which tells the picture from others; `null` where it has none. */
  readonly name: string | null
  /** What it says that it has, in bytes. */
  readonly sizeBytes: number
  /** Its first bytes, at most so many. @throws what opening a part throws */
  readonly read: (mostBytes: number) => Promise<Buffer>
}

/** A picture in the text. `source`: or why there are no bytes of it, as the end of "They were not read: …". `alt`: how the document describes it. */
export type EmbeddedPicture = { readonly source: PictureSource | string; readonly alt: string }

/** Said of pictures that the document only points at. */
export const NOT_INSIDE = 'they are not in the document, and nothing is fetched'

/** What could be read of a picture that is drawn by lines, and is not. */
const kinds: readonly { readonly reason: string; readonly is: (head: Buffer) => boolean }[] = [
  {
    reason: 'drawings (EMF) are not read',
    is: (head) => head.length > 44 && head.readUInt32LE(0) === 1 && head.toString('latin1', 40, 44) === ' EMF',
  },
  {
    reason: 'drawings (WMF) are not read',
    is: (head) =>
      head.length > 18 &&
      (head.readUInt32LE(0) === 0x9ac6cdd7 || [0x00090001, 0x00090002].includes(head.readUInt32LE(0))),
  },
  {
    reason: 'drawings (SVG) are not read',
    is: (head) => /^(?:\ufeff|\xef\xbb\xbf)?\s*<(?:\?xml|!--|!doctype|svg)/i.test(head.toString('latin1', 0, 256)),
  },
]
const PICTURE_STARTS = ['89504e47', 'ffd8ff', '47494638', '424d', '49492a00', '4d4d002a'] as const

const isPicture = (head: Buffer): boolean => {
  const start = head.toString('hex', 0, 4)
  return (
    PICTURE_STARTS.some((each) => start.startsWith(each)) ||
    (head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP')
  )
}

/** Why what begins so is no picture that is read; `null` when it is one. */
export const kindOfPicture = (head: Buffer): string | null =>
  isPicture(head) ? null : (kinds.find(({ is }) => is(head))?.reason ?? 'they are of an unknown kind')

/** A picture that is a part of the package; a sentence where there is no such part. Reads beside the text: it takes nothing of its allowance. */
export const partSource = (source: ZipPackage, name: string): EmbeddedPicture['source'] => {
  if (!source.has(name)) return 'they are missing in the document'
  return {
    name,
    sizeBytes: source.sizeOf(name),
    read: async (mostBytes) => {
      const pieces: Buffer[] = []
      let sizeBytes = 0
      for await (const piece of (await source.openBeside(name)) as AsyncIterable<Buffer>) {
        pieces.push(piece)
        sizeBytes += piece.length
        if (sizeBytes >= mostBytes) break
      }
      return Buffer.concat(pieces).subarray(0, mostBytes)
    },
  }
}

const DATA_URI = /^\s*data:([^,]{0,200}),/i

/** A data URI as a picture (RFC 2397); `null` when it is none. */
export const dataSource = (uri: string): PictureSource | null => {
  const match = DATA_URI.exec(uri.slice(0, 300))
  if (!match) return null
  const text = uri.slice(match[0].length)
  const isBase64 = /;\s*base64\s*$/i.test(match[1] ?? '')
  return {
    name: null,
    sizeBytes: isBase64 ? Math.floor((text.length * 3) / 4) : text.length,
    read: async (mostBytes) => {
      if (isBase64)
        return Buffer.from(text.slice(0, Math.ceil(mostBytes / 3) * 4 + 1_024), 'base64').subarray(0, mostBytes)
      // Whatever is no escape stands for itself.
      const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      return Buffer.from(bytes, 'latin1').subarray(0, mostBytes)
    },
  }
}
