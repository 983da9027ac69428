// Going back with real data folders: a backup that a real upgrade made comes back, and whatever fails before the package is there changes nothing.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors'
import { listBackups } from '../../../src/main/store/backups'
import { Database } from '../../../src/main/store/database'
import { peekVersion } from '../../../src/main/store/schema-version'
import { bringUpToDate } from '../../../src/main/store/upgrade'
import { findDataFate, goBack } from '../../../src/main/updates/going-back'
import { beginInstall, isSkipped, noteStart } from '../../../src/main/updates/installed'
import { updatesFolderOf } from '../../../src/main/updates/places'
import { unpackFixture } from '../../support/data-folders/fixtures'
import { silentLog } from '../../support/silent-log'
import type { Install } from '../../../src/main/updates/state'

let top: string
let folder: string
let previousFile: string
let installed: string[]
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'sluice-back-'))
  folder = join(top, 'data')
  mkdirSync(updatesFolderOf(folder), { recursive: true })
  previousFile = join(updatesFolderOf(folder), 'old.deb')
  writeFileSync(previousFile, 'old')
  installed = []
})
afterEach(() => rmSync(top, { recursive: true, force: true }))

const OLDER = 17
const databaseVersion = (): number | null => peekVersion(join(folder, 'sluice.db'))
const upgrade = (): void => {
  const db = new Database(join(folder, 'sluice.db'), 'writer')
  try {
    bringUpToDate(db)
    // Otherwise the log is folded in at some later moment, when the statements are collected.
    db.fold()
  } finally {
    db.close()
  }
}

/** Installs 2.0.0 over 1.0.0, which fails twice. */
const failTwice = async (file: string | null = previousFile): Promise<Install> => {
  await beginInstall(folder, { from: '1.0.0', to: '2.0.0', packageFile: join(top, 'new.deb'), previousFile: file })
  for (let start = 0; start < 2; start += 1) await noteStart(folder, '2.0.0')
  const verdict = await noteStart(folder, '2.0.0')
  if (verdict.kind !== 'offer') throw new Error(`the start was ${verdict.kind}`)
  return verdict.install
}

const installFile = async (file: string): Promise<void> => {
  installed.push(file)
}
const back = (install: Install, by = installFile): ReturnType<typeof goBack> =>
  goBack(folder, install, 'deb', silentLog, by)

describe('going back', () => {
  it('installs the version before, and leaves the bad one out from then on', async () => {
    const install = await failTwice()
    expect(await back(install)).toEqual({ replaced: null })
    expect(installed).toEqual([previousFile])
    expect(await isSkipped(folder, '2.0.0')).toBe(true)
    expect(await noteStart(folder, '1.0.0')).toEqual({ kind: 'plain' })
    expect(await noteStart(folder, '2.0.0'), 'it never asks twice').toEqual({ kind: 'plain' })
  })

  it('brings the data back that the new version had changed, and keeps what was there', async () => {
    unpackFixture(OLDER, folder)
    const install = await failTwice()
    expect(install.dataVersion).toBe(OLDER)
    upgrade()
    const newer = databaseVersion()
    expect(newer).toBeGreaterThan(OLDER)
    expect(findDataFate(folder, install)).toMatchObject({ kind: 'restored' })
    const { replaced } = await back(install)
    expect(databaseVersion()).toBe(OLDER)
    expect(listBackups(folder).find(({ id }) => id === replaced)).toMatchObject({ reason: 'restore', schema: newer })
  })

  it('is refused while the data were changed and no backup is left of them', async () => {
    unpackFixture(OLDER, folder)
    const install = await failTwice()
    upgrade()
    rmSync(join(folder, 'backups'), { recursive: true })
    expect(findDataFate(folder, install)).toEqual({ kind: 'stuck' })
    await expect(back(install)).rejects.toMatchObject({ code: 'UPDATE_NO_WAY_BACK' })
    expect(installed).toEqual([])
  })

  it('is refused without the package, and with another one in its place', async () => {
    await expect(back(await failTwice(null))).rejects.toMatchObject({ code: 'UPDATE_NO_WAY_BACK' })
    const install = await failTwice()
    writeFileSync(previousFile, 'something else')
    await expect(back(install)).rejects.toMatchObject({ details: { reason: 'its package has changed' } })
    rmSync(previousFile)
    await expect(back(install)).rejects.toMatchObject({ details: { reason: 'its package is not there any more' } })
    expect(installed).toEqual([])
  })

  it('changes nothing when the package is not installed', async () => {
    unpackFixture(OLDER, folder)
    const install = await failTwice()
    upgrade()
    const before = readFileSync(join(folder, 'sluice.db'))
    await expect(back(install, () => Promise.reject(new AppError('UPDATE_CANCELLED')))).rejects.toMatchObject({
      code: 'UPDATE_CANCELLED',
    })
    expect(readFileSync(join(folder, 'sluice.db')).equals(before)).toBe(true)
    expect(await isSkipped(folder, '2.0.0')).toBe(false)
    expect(await noteStart(folder, '2.0.0')).toMatchObject({ kind: 'offer' })
  })

  it('has come to its end when only the data could not be put back: the version before offers the same backup', async () => {
    unpackFixture(OLDER, folder)
    const install = await failTwice()
    upgrade()
    const [backup] = listBackups(folder)
    const breaking = async (file: string): Promise<void> => {
      await installFile(file)
      writeFileSync(join(folder, 'backups', backup?.id ?? '', 'sluice.db'), 'damaged')
    }
    expect(await back(install, breaking)).toEqual({ replaced: null })
    expect(await isSkipped(folder, '2.0.0')).toBe(true)
    expect(existsSync(join(folder, 'sluice.db'))).toBe(true)
  })
})
