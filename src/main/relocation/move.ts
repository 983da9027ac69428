/**
 * Owns moving a data folder to another place: copied, compared, switched to in one step, the old one kept until a person removes it.
 * Refuses: two folders in use, or none, whenever the process dies; and a copy while somebody works in the folder, but for one ahead of time.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../../shared/errors'
import type { Log } from '../../shared/log'
import { isSameFolder, realPlaceOf } from '../paths/same-place'
import { moveOwnPlaces, requireSoundDatabases, settleDatabases } from '../store/moved-database'
import { acquireOwnerLock } from '../store/owner-lock'
import { finishRestore } from '../store/restoring'
import { toStoreError } from '../store/sqlite-error'
import { refuseNewer } from '../store/upgrade'
import {
  followMoves,
  forgetOrigin,
  MOVED,
  noteArriving,
  ORIGIN,
  readMoved,
  readOrigin,
  switchFolders,
} from '../store/whereabouts'
import { flushFolder } from '../store/whole-files'
import { compareFiles, copyFiles, type CopyProgress } from './files'
import { checkTarget, clearTarget, type MoveTarget } from './target'

export type MovePhase = 'copying' | 'comparing' | 'switching'
export type MoveProgress = CopyProgress & { readonly phase: MovePhase }

export type MoveOptions = {
  readonly dataDir: string
  readonly to: string
  readonly signal: AbortSignal
  readonly onProgress: (progress: MoveProgress) => void
  readonly log: Log
  /** Told after each step; tests die there. */
  readonly reached?: ((step: string) => void) | undefined
}

/** What the system says about the new place. */
const toMoveError = (thrown: unknown, path: string): AppError => {
  const error = toStoreError(thrown, path)
  if (error.code === 'DISK_FULL') return new AppError('MOVE_NO_ROOM', { path }, { cause: thrown })
  if (error.code !== 'DATA_DIR_UNWRITABLE' && error.code !== 'INTERNAL_BUG') return error
  return new AppError('MOVE_FAILED', { path, reason: error.details['reason'] ?? error.message }, { cause: thrown })
}

const begin = ({ dataDir, to }: MoveOptions): MoveTarget => {
  refuseNewer(dataDir)
  const target = checkTarget(dataDir, to)
  const first = mkdirSync(target.to, { recursive: true, mode: 0o700 })
  // The folder itself is on the disk before anything leads to it.
  if (first !== undefined)
    for (let made = target.to; made.length >= first.length; made = dirname(made)) flushFolder(dirname(made))
  // Made, it has the name that its disk gave it.
  const place = { ...target, to: realPlaceOf(target.to) }
  noteArriving(place.to, { from: place.from, isWhole: false })
  return place
}

/**
 * Copies ahead of time while the folder is worked in, so that the move itself is short. Nothing is switched; what changes meanwhile is copied again.
 * @throws as `moveDataFolder`
 */
export const copyAhead = async (options: MoveOptions): Promise<void> => {
  const { from, to } = begin(options)
  try {
    await copyFiles(from, to, options.signal, (progress) => options.onProgress({ phase: 'copying', ...progress }))
  } catch (thrown) {
    clearTarget(to)
    throw toMoveError(thrown, to)
  }
}

/**
 * Moves the folder. The caller has closed its engine; another process that works in the folder refuses the move. A move that was cut off goes on.
 * Cancelled, or failed, it leaves the old folder as it was and nothing in the new place.
 * @returns the folder that is in use from now on
 * @throws DATA_DIR_NEWER, MOVE_INSIDE, MOVE_NOT_EMPTY, MOVE_READ_ONLY, MOVE_NO_ROOM, MOVE_IN_USE, MOVE_UNVERIFIED, MOVE_FAILED, CANCELLED
 */
export const moveDataFolder = async (options: MoveOptions): Promise<MoveTarget> => {
  const { dataDir, signal, onProgress, log, reached = () => undefined } = options
  const lock = acquireOwnerLock(dataDir)
  if (lock === null) throw new AppError('MOVE_IN_USE', { path: dataDir })
  let target: MoveTarget | null = null
  try {
    refuseNewer(dataDir)
    // Of a backup that was being put back the database beside it would be moved with places that are not there any more.
    if (finishRestore(dataDir)) log.info('restore-finished', { dataDir })
    target = begin(options)
    const { from, to } = target
    settleDatabases(from)
    reached('begun')
    await copyFiles(from, to, signal, (progress) => onProgress({ phase: 'copying', ...progress }))
    reached('copied')
    await compareFiles(from, to, signal, (progress) => onProgress({ phase: 'comparing', ...progress }))
    requireSoundDatabases(to)
    reached('compared')
    if (signal.aborted) throw new AppError('CANCELLED')
    onProgress({ phase: 'switching', doneBytes: target.bytes, totalBytes: target.bytes })
    // Files of its own are named as the folder was called when they came, by a link as well.
    for (const name of new Set([from, resolve(dataDir)])) moveOwnPlaces(to, name, to)
    noteArriving(to, { from, isWhole: true })
    reached('whole')
    switchFolders(from, to)
    log.info('data-folder-moved', { from, to, bytes: target.bytes })
    return target
  } catch (thrown) {
    // What was switched stays so, whatever failed after it.
    const isSwitched = target !== null && readMoved(target.from) !== null
    if (target !== null && !isSwitched) clearTarget(target.to)
    throw signal.aborted && !isSwitched ? new AppError('CANCELLED') : toMoveError(thrown, target?.to ?? options.to)
  } finally {
    lock.release()
  }
}

/**
 * Removes what is left in the old place; the word where it went stays, so that whoever asks there finds it.
 * @returns the old folder; `null` when nothing was removed: there is none any more, or it is another one by now
 * @throws MOVE_NOT_OPENED before the new one was opened well once; DATA_DIR_UNWRITABLE while its disk is not there
 */
export const removeOldFolder = (dataDir: string): string | null => {
  const origin = readOrigin(dataDir)
  if (origin === null) return null
  const { from, opened } = origin
  if (!opened) throw new AppError('MOVE_NOT_OPENED', { path: dataDir })
  // On a disk that comes back everything would still be there, and nobody would speak of it again.
  if (!existsSync(from) && !existsSync(dirname(from)))
    throw new AppError('DATA_DIR_UNWRITABLE', { path: from, reason: 'its disk is not connected' })
  // Whatever is there now, it is removed only while it says that it went here.
  const isOurs = existsSync(from) && readMoved(from) !== null && isSameFolder(followMoves(from), dataDir)
  // It was moved there itself, and where it came from is kept, too: that is the next one to be spoken of.
  const older = isOurs ? readOrigin(from) : null
  if (isOurs)
    for (const name of readdirSync(from))
      if (name !== MOVED && name !== ORIGIN) rmSync(join(from, name), { recursive: true, force: true, maxRetries: 3 })
  forgetOrigin(dataDir, older)
  if (isOurs) rmSync(join(from, ORIGIN), { force: true })
  return isOurs ? from : null
}
