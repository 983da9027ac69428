/**
 * Owns bringing the bytes of an original into the window: piece by piece, by calls, because the page has no connection of any kind.
 * Refuses: paths; a document is named by id.
 */
import { MAX_PIECE_BYTES } from '../../shared/calls'
import { call } from '../client/caller'

export type BytesPiece = { readonly bytes: Uint8Array; readonly sizeBytes: number; readonly changed: boolean }

/** Bytes from base64. */
export const decodeBase64 = (text: string): Uint8Array => {
  const raw = atob(text)
  const bytes = new Uint8Array(raw.length)
  for (let at = 0; at < raw.length; at += 1) bytes[at] = raw.charCodeAt(at)
  return bytes
}

/** The first piece, with the size of the whole. @throws AppError */
export const readFirstPiece = async (id: string): Promise<BytesPiece> => {
  const { bytes, ...rest } = await call('documents.bytes', { id, offset: 0, length: MAX_PIECE_BYTES })
  return { ...rest, bytes: decodeBase64(bytes) }
}

/** The bytes from `begin` to `end` (exclusive), in as many calls as it takes. @throws AppError */
export const readRange = async (id: string, begin: number, end: number): Promise<Uint8Array> => {
  const range = new Uint8Array(end - begin)
  for (let at = begin; at < end;) {
    const { bytes } = await call('documents.bytes', { id, offset: at, length: Math.min(MAX_PIECE_BYTES, end - at) })
    const piece = decodeBase64(bytes)
    // The file has become shorter: what is missing is for the reader of the PDF to complain about.
    if (piece.length === 0) break
    range.set(piece, at - begin)
    at += piece.length
  }
  return range
}
