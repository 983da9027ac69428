/**
 * Owns the question about a new version that does not start: a small window of its own before anything else of the app is loaded, and going back
 * when a person says so. Refuses: deciding by itself, and the page of the window, which may be what fails.
 */
import { randomBytes } from 'node:crypto'
import { app, autoUpdater, BrowserWindow, dialog, session } from 'electron'
import { toAppError } from '../../shared/errors'
import { reasonIn, sentenceIn } from '../../shared/speak'
import { noteAgain } from '../updates/installed'
import { APP_SCHEME, bareContentPolicyOf } from './content-policy'
import {
  FAILED_START_PAGE,
  failedStartLinks,
  renderFailedStart,
  wordsOf,
  type Choice,
  type FailedStart,
} from './failed-start-page'
import { denySession } from './hardening'
import { preferencesFileOf, readPreferences } from './preferences'
import { relaunch } from './relaunch'
import { Speech } from './speech'
import { SpokenLanguage } from './spoken-language'
import type { Session } from 'electron'
import type { Log } from '../../shared/log'
import type { PackageKind } from '../../shared/updates'
import type { Install } from '../updates/state'

export type FailedStartParts = {
  readonly dataDir: string
  readonly windowFolder: string
  readonly install: Install
  /** The key that an organization has named, and the file of those that came with the program: what the package before is believed by. */
  readonly updateKey: string | null
  readonly updateKeyFile: string
  readonly iconFile: string
  /** A language by its name, whatever was chosen. */
  readonly language: string | undefined
  /** Whether the app starts itself anew as the version before; tests do it themselves. */
  readonly relaunches: boolean
  readonly log: Log
}

const choiceOf = (address: string): Choice | null => {
  for (const choice of ['back', 'again', 'quit'] as const) if (failedStartLinks[choice] === address) return choice
  return null
}

const wayOf = (kind: PackageKind): FailedStart['way'] => {
  if (kind === 'folder') return 'hand'
  return kind === 'nsis' || kind === 'mac' ? 'installer' : 'itself'
}

/** Serves the one page, as it is at the moment of the load. */
const serve = (own: Session, render: (nonce: string) => string): void =>
  own.protocol.handle(APP_SCHEME, (request) => {
    if (request.url !== FAILED_START_PAGE) return new Response(null, { status: 404 })
    const nonce = randomBytes(16).toString('base64')
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': bareContentPolicyOf(nonce),
      'cache-control': 'no-store',
    }
    return new Response(render(nonce), { headers })
  })

/** The same question by the system's own dialog. */
const askPlainly = (asked: FailedStart, t: Speech['t']): Choice => {
  const { bad, choices, said } = wordsOf(asked, t)
  const at = dialog.showMessageBoxSync({
    type: 'warning',
    title: t('goingBack.title'),
    message: bad,
    detail: said.join('\n\n'),
    buttons: choices.map(({ words }) => words),
    cancelId: choices.length - 1,
    noLink: true,
  })
  return choices[at]?.choice ?? 'quit'
}

/**
 * Asks what to do. Resolves when this version is to be tried again; every other choice ends the app.
 * @throws what Electron throws when there is no display
 */
