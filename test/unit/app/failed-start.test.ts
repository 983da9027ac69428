// The question after failed starts, where an installer takes over: an app whose installer could not be started ends with its window.
import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { askAfterFailedStarts } from '../../../src/main/app/failed-start'
import { failedStartLinks } from '../../../src/main/app/failed-start-page'
import { AppError } from '../../../src/shared/errors'
import { silentLog } from '../../support/silent-log'
import type { goBack } from '../../../src/main/updates/going-back'
import type { Install } from '../../../src/main/updates/state'

type GoBack = typeof goBack

/** What stands in for Electron. */
type Stage = {
  readonly app: EventEmitter
  readonly autoUpdater: EventEmitter
  readonly windows: FakeWindow[]
  readonly exits: number[]
  goBack: GoBack
}
class FakeWindow extends EventEmitter {
  readonly webContents = Object.assign(new EventEmitter(), { setWindowOpenHandler: () => undefined })
  loads = 0
  private isGone = false
  loadURL(): Promise<void> {
    this.loads += 1
    return Promise.resolve()
  }
  isDestroyed(): boolean {
    return this.isGone
  }
  focus(): void {
    if (this.isGone) throw new TypeError('Object has been destroyed')
  }
  /** As a person closes it; returns whether it went. */
  close(): boolean {
    let isPrevented = false
    this.emit('close', { preventDefault: () => (isPrevented = true) })
    if (isPrevented) return false
    this.isGone = true
    stage.app.emit('window-all-closed')
    return true
  }
}

const stage = vi.hoisted(() => ({ exits: [] as number[], windows: [] as unknown[] })) as unknown as Stage
vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events')
  const app = Object.assign(new Emitter(), {
    whenReady: () => Promise.resolve(),
    getPreferredSystemLanguages: () => ['en'],
    exit: (code: number) => stage.exits.push(code),
  })
  const autoUpdater = new Emitter()
  Object.assign(stage, { app, autoUpdater })
  const made = {
    setPermissionRequestHandler: () => undefined,
    setPermissionCheckHandler: () => undefined,
    setDevicePermissionHandler: () => undefined,
    on: () => undefined,
    webRequest: { onBeforeRequest: () => undefined },
    protocol: { handle: () => undefined },
  }
  return {
    app,
    autoUpdater,
    dialog: {},
    session: { fromPartition: () => made },
    BrowserWindow: function makeWindow() {
      const window = new FakeWindow()
      stage.windows.push(window)
      return window
    },
  }
})
vi.mock('../../../src/main/updates/installation', () => ({ findInstallation: () => Promise.resolve('nsis') }))
vi.mock('../../../src/main/updates/going-back', () => ({
  findDataFate: () => ({ kind: 'same' }),
  findKept: () => Promise.resolve({ kind: 'good', file: '/data/updates/old.exe' }),
  goBack: (...given: Parameters<GoBack>) => stage.goBack(...given),
}))

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-failed-start-'))
  stage.exits.length = 0
  stage.windows.length = 0
  stage.app.removeAllListeners()
  stage.autoUpdater.removeAllListeners()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const install: Install = {
  from: '1.0.0',
  to: '2.0.0',
  packageFile: '/data/updates/new.exe',
  previousFile: '/data/updates/old.exe',
  dataVersion: null,
  begunAt: '2026-01-01T00:00:00.000Z',
  failedStarts: 2,
  starting: false,
  started: false,
  returning: false,
}

/** Asks, and goes back by the link as soon as there is a window. */
const goBackBy = async (by: GoBack): Promise<FakeWindow> => {
  stage.goBack = by
  const asking = askAfterFailedStarts({
    dataDir: folder,
    windowFolder: folder,
    install,
    updateKey: null,
    updateKeyFile: join(folder, 'key.pem'),
    iconFile: '',
    language: 'en',
    relaunches: false,
    log: silentLog,
  })
  asking.catch((error: unknown) => expect(error).toBeUndefined())
  await vi.waitFor(() => expect(stage.windows[0]?.webContents.listenerCount('will-navigate')).toBe(1))
  const [window] = stage.windows
  if (window === undefined) throw new Error('there is no window')
  window.webContents.emit('will-navigate', { preventDefault: () => undefined, url: failedStartLinks.back })
  return window
}
/** As electron-updater does on Windows, whether its installer runs or not. */
const sayThatItQuits = (): boolean => stage.autoUpdater.emit('before-quit-for-update')

it('ends with its window when the installer could not be started, whenever that was found out', async () => {
  for (const isLate of [false, true]) {
    stage.exits.length = 0
    stage.windows.length = 0
    const fail = new AppError('UPDATE_INSTALL_FAILED')
    const window = await goBackBy(async () => {
      if (!isLate) sayThatItQuits()
      await Promise.resolve()
      throw fail
    })
    await vi.waitFor(() => expect(window.listenerCount('close')).toBe(1))
    // Of the question, before and after the package was looked at, of the work, and of the failure.
    await vi.waitFor(() => expect(window.loads).toBe(4))
    if (isLate) sayThatItQuits()
    expect(stage.exits).toEqual([])
    expect(window.close()).toBe(true)
    expect(stage.exits, isLate ? 'late' : 'early').toEqual([0])
    stage.app.removeAllListeners()
    stage.autoUpdater.removeAllListeners()
  }
})

it('leaves the end to the installer that takes over, and is not cut off before', async () => {
  const window = await goBackBy(() => new Promise(() => undefined))
  await vi.waitFor(() => expect(window.loads).toBe(3))
  expect(window.close(), 'while it is handed over').toBe(false)
  sayThatItQuits()
  expect(window.close()).toBe(true)
  expect(stage.exits).toEqual([])
  expect(() => stage.app.emit('second-instance'), 'a second start meanwhile').not.toThrow()
})
