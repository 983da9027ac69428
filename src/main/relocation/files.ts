/**
 * Owns which files of a data folder are moved, copying them so that a copy under its own name is whole, and comparing both sides byte by byte.
 * Refuses: what belongs to one process or one moment (locks, sockets, temp files); and links: what they lead to would be left out, or be moved unasked.
 */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { open, rename, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../shared/errors'
import { ARRIVING, MOVED, ORIGIN } from '../store/whereabouts'
import { flushFolder } from '../store/whole-files'

/** What systems put into folders by themselves. */
export const OF_THE_SYSTEM: ReadonlySet<string> = new Set([
  'lost+found',
  '.DS_Store',
  'desktop.ini',
  'Thumbs.db',
  '$RECYCLE.BIN',
  'System Volume Information',
  '.Trashes',
  '.fseventsd',
  '.Spotlight-V100',
])

/** At the top of the folder. The window's own files but its preferences are those of a browser that may be running. */
const LEFT = new Set([
  ...OF_THE_SYSTEM,
  'owner.db',
  'owner.db-journal',
  'owner.db-wal',
  'owner.db-shm',
  'owner.sock',
  'temp',
  'upgrading',
  MOVED,
  ARRIVING,
  ORIGIN,
])
/** What the window keeps beside the browser: preferences, and which removals wait or are to be told. */
const OF_THE_WINDOW = new Set(['window/preferences.json', 'window/removals.json'])
/** Written to by whoever copies: taken along as it is at the moment, and not compared. */
const LIVELY = ['logs/', 'window/']

export type MovableFile = {
  /** From the data folder on, with `/`. */
  readonly path: string
  readonly sizeBytes: number
  readonly modifiedMs: number
}

const isLively = (path: string): boolean => LIVELY.some((start) => path.startsWith(start))

/** The files that are moved, in order. What vanishes meanwhile is none. @throws MOVE_FAILED for a link: without what it leads to the copy would not be whole */
export const listMovable = (folder: string): MovableFile[] => {
  const files: MovableFile[] = []
  const walk = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (LEFT.has(path) || path.endsWith('.moving')) continue
      if (path.startsWith('window/') && !OF_THE_WINDOW.has(path)) continue
      if (entry.isSymbolicLink())
        throw new AppError('MOVE_FAILED', { path: join(folder, path), reason: 'it is a link to another place' })
      if (entry.isDirectory()) {
        walk(path)
        continue
      }
      const found = entry.isFile() ? lstatSync(join(folder, path), { throwIfNoEntry: false }) : undefined
      // Shared memory is made anew, and a log that is empty may go at any moment.
      if (path.endsWith('.db-shm') || (path.endsWith('.db-wal') && found?.size === 0)) continue
      if (found) files.push({ path, sizeBytes: found.size, modifiedMs: Math.floor(found.mtimeMs) })
    }
  }
  walk('')
  return files
}

/** Whether a copy of this size and time is there. Its bytes are compared at the end. */
const isThere = (folder: string, { path, sizeBytes, modifiedMs }: MovableFile): boolean => {
  const found = lstatSync(join(folder, path), { throwIfNoEntry: false })
  return found !== undefined && found.isFile() && found.size === sizeBytes && Math.floor(found.mtimeMs) === modifiedMs
}

const copyFile = async (from: string, to: string, signal: AbortSignal): Promise<void> => {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
  const part = `${to}.moving`
  const { mode, atime, mtimeMs } = await stat(from)
  await pipeline(createReadStream(from), createWriteStream(part, { mode: mode & 0o777 }), { signal })
  const file = await open(part, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  // Whole milliseconds: more than that is kept differently by different disks.
  await utimes(part, atime, Math.floor(mtimeMs) / 1_000)
  await rename(part, to)
}

export type CopyProgress = { readonly doneBytes: number; readonly totalBytes: number }

/**
 * Makes the copy the same as the original: what is there already stays, what is not in the original goes.
 * @throws CANCELLED; what the file system throws
 */
export const copyFiles = async (
  from: string,
  to: string,
  signal: AbortSignal,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> => {
  const files = listMovable(from)
  const wanted = new Set(files.map(({ path }) => path))
  for (const { path } of listMovable(to)) if (!wanted.has(path)) rmSync(join(to, path), { force: true })
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  let doneBytes = 0
  for (const file of files) {
    if (signal.aborted) throw new AppError('CANCELLED')
    onProgress({ doneBytes, totalBytes })
    try {
      if (!isThere(to, file)) await copyFile(join(from, file.path), join(to, file.path), signal)
    } catch (thrown) {
      if (signal.aborted) throw new AppError('CANCELLED')
      // It was there a moment ago: whoever works in the folder took it away, and the last pass sees what is left.
      if (lstatSync(join(from, file.path), { throwIfNoEntry: false }) !== undefined) throw thrown
    }
    doneBytes += file.sizeBytes
  }
  flushFolders(to, files)
  onProgress({ doneBytes, totalBytes })
}

/** The names of the copies are on the disk, too: the word that makes them the ones in use must never be there before them. */
const flushFolders = (to: string, files: readonly MovableFile[]): void => {
  const folders = new Set([to])
  for (const { path } of files)
    for (let folder = dirname(join(to, path)); !folders.has(folder); folder = dirname(folder)) folders.add(folder)
  for (const folder of folders) if (existsSync(folder)) flushFolder(folder)
}

const digestOf = async (path: string, signal: AbortSignal): Promise<string> => {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { signal, highWaterMark: 1024 * 1024 })) hash.update(piece as Buffer)
  return hash.digest('hex')
}

/** Compares every file of both, byte by byte. @throws MOVE_UNVERIFIED, CANCELLED */
export const compareFiles = async (
  from: string,
  to: string,
  signal: AbortSignal,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> => {
  const files = listMovable(from).filter(({ path }) => !isLively(path))
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  let doneBytes = 0
  for (const { path, sizeBytes } of files) {
    if (signal.aborted) throw new AppError('CANCELLED')
    onProgress({ doneBytes, totalBytes })
    const wrong = (reason: string): AppError => new AppError('MOVE_UNVERIFIED', { path: join(to, path), reason })
    const copy = lstatSync(join(to, path), { throwIfNoEntry: false })
    if (copy === undefined) throw wrong('it is not there')
    if (copy.size !== sizeBytes) throw wrong('its size differs')
    const [mine, theirs] = [await digestOf(join(from, path), signal), await digestOf(join(to, path), signal)]
    if (mine !== theirs) throw wrong('its bytes differ')
    doneBytes += sizeBytes
  }
  onProgress({ doneBytes, totalBytes })
}
