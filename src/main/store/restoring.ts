/**
 * Owns putting a backup in the place of what a data folder holds, in steps that go on after a crash: what is replaced becomes a backup itself.
 * Refuses: folders that are open. Only for the process that holds the owner lock.
 */
import { constants, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { BACKUP_FOLDER } from '../../shared/backups'
import { AppError } from '../../shared/errors'
import {
  backupFolderOf,
  clearUnfinished,
  DATABASE,
  listBackups,
  makingFolderOf,
  nameBackup,
  pruneBackups,
  readNote,
  SETTINGS_FILES,
  shareNotes,
  sizeOf,
  sumOf,
  VECTORS,
  writeNote,
} from './backups'
import { SCHEMA_VERSION } from './migrations'
import { acquireOwnerLock } from './owner-lock'
import { readProgram } from './program-note'
import { peekVersion } from './schema-version'
import { toStoreError } from './sqlite-error'
import { flush, flushFolder, shareFolder, writeWholeSync } from './whole-files'

/** In the data folder while a backup is being put back: how far that is. */
const JOURNAL = 'restoring.json'
const READY = '.restored'
const MARGIN_BYTES = 8 * 1024 * 1024

/** What is replaced. The log of a database belongs to it; the shared memory beside it is made again. */
const LOG = `${DATABASE}-wal`
const MEMORY = `${DATABASE}-shm`
const PLACES = [DATABASE, LOG, VECTORS, ...SETTINGS_FILES] as const

/** `moving`: what is there goes into its backup. `placing`: what was made ready takes its place. */
const journalSchema = z.object({ stage: z.enum(['moving', 'placing']), backup: z.string(), replaced: z.string() })
type Journal = z.infer<typeof journalSchema>

/** Told after each step; tests die there. */
type Reached = (what: string) => void

const writeJournal = (dataDir: string, journal: Journal): void => {
  writeWholeSync(join(dataDir, JOURNAL), JSON.stringify(journal))
  flushFolder(dataDir)
}

const readJournal = (dataDir: string): Journal | null => {
  const path = join(dataDir, JOURNAL)
  return existsSync(path) ? journalSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : null
}

const clearReady = (dataDir: string): void => {
  for (const name of PLACES) rmSync(join(dataDir, `${name}${READY}`), { recursive: true, force: true })
}

/** Puts everything of a backup beside its place. */
const makeReady = (dataDir: string, folder: string): void => {
  clearReady(dataDir)
  for (const name of [DATABASE, LOG, ...SETTINGS_FILES]) {
    if (!existsSync(join(folder, name))) continue
    const ready = join(dataDir, `${name}${READY}`)
    copyFileSync(join(folder, name), ready, constants.COPYFILE_FICLONE)
    flush(ready)
  }
  const vectors = join(folder, VECTORS)
  const ready = join(dataDir, `${VECTORS}${READY}`)
  try {
    // The folder may lie on another disk by now, which shares nothing.
    if (existsSync(vectors)) shareFolder(vectors, ready, true)
  } catch {
    // Too large for this disk, or damaged: they are made again from the text, and the rest comes back all the same.
    rmSync(ready, { recursive: true, force: true })
  }
}

/** Everything that is there goes, once: what has gone already is in its backup. */
const moveAway = (dataDir: string, folder: string, reached: Reached): void => {
  for (const name of PLACES) {
    const [from, to] = [join(dataDir, name), join(folder, name)]
    if (existsSync(from) && !existsSync(to)) renameSync(from, to)
    reached(`moved ${name}`)
  }
  rmSync(join(dataDir, MEMORY), { force: true })
}

const place = (dataDir: string, reached: Reached): void => {
  for (const name of PLACES) {
    const ready = join(dataDir, `${name}${READY}`)
    if (existsSync(ready)) renameSync(ready, join(dataDir, name))
    reached(`placed ${name}`)
  }
  flushFolder(dataDir)
}

const keepReplaced = (dataDir: string, { replaced }: Journal): void => {
  const making = makingFolderOf(dataDir, replaced)
  if (existsSync(making)) renameSync(making, backupFolderOf(dataDir, replaced))
}

/**
 * Goes on with a backup that was being put back when the process died. To be called before the database is opened.
 * @returns whether there was one
 * @throws DATA_DIR_UNWRITABLE
 */
export const finishRestore = (dataDir: string, reached: Reached = () => undefined): boolean =>
  finish(dataDir, reached) !== null

/** What was put back, and why older backups could not be taken away: that is to be told, but nothing of what was wanted failed. */
type Finished = Pick<Journal, 'backup' | 'replaced'> & { readonly unpruned: AppError | null }

const prune = (dataDir: string, kept: readonly string[]): AppError | null => {
  try {
    pruneBackups(dataDir, kept)
    return null
  } catch (thrown) {
    return toStoreError(thrown, join(dataDir, BACKUP_FOLDER))
  }
}

const finish = (dataDir: string, reached: Reached): Finished | null => {
  try {
    const journal = readJournal(dataDir)
    if (journal === null) return null
    const making = makingFolderOf(dataDir, journal.replaced)
    if (journal.stage === 'moving') {
      moveAway(dataDir, making, reached)
      writeJournal(dataDir, { ...journal, stage: 'placing' })
    }
    place(dataDir, reached)
    // Those it names; those of later lie in what was replaced, too, for a start takes away what no document names.
    shareNotes(backupFolderOf(dataDir, journal.backup), dataDir)
    keepReplaced(dataDir, journal)
    reached('kept')
    rmSync(join(dataDir, JOURNAL), { force: true })
    flushFolder(dataDir)
    const { backup, replaced } = journal
    return { backup, replaced, unpruned: prune(dataDir, [backup, replaced]) }
  } catch (thrown) {
    throw toStoreError(thrown, dataDir)
  }
}

/** The folder of a backup that can be put back. @throws NOT_FOUND, BACKUP_UNUSABLE */
const requireUsable = (dataDir: string, id: string): string => {
  const backup = listBackups(dataDir).find((one) => one.id === id)
  if (backup === undefined) throw new AppError('NOT_FOUND', { what: 'backup', id })
  const unusable = (reason: string): AppError => new AppError('BACKUP_UNUSABLE', { id, reason })
  if (backup.schema > SCHEMA_VERSION) throw unusable('a newer Sluice made it')
  const folder = backupFolderOf(dataDir, id)
  const database = join(folder, DATABASE)
  if (backup.schema === 0 || peekVersion(database) !== backup.schema)
    throw unusable('its database is missing or damaged')
  const sum = readNote(folder)?.sum ?? null
  if (sum !== null && sum !== sumOf(database)) throw unusable('its database has changed since it was made')
  return folder
}

const requireRoom = (dataDir: string, folder: string): void => {
  const needed = [DATABASE, LOG, ...SETTINGS_FILES].reduce(
    (sum, name) => sum + sizeOf(join(folder, name)),
    MARGIN_BYTES,
  )
  const { bavail, bsize } = statfsSync(dataDir)
  const free = bavail * bsize
  if (free < needed) throw new AppError('UPGRADE_NO_ROOM', { path: dataDir, actual: free, limit: needed })
}

export type Restored = {
  /** The backup of what was replaced. */
  readonly replaced: string
  /** The version of the data that is there now. */
  readonly schema: number
  /** Vectors are to be made again. */
  readonly vectorsMissing: boolean
  /** Why backups that are not kept any more could not be taken away; `null`: they were. */
  readonly unpruned: AppError | null
}

const tellRestored = (
  dataDir: string,
  id: string,
  { replaced, unpruned }: Pick<Finished, 'replaced' | 'unpruned'>,
): Restored => ({
  replaced,
  unpruned,
  schema: readNote(backupFolderOf(dataDir, id))?.schema ?? 0,
  vectorsMissing: !existsSync(join(dataDir, VECTORS)),
})

/**
 * Puts a backup in its place. What was there is a backup itself then.
 * @param reached is told after each step; tests die there
 * @throws NOT_FOUND, BACKUP_UNUSABLE, UPGRADE_NO_ROOM, DATA_DIR_IN_USE, DATA_DIR_UNWRITABLE, DISK_FULL
 */
export const restoreBackup = (dataDir: string, id: string, reached: Reached = () => undefined): Restored => {
  const lock = acquireOwnerLock(dataDir)
  if (lock === null) throw new AppError('DATA_DIR_IN_USE', { path: dataDir })
  try {
    const begun = finish(dataDir, () => undefined)
    // It was asked for before, and cut off: once more would put what was just put back in the place of what was replaced.
    if (begun?.backup === id) return tellRestored(dataDir, id, begun)
    const folder = requireUsable(dataDir, id)
    requireRoom(dataDir, folder)
    const madeAt = new Date().toISOString()
    const schema = peekVersion(join(dataDir, DATABASE)) ?? 0
    const replaced = nameBackup(madeAt, `replaced-${schema}`)
    const note = readNote(folder)
    clearUnfinished(dataDir)
    makeReady(dataDir, folder)
    reached('ready')
    const making = makingFolderOf(dataDir, replaced)
    mkdirSync(making, { recursive: true, mode: 0o700 })
    shareNotes(dataDir, making)
    writeNote(making, {
      madeAt,
      reason: 'restore',
      schema,
      toSchema: note?.schema ?? SCHEMA_VERSION,
      program: readProgram(dataDir),
      bytes: sizeOf(join(dataDir, DATABASE)) + sizeOf(join(dataDir, LOG)),
      vectors: existsSync(join(dataDir, VECTORS)) ? 'linked' : 'none',
      done: true,
      sum: null,
    })
    reached('noted')
    writeJournal(dataDir, { stage: 'moving', backup: id, replaced })
    reached('begun')
    const finished = finish(dataDir, reached)
    reached('done')
    return tellRestored(dataDir, id, finished ?? { replaced, unpruned: null })
  } catch (thrown) {
    // Without a journal nothing has begun.
    if (!existsSync(join(dataDir, JOURNAL))) {
      clearReady(dataDir)
      clearUnfinished(dataDir)
    }
    throw toStoreError(thrown, join(dataDir, BACKUP_FOLDER))
  } finally {
    lock.release()
  }
}
