/**
 * Owns `sluice settings …` and the option `--set`. Refuses: knowing what a setting does; its row says that.
 */
import { resolve } from 'node:path'
import { AppError } from '../../../shared/errors'
import { readSettingsExport, writeSettingsExport, type SettingChange } from '../../../shared/settings-exchange'
import { formatSetting } from '../../../shared/setting-format'
import { parseAssignment, requireSettingName, sayValue, type Setting } from '../../../shared/settings'
import type { SettingValues } from '../../../shared/settings'
import type { CommandContext, CommandRun } from '../context'
import { exitCodes, type ExitCode } from '../exit-code'
import { readTextFile, writeNewFile } from '../../settings/exchange-files'
import { isSet, listOf, type TypedOptions } from '../options'
import { toOneLine } from '../output/display-text'
import { formatNoun } from '../output/units'
import { formatTable, type Column } from '../output/table'

const layout: readonly Column<Setting>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'VALUE', value: (setting) => sayValue(setting.value, setting), align: 'right' },
  { title: 'DEFAULT', value: (setting) => sayValue(setting.default, setting), align: 'right' },
  { title: 'FROM', value: ({ source }) => source },
  { title: 'WHY', value: ({ reason }) => reason, flexible: true },
]

const sources: Readonly<Record<Setting['source'], (setting: Setting) => string>> = {
  policy: () => 'set by your organization',
  flag: () => 'a flag of the Sluice that is at work',
  environment: ({ environment }) => `the variable ${environment}`,
  file: () => 'the settings file',
  default: () => 'the default',
}

const describe = (setting: Setting): string[] => {
  const { name, value, min, max, reason, source, environment, code } = setting
  const say = (amount: number): string => sayValue(amount, setting)
  return [
    `${name} = ${say(value)} (${sources[source](setting)})`,
    `  default ${say(setting.default)}, from ${say(min)} to ${say(max)}${setting.managed === 'bounded' ? ' (set by your organization)' : ''}; variable ${environment}`,
    `  ${reason}${code === null ? '' : ` What exceeds it ends with ${code}.`}`,
  ]
}

const print = async ({ terminal, json }: CommandContext, setting: Setting): Promise<ExitCode> => {
  if (json) await terminal.writeJson(setting)
  else await terminal.writeLines(describe(setting))
  return exitCodes.done
}

export const list: CommandRun = async (context) => {
  const { terminal, json } = context
  const session = await context.open()
  const { settings, problems, policy } = await session.call('settings.list', {})
  if (json) await terminal.writeJson({ settings, problems, policy })
  else await terminal.writeLines(formatTable(settings, layout, terminal.columns))
  // Who owns the folder has heard it when it was opened.
  if (session.role() === 'client') for (const problem of problems) terminal.note(toOneLine(problem))
  return exitCodes.done
}

export const get: CommandRun = async (context, [word = '']) => {
  const name = requireSettingName(word)
  const session = await context.open()
  const { settings } = await session.call('settings.list', {})
  const setting = settings.find((other) => other.name === name)
  // An owner of another version may lack it.
  if (!setting) throw new AppError('NOT_FOUND', { what: 'setting', id: name })
  return print(context, setting)
}

/** `NAME VALUE` or `NAME=VALUE`. */
const readWords = ([name = '', ...values]: readonly string[]): { name: string; value: number } =>
  parseAssignment(values.length === 0 ? name : `${name}=${values.join(' ')}`)

export const set: CommandRun = async (context, words) => {
  const { name, value } = readWords(words)
  const session = await context.open()
  const setting = await session.call('settings.set', { name, value })
  if (setting.source === 'environment' || setting.source === 'flag')
    context.terminal.note(`It is kept, but ${sources[setting.source](setting)} goes before it.`)
  return print(context, setting)
}

export const unset: CommandRun = async (context, [name = '']) => {
  const session = await context.open()
  return print(context, await session.call('settings.set', { name: requireSettingName(name), value: null }))
}

export const exportAll: CommandRun = async ({ terminal, json, folder, open }, [file]) => {
  const session = await open()
  const content = await session.call('settings.export', {})
  const path = file === undefined ? null : resolve(folder, file)
  if (path !== null) await writeNewFile(path, writeSettingsExport(content))
  if (path === null || json) await terminal.writeJson(content)
  else {
    const count = Object.keys(content.settings).length
    await terminal.writeLine(`${formatNoun(count, 'changed setting')} written to ${toOneLine(path)}.`)
  }
  return exitCodes.done
}

const describeChange = ({ name, unit, from, to, overruledBy }: SettingChange): string => {
  const overruled =
    overruledBy === null ? '' : ` (kept, but ${overruledBy === 'flag' ? 'a flag' : 'a variable'} goes before it)`
  return `  ${name}: ${formatSetting(from, unit)} → ${formatSetting(to, unit)}${overruled}`
}

/** Says what an import would change; it is done once that was agreed to. */
export const importAll: CommandRun = async ({ terminal, json, folder, open }, [file = ''], options) => {
  const path = resolve(folder, file)
  const { settings } = readSettingsExport(await readTextFile(path), path)
  const session = await open()
  const { changes, applied } = await session.call('settings.import', { settings, approve: isSet(options, 'yes') })
  // Nothing to agree to is done.
  const isDone = applied || changes.length === 0
  if (json) await terminal.writeJson({ changes, applied: isDone })
  else if (changes.length === 0)
    await terminal.writeLine('Nothing changes: every setting of the file is as it is here.')
  else
    await terminal.writeLines([
      `${applied ? 'Changed' : 'It would change'} ${formatNoun(changes.length, 'setting')}:`,
      ...changes.map(describeChange),
      ...(applied ? [] : ['Nothing was changed. Agree to it with --yes.']),
    ])
  return isDone ? exitCodes.done : exitCodes.waits
}

/** What `--set NAME=VALUE` (or another option of that form) says, given several times; the last of a name counts. @throws USAGE, NOT_FOUND, SETTING_INVALID */
export const readFlags = (options: TypedOptions, option = 'set'): SettingValues =>
  Object.fromEntries(
    listOf(options, option).map((text) => {
      const { name, value } = parseAssignment(text)
      return [name, value]
    }),
  )
