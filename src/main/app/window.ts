/**
 * Owns the one window: its size, its hardening, and that it shows itself only once there is something to see.
 * Refuses: what the page does; it is reached through IPC only.
 */
import { BrowserWindow, nativeTheme } from 'electron'
import { APP_PAGE } from './content-policy'
import type { Log } from '../../shared/log'
import type { Preferences } from './preferences'

export type WindowOptions = {
  readonly preloadFile: string
  readonly iconFile: string
  readonly size: Pick<Preferences, 'width' | 'height'>
  /** The development server's address instead of the built page. */
  readonly developmentUrl: string | null
  /** Gets the window before its page is loaded, so that the page's first calls are answered. */
  readonly onWindow: (window: BrowserWindow) => void
  readonly log: Log
}

/** The colors of the page's own background, so that nothing flashes before the page is there. */
const background = (): string => (nativeTheme.shouldUseDarkColors ? '#14191b' : '#fbfaf8')

/** How often a page that crashed is loaded again before it is left alone. */
const MAX_RELOADS = 3

/** Opens the window; resolves when the page is loaded. */
export const openWindow = async (options: WindowOptions): Promise<void> => {
  const window = new BrowserWindow({
    ...options.size,
    minWidth: 760,
    minHeight: 520,
    show: false,
    title: 'Sluice',
    icon: options.iconFile,
    autoHideMenuBar: true,
    backgroundColor: background(),
    webPreferences: {
      preload: options.preloadFile,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      // The spell checker fetches its dictionaries from the network.
      spellcheck: false,
      devTools: options.developmentUrl !== null,
    },
  })
  options.onWindow(window)
  window.once('ready-to-show', () => window.show())
  nativeTheme.on('updated', () => {
    if (!window.isDestroyed()) window.setBackgroundColor(background())
  })
  let reloads = 0
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    options.log.error('window.gone', { reason, exitCode })
    if (reason === 'clean-exit' || reloads >= MAX_RELOADS) return
    reloads += 1
    window.webContents.reload()
  })
  window.on('unresponsive', () => options.log.warn('window.unresponsive'))
  await window.loadURL(options.developmentUrl ?? APP_PAGE)
}
