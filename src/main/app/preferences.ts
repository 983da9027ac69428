/**
 * Owns what the window remembers: theme, language, size and the shortcut to it, in a small file of its own.
 * Refuses: settings of the engine, and failing: preferences that cannot be read or written are the defaults.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { DEFAULT_SHORTCUT, themeChoices } from '../../shared/app-calls'
import { languageChoices } from '../../shared/languages'

const preferencesSchema = z.object({
  theme: z.enum(themeChoices).catch('system'),
  language: z.enum(languageChoices).catch('system'),
  width: z.number().int().min(760).max(10_000).catch(1180),
  height: z.number().int().min(520).max(10_000).catch(780),
  /** Where the window was; `null` before it was anywhere. */
  x: z.number().int().min(-100_000).max(100_000).nullable().catch(null),
  y: z.number().int().min(-100_000).max(100_000).nullable().catch(null),
  maximized: z.boolean().catch(false),
  /** Whether it was said once that work goes on in the tray. */
  toldTray: z.boolean().catch(false),
  shortcut: z.string().max(60).nullable().catch(DEFAULT_SHORTCUT),
})
export type Preferences = z.infer<typeof preferencesSchema>

export const defaultPreferences: Preferences = preferencesSchema.parse({})

/** Where the preferences are, given the folder of the window's own files. */
export const preferencesFileOf = (folder: string): string => join(folder, 'preferences.json')

/** Reads the preferences; `onFailure` hears why they are the defaults, unless they were never written. */
export const readPreferences = async (file: string, onFailure: (thrown: unknown) => void): Promise<Preferences> => {
  try {
    return preferencesSchema.parse(JSON.parse(await readFile(file, 'utf8')))
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
