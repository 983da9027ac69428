/**
 * Owns short looks into files before a job: what a file without a telling name is, whether one needs a password or the reading of
 * pictures, and whether two hold the same bytes. Refuses: reading more than it is allowed; files that cannot be opened tell nothing.
 */
import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import type { Locator } from '../../shared/work'

const HEAD_BYTES = 64 * 1024
const TAIL_BYTES = 16 * 1024
const NEAR_BYTES = 2 * 1024
const HASH_BYTES = 256 * 1024

const pathOf = ({ location, locationBytes }: Locator): string | Buffer =>
  locationBytes === undefined ? location : Buffer.from(locationBytes, 'base64')

/** Opens a file for a look; `null` when it cannot be opened: the job itself will say why. */
const look = async <T>(locator: Locator, use: (file: FileHandle) => Promise<T>): Promise<T | null> => {
  let file: FileHandle | null = null
  try {
    file = await open(pathOf(locator), 'r')
    return await use(file)
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown) return null
    throw thrown
  } finally {
    await file?.close()
  }
}

const readAt = async (file: FileHandle, position: number, sizeBytes: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(Math.max(0, sizeBytes))
  const { bytesRead } = await file.read(buffer, 0, buffer.length, Math.max(0, position))
  return buffer.subarray(0, bytesRead)
}

const startsWith = (head: Buffer, hex: string): boolean => head.subarray(0, hex.length / 2).toString('hex') === hex

const signatures: readonly (readonly [string, string])[] = [
  ['25504446', 'pdf'],
  ['504b0304', 'archive'],
  ['1f8b', 'archive'],
  ['377abcaf271c', 'archive'],
  ['fd377a585a00', 'archive'],
  ['425a68', 'archive'],
  ['28b52ffd', 'archive'],
  ['89504e47', 'image'],
  ['ffd8ff', 'image'],
  ['47494638', 'image'],
  ['49492a00', 'image'],
  ['4d4d002a', 'image'],
]

/** The kind of a file whose name tells none: by its first bytes; `binary` for what is no text either; `null` when it cannot be opened. */
export const lookAtKind = (locator: Locator): Promise<string | null> =>
  look(locator, async (file) => {
    const head = await readAt(file, 0, 4_096)
    const known = signatures.find(([hex]) => startsWith(head, hex))
    if (known) return known[1]
    const wide = startsWith(head, 'fffe') || startsWith(head, 'feff')
    return head.includes(0) && !wide ? 'binary' : 'text'
  })

/** OLE files under the name of an Office format of today are encrypted ones. */
export const lookAtOffice = (locator: Locator): Promise<boolean | null> =>
  look(locator, async (file) => startsWith(await readAt(file, 0, 8), 'd0cf11e0a1b11ae1'))

export type PdfLook = { readonly encrypted: boolean; readonly text: 'yes' | 'no' | 'unknown' }

/** Whether a PDF is encrypted, and whether it has text or pictures only, as far as its ends tell. */
export const lookAtPdf = (locator: Locator, sizeBytes: number): Promise<PdfLook | null> =>
  look(locator, async (file) => {
    const head = (await readAt(file, 0, Math.min(sizeBytes, HEAD_BYTES))).toString('latin1')
    const tail = (await readAt(file, sizeBytes - TAIL_BYTES, Math.min(sizeBytes, TAIL_BYTES))).toString('latin1')
    const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(tail)?.[1] ?? Number.NaN)
    const near =
      Number.isFinite(start) && start < sizeBytes ? (await readAt(file, start, NEAR_BYTES)).toString('latin1') : ''
    const encrypted = [tail, near].some((part) => /\/Encrypt\s+(?:\d+\s+\d+\s+R|<<)/.test(part))
    const all = head + tail
    if (/\/Font\b/.test(all)) return { encrypted, text: 'yes' }
    // Objects may be packed in streams, or lie in the middle.
    if (/\/ObjStm\b/.test(all) || sizeBytes > HEAD_BYTES + TAIL_BYTES) {
      const pictures = /\/(?:DCTDecode|CCITTFaxDecode|JBIG2Decode|JPXDecode)\b/.test(head) && !/\/ObjStm\b/.test(all)
      return { encrypted, text: pictures ? 'no' : 'unknown' }
    }
    return { encrypted, text: /\/Subtype\s*\/Image\b/.test(all) ? 'no' : 'unknown' }
  })

/** The hash of a whole file, in pieces that never hold up anything else; `null` when it cannot be read or `isOver` says to stop. */
export const hashFile = (locator: Locator, sizeBytes: number, isOver: () => boolean): Promise<string | null> =>
  look(locator, async (file) => {
    const hash = createHash('sha256')
    for (let position = 0; position < sizeBytes;) {
      if (isOver()) return null
      const piece = await readAt(file, position, Math.min(HASH_BYTES, sizeBytes - position))
      if (piece.length === 0) return null
      hash.update(piece)
      position += piece.length
    }
    return hash.digest('hex')
  })
