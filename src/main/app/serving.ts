/**
 * Owns what the window is served with once its page is on its way: the answers to its calls, menus, tray, notifications, the shortcut, removals
 * that wait. Refuses: the window itself and the way out (`start.ts`). Everything heavy that the app needs, but the engine, comes with it.
 */
import { app, clipboard, globalShortcut } from 'electron'
import { limitTable } from '../../shared/limits'
import { DelayedRemovals, removalsFileOf } from './delayed-removals'
import { makeDesktopCalls } from './desktop-calls'
import { tellWindow } from './ipc'
import { Manners } from './manners'
import { serveTextMenu, setMenu, type MenuActions } from './menu'
import { Notes } from './notes'
import { saveProblemReport } from './problem-file'
import { relaunch } from './relaunch'
import { Shortcut } from './shortcut'
import { Speech } from './speech'
import { hasTray } from './tray'
import { FINISH_REMOVAL } from '../../shared/removal'
import { Updates } from './updates'
import type { BrowserWindow, WebContents } from 'electron'
import type { AppCallHandlers, WantedPlace } from '../../shared/app-calls'
import type { OfferedPath } from '../../shared/calls'
import type { Translate } from '../../shared/translate'
import type { EngineLink } from './engine-link'
import type { OpenedPaths } from './opened-paths'
import type { Preferences } from './preferences'
import type { SpokenLanguage } from './spoken-language'
import type { StartOptions } from './start-options'

export type ServingParts = Omit<StartOptions, 'openSession' | 'request' | 'developmentUrl' | 'language' | 'watch'> & {
  readonly link: EngineLink
  readonly opened: OpenedPaths
  /** Takes in paths as a start does. */
  readonly open: (paths: readonly OfferedPath[]) => void
  readonly spoken: SpokenLanguage
  readonly preferences: () => Preferences
  readonly remember: (change: Partial<Preferences>) => Promise<void>
  readonly window: () => BrowserWindow | null
  readonly showWindow: () => void
  readonly openJob: (id: string) => void
  readonly takePlace: () => WantedPlace | null
  /** The page is painted. */
  readonly onShown: () => void
}

export type Serving = {
  readonly handlers: AppCallHandlers
  readonly t: Translate
  /** Saves the report file; says where, `null` when the person did not want it. */
  readonly saveReport: (what: string) => Promise<string | null>
  /** Whether closing the window only hides it. */
  readonly staysInTray: () => boolean
  readonly hideInTray: () => void
  readonly close: () => Promise<void>
}

/** Sets up all of it. */
export const serveApp = async (parts: ServingParts): Promise<Serving> => {
  const { link, log, opened, remember, showWindow, spoken, window } = parts
  const askingForTray = hasTray(process.env)
  const contents = (): WebContents | null => {
    const shown = window()
    return shown === null || shown.isDestroyed() ? null : shown.webContents
  }
  const speech = new Speech(spoken)
  const notes = new Notes(parts.dataDir)
  const shortcut = new Shortcut({
    registrar: parts.globalShortcut ? globalShortcut : null,
    onPress: () => {
      showWindow()
      tellWindow(contents(), { type: 'showSearch' })
    },
    onProblem: (problem) => log.warn('shortcut.unavailable', { problem }),
  })
  shortcut.use(parts.preferences().shortcut)

  const removals = new DelayedRemovals({
    file: removalsFileOf(parts.windowFolder),
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
  link.onEvent(({ topics }) => {
    if (!topics.includes('owner')) return
    removals.hideAgain().catch((error: unknown) => log.warn('removal.failed', { error }))
  })

  const manners = new Manners({
    link,
    speech,
    log,
    iconFile: parts.iconFile,
    hasTray: await askingForTray,
    loginWords: [...(app.isPackaged ? [] : [app.getAppPath()]), '--data-dir', parts.dataDir],
    window,
    showWindow,
    openJob: parts.openJob,
    quit: () => app.quit(),
  })
  const saveReport = async (what: string): Promise<string | null> => {
    const shown = window()
    return shown === null ? null : saveProblemReport(shown, what, parts, speech.t)
  }
  const startAnew = (): void => {
    if (parts.relaunches) relaunch()
    app.quit()
  }
  const updates = new Updates({
    dataDir: parts.dataDir,
    version: parts.version,
    executable: app.getPath('exe'),
    keyFile: parts.updateKeyFile,
    policy: parts.policy,
    link,
    speech,
    log,
    window,
    removals,
    startAnew,
    quit: () => app.quit(),
    onChange: () => tellWindow(contents(), { type: 'changed', topics: ['updates'] }),
    tell: (title, body) => manners.tell(title, body, showWindow),
    nowMs: () => Date.now(),
    setTimer: (ms, fire) => {
      const timer = setTimeout(fire, ms)
      return () => clearTimeout(timer)
    },
  })
  updates.begin()
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
          (path) => parts.open([{ path }]),
          (thrown: unknown) => opened.fail(thrown),
        )
      },
      saveReport: () => {
        saveReport('Saved by the menu.').catch((error: unknown) => log.warn('report.failed', { error }))
      },
    },
  }
  setMenu(menuActions)
  const made = window()
  if (made !== null) serveTextMenu(made, speech.t)

  return {
    handlers: makeDesktopCalls({
      link,
      dataDir: parts.dataDir,
      managedDir: parts.managedDir,
      askedDir: parts.askedDir,
      endRemoved: () => {
        const words = [...(app.isPackaged ? [] : [app.getAppPath()]), FINISH_REMOVAL, '--data-dir', parts.dataDir]
        if (parts.relaunches) relaunch(words)
        app.quit()
      },
      startAnew,
      samplesDir: parts.samplesDir,
      window,
      quit: () => app.quit(),
      onShown: parts.onShown,
      rememberTheme: (theme) => remember({ theme }),
      speech,
      chooseLanguage: async (choice) => {
        const isAnother = speech.choose(choice)
        await remember({ language: choice })
        if (!isAnother) return
        setMenu(menuActions)
        manners.speakAnew()
        // After the reply; the page begins anew in the other language.
        setImmediate(() => contents()?.reload())
      },
      shortcut,
      rememberShortcut: (accelerator) => remember({ shortcut: accelerator }),
      logFile: parts.logFile,
      log,
      takePlace: parts.takePlace,
      opened,
      notes,
      removals,
      updates,
    }),
    t: speech.t,
    saveReport,
    staysInTray: () => manners.staysInTray(),
    hideInTray: () => {
      window()?.hide()
      if (parts.preferences().toldTray) return
      manners.tell(speech.t('desktop.inTray'), speech.t('desktop.inTrayMore'), showWindow)
      remember({ toldTray: true }).catch((error: unknown) => log.warn('preferences.unwritable', { error }))
    },
    close: async () => {
      shortcut.close()
      updates.close()
      manners.close()
      await removals.close()
    },
  }
}
