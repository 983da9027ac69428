/**
 * Owns the settings in force in one data folder: what a policy fixes over flags of this run over the environment over the file over the
 * defaults; asked for anew at every use, so that a change needs no restart.
 * Refuses: applying them, and stopping a start because of what is wrong with them: that is told instead.
 */
import { AppError, toAppError } from '../../shared/errors'
import type { Log } from '../../shared/log'
import { limitNames, variableOf, type LimitName, type Limits } from '../../shared/limits'
import { noPolicy } from '../../shared/no-policy'
import { refuseFixed, rowUnder, type Policy } from '../../shared/policy'
import { summarizePolicy, type PolicySummary } from '../../shared/policy-summary'
import { remark, textsOf, type Remark, type Told } from '../../shared/remarks'
import {
  parseSetting,
  requireSettingName,
  resolveSettings,
  type Setting,
  type SettingValues,
} from '../../shared/settings'
import type { SettingsExport, SettingsImport } from '../../shared/settings-exchange'
import { changesOf, exportOf, readImport } from './exchange'
import { readSettingsFile, settingsFileOf, writeSettingsFile, type SettingsFile } from './settings-file'

type Environment = Readonly<Record<string, string | undefined>>

export type SettingsOptions = {
  readonly dataDir: string
  readonly environment: Environment
  /** For this run only. */
  readonly flags?: SettingValues | undefined
  /** Of the organization that this computer belongs to; without it nobody's. */
  readonly policy?: Policy | undefined
  readonly log: Log
}

export type Settings = {
  /** The values in force now. The same object until something changes. */
  readonly limits: () => Limits
  /** All of them; looks at the file again. */
  readonly list: () => {
    readonly settings: readonly Setting[]
    readonly problems: readonly string[]
    /** What `problems` says, in its order. */
    readonly told: Told
    readonly policy: PolicySummary
  }
  /**
   * Writes a value into the file, or takes it out (`null`); it is in force at once, unless the environment or a flag says otherwise.
   * @throws NOT_FOUND, SETTING_INVALID, SETTING_LOCKED, SETTINGS_UNWRITABLE
   */
  readonly set: (name: string, value: string | number | null) => Setting
  /** Whether a value may hold for one task. @throws NOT_FOUND, SETTING_INVALID, SETTING_LOCKED */
  readonly check: (name: string, value: number) => void
  /** What was allowed one task alone, as far as the policy lets it be: it may have come after that. */
  readonly within: (allowed: SettingValues) => SettingValues
  /** What is in the file, to be given to another computer. */
  readonly exported: () => SettingsExport
  /**
   * What an export would change here; with `approve` it is changed, all of it at once or nothing. What it does not name stays.
   * @throws SETTINGS_FILE_INVALID, SETTING_LOCKED, SETTINGS_UNWRITABLE
   */
  readonly take: (given: SettingsExport['settings'], approve: boolean) => SettingsImport
  /** Calls `listen` after a change of any value in force. Returns what ends it. */
  readonly onChange: (listen: () => void) => () => void
}

/**
 * What the environment says. Out of bounds it is brought within them; what is no value, and what a policy fixes, is left out; all is told.
 */
export const readEnvironment = (
  environment: Environment,
  policy: Policy = noPolicy,
): { values: SettingValues; problems: Remark[] } => {
  const values: Partial<Record<LimitName, number>> = {}
  const problems: Remark[] = []
  for (const name of limitNames) {
    const text = environment[variableOf(name)]?.trim()
    if (!text) continue
    try {
      refuseFixed(policy, name)
      values[name] = parseSetting(name, text, rowUnder(policy, name))
    } catch (thrown) {
      const error = toAppError(thrown)
      const value = Number(text)
      const isUsed = error.code !== 'SETTING_LOCKED' && Number.isInteger(value)
      if (isUsed) values[name] = value
      problems.push(remark(isUsed ? 'WRONG_VARIABLE_NEAR' : 'WRONG_VARIABLE', { variable: variableOf(name) }, error))
    }
  }
  return { values, problems }
}

