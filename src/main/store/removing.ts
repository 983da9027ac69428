/**
 * Owns taking a data folder away: which names in it are Sluice's own, how much they take, and removing them in steps that go on after a crash.
 * Refuses: a folder that is none of Sluice's; files that Sluice did not make; and following links: neither they nor what they lead to is touched.
 */
import { existsSync, lstatSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { BACKUP_FOLDER, UPGRADE_SIGN } from '../../shared/backups'
import { AppError } from '../../shared/errors'
import { NOTES_FOLDER } from '../../shared/notes'
import type { KeptPart } from '../../shared/removal'
import { SAMPLES_FOLDER } from '../../shared/samples'
import { isBeingRemoved, isPlainFile, REMOVING } from './removal-mark'
import { toStoreError } from './sqlite-error'
import { flushFolder, writeWholeSync } from './whole-files'

const journalSchema = z.object({ folders: z.array(z.string().min(1)).max(100) })

/** Where an entry stands: what is inside a folder is known by its names, too. */
type Own = { readonly part: KeptPart; readonly name: RegExp; readonly inside?: RegExp }

/** In the order in which they go: secrets first. */
const OWN: readonly Own[] = [
  { part: 'keys', name: /^keys(?:\.encrypted)?\.json(?:\.\d+)?(?:\.(?:part|moving))?$/ },
  {
    part: 'notes',
    name: new RegExp(`^${NOTES_FOLDER}$`),
    inside: /-\d{4}-\d\d-\d\d(?:-\d+)?(?:\.\w{1,8})?$|^\.\w+\.part$/,
  },
  { part: 'samples', name: new RegExp(`^${SAMPLES_FOLDER}(?:\\.\\w+\\.part)?$`) },
  { part: 'backups', name: new RegExp(`^${BACKUP_FOLDER}$`), inside: /^(?:\.making-)?\d{4}-\d\d-\d\dT/ },
  { part: 'vectors', name: /^vectors(?:\.restored)?$/, inside: /\.lance$/ },
  { part: 'cache', name: /^cache\.db(?:-wal|-shm|-journal)?(?:\.moving)?$/ },
  { part: 'updates', name: /^updates$/ },
  { part: 'temp', name: /^temp$/ },
  { part: 'window', name: /^window$/ },
  { part: 'logs', name: /^logs$/, inside: /^sluice(?:\.\d+)?\.log(?:\.moving)?$/ },
  { part: 'settings', name: /^(?:settings|providers)\.json(?:\.\d+)?(?:\.(?:part|moving|restored))?$/ },
  { part: 'database', name: /^sluice\.db(?:-wal|-shm|-journal)?(?:\.(?:moving|restored))?$/ },
  {
    part: 'other',
    name: new RegExp(
      `^(?:(?:written-by|restoring|moved-from|moved-to|arriving)\\.json(?:\\.part)?|removing\\.json\\.part|owner\\.sock|owner-probe-\\d+\\.db(?:-journal)?|link-probe-\\d+(?:\\.second)?|${UPGRADE_SIGN}|\\.DS_Store|Thumbs\\.db|desktop\\.ini)$`,
    ),
  },
]
/** They go at the very end: the lock is held by one, and the other says that a removal was begun. */
const LAST = [/^owner\.db(?:-wal|-shm|-journal)?$/, /^removing\.json$/]
/** Of a whole disk; they are the system's and say nothing of a person. */
const OF_A_DISK = new Set([
  'lost+found',
  '$RECYCLE.BIN',
  'System Volume Information',
  '.Trashes',
  '.fseventsd',
  '.Spotlight-V100',
])
/** Any of them says that Sluice made the folder. */
const MARKS = ['sluice.db', 'written-by.json', 'moved-to.json', 'moved-from.json', 'arriving.json', REMOVING]

/** Whether Sluice made the folder. */
export const isDataFolder = (folder: string): boolean => MARKS.some((name) => isPlainFile(join(folder, name)))

/** The entries of a folder in their order; `[]` where there is none. */
const entriesOf = (folder: string): { name: string; isLink: boolean; isFolder: boolean }[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .map((entry) => ({ name: entry.name, isLink: entry.isSymbolicLink(), isFolder: entry.isDirectory() }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    : []

/** Bytes below a path. Links count as nothing, and so does what vanishes meanwhile. */
const bytesOf = (path: string): number => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined || found.isSymbolicLink()) return 0
  if (!found.isDirectory()) return found.size
  return entriesOf(path).reduce((sum, { name }) => sum + bytesOf(join(path, name)), 0)
}

type Owned = { readonly part: KeptPart; readonly path: string; readonly name: string }
type Sorted = { readonly owned: readonly Owned[]; readonly foreign: readonly string[] }

/** What is Sluice's in a folder, in the order in which it goes, and what is not. */
const sort = (folder: string): Sorted => {
  const owned: Owned[] = []
  const foreign: string[] = []
  for (const { name, isLink, isFolder } of entriesOf(folder)) {
    if (OF_A_DISK.has(name)) continue
    const path = join(folder, name)
    const isLast = LAST.some((pattern) => pattern.test(name))
    const own = OWN.find((one) => one.name.test(name))
    if (isLink || (own === undefined && !isLast)) {
      foreign.push(path)
      continue
    }
    if (own === undefined) continue
    const { part, inside } = own
    if (inside === undefined || !isFolder) {
      owned.push({ part, path, name })
      continue
    }
    const entries = entriesOf(path)
    const strange = entries.filter((entry) => entry.isLink || !inside.test(entry.name))
    foreign.push(...strange.map((entry) => join(path, entry.name)))
    // A folder with something of a person's in it loses only what is Sluice's.
    if (strange.length === 0) owned.push({ part, path, name })
    else
      for (const entry of entries)
        if (!strange.includes(entry)) owned.push({ part, path: join(path, entry.name), name })
  }
  const placeOf = ({ name }: Owned): number => OWN.findIndex((one) => one.name.test(name))
  return { owned: owned.sort((a, b) => placeOf(a) - placeOf(b)), foreign }
}

export type FolderSurvey = {
  readonly path: string
  readonly bytes: number
  readonly parts: readonly { readonly part: KeptPart; readonly bytes: number }[]
  /** Absolute paths of what Sluice did not make. It stays. */
  readonly foreign: readonly string[]
}

/** Looks what would be removed. Changes nothing. @throws what the file system throws */
export const surveyFolder = (folder: string): FolderSurvey => {
  const { owned, foreign } = sort(folder)
  const sums = new Map<KeptPart, number>()
  for (const { part, path } of owned) sums.set(part, (sums.get(part) ?? 0) + bytesOf(path))
  const parts = [...sums].map(([part, bytes]) => ({ part, bytes }))
  return { path: folder, bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0), parts, foreign }
}

/** From now on the folder is one that goes, and nobody opens it before it is gone. */
export const noteRemoval = (folder: string, folders: readonly string[]): void => {
  writeWholeSync(join(folder, REMOVING), `${JSON.stringify({ folders }, null, 2)}\n`)
  flushFolder(folder)
}

/** The folders that go with this one since its removal was begun. */
export const readRemoval = (folder: string): readonly string[] => {
  if (!isBeingRemoved(folder)) return []
  try {
    return journalSchema.parse(JSON.parse(readFileSync(join(folder, REMOVING), 'utf8'))).folders
  } catch {
    // Of a journal that cannot be read this folder is still meant: it is written before anything is removed.
    return []
  }
}

const remove = (path: string): void => {
  try {
    // Links inside are removed, never followed.
    rmSync(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('REMOVE_FAILED', { path, reason }, { cause })
  }
}

export type EmptyOptions = {
  /** Parts that stay for now: whoever runs in them removes them later. */
  readonly except?: readonly KeptPart[]
  /** Told after each step; tests die there. */
  readonly reached?: ((step: string) => void) | undefined
}

/**
 * Takes away what is made anew by itself (temporary files, caches), so that a disk that is full to the last byte has room for the journal.
 * Only for who holds the lock; the folder is whole without it. @returns whether there was any @throws REMOVE_FAILED
 */
const makeRoom = (folder: string): boolean => {
  const spare = sort(folder).owned.filter(({ part }) => part === 'temp' || part === 'cache')
  for (const { path } of spare) remove(path)
  return spare.length > 0
}

/** As `noteRemoval`, also on a disk that is full: `held` is the folder whose lock is held, and which gives room. @throws DISK_FULL, REMOVE_FAILED */
export const noteRemovalAnyway = (folder: string, folders: readonly string[], held: string): void => {
  try {
    noteRemoval(folder, folders)
  } catch (thrown) {
    if (toStoreError(thrown, folder).code !== 'DISK_FULL' || !makeRoom(held)) throw thrown
    noteRemoval(folder, folders)
  }
}

/** Removes what is Sluice's but for the lock and the journal. @throws REMOVE_FAILED */
export const emptyFolder = (folder: string, { except = [], reached }: EmptyOptions = {}): void => {
  for (const { part, path, name } of sort(folder).owned) {
    if (except.includes(part)) continue
    remove(path)
    reached?.(name)
  }
}

/** Removes the lock and the journal, and the folder itself where nothing of a person's is in it. Only after `emptyFolder`. @throws REMOVE_FAILED */
export const closeFolder = (folder: string): void => {
  for (const pattern of LAST)
    for (const { name } of entriesOf(folder)) if (pattern.test(name)) remove(join(folder, name))
  dropFolder(folder)
}

/** Removes the folder where it is empty. Some disks keep a file that is open under another name until it is closed: it goes once the lock is let go of. */
export const dropFolder = (folder: string): void => {
  if (entriesOf(folder).length > 0 || !existsSync(folder)) return
  try {
    rmdirSync(folder)
  } catch (error) {
    // Where a disk begins, in the folder of another account, or in use by a shell: nothing of a person is left in it.
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (!['EBUSY', 'EACCES', 'EPERM', 'ENOTEMPTY', 'EROFS', 'ENOENT'].includes(code)) throw error
  }
}

/** The folder is empty and may be used anew. Only for who holds its lock, after `finishRemoval`. */
export const endRemoval = (folder: string): void => {
  remove(join(folder, REMOVING))
  flushFolder(folder)
}

type Lock = { readonly release: () => void }

/** Removes all of another folder that goes with the one whose lock is held. @throws REMOVE_IN_USE, REMOVE_FAILED */
export const removeOther = (other: string, lock: (folder: string) => Lock | null, options: EmptyOptions = {}): void => {
  if (!isDataFolder(other)) return
  const held = lock(other)
  if (held === null) throw new AppError('REMOVE_IN_USE', { path: other })
  try {
    // Cut off in the middle it would have no other mark left.
    if (!isBeingRemoved(other)) noteRemoval(other, [other])
    emptyFolder(other, options)
    // Windows removes no file that is open; elsewhere nobody may come in between.
    if (process.platform !== 'win32') closeFolder(other)
  } finally {
    held.release()
  }
  if (process.platform === 'win32') closeFolder(other)
  else if (!isDataFolder(other)) dropFolder(other)
  options.reached?.('folder')
}

/**
 * Ends a removal that was begun: of what is in this folder, then of the folders that go with it. The journal stays: `endRemoval` or `closeFolder` takes it.
 * Only for who holds its lock; `lock` takes that of another folder, `null` where somebody works in it.
 * @returns whether there was one @throws REMOVE_IN_USE, REMOVE_FAILED
 */
export const finishRemoval = (
  folder: string,
  lock: (other: string) => Lock | null,
  options: EmptyOptions = {},
): boolean => {
  if (!isBeingRemoved(folder)) return false
  emptyFolder(folder, options)
  for (const other of readRemoval(folder)) if (other !== folder) removeOther(other, lock, options)
  return true
}
