/**
 * Owns `settings.json` of a data folder: one flat object from names to values, written in one step and readable by this account only.
 * Refuses: failing on what it finds. An entry that is damaged or unknown is told and stays where it is; a file that is damaged as a whole
 * is told, and kept under another name before a new one is written.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, toAppError } from '../../shared/errors'
import type { LimitName } from '../../shared/limits'
import { isSettingName, parseSetting, type SettingValues } from '../../shared/settings'

export const settingsFileOf = (dataDir: string): string => join(dataDir, 'settings.json')

/** What is in the file. `entries` is all of it, also what is not understood; `damaged`: it is no JSON object. */
export type SettingsFile = {
  readonly values: SettingValues
  readonly entries: Readonly<Record<string, unknown>>
  readonly damaged: boolean
  /** What is wrong with it, in sentences. */
  readonly problems: readonly string[]
}

const nothing = { values: {}, entries: {}, damaged: false, problems: [] } as const

const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

const damagedBy = (path: string, reason: string): SettingsFile => ({
  ...nothing,
  damaged: true,
  problems: [`The settings file ${path} is damaged (${reason}); the defaults are used. The file is kept.`],
})

/** Reads the file; one that does not exist holds nothing. Never throws. */
export const readSettingsFile = (path: string): SettingsFile => {
  let content: unknown
  try {
    // Editors on Windows write a mark of the byte order.
    content = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''))
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ENOENT' ? nothing : damagedBy(path, reasonOf(thrown))
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return damagedBy(path, 'it holds no JSON object')
  const values: Partial<Record<LimitName, number>> = {}
  const problems: string[] = []
  for (const [name, value] of Object.entries(content)) {
    if (!isSettingName(name)) {
      problems.push(`The settings file names "${name}", which is no setting of this version; it is left alone.`)
      continue
    }
    try {
      values[name] = parseSetting(name, typeof value === 'number' ? value : String(value))
    } catch (thrown) {
      problems.push(`In the settings file: ${toAppError(thrown).message} The default is used.`)
    }
  }
  return { values, entries: content as Record<string, unknown>, damaged: false, problems }
}

/** A name beside the file that is free. */
const freeNameOf = (path: string): string => {
  for (let count = 1; ; count += 1) {
    const name = `${path}.damaged-${count}`
    if (!existsSync(name)) return name
  }
}

/**
 * Replaces the file in one step: whoever reads it meanwhile sees the old one or the new one, whole.
 * @param keepOld the file there now is damaged and gets another name
 * @throws SETTINGS_UNWRITABLE
 */
export const writeSettingsFile = (path: string, entries: Readonly<Record<string, unknown>>, keepOld: boolean): void => {
  const part = `${path}.${process.pid}.part`
  try {
    const file = openSync(part, 'w', 0o600)
    try {
      writeSync(file, `${JSON.stringify(entries, null, 2)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    if (keepOld) renameSync(path, freeNameOf(path))
    renameSync(part, path)
  } catch (thrown) {
    rmSync(part, { force: true })
    throw new AppError('SETTINGS_UNWRITABLE', { path, reason: reasonOf(thrown) }, { cause: thrown })
  }
}