/** Whether flags of this run may hold. @throws SETTING_LOCKED, SETTING_INVALID */
export const checkFlags = (flags: SettingValues, policy: Policy): void => {
  for (const name of limitNames) {
    const value = flags[name]
    if (value === undefined) continue
    refuseFixed(policy, name)
    parseSetting(name, value, rowUnder(policy, name))
  }
}

const limitsOf = (settings: readonly Setting[]): Limits =>
  Object.fromEntries(settings.map(({ name, value }) => [name, value])) as Limits

/**
 * The settings of a data folder. Reads the file at once; one that is missing or damaged is no reason to fail.
 * @throws SETTING_LOCKED, SETTING_INVALID for flags that a policy forbids
 */
export const openSettings = (options: SettingsOptions): Settings => {
  const { dataDir, environment, flags = {}, policy = noPolicy, log } = options
  checkFlags(flags, policy)
  const path = settingsFileOf(dataDir)
  const fromEnvironment = readEnvironment(environment, policy)
  const parse = (name: LimitName, value: string | number): number => parseSetting(name, value, rowUnder(policy, name))
  const parseFree = (name: LimitName, value: string | number): number => {
    refuseFixed(policy, name)
    return parse(name, value)
  }
  const readFile = (): SettingsFile => readSettingsFile(path, parse)
  const listeners = new Set<() => void>()
  let file: SettingsFile = readFile()
  let settings: readonly Setting[] = []
  let limits: Limits = limitsOf([])
  let told = ''

  const resolve = (): void => {
    const given = { flag: flags, environment: fromEnvironment.values, file: file.values }
    settings = resolveSettings(given, (name) => rowUnder(policy, name))
    limits = limitsOf(settings)
  }
  const problems = (): Remark[] => [...fromEnvironment.problems, ...file.problems]
  const tellProblems = (): void => {
    const said = textsOf(problems())
    const now = said.join(' ')
    if (now !== told) for (const problem of said) log.warn('setting-not-used', { problem })
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

  /** What somebody else wrote into the file since it was read stays. */
  const write = (change: (entries: Readonly<Record<string, unknown>>) => Record<string, unknown>): void => {
    const found = readFile()
    writeSettingsFile(path, change(found.entries), found.keepAs)
    take(readFile())
  }

  const summary = summarizePolicy(policy)
  resolve()
  tellProblems()
  if (policy.path !== null)
    log.info('policy-in-force', { path: policy.path, managed: summary.managed.join('; '), broken: policy.broken })
  for (const problem of summary.problems) log.error('policy-broken', { path: policy.path, problem })
  return {
    limits: () => limits,
    list: () => {
      take(readFile())
      const found = problems()
      return { settings, problems: textsOf(found), told: { problems: found }, policy: summary }
    },
    set: (asked, value) => {
      const name = requireSettingName(asked)
      refuseFixed(policy, name)
      const parsed = value === null ? null : parse(name, value)
      write(({ [name]: _, ...others }) => (parsed === null ? others : { ...others, [name]: parsed }))
      return shown(name)
    },
    check: (asked, value) => {
      parseFree(requireSettingName(asked), value)
    },
    within: (allowed) => {
      const values: Partial<Record<LimitName, number>> = {}
      for (const name of limitNames) {
        const [value, { fixed, min, max }] = [allowed[name], rowUnder(policy, name)]
        if (value !== undefined && fixed === null) values[name] = Math.min(max, Math.max(min, value))
      }
      return values
    },
    exported: () => {
      take(readFile())
      return exportOf(file.values)
    },
    take: (given, approve) => {
      take(readFile())
      const values = readImport(given, settings, parse, policy)
      const changes = changesOf(values, settings, file.values)
      const changed = Object.fromEntries(changes.map(({ name, to }) => [name, to]))
      if (approve && changes.length > 0) write((entries) => ({ ...entries, ...changed }))
      return { changes, applied: approve }
    },
    onChange: (listen) => {
      listeners.add(listen)
      return () => listeners.delete(listen)
    },
  }
}

/** The values in force for a command that has no engine. @throws SETTING_LOCKED, SETTING_INVALID for flags that a policy forbids */
export const readLimits = (options: SettingsOptions): Limits => openSettings(options).limits()
