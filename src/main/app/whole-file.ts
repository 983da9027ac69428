/**
 * Owns writing a file that a person asked for: whole or not at all. Refuses: knowing what is in it.
 */
import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { AppError } from '../../shared/errors'
import type { FileHandle } from 'node:fs/promises'

/**
 * Writes text that comes in pieces; `signal`: a person does not want it any more.
 * @throws AppError CANCELLED when it was stopped, FILE_UNWRITABLE, or what the pieces threw of that kind.
 */
export const writePieces = (path: string, pieces: AsyncIterable<string>, signal?: AbortSignal): Promise<void> =>
  writeWhole(path, async (file) => {
    for await (const piece of pieces) {
      if (signal?.aborted === true) throw new AppError('CANCELLED')
      // Whole: `write` may write less than it is asked to.
      await file.appendFile(piece)
    }
    // The last word before it takes its place.
    if (signal?.aborted === true) throw new AppError('CANCELLED')
  })

/**
 * Lets `write` fill a file beside `path`, then puts it in its place.
 * @throws AppError FILE_UNWRITABLE, or what `write` threw of that kind.
 */
export const writeWhole = async (path: string, write: (file: FileHandle) => Promise<void>): Promise<void> => {
  const scratch = `${path}.${randomBytes(4).toString('hex')}.part`
  try {
    const file = await open(scratch, 'wx', 0o600)
    try {
      await write(file)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(scratch, path)
  } catch (thrown) {
    await rm(scratch, { force: true })
    if (thrown instanceof AppError) throw thrown
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    throw new AppError('FILE_UNWRITABLE', { path, reason }, { cause: thrown })
  }
}
