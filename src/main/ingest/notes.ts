/**
 * Owns the end of notes: text that a person dropped or pasted is kept as a file of ours, which goes with the last document that is read from it.
 * Refuses: files anywhere else; originals are never removed.
 */
import { readdir, rm, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { finalJobStates, jobStates } from '../../shared/domain'
import { NOTES_FOLDER } from '../../shared/notes'
import type { Log } from '../../shared/log'
import type { Erasable, Store } from '../store/contract'

const DOCUMENTS = 2_000
/** A note that nobody added for so long was not wanted. */
const UNWANTED_AFTER_MS = 86_400_000

const isMissing = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR')

/**
 * Removes the notes that only these documents, or this collection, are read from; before the documents, so that a failure leaves both.
 * @throws what keeps a file from being removed
 */
export const removeNotes = async (store: Store, dataDir: string, what: Erasable): Promise<void> => {
  const folder = join(dataDir, NOTES_FOLDER) + sep
  const locations = await store.run('documents.notes', { folder, ...what })
  for (const location of locations) await rm(location, { force: true })
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
  for (let from = 0; from < names.length; from += DOCUMENTS) {
    const locations = names.slice(from, from + DOCUMENTS).map((name) => join(folder, name))
    const unread = await store.run('documents.unread', { locations })
    for (const location of unread) {
      const found = await stat(location).catch(() => null)
      if (found === null || nowMs - found.mtimeMs < UNWANTED_AFTER_MS) continue
      await rm(location, { force: true })
      log.info('note-removed', {})
    }
  }
}
