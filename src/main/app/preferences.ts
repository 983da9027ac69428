/**
 * Owns what the window remembers: theme, language, size and the shortcut to it, in a small file of its own.
 * Refuses: settings of the engine, and failing: preferences that cannot be read or written are the defaults. Looked at by hand: they are read
 * before there is a window, and the schemas of everything else would be a fifth of the time until then.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DEFAULT_SHORTCUT, themeChoices, type ThemeChoice } from '../../shared/desktop-choices'
import { languageChoices, type LanguageChoice } from '../../shared/languages'

export type Preferences = {
  readonly theme: ThemeChoice
  readonly language: LanguageChoice
  readonly width: number
  readonly height: number
  /** Where the window was; `null` before it was anywhere. */
  readonly x: number | null
  readonly y: number | null
  readonly maximized: boolean
  /** Whether it was said once that work goes on in the tray. */
  readonly toldTray: boolean
  /** What brings the window to the front; `null`: nothing does. */
  readonly shortcut: string | null
}

export const defaultPreferences: Preferences = {
  theme: 'system',
  language: 'system',
  width: 1180,
  height: 780,
  x: null,
  y: null,
  maximized: false,
  toldTray: false,
  shortcut: DEFAULT_SHORTCUT,
}

const SHORTCUT_CHARS = 60
const FARTHEST = 100_000

/** The value as it is, when it is one that is meant; else the default. */
const choose = <T>(value: unknown, choices: readonly T[], otherwise: T): T =>
  choices.find((choice) => choice === value) ?? otherwise
const whole = <T>(value: unknown, min: number, max: number, otherwise: T): number | T =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : otherwise
const truth = (value: unknown, otherwise: boolean): boolean => (typeof value === 'boolean' ? value : otherwise)

const toPreferences = (content: unknown): Preferences => {
  if (typeof content !== 'object' || content === null) throw new TypeError('they are no JSON object')
  const found: Readonly<Partial<Record<keyof Preferences, unknown>>> = content
  const { shortcut } = found
  return {
    theme: choose(found.theme, themeChoices, defaultPreferences.theme),
    language: choose(found.language, languageChoices, defaultPreferences.language),
    width: whole(found.width, 760, 10_000, defaultPreferences.width),
    height: whole(found.height, 520, 10_000, defaultPreferences.height),
    x: whole(found.x, -FARTHEST, FARTHEST, null),
    y: whole(found.y, -FARTHEST, FARTHEST, null),
    maximized: truth(found.maximized, defaultPreferences.maximized),
    toldTray: truth(found.toldTray, defaultPreferences.toldTray),
    shortcut:
      shortcut === null || (typeof shortcut === 'string' && shortcut.length <= SHORTCUT_CHARS)
        ? shortcut
        : defaultPreferences.shortcut,
  }
}

/** Where the preferences are, given the folder of the window's own files. */
export const preferencesFileOf = (folder: string): string => join(folder, 'preferences.json')

/** Reads the preferences; `onFailure` hears why they are the defaults, unless they were never written. */
export const readPreferences = async (file: string, onFailure: (thrown: unknown) => void): Promise<Preferences> => {
  try {
    return toPreferences(JSON.parse(await readFile(file, 'utf8')))
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) onFailure(thrown)
    return defaultPreferences
  }
}

/** Replaces the preferences in one step. */
export const writePreferences = async (file: string, preferences: Preferences): Promise<void> => {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.part`, `${JSON.stringify(preferences)}\n`, { mode: 0o600 })
  await rename(`${file}.part`, file)
}
