/**
 * Owns the life of the app: from the system's "ready" to the last window, the engine beside it, and the way out.
 * Refuses: deciding what the engine is; a function that opens a session with it is handed in.
 */
import { join } from 'node:path'
import { app, clipboard, globalShortcut, nativeTheme, powerMonitor, screen, session } from 'electron'
import { renderCrashPage } from './crash-page'
import { CrashRecovery } from './crash-recovery'
import { makeDesktopCalls } from './desktop-calls'
import { DelayedRemovals, removalsFileOf } from './delayed-removals'
import { EngineLink } from './engine-link'
import { createRefusals } from './refusals'
import { denyAllContents, denySession } from './hardening'
import { serveWindow, tellWindow } from './ipc'
import { Manners } from './manners'
import { serveTextMenu, setMenu, type MenuActions } from './menu'
import { Notes } from './notes'
import { OpenedPaths } from './opened-paths'
import { preferencesFileOf, readPreferences, writePreferences } from './preferences'
import { saveProblemReport } from './problem-file'
import { servePage } from './protocol'
import { Shortcut } from './shortcut'
import { Speech } from './speech'
import { serveStarts } from './starts'
import { hasTray } from './tray'
import { openWindow } from './window'
import { placeWindow } from './window-place'
import { limitTable } from '../../shared/limits'
import type { BrowserWindow, WebContents } from 'electron'
import type { WantedPlace } from '../../shared/app-calls'
import type { Log } from '../../shared/log'
import type { EngineSession } from './engine-link'
import type { Preferences } from './preferences'
import type { StartRequest } from './start-words'
import type { StartWatch } from '../updates/start-watch'

export type StartOptions = {
  /** Of a version that was installed lately: how its start ends is noted. */
  readonly watch: StartWatch | null
  readonly dataDir: string
  /** The data folder that an organization has set; `null`: it is free. */
  readonly managedDir: string | null
  /** Whether the app starts itself anew after its folder was moved; tests do it themselves. */
  readonly relaunches: boolean
  /** Where the window's own files are. */
  readonly windowFolder: string
  /** The built output: `preload/` and `renderer/` are in it. */
  readonly outDir: string
  /** What this start asks for: links and paths. */
  readonly request: StartRequest
  readonly iconFile: string
  readonly samplesDir: string
  readonly openSession: () => Promise<EngineSession>
  readonly log: Log
  /** Where the lines of `log` go. */
  readonly logFile: string
  /** The development server of the page; `null` in every build that is shipped. */
  readonly developmentUrl: string | null
  /** Whether a shortcut is registered with the system; tests do not take one from it. */
  readonly globalShortcut: boolean
  /** A language by its name, whatever was chosen. */
  readonly language: string | undefined
}

/** How long closing may take before the app goes anyway. What was running is repeated at the next start. */
const CLOSE_WITHIN_MS = 5_500

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

