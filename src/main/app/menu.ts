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
import type { roles } from '../../shared/texts/en/roles'
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

type Role = keyof typeof roles & NonNullable<MenuItemConstructorOptions['role']>

/** What the system does by itself, in our words: its own are English. */
const roleItem = (role: Role, t: Translate): MenuItemConstructorOptions => ({ role, label: t(`roles.${role}`) })

/** Items of roles in order, with a line wherever there is `null`. */
const roleItems = (names: readonly (Role | null)[], t: Translate): MenuItemConstructorOptions[] =>
  names.map((role) => (role === null ? separator : roleItem(role, t)))

const viewMenu = (t: Translate): MenuItemConstructorOptions => ({
  label: t('commands.menuView'),
  submenu: roleItems(['resetZoom', 'zoomIn', 'zoomOut', null, 'togglefullscreen'], t),
})

const substitutions = [
  'showSubstitutions',
  null,
  'toggleSmartQuotes',
  'toggleSmartDashes',
  'toggleTextReplacement',
] as const

const editMenu = (t: Translate): MenuItemConstructorOptions => ({
  ...roleItem('editMenu', t),
  submenu: [
    ...roleItems(['undo', 'redo', null, 'cut', 'copy', 'paste'], t),
    ...(isMac
      ? [
          ...roleItems(['pasteAndMatchStyle', 'delete', 'selectAll', null], t),
          { label: t('roles.substitutions'), submenu: roleItems(substitutions, t) },
          { label: t('roles.speech'), submenu: roleItems(['startSpeaking', 'stopSpeaking'], t) },
        ]
      : roleItems(['delete', null, 'selectAll'], t)),
  ],
})

const windowMenu = (t: Translate): MenuItemConstructorOptions => ({
  ...roleItem('windowMenu', t),
  submenu: roleItems(isMac ? ['minimize', 'zoom', null, 'front'] : ['minimize', 'zoom', 'close'], t),
})

/** The menu that a program has under its own name, on the system that has one. */
const programMenu = (actions: MenuActions): MenuItemConstructorOptions => ({
  label: 'Sluice',
  submenu: [
    ...roleItems(['about', null], actions.t),
    itemOf('settings', actions),
    ...roleItems([null, 'services', null, 'hide', 'hideOthers', 'unhide', null, 'quit'], actions.t),
  ],
})

/** All menus, for this system. */
export const menuTemplate = (actions: MenuActions): MenuItemConstructorOptions[] => [
  ...(isMac ? [programMenu(actions)] : []),
  {
    label: actions.t(menuTexts.file),
    submenu: isMac
      ? [...itemsOf('file', actions, ['settings']), ...roleItems([null, 'close'], actions.t)]
      : [...itemsOf('file', actions), ...roleItems([null, 'quit'], actions.t)],
  },
  editMenu(actions.t),
  viewMenu(actions.t),
  { label: actions.t(menuTexts.go), submenu: itemsOf('go', actions) },
  { label: actions.t(menuTexts.queue), submenu: itemsOf('queue', actions) },
  windowMenu(actions.t),
  {
    role: 'help',
    label: actions.t(menuTexts.help),
    submenu: [...itemsOf('help', actions), ...(isMac ? [] : roleItems([null, 'about'], actions.t))],
  },
]

/** Sets the menus of the application. */
export const setMenu = (actions: MenuActions): void => {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions)))
  app.setAboutPanelOptions({ applicationName: 'Sluice', applicationVersion: app.getVersion() })
}

type Editing = Pick<ContextMenuParams, 'isEditable' | 'selectionText' | 'editFlags'>

/** What can be done with text under the pointer; nothing where there is none. */
export const textMenuTemplate = (
  { isEditable, selectionText, editFlags }: Editing,
  t: Translate,
): MenuItemConstructorOptions[] => {
  const item = (role: Role, enabled: boolean): MenuItemConstructorOptions => ({ ...roleItem(role, t), enabled })
  const copy = item('copy', editFlags.canCopy)
  if (!isEditable) return selectionText.trim() === '' ? [] : [copy]
  return [
    item('undo', editFlags.canUndo),
    item('redo', editFlags.canRedo),
    separator,
    item('cut', editFlags.canCut),
    copy,
    item('paste', editFlags.canPaste),
    item('delete', editFlags.canDelete),
    separator,
    item('selectAll', editFlags.canSelectAll),
  ]
}

/** Gives text fields and selected text their menu. */
export const serveTextMenu = (window: BrowserWindow, t: Translate): void => {
  window.webContents.on('context-menu', (_event, params) => {
    const template = textMenuTemplate(params, t)
    if (template.length > 0) Menu.buildFromTemplate(template).popup({ window })
  })
}
