/**
 * Owns settings as people and scripts see them: every limit and option with its value, where the value comes from, and how values are
 * written and read (`200 MiB`, `5 min`, `100:1`).
 * Refuses: files and environments (main/settings), and applying them.
 */
import { z } from 'zod'
import { AppError, isErrorCode, type ErrorCode } from './errors'
import { GiB, KiB, MiB } from './limit-row'
import { limitNames, limitTable, variableOf, type LimitName } from './limits'
import { meteredChoices, politeTimes } from './politeness'
import { formatSetting, settingUnits } from './setting-format'
import { updateChannels } from './updates'

/** Where a value comes from, strongest first. */
export const settingSources = ['policy', 'flag', 'environment', 'file', 'default'] as const
export type SettingSource = (typeof settingSources)[number]
const givenSources = ['flag', 'environment', 'file'] as const

export const settingSchema = z.object({
  name: z.string(),
  /** In force now, in `unit`. */
  value: z.number(),
  default: z.number(),
  unit: z.enum(settingUnits),
  min: z.number(),
  max: z.number(),
  source: z.enum(settingSources),
  /** The variable that sets it. */
  environment: z.string(),
  /** Why the default is what it is. */
  reason: z.string(),
  /** What happens to what exceeds it; `null`: it shapes work and rejects nothing. */
  code: z.custom<ErrorCode>(isErrorCode).nullable(),
  /** By the policy of an organization: its value is `fixed`, or its default and bounds are those of the policy (`bounded`). */
  managed: z.enum(['fixed', 'bounded']).optional(),
  /** Where each value has a word: the word of 0, of 1, … */
  choices: z.array(z.string()).optional(),
})
export type Setting = z.infer<typeof settingSchema>

type Unit = Setting['unit']

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** What may be written behind a number, in each language of the window. `KB` are thousands, `KiB` and `K` are 1,024, as in other programs. */
const suffixes: Readonly<Partial<Record<Unit, Readonly<Record<string, number>>>>> = {
  bytes: {
    b: 1,
    bytes: 1,
    kb: 1_000,
    mb: 1_000_000,
    gb: 1_000_000_000,
    tb: 1_000_000_000_000,
    k: KiB,
    m: MiB,
    g: GiB,
    t: 1024 * GiB,
    kib: KiB,
    mib: MiB,
    gib: GiB,
    tib: 1024 * GiB,
  },
  ms: { ms: 1, s: SECOND, sec: SECOND, m: MINUTE, min: MINUTE, h: HOUR, d: DAY },
  days: { d: 1, day: 1, days: 1, tag: 1, tage: 1 },
  ratio: { ':1': 1 },
  chars: { char: 1, chars: 1, zeichen: 1 },
  levels: { level: 1, levels: 1, ebene: 1, ebenen: 1 },
}

const switches: Readonly<Record<string, number>> = {
  on: 1,
  yes: 1,
  true: 1,
  off: 0,
  no: 0,
  false: 0,
  an: 1,
  ja: 1,
  aus: 0,
  nein: 0,
}

/** Settings whose values have words, by their number. */
const choiceTable: Readonly<Partial<Record<LimitName, readonly string[]>>> = {
  'polite.when': politeTimes,
  'power.metered': meteredChoices,
  'updates.channel': updateChannels,
}

const choicesOf = (name: LimitName): string[] | undefined => {
  const words = choiceTable[name]
  return words && [...words]
}

const choiceOf = (name: LimitName, text: string | number): number | undefined => {
  const at = choiceTable[name]?.indexOf(String(text).trim().toLowerCase()) ?? -1
  return at < 0 ? undefined : at
}

/** A value as the command line says it: by its word where it has one. */
export const sayValue = (value: number, { unit, choices }: Pick<Setting, 'unit' | 'choices'>): string =>
  choices?.[value] ?? formatSetting(value, unit)

export const isSettingName = (name: string): name is LimitName => Object.hasOwn(limitTable, name)

/** @throws NOT_FOUND */
export const requireSettingName = (name: string): LimitName => {
  if (isSettingName(name)) return name
  throw new AppError('NOT_FOUND', { what: 'setting', id: name })
}

/** `5.000`: five, or five thousand where people write thousands with a point. */
const isAmbiguous = (text: string): boolean => /^\s*[1-9][\d_]*\.\d{3}(?!\d)/.test(text)

/**
 * A number with an optional suffix of its unit; `null` when it is none. A comma before three digits stands for thousands, as values are shown;
 * before any other number of digits it is a decimal one.
 */
