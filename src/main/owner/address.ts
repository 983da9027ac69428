/**
 * Owns where the owner of a data folder listens: a Unix socket inside the folder, or, when that path is too long for a socket
 * or when its disk holds no sockets, in a private folder of the system's temp folder; a named pipe on Windows.
 * Refuses: folders that other accounts can reach.
 */
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, realpathSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../../shared/errors'
import { spellOnDisk } from '../paths/same-place'

export type OwnerAddress = {
  /** What to listen on or connect to. */
  readonly path: string
  /** The folder that holds nothing but this socket; `null` when the socket is in the data folder or is a pipe. */
  readonly privateFolder: string | null
  /** Where the owner listens when the disk of the data folder holds no sockets (exFAT, some network disks); `null`: it is asked of no such disk. */
  readonly elsewhere: OwnerAddress | null
}

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, the terminating zero included. */
const MAX_SOCKET_PATH_BYTES = 100
const SOCKET_NAME = 'owner.sock'

/** What systems say of a disk that was taken away, or whose server is gone. */
const AWAY = new Set(['EIO', 'ENOTCONN', 'ENODEV', 'ENXIO', 'ESTALE'])
const DISK_AWAY = 'its disk answers with an error, or is away'

const realPathOf = (path: string): string => {
  try {
    return spellOnDisk(realpathSync.native(path))
  } catch (error) {
    // A folder that does not exist yet has no owner either; its plain path is as good.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return resolve(path)
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new AppError('DATA_DIR_UNWRITABLE', { path, reason: AWAY.has(code) ? DISK_AWAY : message }, { cause: error })
  }
}

/** Where the owner of this data folder listens; the same for every process of this account, however it writes the path. */
export const ownerAddress = (dataDir: string, platform: NodeJS.Platform = process.platform): OwnerAddress => {
  const folder = realPathOf(dataDir)
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 20)
  // Windows gives everybody else read access at most, which is too little to speak the protocol.
  if (platform === 'win32') return { path: `\\\\.\\pipe\\sluice-${key}`, privateFolder: null, elsewhere: null }
  const outside = addressOutside(key)
  const inside = join(folder, SOCKET_NAME)
  if (Buffer.byteLength(inside) > MAX_SOCKET_PATH_BYTES) return outside
  return { path: inside, privateFolder: null, elsewhere: outside }
}

const addressOutside = (key: string): OwnerAddress => {
  const name = `sluice-${userInfo().uid}-${key}`
  const candidates = [tmpdir(), '/tmp'].map((parent) => join(parent, name))
  const fitting = candidates.find((path) => Buffer.byteLength(join(path, SOCKET_NAME)) <= MAX_SOCKET_PATH_BYTES)
  const privateFolder = fitting ?? join('/tmp', name)
  return { path: join(privateFolder, SOCKET_NAME), privateFolder, elsewhere: null }
}

const isOursAlone = (folder: string): boolean => {
  const found = lstatSync(folder)
  return found.isDirectory() && found.uid === userInfo().uid && (found.mode & 0o077) === 0
}

/**
 * Makes the place ready to listen on and takes away what a dead owner left there. Only for a process that holds the owner lock:
 * nobody else can be listening then.
 * @throws AppError DATA_DIR_UNWRITABLE when somebody else holds the place
 */
export const prepareAddress = (address: OwnerAddress): void => {
  if (address.path.startsWith('\\\\')) return
  try {
    if (address.privateFolder !== null) {
      mkdirSync(address.privateFolder, { recursive: true, mode: 0o700 })
      if (!isOursAlone(address.privateFolder)) throw new Error('another account can reach it')
    }
    rmSync(address.path, { force: true })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AppError('DATA_DIR_UNWRITABLE', { path: dirname(address.path), reason }, { cause: error })
  }
}

/** Whether a client may trust what listens there. */
export const isTrustworthy = (address: OwnerAddress): boolean => {
  if (address.privateFolder === null) return true
  try {
    return isOursAlone(address.privateFolder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** Takes away the socket and its folder, wherever it is. Only for the process that listened, while it still holds the owner lock. */
export const clearAddress = (address: OwnerAddress): void => {
  if (address.path.startsWith('\\\\')) return
  const { elsewhere } = address
  if (elsewhere !== null && isTrustworthy(elsewhere)) clearAddress(elsewhere)
  rmSync(address.path, { force: true })
  if (address.privateFolder === null) return
  try {
    rmdirSync(address.privateFolder)
  } catch (error) {
    // Something else is in it: it stays, private as it is.
    if (!['ENOTEMPTY', 'ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
