// What electron-updater is given on Windows: the file that was fetched and checked.
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NsisUpdater } from 'electron-updater'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { handToNative, installReady, type MakeUpdater } from '../../../src/main/updates/install-ready'
import type { Ready } from '../../../src/main/updates/updater'

// It asks Electron for its network the moment it is loaded; here nobody may have one.
vi.mock('electron', () => ({}))

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-hand-over-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const make: MakeUpdater = (adapter) => Promise.resolve(new NsisUpdater(undefined, adapter))

const readyWith = (bytes: Buffer, sha512: string): Ready => {
  const packageFile = join(folder, 'Sluice Setup.exe')
  writeFileSync(packageFile, bytes)
  return { from: '1.0.0', to: '1.1.0', kind: 'nsis', packageFile, sha512, previousFile: null }
}
const sumOf = (bytes: Buffer): string => createHash('sha512').update(bytes).digest('base64')

it('takes the file as if it had fetched it, ready to be started', async () => {
  const bytes = randomBytes(100_000)
  const place = join(folder, 'installer')
  const updater = await handToNative({
    ready: readyWith(bytes, sumOf(bytes)),
    folder: place,
    quit: () => undefined,
    make,
  })
  expect(updater.autoInstallOnAppQuit).toBe(false)
  const [taken = ''] = readdirSync(join(place, 'handed', 'pending')).filter((name) => name.endsWith('.exe'))
  expect(readFileSync(join(place, 'handed', 'pending', taken)).equals(bytes)).toBe(true)
})

it('hands over no copy that is another file than was signed', async () => {
  const ready = readyWith(randomBytes(100_000), sumOf(randomBytes(100_000)))
  const handed = handToNative({ ready, folder: join(folder, 'installer'), quit: () => undefined, make })
  await expect(handed).rejects.toMatchObject({
    code: 'UPDATE_INSTALL_FAILED',
    details: { reason: 'it has changed since it was checked' },
  })
})

it('refuses where there is no package to be replaced, and leaves the file there', async () => {
  const bytes = randomBytes(10)
  const ready: Ready = { ...readyWith(bytes, sumOf(bytes)), kind: 'folder' }
  await expect(installReady(ready, { dataDir: folder, quit: () => undefined })).rejects.toMatchObject({
    code: 'UPDATE_BY_HAND',
    details: { path: ready.packageFile },
  })
  expect(existsSync(ready.packageFile)).toBe(true)
})
