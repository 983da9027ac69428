/**
 * Owns the file that settings are exported to and imported from, and what an import would change.
 * Refuses: keys and whatever else is no setting; a file with more in it is refused whole.
 */
import { z } from 'zod'
import { sayIssue } from './schema-issues'
import { AppError } from './errors'
import { settingSchema, settingSources } from './settings'

/** Says what the file is, and how it is read. */
const MARK = 'sluiceSettings'
/** Of the file; a newer one is not guessed at. */
export const SETTINGS_EXPORT_VERSION = 1
/** Every setting with its longest value would be a hundredth of this. */
export const MAX_SETTINGS_EXPORT_BYTES = 1_000_000

/** As a person may write them: in the unit of the setting, or with one. */
export const settingEntries = z.record(
  z.string().max(200),
  z.union([z.number(), z.string().max(200), z.boolean().transform(String)]),
)

export const settingsExportSchema = z.strictObject({
  [MARK]: z.literal(SETTINGS_EXPORT_VERSION),
  /** What was changed of the settings, and nothing else. */
  settings: settingEntries,
})
export type SettingsExport = z.infer<typeof settingsExportSchema>

export const settingChangeSchema = settingSchema.pick({ name: true, unit: true, min: true, max: true }).extend({
  /** In force now. */
  from: z.number(),
  to: z.number(),
  /** What goes before the file, so that the change is kept but not in force; `null`: nothing. */
  overruledBy: z.enum(settingSources).nullable(),
})
export type SettingChange = z.infer<typeof settingChangeSchema>

export const settingsImportSchema = z.object({ changes: z.array(settingChangeSchema), applied: z.boolean() })
export type SettingsImport = z.infer<typeof settingsImportSchema>

export const writeSettingsExport = (content: SettingsExport): string => `${JSON.stringify(content, null, 2)}\n`

const parseJson = (text: string, path: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new AppError('SETTINGS_FILE_INVALID', { path, reason: 'it is not JSON' }, { cause })
  }
}

const versionOf = (value: unknown): number | null => {
  const version = typeof value === 'object' && value !== null && MARK in value && value[MARK]
  return typeof version === 'number' && Number.isInteger(version) && version > 0 ? version : null
}

/**
 * Reads an exported file whole, or not at all; whether its settings are any is for the engine to say. `path` is for the sentence.
 * @throws SETTINGS_FILE_INVALID, SETTINGS_FILE_NEWER
 */
export const readSettingsExport = (text: string, path: string): SettingsExport => {
  const value = parseJson(text, path)
  const version = versionOf(value)
  if (version === null)
    throw new AppError('SETTINGS_FILE_INVALID', { path, reason: 'it does not say that it holds settings' })
  if (version > SETTINGS_EXPORT_VERSION) throw new AppError('SETTINGS_FILE_NEWER', { path, version })
  const parsed = settingsExportSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const said = parsed.error.issues.map(sayIssue)
  throw new AppError('SETTINGS_FILE_INVALID', { path, reason: said.slice(0, 20).join('; ') })
}
