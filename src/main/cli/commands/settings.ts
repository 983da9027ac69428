/**
 * Owns `sluice settings …` and the option `--set`. Refuses: knowing what a setting does; its row says that.
 */
import { AppError } from '../../../shared/errors'
import { formatSetting, parseAssignment, requireSettingName, type Setting } from '../../../shared/settings'
import type { SettingValues } from '../../../shared/settings'
import type { CommandContext, CommandRun } from '../context'
import { exitCodes, type ExitCode } from '../exit-code'
import { listOf, type TypedOptions } from '../options'
import { toOneLine } from '../output/display-text'
import { formatTable, type Column } from '../output/table'

const layout: readonly Column<Setting>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'VALUE', value: ({ value, unit }) => formatSetting(value, unit), align: 'right' },
  { title: 'DEFAULT', value: (setting) => formatSetting(setting.default, setting.unit), align: 'right' },
  { title: 'FROM', value: ({ source }) => source },
  { title: 'WHY', value: ({ reason }) => reason, flexible: true },
]

const sources: Readonly<Record<Setting['source'], (setting: Setting) => string>> = {
  flag: () => 'a flag of the Sluice that is at work',
  environment: ({ environment }) => `the variable ${environment}`,
  file: () => 'the settings file',
  default: () => 'the default',
}

const describe = (setting: Setting): string[] => {
  const { name, value, unit, min, max, reason, source, environment, code } = setting
  const say = (amount: number): string => formatSetting(amount, unit)
  return [
    `${name} = ${say(value)} (${sources[source](setting)})`,
    `  default ${say(setting.default)}, from ${say(min)} to ${say(max)}; variable ${environment}`,
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
  const { settings, problems } = await session.call('settings.list', {})
  if (json) await terminal.writeJson({ settings, problems })
  else await terminal.writeLines(formatTable(settings, layout, terminal.columns))
  for (const problem of problems) terminal.note(toOneLine(problem))
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

/** What `--set NAME=VALUE` (or another option of that form) says, given several times; the last of a name counts. @throws USAGE, NOT_FOUND, SETTING_INVALID */
export const readFlags = (options: TypedOptions, option = 'set'): SettingValues =>
  Object.fromEntries(
    listOf(options, option).map((text) => {
      const { name, value } = parseAssignment(text)
      return [name, value]
    }),
  )
