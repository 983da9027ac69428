/**
 * Owns telling a disk that was taken away from a file that was: why a document cannot be read is then a matter of its whole source. Refuses: waiting for
 * the disk, and doubt. Where the disk is the one it was, an error stays what it is.
 */
import { opendir, readlink, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { AppError, type ErrorCode } from '../../shared/errors'
import type { Warning } from '../../shared/work'
import type { ClaimedTask } from '../store/contract'
import type { IngestParts } from './parts'
import { errnoOf, hasVanished } from './walk-stat'

/** What systems say of a disk, or a computer of the network, that does not answer. Source: errno(3). */
const GONE = new Set(['EIO', 'ENXIO', 'ENODEV', 'ENOTCONN', 'ESTALE', 'EHOSTDOWN', 'EHOSTUNREACH', 'ETIMEDOUT'])

/** What is said of a document whose disk is not there. */
const OF_A_DISK: readonly ErrorCode[] = ['FILE_CHANGED', 'FILE_UNREADABLE', 'FILE_BUSY', 'PATH_MISSING']

type Look = { readonly device: string; readonly isFolder: boolean } | 'missing' | 'gone' | 'closed'

const lookAt = async (place: string | Buffer): Promise<Look> => {
  try {
    const stats = await stat(place, { bigint: true })
    return { device: String(stats.dev), isFolder: stats.isDirectory() }
  } catch (thrown) {
    const errno = errnoOf(thrown)
    if (errno === null) throw thrown
    if (hasVanished(thrown)) return 'missing'
    return GONE.has(errno) ? 'gone' : 'closed'
  }
}

const folderOf = (place: string | Buffer): string | Buffer =>
  typeof place === 'string' ? dirname(place) : place.subarray(0, Math.max(1, place.lastIndexOf(0x2f)))

/**
 * The number of the file system of an offered place; `null` where it cannot be looked at. Of a file it is that of its folder: in layers of file systems
 * (a container) a file may have the number of the layer it comes from.
 */
export const deviceOf = async (place: string | Buffer): Promise<string | null> => {
  const found = await lookAt(place)
  if (typeof found === 'string') return null
  if (found.isFolder) return found.device
  const folder = await lookAt(folderOf(place))
  return typeof folder === 'string' ? null : folder.device
}

/** Whether a folder holds nothing; `null`: its disk does not answer. */
const isEmpty = async (folder: string): Promise<boolean | null> => {
  try {
    // Its end closes it.
    for await (const _entry of await opendir(folder)) return false
    return true
  } catch (thrown) {
    const errno = errnoOf(thrown)
    if (errno === null) throw thrown
    return GONE.has(errno) ? null : false
  }
}

/** Where the offered place leads: it may be a link, whose target is what vanished. */
const targetOf = async (place: string): Promise<string> => {
  try {
    return resolve(dirname(place), await readlink(place))
  } catch (thrown) {
    if (errnoOf(thrown) === null) throw thrown
    return place
  }
}

/** Whether the nearest folder that is still there, above a place that is not, lies on another file system: what is missing went with its disk. */
const isDiskMissing = async (place: string, device: string): Promise<boolean> => {
  for (let at = await targetOf(place); dirname(at) !== at;) {
    at = dirname(at)
    const found = await lookAt(at)
    if (found === 'gone') return true
    if (found === 'closed') return false
    if (found !== 'missing') return found.device !== device
  }
  // A letter of a drive that is not there.
  return true
}

/**
 * Whether the disk that an offered place was on, `device`, is not the one there now: its folder is missing with it, is the empty place at which it was
 * mounted, or does not answer. A folder that was removed or renamed on a disk that is there is none of them; nor is one with something in it on a
 * disk of another number: systems number a disk anew when it comes back.
 */
export const isTakenAway = async (place: string, device: string): Promise<boolean> => {
  const found = await lookAt(place)
  if (found === 'gone') return true
  if (found === 'closed') return false
  if (found === 'missing') return isDiskMissing(place, device)
  if (!found.isFolder) return false
  const empty = await isEmpty(place)
  return empty === null || (empty && found.device !== device)
}

export const takenAway = (path: string): Warning => ({ code: 'SOURCE_UNMOUNTED', details: { path, what: 'taken' } })

/** What the loss of the disk of a task is told as; `null` while it is there, or nothing is known of it. */
export const findTakenAway = async (parts: IngestParts, { sourceId }: ClaimedTask): Promise<Warning | null> => {
  const source = sourceId === null ? null : await parts.store.run('sources.find', { id: sourceId })
  // Of a name that is not Unicode only the bytes would lead there.
  if (source === null || source.device === null || source.location.includes('\uFFFD')) return null
  return (await isTakenAway(source.location, source.device)) ? takenAway(source.location) : null
}

/** What stopped a task, or that the disk of its source was taken away where that is the reason. */
export const explainFailure = async (parts: IngestParts, task: ClaimedTask, thrown: unknown): Promise<unknown> => {
  if (!(thrown instanceof AppError) || !OF_A_DISK.includes(thrown.code)) return thrown
  const found = await findTakenAway(parts, task)
  return found === null ? thrown : new AppError(found.code, found.details, { cause: thrown })
}
