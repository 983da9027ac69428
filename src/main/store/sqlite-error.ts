/**
 * Owns what an error of SQLite or of the file system means for a person: one table from result codes to error codes.
 * Refuses: retrying.
 */
import { statSync } from 'node:fs'
import { AppError, type ErrorCode } from '../../shared/errors'

/** Primary result codes (https://www.sqlite.org/rescode.html). An input/output error means that the folder or its disk went away. */
const BY_RESULT: Readonly<Record<number, ErrorCode>> = {
  3: 'DATA_DIR_UNWRITABLE',
  5: 'DATABASE_BUSY',
  6: 'DATABASE_BUSY',
  8: 'DATA_DIR_UNWRITABLE',
  10: 'DATA_DIR_UNWRITABLE',
  11: 'DATABASE_CORRUPT',
  13: 'DISK_FULL',
  14: 'DATA_DIR_UNWRITABLE',
  15: 'DATA_DIR_UNWRITABLE',
  26: 'DATABASE_CORRUPT',
}

const BY_SYSTEM: Readonly<Record<string, ErrorCode>> = {
  EACCES: 'DATA_DIR_UNWRITABLE',
  EEXIST: 'DATA_DIR_UNWRITABLE',
  EHOSTDOWN: 'DATA_DIR_UNWRITABLE',
  EIO: 'DATA_DIR_UNWRITABLE',
  EISDIR: 'DATA_DIR_UNWRITABLE',
  ELOOP: 'DATA_DIR_UNWRITABLE',
  ENAMETOOLONG: 'DATA_DIR_UNWRITABLE',
  ENODEV: 'DATA_DIR_UNWRITABLE',
  ENOENT: 'DATA_DIR_UNWRITABLE',
  ENOLCK: 'DATA_DIR_UNWRITABLE',
  ENOTCONN: 'DATA_DIR_UNWRITABLE',
  ENOTDIR: 'DATA_DIR_UNWRITABLE',
  ENOTSUP: 'DATA_DIR_UNWRITABLE',
  ENXIO: 'DATA_DIR_UNWRITABLE',
  EOPNOTSUPP: 'DATA_DIR_UNWRITABLE',
  EPERM: 'DATA_DIR_UNWRITABLE',
  EROFS: 'DATA_DIR_UNWRITABLE',
  ESTALE: 'DATA_DIR_UNWRITABLE',
  ETIMEDOUT: 'DATA_DIR_UNWRITABLE',
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
}

/** Opening reports its result code only as the end of its message: `ConnectionFailed("Unable to open …: 14")`. */
const OPEN_FAILED = /^ConnectionFailed\(.*: (\d+)"\)$/s

/** The extended code: the primary one is its last byte. */
const resultCodeOf = (error: Error & { rawCode?: unknown }): number | null => {
  if (typeof error.rawCode === 'number') return error.rawCode
  const code = OPEN_FAILED.exec(error.message)?.[1]
  return code === undefined ? null : Number(code)
}

/** Said of disks of a network, mostly. */
export const NO_LOCKS =
  'its disk gives no locks, which keep two programs from writing at once; a disk of this computer does'
const DISK_AWAY = 'its disk answers with an error, or is away'

/** What stands in the sentence, where the words of the system would say nothing to a person. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'its disk is read-only',
  EIO: DISK_AWAY,
  ESTALE: DISK_AWAY,
  ENOTCONN: DISK_AWAY,
  ENOLCK: NO_LOCKS,
  EEXIST: 'a file is in its place',
  ENOTDIR: 'a file is in its place',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its path is too long',
}
/** By result code, the extended one first: read-only, disk error, cannot open, and what goes wrong with locks (of a file, of shared memory). */
const RESULT_REASONS: Readonly<Record<number, string>> = {
  8: 'it is read-only',
  10: DISK_AWAY,
  14: 'its files cannot be opened or made, perhaps for lack of permission',
  15: NO_LOCKS,
  2058: NO_LOCKS,
  3594: NO_LOCKS,
  3850: NO_LOCKS,
  5130: NO_LOCKS,
}

/** Of a disk that was taken away SQLite may read nothing where a page should be, and says that the page is damaged. */
const isAway = (path: string): boolean => {
  try {
    statSync(path)
    return false
  } catch {
    return true
  }
}

/** The `AppError` of whatever SQLite or the file system threw about `path`. What neither table names is a bug of ours. */
export const toStoreError = (thrown: unknown, path: string): AppError => {
  if (thrown instanceof AppError) return thrown
  const error: Error & { rawCode?: unknown; code?: unknown } =
    thrown instanceof Error ? thrown : new Error(String(thrown))
  const result = resultCodeOf(error)
  const code =
    (result === null ? undefined : BY_RESULT[result & 0xff]) ??
    (typeof error.code === 'string' ? BY_SYSTEM[error.code] : undefined) ??
    'INTERNAL_BUG'
  if (code === 'DATABASE_CORRUPT' && isAway(path))
    return new AppError('DATA_DIR_UNWRITABLE', { path, reason: DISK_AWAY }, { cause: error })
  const plain =
    result === null ? REASONS[String(error.code)] : (RESULT_REASONS[result] ?? RESULT_REASONS[result & 0xff])
  return new AppError(code, { path, reason: plain ?? error.message }, { cause: error })
}
