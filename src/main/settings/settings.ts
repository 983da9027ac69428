/**
 * Owns the settings in force in one data folder: flags of this run over the environment over the file over the defaults; asked for anew
 * at every use, so that a change needs no restart.
 * Refuses: applying them, and stopping a start because of what is wrong with them: that is told instead.
 */
import { AppError, toAppError } from '../../shared/errors'
import type { Log } from '../../shared/log'
import { limitNames, variableOf, type LimitName, type Limits } from '../../shared/limits'
import {
  parseSetting,
  requireSettingName,
  resolveSettings,
  type Setting,
  type SettingValues,
} from '../../shared/settings'
import { readSettingsFile, settingsFileOf, writeSettingsFile, type SettingsFile } from './settings-file'

type Environment = Readonly<Record<string, string | undefined>>

export type SettingsOptions = {
  readonly dataDir: string
  readonly environment: Environment
  /** For this run only. */
  readonly flags?: SettingValues | undefined
  readonly log: Log
}

export type Settings = {
  /** The values in force now. The same object until something changes. */
  readonly limits: () => Limits
  /** All of them; looks at the file again. */
  readonly list: () => { readonly settings: readonly Setting[]; readonly problems: readonly string[] }
  /**
   * Writes a value into the file, or takes it out (`null`); it is in force at once, unless the environment or a flag says otherwise.
   * @throws NOT_FOUND, SETTING_INVALID, SETTINGS_UNWRITABLE
   */
  readonly set: (name: string, value: string | number | null) => Setting
  /** Calls `listen` after a change of any value in force. Returns what ends it. */
  readonly onChange: (listen: () => void) => () => void
}

/** What the environment says. Out of bounds it is brought within them; what is no value is left out; both are told. */
export const readEnvironment = (environment: Environment): { values: SettingValues; problems: string[] } => {
  const values: Partial<Record<LimitName, number>> = {}
  const problems: string[] = []
  for (const name of limitNames) {
    const text = environment[variableOf(name)]?.trim()
    if (!text) continue
    try {
      values[name] = parseSetting(name, text)
    } catch (thrown) {
      const value = Number(text)
      const isUsed = Number.isInteger(value)
      if (isUsed) values[name] = value
      const end = isUsed ? 'The nearest value that is possible is used.' : 'It is not used.'
      problems.push(`The variable ${variableOf(name)}: ${toAppError(thrown).message} ${end}`)
    }
  }
  return { values, problems }
}

const limitsOf = (settings: readonly Setting[]): Limits =>
  Object.fromEntries(settings.map(({ name, value }) => [name, value])) as Limits

/** The settings of a data folder. Reads the file at once; one that is missing or damaged is no reason to fail. */
export const openSettings = ({ dataDir, environment, flags = {}, log }: SettingsOptions): Settings => {
  const path = settingsFileOf(dataDir)
  const fromEnvironment = readEnvironment(environment)
  const listeners = new Set<() => void>()
  let file: SettingsFile = readSettingsFile(path)
  let settings: readonly Setting[] = []
  let limits: Limits = limitsOf([])
  let told = ''

  const resolve = (): void => {
    settings = resolveSettings({ flag: flags, environment: fromEnvironment.values, file: file.values })
    limits = limitsOf(settings)
  }
  const problems = (): string[] => [...fromEnvironment.problems, ...file.problems]
  const tellProblems = (): void => {
    const now = problems().join(' ')
    if (now !== told) for (const problem of problems()) log.warn('setting-not-used', { problem })
    told = now
  }
  const take = (found: SettingsFile): void => {
    file = found
    const before = limits
    resolve()
    tellProblems()
    const changed = limitNames.filter((name) => limits[name] !== before[name])
    if (changed.length === 0) return
    log.info('settings-changed', Object.fromEntries(changed.map((name) => [name, limits[name]])))
    for (const listen of [...listeners]) listen()
  }
  const shown = (name: LimitName): Setting => {
    const setting = settings.find((other) => other.name === name)
    if (!setting) throw new AppError('NOT_FOUND', { what: 'setting', id: name })
    return setting
  }

  resolve()
  tellProblems()
  return {
    limits: () => limits,
    list: () => {
      take(readSettingsFile(path))
      return { settings, problems: problems() }
    },
    set: (asked, value) => {
      const name = requireSettingName(asked)
      const parsed = value === null ? null : parseSetting(name, value)
      // What somebody else wrote into the file since it was read stays.
      const found = readSettingsFile(path)
      const { [name]: _, ...others } = found.entries
      writeSettingsFile(path, parsed === null ? others : { ...others, [name]: parsed }, found.damaged)
      take(readSettingsFile(path))
      return shown(name)
    },
    onChange: (listen) => {
      listeners.add(listen)
      return () => listeners.delete(listen)
    },
  }
}

/** The values in force for a command that has no engine. */
export const readLimits = (options: SettingsOptions): Limits => openSettings(options).limits()
