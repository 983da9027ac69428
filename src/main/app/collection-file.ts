/**
 * Owns reading a file of the settings of a collection from disk. Refuses: what is too large to be one, and knowing its words.
 */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { MAX_COLLECTION_FILE_BYTES, readCollectionFile, type CollectionFile } from '../../shared/collection-settings'
import { AppError } from '../../shared/errors'

/** @throws COLLECTION_FILE_INVALID, COLLECTION_FILE_NEWER */
export const readCollectionFileAt = async (path: string): Promise<CollectionFile> => {
  const name = basename(path)
  try {
    const { size } = await stat(path)
    if (size > MAX_COLLECTION_FILE_BYTES)
      throw new AppError('COLLECTION_FILE_INVALID', { path: name, reason: `it has ${size} bytes` })
    return readCollectionFile(await readFile(path, 'utf8'), name)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('COLLECTION_FILE_INVALID', { path: name, reason }, { cause })
  }
}
