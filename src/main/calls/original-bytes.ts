/**
 * Owns reading pieces of an original on disk for whoever shows it.
 * Refuses: what is inside an archive, what is no regular file, and what is larger than a document may be.
 */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { DocumentRow } from '../../shared/domain'
import { AppError } from '../../shared/errors'

export type Piece = { bytes: string; sizeBytes: number; changed: boolean }

type Wanted = { readonly offset: number; readonly length: number; readonly maxBytes: number }

const ARCHIVE_STEP = '!/'

/** Whether it is in an archive or a mail, and so has no file of its own. */
export const isInside = ({ path }: Pick<DocumentRow, 'path'>): boolean => path.includes(ARCHIVE_STEP)

const openOriginal = async (path: string): Promise<FileHandle> => {
  try {
    // A pipe that stands there by now would be waited for, for ever.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new AppError('ORIGINAL_MISSING', { path }, { cause })
    throw new AppError('FILE_UNREADABLE', { path, reason: code }, { cause })
  }
}

/**
 * A piece of the original as base64, shorter at its end. `changed`: its size is not that of the file that was indexed.
 * @throws ORIGINAL_INSIDE, ORIGINAL_MISSING, FILE_UNREADABLE, NOT_A_FILE, FILE_TOO_LARGE
 */
export const readOriginal = async (
  document: Pick<DocumentRow, 'path' | 'location' | 'bytes'>,
  { offset, length, maxBytes }: Wanted,
): Promise<Piece> => {
  const { path, location } = document
  if (isInside(document)) throw new AppError('ORIGINAL_INSIDE', { path })
  const file = await openOriginal(location)
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw new AppError('NOT_A_FILE', { path: location, kind: 'not a regular file' })
    if (stats.size > maxBytes)
      throw new AppError('FILE_TOO_LARGE', { actual: stats.size, limit: maxBytes, setting: 'document.bytes' })
    const buffer = Buffer.alloc(Math.max(0, Math.min(length, stats.size - offset)))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset)
    return {
      bytes: buffer.subarray(0, bytesRead).toString('base64'),
      sizeBytes: stats.size,
      changed: stats.size !== document.bytes,
    }
  } finally {
    await file.close()
  }
}
