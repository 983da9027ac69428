/**
 * Owns the backups in the data folder: making one of a database that is open, listing them, and how many are kept.
 * Refuses: putting one back (restoring.ts), and keys of providers: none is ever copied. Only for the process that holds the owner lock,
 * listing excepted.
 */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { backupNoteSchema, BACKUP_FOLDER, BACKUPS_KEPT, type Backup, type BackupNote } from '../../shared/backups'
import { AppError } from '../../shared/errors'
import { NOTES_FOLDER } from '../../shared/notes'
import type { Database } from './database'
import { readVersion, SCHEMA_VERSION } from './migrations'
import { readProgram } from './program-note'
import { toStoreError } from './sqlite-error'
import { flush, flushFolder, shareFolder, writeWholeSync } from './whole-files'

export const DATABASE = 'sluice.db'
export const VECTORS = 'vectors'
/** What a person has set, and which providers there are; their keys lie elsewhere. */
export const SETTINGS_FILES = ['settings.json', 'providers.json'] as const
const NOTE = 'backup.json'
/** Of a backup that is not whole. */
const MAKING = '.making-'
const PIECE_BYTES = 1024 * 1024

export const backupFolderOf = (dataDir: string, id: string): string => join(dataDir, BACKUP_FOLDER, id)
export const makingFolderOf = (dataDir: string, id: string): string => backupFolderOf(dataDir, `${MAKING}${id}`)

/** The name of a backup: names in their order are backups in their order. */
export const nameBackup = (madeAt: string, word: string): string => `${madeAt.replaceAll(/[:.]/g, '-')}-${word}`

/** The SHA-256 of a file, in hex. */
export const sumOf = (path: string): string => {
  const hash = createHash('sha256')
  const piece = Buffer.alloc(PIECE_BYTES)
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const length = readSync(file, piece, 0, PIECE_BYTES, null)
      if (length === 0) return hash.digest('hex')
      hash.update(piece.subarray(0, length))
    }
  } finally {
    closeSync(file)
  }
}

/** What lies in the folder of a backup beside the files: the note, and the sum of the database where that was written by itself. */
type WholeNote = BackupNote & { sum: string | null }
const wholeNoteSchema = backupNoteSchema.extend({ sum: z.string().nullable() })

export const writeNote = (folder: string, note: WholeNote): void =>
  writeWholeSync(join(folder, NOTE), `${JSON.stringify(note, null, 2)}\n`)

/** The note of a backup; `null` when there is none that can be read. */
export const readNote = (folder: string): WholeNote | null => {
  try {
    return wholeNoteSchema.parse(JSON.parse(readFileSync(join(folder, NOTE), 'utf8')))
  } catch {
    // Not whole, or not ours: no backup. It stays where it is.
    return null
  }
}

/** The backups of a data folder, newest first. Needs no lock, and changes nothing. @throws DATA_DIR_UNWRITABLE */
export const listBackups = (dataDir: string): Backup[] => {
  const folder = join(dataDir, BACKUP_FOLDER)
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw toStoreError(thrown, folder)
  }
  return names
    .filter((name) => !name.startsWith('.'))
    .sort()
    .reverse()
    .flatMap((id): Backup[] => {
      const note = readNote(join(folder, id))
      if (note === null) return []
      const { sum: _, ...rest } = note
      return [{ ...rest, id, usable: note.schema > 0 && note.schema <= SCHEMA_VERSION }]
    })
}

/** Takes away what is left of backups that were not finished. */
export const clearUnfinished = (dataDir: string, but: string | null = null): void => {
  const folder = join(dataDir, BACKUP_FOLDER)
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    if (name.startsWith(MAKING) && name !== `${MAKING}${but ?? ''}`)
      rmSync(join(folder, name), { recursive: true, force: true })
  }
}

/**
 * Takes away all backups but the newest, and those that are named. What somebody went back from stays while it is of a newer version than all of
 * those: who goes back twice would else lose the data that were there at first.
 */
export const pruneBackups = (dataDir: string, kept: readonly string[]): void => {
  const all = listBackups(dataDir)
  const spare = all.filter(({ id }) => !kept.includes(id))
  const goes = spare.splice(Math.max(0, BACKUPS_KEPT - kept.length))
  const newest = (found: readonly Backup[]): number => Math.max(0, ...found.map(({ schema }) => schema))
  const left = goes.filter(({ reason }) => reason === 'restore')
  const first = left.find(({ schema }) => schema === newest(left))
  const isNewer = first !== undefined && first.schema > newest(all.filter((one) => !goes.includes(one)))
  for (const one of goes) if (!(isNewer && one === first)) removeBackup(dataDir, one.id)
}

