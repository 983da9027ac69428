/**
 * Owns writing a small file so that it is there whole or not at all, and giving whole folders a second name.
 * Refuses: knowing what is in them.
 */
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { saysNoSecondNames } from '../paths/second-names'

/** Waits until the bytes of a file are on the disk. */
export const flush = (path: string): void => {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Of disks, mostly of a network, that have no such call for folders: their server keeps names as it does. */
const NO_FOLDER_FLUSH = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/** The names in a folder are kept by the disk, too. Windows has no such call, and needs none. */
export const flushFolder = (path: string): void => {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } catch (thrown) {
    if (!NO_FOLDER_FLUSH.has((thrown as NodeJS.ErrnoException).code ?? '')) throw thrown
  } finally {
    closeSync(folder)
  }
}

/** Writes a file, readable by this account alone, in one step; text as UTF-8. @throws what the file system throws */
export const writeWholeSync = (path: string, content: string | Uint8Array): void => {
  const scratch = `${path}.part`
  const file = openSync(scratch, 'w', 0o600)
  try {
    // One call may write less than it is asked to.
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(scratch, path)
}

const shareFile = (from: string, to: string, orCopy: boolean): 'linked' | 'copied' => {
  try {
    linkSync(from, to)
    return 'linked'
  } catch (thrown) {
    if (!saysNoSecondNames(thrown)) throw thrown
    // An index may be many gigabytes: that is only done where the disk shares their bytes.
    copyFileSync(from, to, orCopy ? constants.COPYFILE_FICLONE : constants.COPYFILE_FICLONE_FORCE)
    return 'copied'
  }
}

/**
 * Makes `to` a folder with the same files, beside those it has; a name that is there stays as it is. They take no room of their own: they are second names, or
 * copies that share their bytes. Only for files that are never changed in place.
 * @param orCopy plain copies are made where the disk can do neither
 * @throws what the file system throws
 */
export const shareFolder = (from: string, to: string, orCopy = false): 'linked' | 'copied' => {
  mkdirSync(to, { recursive: true, mode: 0o700 })
  let how: 'linked' | 'copied' = 'linked'
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) {
      if (shareFolder(source, target, orCopy) === 'copied') how = 'copied'
    } else if (entry.isFile() && !existsSync(target) && shareFile(source, target, orCopy) === 'copied') how = 'copied'
  }
  return how
}
