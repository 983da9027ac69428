/**
 * Owns what a person can call for by menu or keys, wherever they are: one table for the menus of the system and the sheet of shortcuts;
 * what they are called is in the catalogues, under the same names.
 * Refuses: doing it. The page does what it shows; `by: 'app'` is done around it.
 */

import type { TextKey } from './translate'

export const commandMenus = ['file', 'go', 'queue', 'help'] as const
export type CommandMenu = (typeof commandMenus)[number]

type CommandRow = {
  readonly menu: CommandMenu
  /** As Electron writes them; `null` for none. */
  readonly keys: string | null
  readonly by: 'page' | 'app'
}

export const commandTable = {
  addFiles: { menu: 'file', keys: 'CommandOrControl+O', by: 'page' },
  addFolders: { menu: 'file', keys: 'CommandOrControl+Shift+O', by: 'page' },
  pasteNote: { menu: 'file', keys: null, by: 'app' },
  newCollection: { menu: 'file', keys: 'CommandOrControl+N', by: 'page' },
  settings: { menu: 'file', keys: 'CommandOrControl+,', by: 'page' },
  find: { menu: 'go', keys: 'CommandOrControl+K', by: 'page' },
  showSearch: { menu: 'go', keys: 'CommandOrControl+1', by: 'page' },
  showQueue: { menu: 'go', keys: 'CommandOrControl+2', by: 'page' },
  showDocuments: { menu: 'go', keys: 'CommandOrControl+3', by: 'page' },
  showFailed: { menu: 'go', keys: 'CommandOrControl+4', by: 'page' },
  showModels: { menu: 'go', keys: 'CommandOrControl+5', by: 'page' },
  showSettings: { menu: 'go', keys: 'CommandOrControl+6', by: 'page' },
  showDashboard: { menu: 'go', keys: 'CommandOrControl+7', by: 'page' },
  pauseAll: { menu: 'queue', keys: 'CommandOrControl+Alt+P', by: 'page' },
  resumeAll: { menu: 'queue', keys: 'CommandOrControl+Alt+R', by: 'page' },
  shortcuts: { menu: 'help', keys: 'CommandOrControl+/', by: 'page' },
  saveReport: { menu: 'help', keys: null, by: 'app' },
} as const satisfies Record<string, CommandRow>

export type CommandId = keyof typeof commandTable
export type PageCommandId = { [C in CommandId]: (typeof commandTable)[C]['by'] extends 'page' ? C : never }[CommandId]
export type AppCommandId = Exclude<CommandId, PageCommandId>

export const commandIds = Object.keys(commandTable) as readonly CommandId[]

export const isPageCommand = (id: CommandId): id is PageCommandId => commandTable[id].by === 'page'

/** What a menu is called. */
export const menuTexts = {
  file: 'commands.menuFile',
  go: 'commands.menuGo',
  queue: 'commands.menuQueue',
  help: 'commands.menuHelp',
} as const satisfies Record<CommandMenu, TextKey>

/** The commands of a menu, in the order of the table. */
export const commandsOf = (menu: CommandMenu): readonly CommandId[] =>
  commandIds.filter((id) => commandTable[id].menu === menu)
