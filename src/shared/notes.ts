/**
 * Owns what is known of notes everywhere: the folder in the data folder where text is kept that a person dropped or pasted, and their bounds.
 * Refuses: names and writing; the app does both.
 */
export const NOTES_FOLDER = 'Notes'

/** `text` and `html` as they were dropped or pasted, `mail` as a mail program gives it, `file`: bytes with a name and no path. */
export const noteKinds = ['text', 'html', 'mail', 'file'] as const
export type NoteKind = (typeof noteKinds)[number]

/** Bytes of one note: a mail with its attachments, and no film. */
export const MAX_NOTE_BYTES = 32 * 1024 * 1024
/** Bytes of one piece of it: as base64 it stays below the largest message. */
export const MAX_NOTE_PIECE_BYTES = 512 * 1024
