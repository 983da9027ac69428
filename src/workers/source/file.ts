/**
 * Owns opening an original on disk for reading, and telling whether it stayed the same meanwhile.
 * Refuses: writing, following what is not a regular file, and waiting on pipes or devices.
 */
import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { AppError } from '../../shared/errors'
import type { ErrorCode, ErrorDetails } from '../../shared/errors'
import type { Locator } from '../../shared/work'
import { openFileSource } from './byte-source'
import type { ByteSource } from './byte-source'

/** What tells one state of a file from another. */
export type FileIdentity = { readonly sizeBytes: number; readonly key: string }

export type OpenedFile = { readonly source: ByteSource; readonly identity: FileIdentity }

/** Errors of the system that have an outcome of their own; every other one is `FILE_UNREADABLE`. */
const systemErrors: Readonly<Record<string, { code: ErrorCode; reason?: string }>> = {
  ENOENT: { code: 'FILE_CHANGED' },
  ENOTDIR: { code: 'FILE_CHANGED' },
  ESTALE: { code: 'FILE_CHANGED' },
  EBUSY: { code: 'FILE_BUSY', reason: 'another program uses it' },
  ETXTBSY: { code: 'FILE_BUSY', reason: 'another program uses it' },
  EMFILE: { code: 'FILE_BUSY', reason: 'too many files are open' },
  ENFILE: { code: 'FILE_BUSY', reason: 'too many files are open' },
  EAGAIN: { code: 'FILE_BUSY', reason: 'another program has locked it' },
  ENOSPC: { code: 'DISK_FULL' },
  EDQUOT: { code: 'DISK_FULL' },
  EACCES: { code: 'FILE_UNREADABLE', reason: 'no permission' },
  EPERM: { code: 'FILE_UNREADABLE', reason: 'no permission' },
  EIO: { code: 'FILE_UNREADABLE', reason: 'the disk reports an error' },
  ENOTCONN: { code: 'FILE_UNREADABLE', reason: 'the disk reports an error' },
  ENAMETOOLONG: { code: 'FILE_UNREADABLE', reason: 'its path is too long' },
  ELOOP: { code: 'FOLDER_LOOP' },
}

const isSystemError = (thrown: unknown): thrown is NodeJS.ErrnoException =>
  thrown instanceof Error && typeof (thrown as NodeJS.ErrnoException).code === 'string' && 'syscall' in thrown

/** The `AppError` for what reading or spooling `path` threw; what is no error of the system is returned as it is. */
export const toFileError = (thrown: unknown, path: string): unknown => {
  if (!isSystemError(thrown)) return thrown
  const row = systemErrors[thrown.code ?? ''] ?? { code: 'FILE_UNREADABLE', reason: thrown.code }
  const details: ErrorDetails = { path, reason: row.reason }
  return new AppError(row.code, details, { cause: thrown })
}

/** The path to open: the raw bytes where the name is not Unicode. */
export const pathOf = (locator: Locator): string | Buffer =>
  locator.locationBytes === undefined ? locator.location : Buffer.from(locator.locationBytes, 'base64')

const identify = (stats: BigIntStats): FileIdentity => ({
  sizeBytes: Number(stats.size),
  key: `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}`,
})

const requireFile = (stats: BigIntStats, path: string): void => {
  if (!stats.isFile())
    throw new AppError('NOT_A_FILE', { path, kind: stats.isDirectory() ? 'a folder' : 'not a regular file' })
}

/**
 * What the file is now.
 * @throws FILE_CHANGED (it vanished), FILE_UNREADABLE, FILE_BUSY, NOT_A_FILE
 */
export const identifyFile = (locator: Locator): FileIdentity => {
  try {
    const stats = statSync(pathOf(locator), { bigint: true })
    requireFile(stats, locator.location)
    return identify(stats)
  } catch (thrown) {
    throw toFileError(thrown, locator.location)
  }
}

/**
 * Opens a regular file for reading.
 * @throws FILE_CHANGED (it vanished), FILE_UNREADABLE, FILE_BUSY, NOT_A_FILE
 */
export const openFile = (locator: Locator): OpenedFile => {
  // Looked at before it is opened: opening is enough to set some devices going.
  identifyFile(locator)
  let fd: number | null = null
  try {
    // Should it have become a pipe since it was looked at, opening it must not wait for a writer.
    fd = openSync(pathOf(locator), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const stats = fstatSync(fd, { bigint: true })
    requireFile(stats, locator.location)
    const identity = identify(stats)
    return { source: openFileSource(fd, identity.sizeBytes), identity }
  } catch (thrown) {
    if (fd !== null) closeSync(fd)
    throw toFileError(thrown, locator.location)
  }
}

/**
 * Makes sure that what was read is still what the path holds: not grown, rewritten, replaced or gone.
 * @throws FILE_CHANGED
 */
export const requireUnchanged = (locator: Locator, before: FileIdentity): void => {
  const now = identifyFile(locator)
  if (now.key !== before.key) throw new AppError('FILE_CHANGED', { path: locator.location })
}
