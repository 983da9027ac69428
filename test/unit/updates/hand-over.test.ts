// What the classes of electron-updater do with the file that was fetched and checked: that of Windows starts it, that of macOS gives it to the framework
// of the system. Both are the real ones; Electron's own part of it is played.
import { createHash, randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MacUpdater, NsisUpdater, type AppUpdater } from 'electron-updater'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { beginNative, handToNative, installReady, type MakeUpdater } from '../../../src/main/updates/install-ready'
import type { Ready } from '../../../src/main/updates/updater'

/** What Squirrel does on macOS: it takes the file over loopback when it is asked to look. */
class Squirrel extends EventEmitter {
  private feed = { url: '', headers: {} as Record<string, string> }
  taken: Buffer | null = null
  quits = 0
  /** Why the file is refused once it is there; `null`: it is taken. */
  refusal: string | null = null

  setFeedURL(feed: { url: string; headers: Record<string, string> }): void {
    this.feed = feed
  }
  checkForUpdates(): void {
    this.take().catch((error: unknown) => this.emit('error', error))
  }
  private async take(): Promise<void> {
    const { url } = (await (await fetch(this.feed.url, { headers: this.feed.headers })).json()) as { url: string }
    this.taken = Buffer.from(await (await fetch(url)).arrayBuffer())
    if (this.refusal === null) this.emit('update-downloaded')
    else this.emit('error', new Error(this.refusal))
  }
  quitAndInstall(): void {
    this.emit('before-quit-for-update')
    this.quits += 1
    this.emit('quit')
  }
}

let squirrel: Squirrel
// They ask Electron for its parts the moment they are made or end the app; here it has one only.
const require = createRequire(import.meta.url)
const electron: object = {
  get autoUpdater() {
    return squirrel
  },
}
const path = require.resolve('electron')
require.cache[path] = Object.assign(
  new (require('node:module') as { Module: new (id: string) => NodeJS.Module }).Module(path),
  { exports: electron, loaded: true },
)

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-hand-over-'))
  squirrel = new Squirrel()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const nothing = (): void => undefined
const makeOf: Readonly<Record<'nsis' | 'mac', MakeUpdater>> = {
  nsis: (adapter) => Promise.resolve(new NsisUpdater(undefined, adapter)),
  mac: (adapter) => Promise.resolve(new MacUpdater(undefined, adapter)),
}
const kinds = ['nsis', 'mac'] as const

const sumOf = (bytes: Buffer): string => createHash('sha512').update(bytes).digest('base64')
const readyWith = (bytes: Buffer, changes: Partial<Ready> = {}): Ready => {
  const kind = changes.kind ?? 'nsis'
  const packageFile = join(folder, kind === 'mac' ? 'Sluice-mac.zip' : 'Sluice Setup.exe')
  writeFileSync(packageFile, bytes)
  return { from: '1.0.0', to: '1.1.0', kind, packageFile, sha512: sumOf(bytes), previousFile: null, ...changes }
}
/** What it has of the file in its own folder. */
const takenIn = (place: string): Buffer[] => {
  const pending = join(place, 'handed', 'pending')
  return readdirSync(pending)
    .filter((name) => /\.(?:exe|zip)$/.test(name))
    .map((name) => readFileSync(join(pending, name)))
}
const hand = (ready: Ready, isBack: boolean): Promise<AppUpdater> =>
  handToNative({
    ready,
    isBack,
    folder: join(folder, 'installer'),
    quit: nothing,
    onError: nothing,
    make: makeOf[ready.kind === 'mac' ? 'mac' : 'nsis'],
  })

describe.each(kinds)('%s', (kind) => {
  it.each([
    ['a newer version', '1.1.0', false],
    ['an older one when somebody goes back', '0.9.0', true],
    ['the finished version before one that is tried', '1.0.0-beta.1', true],
  ])('takes the file as if it had fetched it: %s', async (_which, to, isBack) => {
    const bytes = randomBytes(100_000)
    const updater = await hand(readyWith(bytes, { kind, to }), isBack)
    expect(updater.autoInstallOnAppQuit).toBe(kind === 'mac')
    expect(takenIn(join(folder, 'installer'))).toEqual([bytes])
    if (kind === 'mac') await vi.waitFor(() => expect(squirrel.taken).toEqual(bytes))
  })

  it('takes no older version but when somebody goes back', async () => {
    await expect(hand(readyWith(randomBytes(10), { kind, to: '0.9.0' }), false)).rejects.toMatchObject({
      code: 'UPDATE_INSTALL_FAILED',
    })
    expect(existsSync(join(folder, 'installer', 'handed'))).toBe(false)
  })

  it.each([false, true])('hands over no copy that is another file than was signed (back: %s)', async (isBack) => {
    const ready = readyWith(randomBytes(100_000), {
      kind,
      sha512: sumOf(randomBytes(100_000)),
      to: isBack ? '0.9.0' : '1.1.0',
    })
    await expect(hand(ready, isBack)).rejects.toMatchObject({
      code: 'UPDATE_INSTALL_FAILED',
      details: { reason: 'it has changed since it was checked' },
    })
    expect(squirrel.taken).toBeNull()
  })
})

