/**
 * Owns whether a data folder may be moved to another place: not into itself, to a place that is empty, can be written and has room.
 * Refuses: changing anything there but for a file that is removed again at once.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { AppError } from '../../shared/errors'
import { isSameFolder, isWithin, realPlaceOf } from '../paths/same-place'
import { givesSecondNames, NO_SECOND_NAMES } from '../paths/second-names'
import { ARRIVING, readArriving } from '../store/whereabouts'
import { listMovable, OF_THE_SYSTEM } from './files'

/** Room that is left beside what is copied: the database needs some to be opened. */
const MARGIN_BYTES = 64 * 1024 * 1024
/** File systems over a network by the numbers of Linux. Source: statfs(2). */
const NETWORK_TYPES = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x564c, 0x5346414f, 0x01021997, 0x00c36400, 0x6b414653,
])

export type MoveTarget = {
  readonly from: string
  readonly to: string
  /** What is copied, in bytes. */
  readonly bytes: number
  readonly freeBytes: number
  /** A move there was begun and goes on. */
  readonly isResumed: boolean
  /** It is reached over a network, where another computer, or a line that breaks, may damage a database. */
  readonly isNetwork: boolean
}

/** The nearest folder that exists, and what is to be made below it. */
const nearest = (path: string): { parent: string; rest: string[] } => {
  const rest: string[] = []
  let parent = path
  while (!existsSync(parent) && dirname(parent) !== parent) {
    rest.unshift(relative(dirname(parent), parent))
    parent = dirname(parent)
  }
  return { parent, rest }
}

/** Makes it for a moment where it is not there. @throws MOVE_READ_ONLY, also for a disk that an index cannot be kept on */
const requireWritable = (to: string): void => {
  const { parent, rest } = nearest(to)
  const made = rest.map((_, at) => join(parent, ...rest.slice(0, at + 1)))
  const probe = join(to, '.sluice-probe')
  let isFit: boolean
  try {
    // One after the other: some systems of files answer so that making all at once would never end.
    for (const folder of made) mkdirSync(folder, { mode: 0o700 })
    writeFileSync(probe, '', { flag: 'w' })
    rmSync(probe)
    isFit = givesSecondNames(to)
    for (const folder of [...made].reverse()) rmdirSync(folder)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    throw new AppError(
      'MOVE_READ_ONLY',
      { path: to, reason: code === 'EROFS' ? 'its disk is read-only' : code },
      { cause },
    )
  }
  if (!isFit) throw new AppError('MOVE_READ_ONLY', { path: to, reason: NO_SECOND_NAMES })
}

const requireEmpty = (from: string, to: string): boolean => {
  const found = lstatSync(to, { throwIfNoEntry: false })
  if (found === undefined) return false
  if (!found.isDirectory()) throw new AppError('MOVE_NOT_EMPTY', { path: to })
  const arriving = readArriving(to)
  if (arriving !== null && isSameFolder(arriving.from, from)) return true
  if (readdirSync(to).some((name) => !OF_THE_SYSTEM.has(name))) throw new AppError('MOVE_NOT_EMPTY', { path: to })
  return false
}

const isNetworkPlace = (path: string, type: number): boolean =>
  process.platform === 'win32' ? path.startsWith('\\\\') : process.platform === 'linux' && NETWORK_TYPES.has(type >>> 0)

/**
 * Looks whether the folder may go there.
 * @throws MOVE_INSIDE, MOVE_NOT_EMPTY, MOVE_READ_ONLY, MOVE_NO_ROOM; MOVE_FAILED for a link in it
 */
export const checkTarget = (dataDir: string, wanted: string): MoveTarget => {
  const from = realPlaceOf(dataDir)
  const to = realPlaceOf(wanted)
  if (isWithin(to, from) || isWithin(from, to)) throw new AppError('MOVE_INSIDE', { path: to, from })
  const isResumed = requireEmpty(from, to)
  requireWritable(to)
  const bytes = listMovable(from).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const there = isResumed ? listMovable(to).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) : 0
  const disk = statfsSync(nearest(to).parent)
  const freeBytes = disk.bavail * disk.bsize
  const neededBytes = Math.max(0, bytes - there) + MARGIN_BYTES
  if (freeBytes < neededBytes) throw new AppError('MOVE_NO_ROOM', { path: to, actual: freeBytes, limit: neededBytes })
  return { from, to, bytes, freeBytes, isResumed, isNetwork: isNetworkPlace(to, disk.type) }
}

/** Takes away what was copied there; the folder itself stays where it was before. Only for a copy that is not in use. */
export const clearTarget = (to: string): void => {
  if (readArriving(to) === null) return
  for (const name of readdirSync(to))
    if (name !== ARRIVING && !OF_THE_SYSTEM.has(name)) rmSync(join(to, name), { recursive: true, force: true })
  rmSync(join(to, ARRIVING), { force: true })
}
