/**
 * Owns `settings.json` of a data folder: one flat object from names to values, written in one step and readable by this account only.
 * Refuses: failing on what it finds. An entry that is damaged or unknown is told and stays where it is; of a file that is damaged as a whole
 * what can still be read is used; that one, and one of a newer version, are told, and kept under another name before a new one is written.
 */
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { AppError, toAppError } from '../../shared/errors'
import { jsonReasonOf } from '../../shared/json-reason'
import type { LimitName } from '../../shared/limits'
import { remark, type Remark } from '../../shared/remarks'
import { isSettingName, parseSetting, type SettingValues } from '../../shared/settings'

type ParseSetting = (name: LimitName, text: string | number) => number

export const settingsFileOf = (dataDir: string): string => join(dataDir, 'settings.json')

/** Says of which form a file is; one without it is of the first. */
export const FORM = 'sluiceSettings'
/** The form that this version writes and reads whole. */
export const SETTINGS_FORM = 1
/** Every setting with a long reason beside it would be a tenth of this. */
const MAX_BYTES = 2_000_000

/** What is in the file. `entries` is all of it that can be read, also what is not understood. */
export type SettingsFile = {
  readonly values: SettingValues
  readonly entries: Readonly<Record<string, unknown>>
  /** Why it is kept under another name before it is replaced; `null` when nothing of it would be lost. */
  readonly keepAs: 'damaged' | 'newer' | null
  /** What is wrong with it. */
  readonly problems: readonly Remark[]
}

const nothing = { values: {}, entries: {}, keepAs: null, problems: [] } as const

const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** The values of entries that this version understands, within the bounds that `parse` knows; of the others, what is wrong. */
const readEntries = (
  entries: Readonly<Record<string, unknown>>,
  parse: ParseSetting,
): { values: SettingValues; problems: Remark[] } => {
  const values: Partial<Record<LimitName, number>> = {}
  const problems: Remark[] = []
  for (const [name, value] of Object.entries(entries)) {
    if (name === FORM) continue
    if (!isSettingName(name)) {
      problems.push(remark('WRONG_ENTRY_NAME', { name }))
      continue
    }
    try {
      values[name] = parse(name, typeof value === 'number' ? value : String(value))
    } catch (thrown) {
      problems.push(remark('WRONG_ENTRY', {}, toAppError(thrown)))
    }
  }
  return { values, problems }
}

/** A name of ours with its whole value: one that nothing follows may have been cut. */
const WHOLE_ENTRY =
  /"([A-Za-z.]{1,100})"\s*:\s*(-?(?:0|[1-9]\d{0,19})(?:\.\d{1,20})?|true|false|"[^"\\]{0,100}")(?=\s*[,}])/g

/** The entries of settings that stand whole in a text that is no JSON: half written, or with a slip in it. */
const salvage = (text: string): Record<string, unknown> => {
  const entries: Record<string, unknown> = {}
  for (const [, name = '', value = ''] of text.matchAll(WHOLE_ENTRY))
    if (isSettingName(name)) entries[name] = JSON.parse(value)
  return entries
}

const damagedBy = (path: string, reason: string, text: string, parse: ParseSetting): SettingsFile => {
  const entries = salvage(text)
  const { values, problems } = readEntries(entries, parse)
  const told = remark('WRONG_FILE_DAMAGED', { path, reason, count: Object.keys(values).length })
  return { values, entries, keepAs: 'damaged', problems: [told, ...problems] }
}

const isObject = (content: unknown): content is Record<string, unknown> =>
  typeof content === 'object' && content !== null && !Array.isArray(content)

/** The form that a file says it has; `null` when what it says is none. */
const formOf = (entries: Readonly<Record<string, unknown>>): number | null => {
  const said = entries[FORM] ?? SETTINGS_FORM
  return typeof said === 'number' && Number.isInteger(said) && said >= 1 ? said : null
}

const readText = (path: string): string => {
  const { size } = statSync(path)
  if (size > MAX_BYTES) throw new Error(`it has ${size} bytes`)
  // Editors on Windows write a mark of the byte order.
  return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
}

/**
 * Reads the file; one that does not exist holds nothing. Never throws.
 * @param parse knows the bounds in force; it throws what is wrong with a value
 */
export const readSettingsFile = (path: string, parse: ParseSetting = parseSetting): SettingsFile => {
  let text: string
  try {
    text = readText(path)
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ENOENT' ? nothing : damagedBy(path, reasonOf(thrown), '', parse)
  }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (thrown) {
    return damagedBy(path, jsonReasonOf(thrown), text, parse)
  }
  if (!isObject(content)) return damagedBy(path, 'it holds no JSON object', '', parse)
  const { values, problems } = readEntries(content, parse)
  const form = formOf(content)
  if (form === SETTINGS_FORM) return { values, entries: content, keepAs: null, problems }
  const told =
    form === null ? remark('WRONG_FILE_FORM', { path, mark: FORM }) : remark('WRONG_FILE_NEWER', { path, form })
  return { values, entries: content, keepAs: form === null ? null : 'newer', problems: [told, ...problems] }
}

/** A name beside the file that is free. */
const freeNameOf = (path: string, why: string): string => {
  for (let count = 1; ; count += 1) {
    const name = `${path}.${why}-${count}`
    if (!existsSync(name)) return name
  }
}

/** The file stays under its own name, too, until the new one takes its place: a crash in between loses nothing. */
const keepOld = (path: string, why: string): void => {
  const name = freeNameOf(path, why)
  if (statSync(path).isFile()) copyFileSync(path, name, constants.COPYFILE_EXCL)
  else renameSync(path, name)
}

/**
 * Replaces the file in one step: whoever reads it meanwhile sees the old one or the new one, whole.
 * @param keepAs why the file there now is kept under another name; `null`: it is not
 * @throws SETTINGS_UNWRITABLE
 */
export const writeSettingsFile = (
  path: string,
  entries: Readonly<Record<string, unknown>>,
  keepAs: SettingsFile['keepAs'],
): void => {
  const part = `${path}.${process.pid}.part`
  try {
    const file = openSync(part, 'w', 0o600)
    try {
      // What is written here is of this form, whatever was there before.
      const { [FORM]: _, ...ours } = entries
      writeSync(file, `${JSON.stringify(ours, null, 2)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    if (keepAs !== null) keepOld(path, keepAs)
    renameSync(part, path)
  } catch (thrown) {
    rmSync(part, { force: true })
    throw new AppError('SETTINGS_UNWRITABLE', { path, reason: reasonOf(thrown) }, { cause: thrown })
  }
}