const readNumber = (text: string, unit: Unit): number | null => {
  // A narrow space stands between thousands where the window writes them so.
  const typed = text
    .trim()
    .replace(/(?<=\d)[\u202f\u00a0](?=\d{3}(?!\d))/g, '')
    .toLowerCase()
  const match = /^(\d{1,3}(?:,\d{3})+|\d[\d_]*)?([.,]\d+)?\s*([a-z]*|:1)$/.exec(typed)
  if (!match || isAmbiguous(text)) return null
  const [, whole = '', fraction = '', suffix = ''] = match
  if (whole === '' && fraction === '') return null
  const factor = suffix === '' ? 1 : suffixes[unit]?.[suffix]
  if (factor === undefined) return null
  // Half a byte is a slip; half a megabyte is not.
  if (fraction !== '' && (factor === 1 || (fraction.startsWith(',') && whole.includes(',')))) return null
  return Math.round(Number(`${whole.replace(/[_,]/g, '') || '0'}${fraction.replace(',', '.')}`) * factor)
}

/** What is possible for a setting, in its unit. `fixed`: the only value that is, by the policy of an organization. */
export type SettingBounds = {
  readonly min: number
  readonly max: number
  readonly default: number
  readonly fixed: number | null
}

/** As the program comes. */
const ownBounds = (name: LimitName): SettingBounds => ({ ...limitTable[name], fixed: null })

/**
 * The value that somebody wrote for a setting: a plain number in its unit, or with a suffix (`200MB`, `1.5 GiB`, `1,5 GiB`, `5m`, `100:1`, `on`).
 * @throws SETTING_INVALID when it is none, or out of bounds
 */
export const parseSetting = (
  name: LimitName,
  text: string | number,
  { min, max }: Pick<SettingBounds, 'min' | 'max'> = limitTable[name],
): number => {
  const row = limitTable[name]
  const { unit } = row
  const choices = choicesOf(name)
  const isSwitch = choices === undefined && row.min === 0 && row.max === 1
  const read =
    (isSwitch ? switches[String(text).trim().toLowerCase()] : choiceOf(name, text)) ??
    (typeof text === 'number' ? (Number.isInteger(text) ? text : null) : readNumber(text, unit))
  if (read !== null && read >= min && read <= max) return read
  throw new AppError('SETTING_INVALID', {
    name,
    value: String(text).slice(0, 100),
    unit,
    min: sayValue(min, { unit, choices }),
    max: sayValue(max, { unit, choices }),
    ...(choices === undefined ? { least: min, most: max } : {}),
    managed: min !== row.min || max !== row.max,
    ...(typeof text === 'string' && isAmbiguous(text) ? { ambiguous: true } : {}),
  })
}

/** `NAME=VALUE` as typed on the command line. @throws USAGE, NOT_FOUND, SETTING_INVALID */
export const parseAssignment = (text: string): { readonly name: LimitName; readonly value: number } => {
  const at = text.indexOf('=')
  if (at < 1) throw new AppError('USAGE', { reason: `"${text}" is not of the form NAME=VALUE.` })
  const name = requireSettingName(text.slice(0, at).trim())
  return { name, value: parseSetting(name, text.slice(at + 1)) }
}

/** Values of one source; what it does not name is left to the next one. */
export type SettingValues = Readonly<Partial<Record<LimitName, number>>>

/** Every setting as its sources make it, in the order of the table. What a policy fixes goes before all of them. */
export const resolveSettings = (
  sources: Readonly<Record<Exclude<SettingSource, 'default' | 'policy'>, SettingValues>>,
  boundsOf: (name: LimitName) => SettingBounds = ownBounds,
): Setting[] =>
  limitNames.map((name) => {
    const row = limitTable[name]
    const { fixed, ...bounds } = boundsOf(name)
    const choices = choicesOf(name)
    const shown = {
      ...row,
      ...bounds,
      name,
      environment: variableOf(name),
      ...(choices === undefined ? {} : { choices }),
    }
    if (fixed !== null) return { ...shown, value: fixed, source: 'policy', managed: 'fixed' }
    const source = givenSources.find((other) => sources[other][name] !== undefined) ?? 'default'
    const given = source === 'default' ? undefined : sources[source][name]
    const value = Math.min(bounds.max, Math.max(bounds.min, given ?? bounds.default))
    const isBounded = bounds.min !== row.min || bounds.max !== row.max || bounds.default !== row.default
    return { ...shown, value, source, ...(isBounded ? { managed: 'bounded' as const } : {}) }
  })
