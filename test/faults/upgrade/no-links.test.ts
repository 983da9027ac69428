// Backups on disks that do not do what they are asked to: one that came to a disk without second names is put back all the same, and one that could not
// be taken away whole is taken away later.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as fs from 'node:fs'
import { afterAll, expect, it, vi } from 'vitest'
import { listBackups } from '../../../src/main/store/backups'
import { Database } from '../../../src/main/store/database'
import { restoreBackup } from '../../../src/main/store/restoring'
import { bringUpToDate } from '../../../src/main/store/upgrade'
import { BACKUP_FOLDER } from '../../../src/shared/backups'
import { unpackFixture } from '../../support/data-folders/fixtures'
import { makeTempDir } from '../../support/engine'

const disk = { shares: true, isFull: false, keeps: '' }
vi.mock('node:fs', async (importOriginal) => {
  const original = await importOriginal<typeof fs>()
  const fail = (code: string): never => {
    throw Object.assign(new Error(code), { code })
  }
  return {
    ...original,
    linkSync: (from: string, to: string) => (disk.shares ? original.linkSync(from, to) : fail('EPERM')),
    copyFileSync: (from: string, to: string, mode = 0) => {
      if (!disk.shares && (mode & original.constants.COPYFILE_FICLONE_FORCE) !== 0) fail('ENOTSUP')
      if (disk.isFull && from.includes('vectors')) fail('ENOSPC')
      original.copyFileSync(from, to, mode)
    },
    rmSync: (path: string, options: { recursive?: boolean }) => {
      if (disk.keeps !== '' && options.recursive === true && path.includes(disk.keeps)) fail('EIO')
      original.rmSync(path, options)
    },
  }
})

const temp = makeTempDir('no-links')
afterAll(() => temp.remove())

const makeUpgraded = (name: string): string => {
  const dataDir = join(temp.path, name)
  Object.assign(disk, { shares: true, isFull: false, keeps: '' })
  unpackFixture(17, dataDir)
  mkdirSync(join(dataDir, 'vectors'), { recursive: true })
  writeFileSync(join(dataDir, 'vectors', 'part'), 'of the index')
  const db = new Database(join(dataDir, 'sluice.db'), 'writer')
  bringUpToDate(db)
  db.fold()
  db.close()
  return dataDir
}

it.each([
  ['with its vectors', false],
  ['without them, which it says, where there is no room for them', true],
])('a backup of a folder that was copied to such a disk is put back %s', (_, isFull) => {
  const source = makeUpgraded(`source-${isFull}`)
  const dataDir = join(temp.path, `copied-${isFull}`)
  cpSync(source, dataDir, { recursive: true })
  writeFileSync(join(dataDir, 'vectors', 'part'), 'of another index')
  disk.shares = false
  disk.isFull = isFull
  const [backup] = listBackups(dataDir)
  expect(backup?.vectors).toBe('linked')
  const { schema, vectorsMissing } = restoreBackup(dataDir, backup?.id ?? '')
  expect([schema, vectorsMissing, existsSync(join(dataDir, 'vectors'))]).toEqual([17, isFull, !isFull])
  if (!isFull) expect(readFileSync(join(dataDir, 'vectors', 'part'), 'utf8')).toBe('of the index')
  const kept = join(dataDir, BACKUP_FOLDER, backup?.id ?? '', 'vectors', 'part')
  expect(readFileSync(kept, 'utf8')).toBe('of the index')
})

it('a backup that goes, and is cut off, leaves nothing behind for good', () => {
  const dataDir = makeUpgraded('cut-off')
  const folder = join(dataDir, BACKUP_FOLDER)
  const [{ id = '' } = {}] = listBackups(dataDir)
  const old = '2020-01-01T00-00-00-000Z-version-5'
  cpSync(join(folder, id), join(folder, old), { recursive: true })
  disk.keeps = old
  expect(JSON.stringify(restoreBackup(dataDir, id).unpruned)).toContain('answers with an error')
  expect(listBackups(dataDir).map((one) => one.id)).not.toContain(old)
  disk.keeps = ''
  restoreBackup(dataDir, id)
  const kept = listBackups(dataDir).map((one) => one.id)
  expect(readdirSync(folder).sort()).toEqual(kept.sort())
})
