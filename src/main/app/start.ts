/**
 * Owns the life of the app: from the system's "ready" to the last window, the engine beside it, and the way out. The window comes first: what it
 * does not need to be there is loaded once its page is built (`serving.ts`), and the engine after that.
 * Refuses: deciding what the engine is; a function that opens a session with it is handed in. Schemas, texts and the database, which would be
 * loaded before there is anything to see (test/unit/app/start-imports.test.ts).
 */
import { dirname, join } from 'node:path'
import { app, autoUpdater, Menu, nativeTheme, powerMonitor, screen, session } from 'electron'
import { toAppError } from '../../shared/errors'
import { APP_SCHEME } from './content-policy'
import { renderCrashPage } from './crash-page'
import { CrashRecovery } from './crash-recovery'
import { EngineLink } from './engine-link'
import { createRefusals } from './refusals'
import { denyAllContents, denySession } from './hardening'
import { serveWindow, tellWindow } from './ipc'
import { OpenedPaths } from './opened-paths'
import { preferencesFileOf, readPreferences, writePreferences } from './preferences'
import { servePage } from './protocol'
import { SpokenLanguage } from './spoken-language'
import { serveStarts } from './starts'
import { openWindow } from './window'
import { placeWindow } from './window-place'
import type { BrowserWindow, WebContents } from 'electron'
import type { WantedPlace } from '../../shared/app-calls'
import type { Log } from '../../shared/log'
import type { Preferences } from './preferences'
import type { Serving } from './serving'
import type { StartOptions } from './start-options'

/** How long closing may take before the app goes anyway. What was running is repeated at the next start. */
const CLOSE_WITHIN_MS = 5_500

/** From the first call of the page, which it makes as it is built, until it is painted and has heard the first key. */
const PAINT_MS = 100

