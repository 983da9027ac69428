/**
 * Owns the menus of the system: those of the commands of Sluice, made from their one table, and what every program has (edit, zoom, window,
 * quit) by role; and the menu of text fields. Refuses: what opens pages, tools or the network.
 */
import { app, Menu } from 'electron'
import {
  commandsOf,
  commandTable,
  isPageCommand,
  menuTexts,
  type AppCommandId,
  type CommandId,
  type CommandMenu,
} from '../../shared/commands'
import type { BrowserWindow, ContextMenuParams, MenuItemConstructorOptions } from 'electron'
import type { PageCommandId } from '../../shared/commands'
import type { Translate } from '../../shared/translate'

export type MenuActions = {
  /** In the language that is spoken when the menus are made. */
  readonly t: Translate
  /** Tells the page; the window comes to the front. */
  readonly page: (id: PageCommandId) => void
  readonly app: Readonly<Record<AppCommandId, () => void>>
}

const isMac = process.platform === 'darwin'

const itemOf = (id: CommandId, actions: MenuActions): MenuItemConstructorOptions => {
  const { keys } = commandTable[id]
  return {
    id,
    label: actions.t(`commands.${id}`),
    // The page hears the keys before the menu does and takes them; registered as well, they would be taken twice on some systems.
    ...(keys === null ? {} : { accelerator: keys, registerAccelerator: false }),
    click: () => (isPageCommand(id) ? actions.page(id) : actions.app[id]()),
  }
}

const itemsOf = (
  menu: CommandMenu,
  actions: MenuActions,
  leftOut: readonly CommandId[] = [],
): MenuItemConstructorOptions[] =>
  commandsOf(menu)
    .filter((id) => !leftOut.includes(id))
    .map((id) => itemOf(id, actions))

const separator: MenuItemConstructorOptions = { type: 'separator' }

const viewMenu = (t: Translate): MenuItemConstructorOptions => ({
  label: t('commands.menuView'),
  submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, separator, { role: 'togglefullscreen' }],
})

/** The menu that a program has under its own name, on the system that has one. */
const programMenu = (actions: MenuActions): MenuItemConstructorOptions => ({
  label: 'Sluice',
  submenu: [
    { role: 'about' },
    separator,
    itemOf('settings', actions),
    separator,
    { role: 'services' },
    separator,
    { role: 'hide' },
    { role: 'hideOthers' },
    { role: 'unhide' },
    separator,
    { role: 'quit' },
  ],
})

/** All menus, for this system. */
export const menuTemplate = (actions: MenuActions): MenuItemConstructorOptions[] => [
  ...(isMac ? [programMenu(actions)] : []),
  {
    label: actions.t(menuTexts.file),
    submenu: isMac
      ? [...itemsOf('file', actions, ['settings']), separator, { role: 'close' }]
      : [...itemsOf('file', actions), separator, { role: 'quit' }],
  },
  { role: 'editMenu' },
  viewMenu(actions.t),
  { label: actions.t(menuTexts.go), submenu: itemsOf('go', actions) },
  { label: actions.t(menuTexts.queue), submenu: itemsOf('queue', actions) },
  { role: 'windowMenu' },
  {
    role: 'help',
    label: actions.t(menuTexts.help),
    submenu: [...itemsOf('help', actions), ...(isMac ? [] : [separator, { role: 'about' } as const])],
  },
]

/** Sets the menus of the application. */
export const setMenu = (actions: MenuActions): void => {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions)))
  app.setAboutPanelOptions({ applicationName: 'Sluice', applicationVersion: app.getVersion() })
}

type Editing = Pick<ContextMenuParams, 'isEditable' | 'selectionText' | 'editFlags'>

/** What can be done with text under the pointer; nothing where there is none. */
export const textMenuTemplate = ({ isEditable, selectionText, editFlags }: Editing): MenuItemConstructorOptions[] => {
  const copy: MenuItemConstructorOptions = { role: 'copy', enabled: editFlags.canCopy }
  if (!isEditable) return selectionText.trim() === '' ? [] : [copy]
  return [
    { role: 'undo', enabled: editFlags.canUndo },
    { role: 'redo', enabled: editFlags.canRedo },
    separator,
    { role: 'cut', enabled: editFlags.canCut },
    copy,
    { role: 'paste', enabled: editFlags.canPaste },
    { role: 'delete', enabled: editFlags.canDelete },
    separator,
    { role: 'selectAll', enabled: editFlags.canSelectAll },
  ]
}

/** Gives text fields and selected text their menu. */
export const serveTextMenu = (window: BrowserWindow): void => {
  window.webContents.on('context-menu', (_event, params) => {
    const template = textMenuTemplate(params)
    if (template.length > 0) Menu.buildFromTemplate(template).popup({ window })
  })
}
