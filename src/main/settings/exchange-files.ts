/**
 * Owns the files that settings are exported to and imported from. Refuses: replacing a file, and reading what is too large to be one.
 */
import { open, readFile, rm, stat } from 'node:fs/promises'
import { AppError } from '../../shared/errors'
import { MAX_SETTINGS_EXPORT_BYTES } from '../../shared/settings-exchange'

const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** @throws FILE_UNWRITABLE, also when it is there already: that is nobody's to replace */
export const writeNewFile = async (path: string, text: string): Promise<void> => {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.close()
    } catch (thrown) {
      // What is there in part would be in the way of another try; what failed is told.
      await Promise.allSettled([file.close(), rm(path, { force: true })])
      throw thrown
    }
  } catch (cause) {
    throw new AppError('FILE_UNWRITABLE', { path, reason: reasonOf(cause) }, { cause })
  }
}

/** @throws SETTINGS_FILE_INVALID */
export const readTextFile = async (path: string): Promise<string> => {
  try {
    const { size } = await stat(path)
    if (size > MAX_SETTINGS_EXPORT_BYTES)
      throw new AppError('SETTINGS_FILE_INVALID', { path, reason: `it has ${size} bytes` })
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('SETTINGS_FILE_INVALID', { path, reason: reasonOf(cause) }, { cause })
  }
}