/** How long the engine waits for the page at most. */
const PAGE_FIRST_MS = 3_000

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
const closeBeforeQuit = (link: EngineLink, onQuit: () => void, finish: () => Promise<void>, log: Log): void => {
  let closing = false
  app.on('before-quit', (event) => {
    event.preventDefault()
    onQuit()
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

/** What the system is asked for once there is a window. Each takes its time: a program is run, a bus is connected to. */
const joinSystem = (): void => {
  // The end of the session is a quit like any other: what runs is finished or put back. Windows tells the window instead.
  powerMonitor.on('shutdown', () => app.quit())
  // Links of ours, `sluice://search?q=…`, are opened here; what was not installed takes no scheme from the system.
  if (app.isPackaged) app.setAsDefaultProtocolClient(APP_SCHEME)
}

/** Something that is told once, and can be waited for. */
const makeSignal = (): { readonly told: Promise<void>; readonly tell: () => void } => {
  let tell = (): void => undefined
  const told = new Promise<void>((resolve) => {
    tell = resolve
  })
  return { told, tell }
}

/** Runs the app until it quits. Resolves when the page is loaded; the engine starts once it is painted. */
export const startApp = async (options: StartOptions): Promise<void> => {
  const { log } = options
  let window: BrowserWindow | null = null
  const link = new EngineLink(options.openSession, (error) => {
    log.error('engine.start.failed', { error })
    options.watch?.failed(error.code)
  })

  const contents = (): WebContents | null => (window === null || window.isDestroyed() ? null : window.webContents)
  const showWindow = (): void => {
    if (window === null) return
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }
  let wanted: WantedPlace | null = null
  const goTo = (place: WantedPlace | null): void => {
    wanted = place ?? wanted
    showWindow()
    if (wanted !== null) tellWindow(contents(), { type: 'goTo' })
  }
  const opened = new OpenedPaths(() => tellWindow(contents(), { type: 'opened' }))
  const open = serveStarts({
    request: options.request,
    windowFolder: options.windowFolder,
    opened,
    goTo,
    showWindow,
    log,
  })

  const noteRefusal = createRefusals({
    tell: (refused) => link.call('ledger.refused', { refused }),
    setTimer: (ms, fire) => {
      const timer = setTimeout(fire, ms)
      return () => clearTimeout(timer)
    },
    onFailure: (error) => log.warn('ledger.refusal.untold', { error }),
  })
  const deny = (what: string, detail: string): void => {
    log.warn('window.denied', { what, detail: detail.slice(0, 500) })
    noteRefusal(what, detail)
  }
  denyAllContents(deny)
  // What needs no window is read while the system gets ready.
  const preferencesFile = preferencesFileOf(options.windowFolder)
  const readingPreferences = readPreferences(preferencesFile, (error) => log.warn('preferences.unreadable', { error }))
  // Electron would build one of its own; ours comes with what serves the window.
  Menu.setApplicationMenu(null)
  await app.whenReady()
  const developmentOrigin = options.developmentUrl === null ? null : new URL(options.developmentUrl).origin
  denySession(session.defaultSession, developmentOrigin, deny)

  let preferences: Preferences = await readingPreferences
  nativeTheme.themeSource = preferences.theme
  const spoken = new SpokenLanguage(preferences.language, options.language, app.getPreferredSystemLanguages())
  const remember = async (change: Partial<Preferences>): Promise<void> => {
    preferences = { ...preferences, ...change }
    try {
      await writePreferences(preferencesFile, preferences)
    } catch (error) {
      log.warn('preferences.unwritable', { error })
    }
  }

  /** The page is built: until then everything that it needs goes through this process, and on two processors nothing is for nothing. */
  const begun = makeSignal()
  const shown = makeSignal()
  const serving: Promise<Serving> = begun.told.then(async () => {
    const { serveApp } = await import('./serving')
    return serveApp({
      ...options,
      link,
      opened,
      open,
      spoken,
      preferences: () => preferences,
      remember,
      window: () => window,
      showWindow,
      openJob: (id) => goTo({ kind: 'job', id }),
      takePlace: () => {
        const place = wanted
        wanted = null
        return place
      },
      onShown: shown.tell,
    })
  })
  let served: Serving | null = null
  serving.then(
    (parts) => {
      served = parts
    },
    (error: unknown) => {
      log.error('app.serving.failed', { error })
      options.watch?.failed(toAppError(error).code)
    },
  )

  const recovery = new CrashRecovery({
    nowMs: () => Date.now(),
    ...(options.developmentUrl === null ? {} : { page: options.developmentUrl }),
    load: (address) => {
      window?.loadURL(address).catch((error: unknown) => log.error('window.load.failed', { error }))
    },
    saveReport: async (what) => (await serving).saveReport(what),
    quit: () => app.quit(),
    onFailure: (error) => log.error('report.failed', { error }),
  })
  servePage(session.defaultSession, {
    root: join(options.outDir, 'renderer'),
    crashPage: async (nonce) =>
      renderCrashPage(recovery.crash(), nonce, { t: (await serving).t, language: spoken.state().language }),
    language: () => spoken.state().language,
    onFailure: (error) => log.error('page.unserved', { error }),
  })
  serveWindow({
    caller: options.watch?.watchCalls(link.call) ?? link.call,
    handlers: async () => {
      setTimeout(begun.tell, PAINT_MS)
      return (await serving).handlers
    },
    contents,
    developmentOrigin,
    log: (name, error) => log.warn('call.failed', { name, error }),
    onRefused: noteRefusal,
  })
  link.onEvent((event) => tellWindow(contents(), event))

  const areas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea)
  const place = placeWindow(preferences, areas)
  let last: Partial<Preferences> = {}
  let quitting = false
  const finish = async (): Promise<void> => {
    begun.tell()
    await (await serving).close()
    await remember(last)
  }
  const onQuit = (): void => {
    quitting = true
    options.watch?.quit()
  }
  closeBeforeQuit(link, onQuit, finish, log)
  // macOS closes the windows first when it takes an update: none of them goes to the tray then.
  if (process.platform === 'darwin') autoUpdater.once('before-quit-for-update', () => (quitting = true))
  const onWindow = (made: BrowserWindow): void => {
    window = made
    // Loading the engine holds this process up: the page, which it serves, comes first. A page that never comes must not keep the queue from its work.
    const startEngine = (): void => {
      clearTimeout(patience)
      link.start().catch((error: unknown) => log.error('engine.start.failed', { error }))
    }
    const patience = setTimeout(() => {
      begun.tell()
      shown.tell()
    }, PAGE_FIRST_MS)
    shown.told.then(startEngine, (error: unknown) => log.error('engine.start.failed', { error }))
    shown.told.then(joinSystem, (error: unknown) => log.error('app.join.failed', { error }))
    made.on('session-end', () => app.quit())
    const keepPlace = (): void => {
      if (made.isMinimized()) return
      last = { ...made.getNormalBounds(), maximized: made.isMaximized() }
    }
    made.on('resize', keepPlace)
    made.on('move', keepPlace)
    made.on('maximize', keepPlace)
    made.on('unmaximize', keepPlace)
    made.on('close', (event) => {
      if (quitting || served === null || !served.staysInTray()) return
      event.preventDefault()
      served.hideInTray()
    })
    made.on('closed', () => {
      window = null
    })
  }
  await openWindow({
    preloadFile: join(options.outDir, 'preload', 'index.js'),
    // All that a taskbar shows: the large one takes longer to hand over than the window to make.
    iconFile: join(dirname(options.iconFile), '128x128.png'),
    place,
    maximized: preferences.maximized,
    developmentUrl: options.developmentUrl,
    onWindow,
    recovery,
    log,
  })
}
