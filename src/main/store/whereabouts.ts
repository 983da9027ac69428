/**
 * Owns where a data folder is when it was moved: the word that is left in its old place, and the one in a copy that is not whole yet. Whatever
 * happens in between, exactly one folder is the one in use: the old one until the word stands in it, from then on the new one.
 * Refuses: copying. A folder that was moved, and one that is not whole, are never opened.
 */
import { existsSync, lstatSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../shared/errors'
import { isSameFolder } from '../paths/same-place'
import { isBeingRemoved } from './removal-mark'
import { flushFolder, writeWholeSync } from './whole-files'

/** In the old place: where the data folder is now. Writing it is the one step that changes which folder is in use. */
export const MOVED = 'moved-to.json'
/** In the new place until then. */
export const ARRIVING = 'arriving.json'
/** In the new place from then on, until the old one is removed. */
export const ORIGIN = 'moved-from.json'
const DATABASE = 'sluice.db'
/** Moves that are followed one after the other. */
const MOST_MOVES = 16

export type Arriving = { readonly from: string; readonly isWhole: boolean }
export type Origin = { readonly from: string; readonly opened: boolean }

/** Looked at by hand: the schemas of the rest would be a fifth of the time until there is a window. */
const isFilled = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isMoved = (word: Readonly<Record<string, unknown>>): word is { to: string } => isFilled(word['to'])
const isArriving = (word: Readonly<Record<string, unknown>>): word is Arriving =>
  isFilled(word['from']) && typeof word['isWhole'] === 'boolean'
const isOrigin = (word: Readonly<Record<string, unknown>>): word is Origin =>
  isFilled(word['from']) && typeof word['opened'] === 'boolean'

/** The words of ours in a folder; `null` without. @throws MOVE_DAMAGED when it cannot be read */
const readWord = <T extends object>(
  folder: string,
  name: string,
  isWord: (word: Readonly<Record<string, unknown>>) => word is T & Readonly<Record<string, unknown>>,
): T | null => {
  const path = join(folder, name)
  if (!existsSync(path)) return null
  try {
    const word: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof word === 'object' && word !== null && isWord({ ...word })) return word as T
    throw new TypeError('it lacks what it has to say')
  } catch (cause) {
    throw new AppError('MOVE_DAMAGED', { path }, { cause })
  }
}

const writeWord = (folder: string, name: string, word: object): void => {
  writeWholeSync(join(folder, name), `${JSON.stringify(word, null, 2)}\n`)
  flushFolder(folder)
}

export const readMoved = (folder: string): string | null => readWord(folder, MOVED, isMoved)?.to ?? null
export const readArriving = (folder: string): Arriving | null => readWord(folder, ARRIVING, isArriving)
export const readOrigin = (folder: string): Origin | null => readWord(folder, ORIGIN, isOrigin)

export const noteArriving = (folder: string, word: Arriving): void => writeWord(folder, ARRIVING, word)

/** From now on the new folder is the one in use. The old one is kept. Only for who holds the owner lock of the old one. */
export const switchFolders = (from: string, to: string): void => {
  writeWord(from, MOVED, { to, movedAt: new Date().toISOString() })
  settleArrival(to, from)
}

const settleArrival = (to: string, from: string): void => {
  writeWord(to, ORIGIN, { from, opened: false })
  rmSync(join(to, ARRIVING), { force: true })
  flushFolder(to)
}

/** The new folder was opened well: the old one may go. */
export const noteOpened = (folder: string): void => {
  const origin = readOrigin(folder)
  if (origin !== null && !origin.opened) writeWord(folder, ORIGIN, { ...origin, opened: true })
}

/** Nothing of the old folder is left that could be removed; `older`: that came from a folder that is still there. */
export const forgetOrigin = (folder: string, older: Origin | null = null): void => {
  if (older !== null) return writeWord(folder, ORIGIN, { ...older, opened: true })
  rmSync(join(folder, ORIGIN), { force: true })
  flushFolder(folder)
}

/** A removal can be proven only where all of the data is. @throws OLD_FOLDER_KEPT while an old folder holds what it held at the move */
export const requireNoOldFolder = (folder: string): void => {
  const origin = readOrigin(folder)
  if (origin !== null) throw new AppError('OLD_FOLDER_KEPT', { path: origin.from })
}

/**
 * Whether this folder is one that may be opened. An arrival that was switched to, and whose process died then, is brought to its end.
 * @throws DATA_DIR_MOVED, DATA_DIR_ARRIVING, MOVE_DAMAGED
 */
export const requireInUse = (folder: string): void => {
  const to = readMoved(folder)
  if (to !== null) throw new AppError('DATA_DIR_MOVED', { path: folder, to })
  const arriving = readArriving(folder)
  if (arriving === null) return
  const { from, isWhole } = arriving
  const now = readMoved(from)
  // Of an old folder whose disk is gone nobody can say more than that all of it is here.
  const isHere =
    now === null ? isWhole && lstatSync(from, { throwIfNoEntry: false }) === undefined : isSameFolder(now, folder)
  if (!isHere) throw new AppError('DATA_DIR_ARRIVING', { path: folder, from })
  settleArrival(folder, from)
}

/** The folders that lead from this place to where the data folder is now, without that one. @throws MOVE_DAMAGED */
export const listWay = (folder: string): string[] => {
  const way: string[] = []
  for (let at = folder; way.length < MOST_MOVES;) {
    const to = readMoved(at)
    if (to === null) return way
    way.push(at)
    at = to
  }
  throw new AppError('MOVE_DAMAGED', { path: join(folder, MOVED) })
}

/**
 * Where the data folder of this place is now.
 * @throws DATA_DIR_AWAY when it was moved to where nothing is now; MOVE_DAMAGED
 */
export const followMoves = (folder: string): string => {
  let at = folder
  for (let moves = 0; moves < MOST_MOVES; moves += 1) {
    // Where it led to may be gone already; whoever opens this one ends the removal.
    const to = isBeingRemoved(at) ? null : readMoved(at)
    if (to === null) return at
    // A new and empty one in its place would look as if everything was lost.
    if (![DATABASE, ORIGIN, ARRIVING, MOVED].some((name) => existsSync(join(to, name))))
      throw new AppError('DATA_DIR_AWAY', { path: folder, to })
    at = to
  }
  throw new AppError('MOVE_DAMAGED', { path: join(folder, MOVED) })
}