it('on Windows the installer is started, and then the app ends', async () => {
  // A program that this system can start, in the place of the installer: it writes down its words.
  const said = join(folder, 'said')
  const packageFile = join(folder, 'Sluice Setup.exe')
  const script = Buffer.from(`#!/bin/sh\necho "$@" > '${said}.part'\nmv '${said}.part' '${said}'\n`)
  const ready = readyWith(script, { to: '0.9.0' })
  chmodSync(packageFile, 0o755)
  const ends: boolean[] = []
  const { startsItself } = await installReady(ready, {
    dataDir: folder,
    quit: () => ends.push(true),
    isBack: true,
    make: makeOf.nsis,
  })
  expect(startsItself).toBe(true)
  expect(ends).toEqual([true])
  await vi.waitFor(() => expect(readFileSync(said, 'utf8')).toBe('--updated --force-run\n'))
})

it('on Windows the app does not end when the installer cannot be started', async () => {
  // Not a program: and there is no other one here that asks for the rights.
  const ready = readyWith(randomBytes(100), { to: '0.9.0' })
  vi.stubGlobal('process', Object.assign(process, { resourcesPath: join(folder, 'nowhere') }))
  const quit = vi.fn()
  await expect(installReady(ready, { dataDir: folder, quit, isBack: true, make: makeOf.nsis })).rejects.toMatchObject({
    code: 'UPDATE_INSTALL_FAILED',
    details: { path: ready.packageFile },
  })
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  expect(quit).not.toHaveBeenCalled()
})

it('on macOS the system ends the app when it has the file', async () => {
  const quitting = once(squirrel, 'quit')
  const bytes = randomBytes(1000)
  const ready = readyWith(bytes, { kind: 'mac', to: '0.9.0' })
  const end = vi.fn()
  installReady(ready, { dataDir: folder, quit: end, isBack: true, make: makeOf.mac }).then(end, end)
  await quitting
  expect(squirrel.quits).toBe(1)
  expect(squirrel.taken).toEqual(bytes)
  expect(end).not.toHaveBeenCalled()
})

it('on macOS what the system refuses of the file is told, also once it has it', async () => {
  squirrel.refusal = 'the signature of the bundle does not fit'
  const ready = readyWith(randomBytes(1000), { kind: 'mac', to: '0.9.0' })
  await expect(
    installReady(ready, { dataDir: folder, quit: nothing, isBack: true, make: makeOf.mac }),
  ).rejects.toMatchObject({ code: 'UPDATE_INSTALL_FAILED', details: { reason: squirrel.refusal } })
  expect(squirrel.quits).toBe(0)
})

it('tells what keeps the file from being handed over as it is', async () => {
  const failing = (): Promise<AppUpdater> => Promise.reject(new Error('no class for it'))
  await expect(beginNative(failing, { quit: nothing, packageFile: 'old.exe' })).rejects.toMatchObject({
    code: 'UPDATE_INSTALL_FAILED',
    details: { path: 'old.exe', reason: 'no class for it' },
  })
})

it('begins nothing that has failed meanwhile, and tells what cannot be begun', async () => {
  const updater = await hand(readyWith(randomBytes(10)), false)
  const begin = vi.spyOn(updater, 'quitAndInstall').mockImplementation(() => {
    throw new Error('not now')
  })
  const parts = { quit: nothing, packageFile: 'old.exe' }
  const failing = (_quit: () => void, onError: (thrown: unknown) => void): Promise<AppUpdater> => {
    onError(new Error('it is refused'))
    return Promise.resolve(updater)
  }
  await expect(beginNative(failing, parts)).rejects.toMatchObject({ details: { reason: 'it is refused' } })
  expect(begin).not.toHaveBeenCalled()
  await expect(beginNative(() => Promise.resolve(updater), parts)).rejects.toMatchObject({
    details: { reason: 'not now' },
  })
})

it('refuses where there is no package to be replaced, and leaves the file there', async () => {
  const ready = readyWith(randomBytes(10), { kind: 'folder' })
  await expect(installReady(ready, { dataDir: folder, quit: nothing })).rejects.toMatchObject({
    code: 'UPDATE_BY_HAND',
    details: { path: ready.packageFile },
  })
  expect(existsSync(ready.packageFile)).toBe(true)
})
