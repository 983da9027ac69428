// One folder under two spellings, as on a disk where capitals do not count: offered again it is the same source, and one data folder has one name.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { resolveDataDir } from '../../src/main/cli/data-dir'
import type * as places from '../../src/main/paths/same-place'
import { ingest, makeTempDir, startOwner } from '../support/engine'

/** As that disk would list it. */
const listed = (path: string): string => path.replace(/\bnotes\b/gi, 'Folder')
vi.mock('../../src/main/paths/same-place', async (importOriginal) => ({
  ...(await importOriginal<typeof places>()),
  spellOnDisk: (path: string) => listed(path),
  spellOnDiskLater: async (path: string) => listed(path),
}))

const temp = makeTempDir('spellings')
afterAll(() => temp.remove())

it('documents are not doubled, nor in a look ahead, and stand where the disk says', async () => {
  const folder = join(temp.path, 'Folder')
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.txt'), 'The boiler must be inspected in March.')
  const engine = await startOwner({ dataDir: join(temp.path, 'data') })
  try {
    expect((await ingest(engine, [join(temp.path, 'NOTES')])).documents).toMatchObject({ total: 1, indexed: 1 })
    expect((await ingest(engine, [join(temp.path, 'notes')])).documents).toMatchObject({ total: 1, unchanged: 1 })
    const { documents, total } = await engine.call('documents.list', {})
    expect(total).toBe(1)
    expect(documents[0]).toMatchObject({ path: 'Folder/a.txt', location: join(folder, 'a.txt') })
    const look = await engine.call('jobs.estimate', { paths: [{ path: join(temp.path, 'Notes') }] })
    expect(look.documents).toBe(1)
  } finally {
    await engine.close()
  }
})

it('every process calls the data folder by one name', () => {
  expect(resolveDataDir('NOTES', temp.path, {})).toBe(join(temp.path, 'Folder'))
  expect(resolveDataDir(undefined, '/', { SLUICE_DATA_DIR: join(temp.path, 'notes') })).toBe(join(temp.path, 'Folder'))
  expect(resolveDataDir(undefined, '/', {}, join(temp.path, 'Notes'))).toBe(join(temp.path, 'Folder'))
})
