/**
 * Owns what an error of SQLite or of the file system means for a person: one table from result codes to error codes.
 * Refuses: retrying.
 */
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
  26: 'DATABASE_CORRUPT',
}

const BY_SYSTEM: Readonly<Record<string, ErrorCode>> = {
  EACCES: 'DATA_DIR_UNWRITABLE',
  EEXIST: 'DATA_DIR_UNWRITABLE',
  EISDIR: 'DATA_DIR_UNWRITABLE',
  ELOOP: 'DATA_DIR_UNWRITABLE',
  ENAMETOOLONG: 'DATA_DIR_UNWRITABLE',
  ENOENT: 'DATA_DIR_UNWRITABLE',
  ENOTDIR: 'DATA_DIR_UNWRITABLE',
  EPERM: 'DATA_DIR_UNWRITABLE',
  EROFS: 'DATA_DIR_UNWRITABLE',
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
}

/** Opening reports its result code only as the end of its message: `ConnectionFailed("Unable to open …: 14")`. */
const OPEN_FAILED = /^ConnectionFailed\(.*: (\d+)"\)$/s

const resultCodeOf = (error: Error & { rawCode?: unknown }): number | null => {
  if (typeof error.rawCode === 'number') return error.rawCode & 0xff
  const code = OPEN_FAILED.exec(error.message)?.[1]
  return code === undefined ? null : Number(code) & 0xff
}

/** What stands in the sentence, where the words of the system would say nothing to a person. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'its disk is read-only',
  EEXIST: 'a file is in its place',
  ENOTDIR: 'a file is in its place',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its path is too long',
}
/** By result code: read-only and cannot open. */
const RESULT_REASONS: Readonly<Record<number, string>> = {
  8: 'it is read-only',
  14: 'its files cannot be opened or made, perhaps for lack of permission',
}

/** The `AppError` of whatever SQLite or the file system threw about `path`. What neither table names is a bug of ours. */
export const toStoreError = (thrown: unknown, path: string): AppError => {
  if (thrown instanceof AppError) return thrown
  const error: Error & { rawCode?: unknown; code?: unknown } =
    thrown instanceof Error ? thrown : new Error(String(thrown))
  const result = resultCodeOf(error)
  const code =
    (result === null ? undefined : BY_RESULT[result]) ??
    (typeof error.code === 'string' ? BY_SYSTEM[error.code] : undefined) ??
    'INTERNAL_BUG'
  const plain = result === null ? REASONS[String(error.code)] : RESULT_REASONS[result]
  return new AppError(code, { path, reason: plain ?? error.message }, { cause: error })
}