/** First it gets the name of what is not whole: what is cut off in between is no backup any more, and goes when the next one is made. */
const removeBackup = (dataDir: string, id: string): void => {
  const going = makingFolderOf(dataDir, id)
  renameSync(backupFolderOf(dataDir, id), going)
  rmSync(going, { recursive: true, force: true, maxRetries: 3 })
}

/** Takes away every backup: what a person wants out of the files is in them as well. @returns how many there were */
export const removeBackups = (dataDir: string): number => {
  const found = listBackups(dataDir).length
  rmSync(join(dataDir, BACKUP_FOLDER), { recursive: true, force: true, maxRetries: 3 })
  return found
}

/** Bytes of a file; 0 when there is none. */
export const sizeOf = (path: string): number => lstatSync(path, { throwIfNoEntry: false })?.size ?? 0

const shareVectors = (dataDir: string, folder: string): BackupNote['vectors'] => {
  const vectors = join(dataDir, VECTORS)
  if (!existsSync(vectors)) return 'none'
  try {
    return shareFolder(vectors, join(folder, VECTORS))
  } catch {
    // The disk shares nothing: vectors are made again from the text. A copy could be larger than all the rest.
    rmSync(join(folder, VECTORS), { recursive: true, force: true })
    return 'none'
  }
}

/** Notes are originals that are nowhere else. Those of one folder, a data folder or a backup, are in the other as well then, beside those it has. */
export const shareNotes = (from: string, to: string): void => {
  if (existsSync(join(from, NOTES_FOLDER))) shareFolder(join(from, NOTES_FOLDER), join(to, NOTES_FOLDER), true)
}

/**
 * Makes a backup of the data folder whose database this is, before an upgrade of it. Whole or not at all; one of the same version, of an upgrade that
 * did not come to its end, goes when the new one is there.
 * @param reached is told after each step; tests die there
 * @returns its id
 * @throws DISK_FULL, DATA_DIR_UNWRITABLE, DATABASE_CORRUPT
 */
export const makeBackup = (db: Database, dataDir: string, reached: (what: string) => void): string => {
  const schema = readVersion(db)
  const madeAt = new Date().toISOString()
  const id = nameBackup(madeAt, `version-${schema}`)
  const folder = makingFolderOf(dataDir, id)
  try {
    clearUnfinished(dataDir)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const copy = join(folder, DATABASE)
    reached('folder')
    db.copyInto(copy)
    reached('copy')
    chmodSync(copy, 0o600)
    flush(copy)
    const files = SETTINGS_FILES.filter((name) => existsSync(join(dataDir, name)))
    for (const name of files) {
      copyFileSync(join(dataDir, name), join(folder, name))
      flush(join(folder, name))
    }
    shareNotes(dataDir, folder)
    const bytes = [DATABASE, ...files].reduce((sum, name) => sum + sizeOf(join(folder, name)), 0)
    writeNote(folder, {
      madeAt,
      reason: 'upgrade',
      schema,
      toSchema: SCHEMA_VERSION,
      program: readProgram(dataDir),
      bytes,
      vectors: shareVectors(dataDir, folder),
      done: false,
      sum: sumOf(copy),
    })
    reached('note')
    renameSync(folder, backupFolderOf(dataDir, id))
    reached('named')
    flushFolder(join(dataDir, BACKUP_FOLDER))
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true })
    throw toStoreError(thrown, dataDir)
  }
  for (const old of listBackups(dataDir))
    if (old.id !== id && !old.done && old.schema === schema) removeBackup(dataDir, old.id)
  reached('tidied')
  pruneBackups(dataDir, [id])
  return id
}

/** The upgrade that the backup was made for has come to its end. */
export const markDone = (dataDir: string, id: string): void => {
  const folder = backupFolderOf(dataDir, id)
  const note = readNote(folder)
  if (note === null) throw new AppError('INTERNAL_BUG', { reason: `the note of the backup ${id} is gone` })
  writeNote(folder, { ...note, done: true })
}
