/**
 * Owns unpacking one document out of its archives into a file of its own, for whoever shows it.
 * Refuses: a name from outside (the file is named by the engine), what a limit forbids, and leaving half a file behind.
 */
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../shared/errors'
import type { WorkRunner } from '../../shared/work'
import { toFileError } from '../source/file'
import { openItem } from '../source/item'

/** Writes the bytes of an item to a new file that only this account can read. @throws what opening the item throws; DISK_FULL */
export const runUnpack: WorkRunner<'unpack'> = async ({ target, ...asked }, { signal, beat }) => {
  const item = await openItem({ ...asked, signal, beat })
  try {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await pipeline(item.stream(), createWriteStream(target, { flags: 'wx', mode: 0o600 }), { signal })
    return { sizeBytes: item.sizeBytes, sha256: item.sha256 }
  } catch (thrown) {
    await rm(target, { force: true })
    throw signal.aborted ? new AppError('CANCELLED', {}, { cause: thrown }) : toFileError(thrown, target)
  } finally {
    await item.close()
  }
}
