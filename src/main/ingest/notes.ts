/**
 * Owns the end of notes: text that a person dropped or pasted is kept as a file of ours, which goes with the last document that is read from it.
 * Refuses: files anywhere else; originals are never removed.
 */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { finalJobStates, jobStates } from '../../shared/domain'
import { NOTES_FOLDER } from '../../shared/notes'
import type { Log } from '../../shared/log'
import type { Erasable, Store } from '../store/contract'

/** A note that nobody added for so long was not wanted. */
const UNWANTED_AFTER_MS = 86_400_000

const isMissing = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR')

/**
 * Removes what is asked for, and then the notes that nothing else is read from: whoever is told that the documents could not be removed still
 * has their originals.
 * @throws what `remove` throws, and what keeps a file from being removed; the others are gone by then
 */
export const removeWithNotes = async <T>(
  store: Store,
  dataDir: string,
  what: Erasable,
  remove: () => Promise<T>,
): Promise<T> => {
  const names = await store.run('documents.notes', { ...what })
  const removed = await remove()
  const ends = await Promise.allSettled(names.map((name) => rm(join(dataDir, NOTES_FOLDER, name), { force: true })))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  return removed
}

/** Removes notes that no document is read from and that are a day old; none while a job is open that may still read them. */
export const removeUnwantedNotes = async (store: Store, dataDir: string, nowMs: number, log: Log): Promise<void> => {
  const folder = join(dataDir, NOTES_FOLDER)
  const names = await readdir(folder).catch((thrown: unknown) => {
    if (isMissing(thrown)) return []
    throw thrown
  })
  if (names.length === 0) return
  const open = await store.run('jobs.list', {
    offset: 0,
    limit: 1,
    states: jobStates.filter((state) => !finalJobStates.includes(state)),
  })
  if (open.total > 0) return
  for (const name of await store.run('documents.unread', { names })) {
    const location = join(folder, name)
    const found = await stat(location).catch((thrown: unknown) => {
      if (isMissing(thrown)) return null
      throw thrown
    })
    if (found === null || nowMs - found.mtimeMs < UNWANTED_AFTER_MS) continue
    await rm(location, { force: true })
    log.info('note-removed', {})
  }
}
