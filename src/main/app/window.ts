/**
 * Owns the one window: its size, its hardening, and that it shows itself only once there is something to see.
 * Refuses: what the page does; it is reached through IPC only.
 */
import { BrowserWindow, nativeTheme } from 'electron'
import { APP_PAGE } from './content-policy'
import type { Log } from '../../shared/log'
import type { CrashRecovery } from './crash-recovery'
import type { Place } from './window-place'

export type WindowOptions = {
  readonly preloadFile: string
  readonly iconFile: string
  readonly place: Partial<Place> & Pick<Place, 'width' | 'height'>
  readonly maximized: boolean
  /** The development server's address instead of the built page. */
  readonly developmentUrl: string | null
  /** Gets the window before its page is loaded, so that the page's first calls are answered. */
  readonly onWindow: (window: BrowserWindow) => void
  readonly recovery: CrashRecovery
  readonly log: Log
}

/** The colors of the page's own background, so that nothing flashes before the page is there. */
const background = (): string => (nativeTheme.shouldUseDarkColors ? '#14191b' : '#fbfaf8')

/** Opens the window; resolves when the page is loaded. */
export const openWindow = async (options: WindowOptions): Promise<void> => {
  const window = new BrowserWindow({
    ...options.place,
    // Smaller ones have less: a display of 800 by 600, or one that is zoomed.
    minWidth: Math.min(760, options.place.width),
    minHeight: Math.min(520, options.place.height),
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
  window.once('ready-to-show', () => {
    if (options.maximized) window.maximize()
    window.show()
  })
  nativeTheme.on('updated', () => {
    if (!window.isDestroyed()) window.setBackgroundColor(background())
  })
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    options.log.error('window.gone', { reason, exitCode })
    if (!window.isDestroyed()) options.recovery.take(reason, exitCode, window.webContents.getURL())
  })
  // Every navigation is denied; the links of the crash page are heard all the same.
  window.webContents.on('will-navigate', (event) => options.recovery.follow(event.url, window.webContents.getURL()))
  window.on('unresponsive', () => options.log.warn('window.unresponsive'))
  await window.loadURL(options.developmentUrl ?? APP_PAGE)
}