/** Runs the app until it quits. Resolves when the window is open; the engine starts beside it. */
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
  const notes = new Notes(options.dataDir)
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
  const askingForTray = hasTray(process.env)
  await app.whenReady()
  const developmentOrigin = options.developmentUrl === null ? null : new URL(options.developmentUrl).origin
  denySession(session.defaultSession, developmentOrigin, deny)
  const recovery = new CrashRecovery({
    nowMs: () => Date.now(),
    ...(options.developmentUrl === null ? {} : { page: options.developmentUrl }),
    load: (address) => {
      window?.loadURL(address).catch((error: unknown) => log.error('window.load.failed', { error }))
    },
    saveReport: (what) =>
      window === null ? Promise.resolve(null) : saveProblemReport(window, what, options, speech.t),
    quit: () => app.quit(),
    onFailure: (error) => log.error('report.failed', { error }),
  })
  // The end of the session is a quit like any other: what runs is finished or put back. Windows tells the window instead.
  powerMonitor.on('shutdown', () => app.quit())

  let preferences: Preferences = await readingPreferences
  nativeTheme.themeSource = preferences.theme
  const speech = new Speech(preferences.language, options.language, app.getPreferredSystemLanguages())
  servePage(session.defaultSession, {
    root: join(options.outDir, 'renderer'),
    crashPage: (nonce) => renderCrashPage(recovery.crash(), nonce, { t: speech.t, language: speech.state().language }),
    language: () => speech.state().language,
  })
  const remember = async (change: Partial<Preferences>): Promise<void> => {
    preferences = { ...preferences, ...change }
    try {
      await writePreferences(preferencesFile, preferences)
    } catch (error) {
      log.warn('preferences.unwritable', { error })
    }
  }

  const shortcut = new Shortcut({
    registrar: options.globalShortcut ? globalShortcut : null,
    onPress: () => {
      showWindow()
      tellWindow(contents(), { type: 'showSearch' })
    },
    onProblem: (problem) => log.warn('shortcut.unavailable', { problem }),
  })
  shortcut.use(preferences.shortcut)

  const removals = new DelayedRemovals({
    file: removalsFileOf(options.windowFolder),
    call: link.call,
    waitMs: async () => {
      const { settings } = await link.call('settings.list', {})
      return settings.find(({ name }) => name === 'desktop.undoMs')?.value ?? limitTable['desktop.undoMs'].default
    },
    nowMs: () => Date.now(),
    setTimer: (ms, fire) => {
      const timer = setTimeout(fire, ms)
      return () => clearTimeout(timer)
    },
    onChange: () => tellWindow(contents(), { type: 'changed', topics: ['documents'] }),
    onFailure: (error) => log.warn('removal.failed', { error }),
  })
  await removals.open()

  let quitting = false
  const manners = new Manners({
    link,
    speech,
    log,
    iconFile: options.iconFile,
    hasTray: await askingForTray,
    loginWords: [...(app.isPackaged ? [] : [app.getAppPath()]), '--data-dir', options.dataDir],
    window: () => window,
    showWindow,
    openJob: (id) => goTo({ kind: 'job', id }),
    quit: () => app.quit(),
  })
  // A promise in newer versions.
  const keepClipboard = async (): Promise<string> => notes.keepText(await clipboard.readText())
  const menuActions: MenuActions = {
    t: speech.t,
    page: (command) => {
      showWindow()
      tellWindow(contents(), { type: 'command', command })
    },
    app: {
      // Read here: the page never reads the clipboard.
      pasteNote: () => {
        showWindow()
        keepClipboard().then(
          (path) => open([{ path }]),
          (thrown: unknown) => opened.fail(thrown),
        )
      },
      saveReport: () => {
        if (window === null) return
        saveProblemReport(window, 'Saved by the menu.', options, speech.t).catch((error: unknown) =>
          log.warn('report.failed', { error }),
        )
      },
    },
  }
  setMenu(menuActions)

  serveWindow({
    caller: options.watch?.watchCalls(link.call) ?? link.call,
    handlers: makeDesktopCalls({
      link,
      dataDir: options.dataDir,
      managedDir: options.managedDir,
      startAnew: () => {
        if (options.relaunches) app.relaunch()
        app.quit()
      },
      samplesDir: options.samplesDir,
      window: () => window,
      quit: () => app.quit(),
      rememberTheme: (theme) => remember({ theme }),
      speech,
      chooseLanguage: async (choice) => {
        const isAnother = speech.choose(choice)
        await remember({ language: choice })
        if (!isAnother) return
        setMenu(menuActions)
        manners.speakAnew()
        // After the reply; the page begins anew in the other language.
        setImmediate(() => window?.webContents.reload())
      },
      shortcut,
      rememberShortcut: (accelerator) => remember({ shortcut: accelerator }),
      logFile: options.logFile,
      log,
      takePlace: () => {
        const place = wanted
        wanted = null
        return place
      },
      opened,
      notes,
      removals,
    }),
    contents,
    developmentOrigin,
    log: (name, error) => log.warn('call.failed', { name, error }),
    onRefused: noteRefusal,
  })
  link.onEvent((event) => tellWindow(contents(), event))

  const areas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea)
  const place = placeWindow(preferences, areas)
  let last: Partial<Preferences> = {}
  const finish = async (): Promise<void> => {
    shortcut.close()
    manners.close()
    await removals.close()
    await remember(last)
  }
  const onQuit = (): void => {
    quitting = true
    options.watch?.quit()
  }
  closeBeforeQuit(link, onQuit, finish, log)
  const hideInTray = (): void => {
    window?.hide()
    if (preferences.toldTray) return
    manners.tell(speech.t('desktop.inTray'), speech.t('desktop.inTrayMore'), showWindow)
    remember({ toldTray: true }).catch((error: unknown) => log.warn('preferences.unwritable', { error }))
  }
  let started: Promise<void> | null = null
  const startEngine = (): Promise<void> => (started ??= link.start())
  const onWindow = (opened: BrowserWindow): void => {
    window = opened
    // Loading the engine holds this process up: the page, which it serves, comes first. A page that never comes must not keep the queue from its work.
    const begin = (): void => {
      clearTimeout(patience)
      startEngine().catch((error: unknown) => log.error('engine.start.failed', { error }))
    }
    const patience = setTimeout(begin, PAGE_FIRST_MS)
    opened.webContents.once('dom-ready', begin)
    opened.on('session-end', () => app.quit())
    serveTextMenu(opened, speech.t)
    const keepPlace = (): void => {
      if (opened.isMinimized()) return
      last = { ...opened.getNormalBounds(), maximized: opened.isMaximized() }
    }
    opened.on('resize', keepPlace)
    opened.on('move', keepPlace)
    opened.on('maximize', keepPlace)
    opened.on('unmaximize', keepPlace)
    opened.on('close', (event) => {
      if (quitting || !manners.staysInTray()) return
      event.preventDefault()
      hideInTray()
    })
    opened.on('closed', () => {
      window = null
    })
  }
  await openWindow({
    preloadFile: join(options.outDir, 'preload', 'index.js'),
    iconFile: options.iconFile,
    place,
    maximized: preferences.maximized,
    developmentUrl: options.developmentUrl,
    onWindow,
    recovery,
    log,
  })
  await startEngine()
}
