/**
 * Owns handing what has no file of its own to the app, piece after piece. Refuses: what is too large, before it is read.
 */
import { AppError } from '../../shared/errors'
import { MAX_NOTE_BYTES, MAX_NOTE_PIECE_BYTES, type NoteKind } from '../../shared/notes'
import { callApp } from '../client/caller'
import { sayError } from '../text/spoken'
import type { OfferedPath } from '../../shared/calls'

/** Of one call of a function with as many arguments. */
const CHARS_AT_ONCE = 8_192

const toBase64 = (bytes: Uint8Array): string => {
  let binary = ''
  for (let from = 0; from < bytes.length; from += CHARS_AT_ONCE)
    binary += String.fromCharCode(...bytes.subarray(from, from + CHARS_AT_ONCE))
  return btoa(binary)
}

/** Keeps it as a note, which can then be offered like any file. @throws NOTE_EMPTY, NOTE_TOO_LARGE, FILE_UNWRITABLE */
export const keepNote = async (kind: NoteKind, name: string | null, content: Blob): Promise<OfferedPath> => {
  if (content.size > MAX_NOTE_BYTES)
    throw sayError(new AppError('NOTE_TOO_LARGE', { limit: MAX_NOTE_BYTES, actual: content.size }))
  const id = crypto.randomUUID()
  for (let from = 0; ; from += MAX_NOTE_PIECE_BYTES) {
    const piece = content.slice(from, from + MAX_NOTE_PIECE_BYTES)
    const bytes = toBase64(new Uint8Array(await piece.arrayBuffer()))
    const last = from + MAX_NOTE_PIECE_BYTES >= content.size
    const { path } = await callApp('notes.add', { id, kind, name: name?.slice(-1_000) ?? null, bytes, last })
    if (path !== null) return { path }
  }
}
