/**
 * Owns how offered paths are written down: as their disks write them, so that `Notes` and `notes` are one source where they are one folder.
 * Refuses: waiting for a disk that does not answer: what is not known in time stays as it was offered. Links stay links.
 */
import { resolve } from 'node:path'
import type { OfferedPath } from '../../shared/calls'
import { slowDisks, type SlowDisk } from '../paths/disk'
import { spellOnDiskLater } from '../paths/same-place'

/** A person waits for the job to be there; a share whose server is gone answers after minutes. */
const PATIENCE_MS = 5_000
/** Asked together. */
const BATCH_PATHS = 64

/** Files of one folder have the same folders above them. */
const remember = (disk: SlowDisk): SlowDisk => {
  const once = <T>(ask: (path: string) => Promise<T>): ((path: string) => Promise<T>) => {
    const answers = new Map<string, Promise<T>>()
    return (path) => {
      const known = answers.get(path) ?? ask(path)
      answers.set(path, known)
      return known
    }
  }
  const { isThere, namesIn, realPathOf, numberOf } = disk
  return { isThere: once(isThere), namesIn: once(namesIn), realPathOf: once(realPathOf), numberOf: once(numberOf) }
}

/** @returns the same paths in the same order, absolute. Of those that came as bytes, which are not Unicode, nothing is asked */
export const spellOffered = async (
  offered: readonly OfferedPath[],
  disk: SlowDisk = slowDisks,
  patienceMs: number = PATIENCE_MS,
): Promise<OfferedPath[]> => {
  const spelled = offered.map((one) => (one.bytes === undefined ? { ...one, path: resolve(one.path) } : one))
  const known = remember(disk)
  let isOver = false
  const spellAll = async (): Promise<void> => {
    for (let from = 0; from < spelled.length && !isOver; from += BATCH_PATHS)
      await Promise.all(
        spelled.slice(from, from + BATCH_PATHS).map(async (one, index) => {
          if (one.bytes !== undefined) return
          const path = await spellOnDiskLater(one.path, known)
          if (!isOver) spelled[from + index] = { ...one, path }
        }),
      )
  }
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((done) => {
    timer = setTimeout(done, patienceMs)
  })
  try {
    await Promise.race([spellAll(), over])
  } finally {
    isOver = true
    clearTimeout(timer)
  }
  return spelled
}
