/**
 * Owns the few choices of the window that are read before anything else is loaded. Refuses: schemas; those of the calls are in `app-calls.ts`.
 */

export const themeChoices = ['system', 'light', 'dark'] as const
export type ThemeChoice = (typeof themeChoices)[number]

/** The shortcut that shows the search from anywhere, as Electron writes them; `null` for none. */
export const DEFAULT_SHORTCUT = 'CommandOrControl+Shift+Space'