export const askAfterFailedStarts = async (parts: FailedStartParts): Promise<void> => {
  const { dataDir, install, log } = parts
  log.warn('update.failed', { from: install.from, to: install.to, starts: install.failedStarts })
  const { findDataFate, findKept, goBack } = await import('../updates/going-back')
  const { findInstallation } = await import('../updates/installation')
  await app.whenReady()
  const preferences = await readPreferences(preferencesFileOf(parts.windowFolder), (error) =>
    log.warn('preferences.unreadable', { error }),
  )
  const speech = new Speech(new SpokenLanguage(preferences.language, parts.language, app.getPreferredSystemLanguages()))
  const { language } = speech.state()
  const kind = await findInstallation(process.execPath)
  const findKeys = async (): Promise<string | null> => {
    const { findUpdateKeys } = await import('../updates/signature')
    return findUpdateKeys(parts.updateKey, parts.updateKeyFile)
  }
  const trust = { keys: findKeys, system: { platform: process.platform, arch: process.arch } }
  let asked: FailedStart = {
    bad: install.to,
    good: install.from,
    failedStarts: install.failedStarts,
    way: wayOf(kind),
    kept: { kind: install.previousFile === null ? 'missing' : 'checking' },
    data: findDataFate(dataDir, install).kind,
    isWorking: false,
    problem: null,
  }

  const deny = (what: string, detail: string): void => log.warn('window.denied', { what, detail: detail.slice(0, 500) })
  const own = session.fromPartition('failed-start')
  denySession(own, null, deny)
  serve(own, (nonce) => renderFailedStart(asked, nonce, { t: speech.t, language }))
  const window = new BrowserWindow({
    width: 720,
    height: 560,
    show: false,
    title: 'Sluice',
    icon: parts.iconFile,
    autoHideMenuBar: true,
    webPreferences: {
      session: own,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      spellcheck: false,
      devTools: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }))
  const comeForward = (): void => {
    if (!window.isDestroyed()) window.focus()
  }
  app.on('second-instance', comeForward)
  let isOver = false
  let shown: Promise<void> = Promise.resolve()
  // One after the other: a load that another one takes the place of has failed.
  const show = (change: Partial<FailedStart>): Promise<void> => {
    asked = { ...asked, ...change }
    const load = async (): Promise<void> => {
      if (!isOver && !window.isDestroyed()) await window.loadURL(FAILED_START_PAGE)
    }
    shown = shown.then(load, load)
    return shown
  }
  // An installer that takes over closes the window, and ends the app, as its own way is. On Windows that is said also when it could not be started.
  let isHandedOver = false
  if (kind === 'nsis' || kind === 'mac')
    autoUpdater.on('before-quit-for-update', () => (isHandedOver = asked.isWorking))
  // Without a listener the app would end with this window, also when the next one is about to open.
  app.on('window-all-closed', () => {
    if (!isOver && !isHandedOver) app.exit(0)
  })

  const back = async (): Promise<void> => {
    try {
      await show({ isWorking: true, problem: null })
      const { startsItself } = await goBack(dataDir, install, { ...trust, kind, log, quit: () => app.exit(0) })
      if (!startsItself && parts.relaunches) relaunch()
      app.exit(0)
    } catch (thrown) {
      const error = toAppError(thrown)
      log.error('update.back.failed', { error })
      isHandedOver = false
      const problem = sentenceIn(language, error.code, error.details, error.message)
      if (!window.isDestroyed()) {
        await show({ isWorking: false, problem })
        return
      }
      // It failed when the window had gone for it already. The next start asks again.
      dialog.showErrorBox(speech.t('goingBack.title'), problem)
      app.exit(0)
    }
  }
  const untold = (error: unknown): void => log.error('window.load.failed', { error })
  // To read a package takes a while: the question is there meanwhile.
  const checked = findKept(install, { ...trust, kind, log }).then((kept) => {
    if (kept.kind === asked.kept.kind) return
    const reason = 'reason' in kept ? { reason: reasonIn(language, kept.reason) } : {}
    show({ kept: { ...kept, ...reason } }).catch(untold)
  })
  await new Promise<void>((resolve) => {
    const choose = (choice: Choice | null): void => {
      if (choice === 'again') resolve()
      if (choice === 'quit') app.exit(0)
      if (choice === 'back') back().catch((error: unknown) => log.error('update.back.untold', { error }))
    }
    window.webContents.on('will-navigate', (event) => {
      event.preventDefault()
      if (!asked.isWorking) choose(choiceOf(event.url))
    })
    // What is being installed is not cut off.
    window.on('close', (event) => {
      if (asked.isWorking && !isHandedOver) event.preventDefault()
    })
    // What keeps the new version from starting may keep pages from being shown at all.
    window.webContents.once('render-process-gone', (_event, { reason }) => {
      log.error('window.gone', { reason })
      checked.then(
        () => choose(askPlainly(asked, speech.t)),
        (error: unknown) => log.error('update.question.failed', { error }),
      )
    })
    show({}).catch(untold)
  })
  isOver = true
  await noteAgain(dataDir, log)
  // It goes when the next one is there; the listeners of this session go with the app.
  window.removeAllListeners('close')
  app.removeListener('second-instance', comeForward)
  app.once('browser-window-created', () => setImmediate(() => window.destroy()))
}
