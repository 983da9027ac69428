/**
 * Owns what an exported file of settings means here: which values it would change, and everything that forbids it, said at once.
 * Refuses: changing anything, and taking one half of a file.
 */
import { AppError, toAppError } from '../../shared/errors'
import type { LimitName } from '../../shared/limits'
import { lockedBy, rowUnder, type Policy } from '../../shared/policy'
import { isSettingName, type Setting, type SettingValues } from '../../shared/settings'
import { SETTINGS_EXPORT_VERSION, type SettingChange, type SettingsExport } from '../../shared/settings-exchange'

/** More would be a page of the same. */
const MAX_TOLD = 20

const tell = (faults: readonly string[]): string => {
  const rest = faults.length - MAX_TOLD
  return [...faults.slice(0, MAX_TOLD), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ')
}

export const exportOf = (values: SettingValues): SettingsExport => ({
  sluiceSettings: SETTINGS_EXPORT_VERSION,
  settings: Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))),
})

/**
 * The values of a file, all of them possible here. What is fixed may be named with the value it has.
 * @throws SETTINGS_FILE_INVALID naming each entry that is wrong; SETTING_LOCKED naming each, where nothing else is
 */
export const readImport = (
  given: SettingsExport['settings'],
  settings: readonly Setting[],
  parse: (name: LimitName, text: string | number) => number,
  policy: Policy,
): SettingValues => {
  const values: Partial<Record<LimitName, number>> = {}
  const faults: string[] = []
  const locked: LimitName[] = []
  for (const [name, text] of Object.entries(given)) {
    if (!isSettingName(name)) {
      faults.push(`"${name}" is no setting of this version`)
      continue
    }
    try {
      const value = parse(name, text)
      if (rowUnder(policy, name).fixed === null) values[name] = value
      else if (settings.find((one) => one.name === name)?.value !== value) locked.push(name)
    } catch (thrown) {
      faults.push(toAppError(thrown).message.replace(/\.$/, ''))
    }
  }
  const fixed = locked.map((name) => lockedBy(policy, name).message.replace(/\.$/, ''))
  if (faults.length > 0) throw new AppError('SETTINGS_FILE_INVALID', { reason: tell([...faults, ...fixed]) })
  if (locked.length > 0) throw lockedBy(policy, tell(locked))
  return values
}

/** What is not so already: in force, or (where something goes before the file) in the file. */
export const changesOf = (values: SettingValues, settings: readonly Setting[], kept: SettingValues): SettingChange[] =>
  settings.flatMap(({ name, unit, min, max, value, source }) => {
    const to = isSettingName(name) ? values[name] : undefined
    const overruledBy = source === 'flag' || source === 'environment' ? source : null
    const now = overruledBy === null || !isSettingName(name) ? value : kept[name]
    if (to === undefined || to === now) return []
    return [{ name, unit, min, max, from: value, to, overruledBy }]
  })
