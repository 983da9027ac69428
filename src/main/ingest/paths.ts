/**
 * Owns the paths people read: from the name of what was offered down to the entry of a nested archive.
 * Refuses: opening anything by them; that is what locations are for.
 */
import { isUtf8 } from 'node:buffer'
import { decodeNameBytes, escapeArchiveMark } from '../../shared/names'

export { joinArchivePath } from '../../shared/names'

/** A name as text: bytes that are not Unicode as `%XX`. */
export const decodeName = (name: Buffer): string => (isUtf8(name) ? name.toString('utf8') : decodeNameBytes(name))

/** The path below what was offered: names joined by `/`, a literal `!/` written `!%2F`. */
export const displayPath = (names: readonly string[]): string => escapeArchiveMark(names.join('/'))
