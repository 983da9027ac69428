/**
 * Owns the life of the app: from the system's "ready" to the last window, the engine beside it, and the way out.
 * Refuses: deciding what the engine is; a function that opens a session with it is handed in.
 */
import { join } from 'node:path'
import { app, nativeTheme, session } from 'electron'
import { makeDesktopCalls } from './desktop-calls'
import { EngineLink } from './engine-link'
import { denyAllContents, denySession } from './hardening'
import { serveWindow, tellWindow } from './ipc'
import { setMenu } from './menu'
import { preferencesFileOf, readPreferences, writePreferences } from './preferences'
import { servePage } from './protocol'
import { openWindow } from './window'
import type { BrowserWindow } from 'electron'
import type { Log } from '../../shared/log'
import type { EngineSession } from './engine-link'
import type { Preferences } from './preferences'

export type StartOptions = {
  readonly dataDir: string
  /** Where the window's own files are. */
  readonly windowFolder: string
  /** The built output: `preload/` and `renderer/` are in it. */
  readonly outDir: string
  readonly iconFile: string
  readonly openSession: () => Promise<EngineSession>
  readonly log: Log
  /** The development server of the page; `null` in every build that is shipped. */
  readonly developmentUrl: string | null
}

/** How long closing may take before the app goes anyway. What was running is repeated at the next start. */
const CLOSE_WITHIN_MS = 5_500

const within = async (work: Promise<void>, limitMs: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs)
  })
  const done = await Promise.race([work.then(() => true), limit])
  clearTimeout(timer)
  return done
}

/** Closes the engine at the first request to quit, and leaves at once at the second. */
const closeBeforeQuit = (link: EngineLink, finish: () => Promise<void>, log: Log): void => {
  let closing = false
  app.on('before-quit', (event) => {
    event.preventDefault()
    if (closing) {
      log.warn('app.quit.forced')
      app.exit(0)
      return
    }
    closing = true
    log.info('app.quit')
    within(
      finish().then(() => link.close()),
      CLOSE_WITHIN_MS,
    ).then(
      (done) => {
        if (!done) log.warn('app.quit.late', { limitMs: CLOSE_WITHIN_MS })
        app.exit(0)
      },
      (error: unknown) => {
        log.error('app.quit.failed', { error })
        app.exit(1)
      },
    )
  })
  app.on('window-all-closed', () => app.quit())
}

/** Runs the app until it quits. Resolves when the window is open; the engine starts beside it. */
export const startApp = async (options: StartOptions): Promise<void> => {
  const { log } = options
  let window: BrowserWindow | null = null
  const link = new EngineLink(options.openSession, (error) => log.error('engine.start.failed', { error }))

  app.on('second-instance', () => {
    if (window === null) return
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  })

  const deny = (what: string, detail: string): void => log.warn('window.denied', { what, detail: detail.slice(0, 500) })
  denyAllContents(deny)
  await app.whenReady()
  const developmentOrigin = options.developmentUrl === null ? null : new URL(options.developmentUrl).origin
  denySession(session.defaultSession, developmentOrigin, deny)
  servePage(session.defaultSession, join(options.outDir, 'renderer'))
  setMenu()

  const preferencesFile = preferencesFileOf(options.windowFolder)
  let preferences: Preferences = await readPreferences(preferencesFile, (error) =>
    log.warn('preferences.unreadable', { error }),
  )
  nativeTheme.themeSource = preferences.theme
  const remember = async (change: Partial<Preferences>): Promise<void> => {
    preferences = { ...preferences, ...change }
    try {
      await writePreferences(preferencesFile, preferences)
    } catch (error) {
      log.warn('preferences.unwritable', { error })
    }
  }

  serveWindow({
    caller: link.call,
    handlers: makeDesktopCalls({
      link,
      dataDir: options.dataDir,
      window: () => window,
      quit: () => app.quit(),
      rememberTheme: (theme) => remember({ theme }),
    }),
    contents: () => (window === null || window.isDestroyed() ? null : window.webContents),
    developmentOrigin,
    log: (name, error) => log.warn('call.failed', { name, error }),
  })
  link.onEvent((event) => tellWindow(window === null || window.isDestroyed() ? null : window.webContents, event))

  let size = { width: preferences.width, height: preferences.height }
  closeBeforeQuit(link, () => remember(size), log)
  const onWindow = (opened: BrowserWindow): void => {
    window = opened
    opened.on('resize', () => {
      const { width, height } = opened.getNormalBounds()
      size = { width, height }
    })
    opened.on('closed', () => {
      window = null
    })
  }
  const started = link.start()
  await openWindow({
    preloadFile: join(options.outDir, 'preload', 'index.js'),
    iconFile: options.iconFile,
    size,
    developmentUrl: options.developmentUrl,
    onWindow,
    log,
  })
  await started
}
