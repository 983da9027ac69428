/**
 * Owns the menu: what the system expects (edit, zoom, window, quit) and nothing that opens pages, tools or the network.
 */
import { app, Menu } from 'electron'
import type { MenuItemConstructorOptions } from 'electron'

const viewMenu: MenuItemConstructorOptions = {
  label: 'View',
  submenu: [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ],
}

/** Sets the menu of the application. */
export const setMenu = (): void => {
  const first: MenuItemConstructorOptions =
    process.platform === 'darwin' ? { role: 'appMenu' } : { label: 'File', submenu: [{ role: 'quit' }] }
  Menu.setApplicationMenu(Menu.buildFromTemplate([first, { role: 'editMenu' }, viewMenu, { role: 'windowMenu' }]))
  app.setAboutPanelOptions({ applicationName: 'Sluice', applicationVersion: app.getVersion() })
}
