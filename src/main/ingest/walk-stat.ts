/**
 * Owns what the walk learns about one path from the system: its kind, size, fingerprint, and errors as problems.
 * Refuses: reading contents and following links.
 */
import type { BigIntStats } from 'node:fs'
import type { Warning } from '../../shared/work'

/** Equal fingerprints: surely the same bytes. Nanoseconds, because programs save twice within a second. */
export const fingerprintOf = (stats: BigIntStats): string => `${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`

export const errnoOf = (thrown: unknown): string | null => {
  if (!(thrown instanceof Error)) return null
  const { code } = thrown as NodeJS.ErrnoException
  return typeof code === 'string' ? code : null
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  ENAMETOOLONG: 'its path is too long',
  EIO: 'the disk reports an error',
  ENOTCONN: 'the disk reports an error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
}

/** The path was there and is not any more. */
export const hasVanished = (thrown: unknown): boolean => errnoOf(thrown) === 'ENOENT' || errnoOf(thrown) === 'ENOTDIR'

/** The problem for an error of the system; what is none is thrown again: it is a bug, not a file. */
export const problemOfError = (thrown: unknown, path: string): Warning => {
  const errno = errnoOf(thrown)
  if (errno === null) throw thrown
  if (errno === 'ELOOP') return { code: 'FOLDER_LOOP', details: { path } }
  return { code: 'FILE_UNREADABLE', details: { path, reason: reasons[errno] ?? errno } }
}

/** What is neither file, folder nor link. */
export const problemOfKind = (stats: BigIntStats): Warning => {
  const kinds: readonly [boolean, string][] = [
    [stats.isFIFO(), 'a named pipe'],
    [stats.isSocket(), 'a socket'],
    [stats.isBlockDevice() || stats.isCharacterDevice(), 'a device'],
  ]
  return { code: 'NOT_A_FILE', details: { kind: kinds.find(([is]) => is)?.[1] ?? 'not a regular file' } }
}
