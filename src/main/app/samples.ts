/**
 * Owns the sample documents as a person tries them: a copy in the data folder, where it stays when the program is updated or moved.
 * Refuses: adding them to a collection; the page asks for that as for any other folder.
 */
import { randomBytes } from 'node:crypto'
import { cp, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../shared/errors'
import { SAMPLES_FOLDER } from '../../shared/samples'

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    // What cannot be looked at is no folder to read from; making it says why.
    return false
  }
}

/**
 * The folder with the sample documents, copied from `samplesDir` unless it is there.
 * @throws NOT_FOUND when they did not come with the program, FILE_UNWRITABLE
 */
export const prepareSamples = async (samplesDir: string, dataDir: string): Promise<string> => {
  const path = join(dataDir, SAMPLES_FOLDER)
  if (await isFolder(path)) return path
  if (!(await isFolder(samplesDir)))
    throw new AppError('NOT_FOUND', { what: 'folder of sample documents', id: samplesDir })
  const scratch = `${path}.${randomBytes(4).toString('hex')}.part`
  try {
    // What is said of the samples is none: its examples would be found before their answers.
    const isSample = (from: string): boolean => from !== join(samplesDir, 'README.md')
    await cp(samplesDir, scratch, { recursive: true, errorOnExist: true, force: false, filter: isSample })
    await rename(scratch, path)
  } catch (cause) {
    // What keeps it from being written may keep it from being removed: the first reason is the one to tell.
    await rm(scratch, { recursive: true, force: true }).catch(() => undefined)
    // Somebody else may have been faster.
    if (await isFolder(path)) return path
    throw new AppError(
      'FILE_UNWRITABLE',
      { path, reason: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    )
  }
  return path
}
