/**
 * Owns what a person can call for by menu or keys, wherever they are: one table for the menus of the system and the sheet of shortcuts.
 * Refuses: doing it. The page does what it shows; `by: 'app'` is done around it.
 */

export const commandMenus = ['file', 'go', 'queue', 'help'] as const
export type CommandMenu = (typeof commandMenus)[number]

type CommandRow = {
  readonly menu: CommandMenu
  readonly label: string
  /** As Electron writes them; `null` for none. */
  readonly keys: string | null
  readonly by: 'page' | 'app'
}

export const commandTable = {
  addFiles: { menu: 'file', label: 'Add Files…', keys: 'CommandOrControl+O', by: 'page' },
  addFolders: { menu: 'file', label: 'Add Folders…', keys: 'CommandOrControl+Shift+O', by: 'page' },
  newCollection: { menu: 'file', label: 'New Collection…', keys: 'CommandOrControl+N', by: 'page' },
  settings: { menu: 'file', label: 'Settings…', keys: 'CommandOrControl+,', by: 'page' },
  find: { menu: 'go', label: 'Find', keys: 'CommandOrControl+K', by: 'page' },
  showSearch: { menu: 'go', label: 'Search', keys: 'CommandOrControl+1', by: 'page' },
  showQueue: { menu: 'go', label: 'Queue', keys: 'CommandOrControl+2', by: 'page' },
  showDocuments: { menu: 'go', label: 'Documents', keys: 'CommandOrControl+3', by: 'page' },
  showFailed: { menu: 'go', label: 'Failed', keys: 'CommandOrControl+4', by: 'page' },
  showModels: { menu: 'go', label: 'Models', keys: 'CommandOrControl+5', by: 'page' },
  showSettings: { menu: 'go', label: 'Settings', keys: 'CommandOrControl+6', by: 'page' },
  showDashboard: { menu: 'go', label: 'Dashboard', keys: 'CommandOrControl+7', by: 'page' },
  pauseAll: { menu: 'queue', label: 'Pause All Jobs', keys: 'CommandOrControl+Alt+P', by: 'page' },
  resumeAll: { menu: 'queue', label: 'Resume All Jobs', keys: 'CommandOrControl+Alt+R', by: 'page' },
  shortcuts: { menu: 'help', label: 'Keyboard Shortcuts', keys: 'CommandOrControl+/', by: 'page' },
  saveReport: { menu: 'help', label: 'Save a Report File…', keys: null, by: 'app' },
} as const satisfies Record<string, CommandRow>

export type CommandId = keyof typeof commandTable
export type PageCommandId = { [C in CommandId]: (typeof commandTable)[C]['by'] extends 'page' ? C : never }[CommandId]
export type AppCommandId = Exclude<CommandId, PageCommandId>

export const commandIds = Object.keys(commandTable) as readonly CommandId[]

export const isPageCommand = (id: CommandId): id is PageCommandId => commandTable[id].by === 'page'

/** The commands of a menu, in the order of the table. */
export const commandsOf = (menu: CommandMenu): readonly CommandId[] =>
  commandIds.filter((id) => commandTable[id].menu === menu)
