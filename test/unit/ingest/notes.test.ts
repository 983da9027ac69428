// Notes are ours: they go with the last document that is read from them, or when nobody wanted them; nothing else ever does.
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { removeUnwantedNotes, removeWithNotes } from '../../../src/main/ingest/notes'
import { silentLog } from '../../support/engine'
import { claim, collectionId, commit, document, makeBed, startJob, type Bed } from '../store/bed'
import type { Erasable, Store } from '../../../src/main/store/contract'

const DAY_MS = 86_400_000

describe('notes', () => {
  let bed: Bed
  let store: Store

  beforeEach(() => {
    bed = makeBed()
    store = { run: async (name, params) => bed.run(name, params), close: async () => undefined }
    mkdirSync(join(bed.dir, 'Notes'))
  })

  const write = (name: string, folder = 'Notes', ageMs = 0): string => {
    mkdirSync(join(bed.dir, folder), { recursive: true })
    const path = join(bed.dir, folder, name)
    writeFileSync(path, name)
    utimesSync(path, new Date(Date.now() - ageMs), new Date(Date.now() - ageMs))
    return path
  }
  const read = (path: string, collection = 'default'): void => {
    startJob(bed, [document(path, { locator: { location: path, entries: [] } })], { collection })
    for (const task of claim(bed, 'extract')) commit(bed, task, [`The text of ${path}.`])
  }
  /** The documents themselves are not what this is about. */
  const remove = (what: Erasable): Promise<void> => removeWithNotes(store, bed.dir, what, async () => undefined)
  /** All text is read by now: no task of a job is open. */
  const endJobs = (): void => {
    for (const { id } of bed.run('jobs.list', { offset: 0, limit: 10, states: null }).jobs)
      bed.run('jobs.cancel', { id: Number(id) })
  }
  const idsOf = (path: string): number[] =>
    bed.session.db
      .all<{ id: number }>('SELECT id FROM documents WHERE location = ? ORDER BY id', path)
      .map(({ id }) => id)

  it('go with the last document that is read from them, and originals stay', async () => {
    const [shared, alone, original] = [write('shared.txt'), write('alone.txt'), write('original.txt', 'Notes2')]
    for (const path of [shared, alone, original]) read(path)
    read(shared, 'letters')
    const ids = [shared, alone, original].flatMap((path) => idsOf(path).slice(0, 1))
    await remove({ documentIds: ids, collectionId: null })
    expect([shared, alone, original].map(existsSync)).toEqual([true, false, true])
    await remove({ documentIds: idsOf(shared), collectionId: null })
    expect(existsSync(shared)).toBe(false)
  })

  it('go with their collection, but not those that another one is read from', async () => {
    const [shared, alone] = [write('shared.txt'), write('alone.txt')]
    for (const path of [shared, alone]) read(path, 'letters')
    read(shared)
    await remove({ documentIds: null, collectionId: collectionId(bed, 'letters') })
    expect([shared, alone].map(existsSync)).toEqual([true, false])
  })

  it('that nobody added go after a day, unless a job is open', async () => {
    const [kept, fresh, unwanted] = [
      write('kept.txt', 'Notes', 2 * DAY_MS),
      write('fresh.txt'),
      write('unwanted.txt', 'Notes', 2 * DAY_MS),
    ]
    read(kept)
    await removeUnwantedNotes(store, bed.dir, Date.now(), silentLog)
    expect(existsSync(unwanted)).toBe(true)
    endJobs()
    await removeUnwantedNotes(store, bed.dir, Date.now(), silentLog)
    expect([kept, fresh, unwanted].map(existsSync)).toEqual([true, true, false])
  })

  it('are known by their names, also after the data folder was moved', async () => {
    const [moved, kept] = [write('moved.txt', 'Notes', 2 * DAY_MS), write('kept.txt', 'Notes', 2 * DAY_MS)]
    for (const path of [moved, kept]) read(path)
    endJobs()
    bed.session.db.exec(`UPDATE documents SET location = replace(location, '${bed.dir}', '/elsewhere/before')`)
    await removeUnwantedNotes(store, bed.dir, Date.now(), silentLog)
    expect([moved, kept].map(existsSync)).toEqual([true, true])
    await remove({ documentIds: idsOf('/elsewhere/before/Notes/moved.txt'), collectionId: null })
    expect([moved, kept].map(existsSync)).toEqual([false, true])
  })

  it('that something queued will read stay, and those of which the documents could not be removed', async () => {
    const [queued, failed] = [write('queued.txt'), write('failed.txt')]
    for (const path of [queued, failed]) read(path)
    startJob(bed, [document(queued, { locator: { location: queued, entries: [] } })], { collection: 'letters' })
    await remove({ documentIds: idsOf(queued).slice(0, 1), collectionId: null })
    expect(existsSync(queued)).toBe(true)
    const breaks = removeWithNotes(store, bed.dir, { documentIds: idsOf(failed), collectionId: null }, () =>
      Promise.reject(new Error('the disk is full')),
    )
    await expect(breaks).rejects.toThrow('the disk is full')
    expect(existsSync(failed)).toBe(true)
  })

  it('need not be there', async () => {
    await expect(removeUnwantedNotes(store, join(bed.dir, 'none'), Date.now(), silentLog)).resolves.toBeUndefined()
  })
})
