/**
 * Owns how the value of a setting is written with its unit, in each language: exact, and so that it can be typed again (`512 MiB`, `100:1`).
 * Refuses: reading what was typed (settings.ts).
 */
import { GiB, KiB, MiB } from './limit-row'
import type { Language } from './languages'

export const settingUnits = ['count', 'bytes', 'ms', 'ratio', 'chars', 'levels', 'days'] as const
export type SettingUnit = (typeof settingUnits)[number]

export const isSettingUnit = (value: unknown): value is SettingUnit =>
  typeof value === 'string' && settingUnits.some((unit) => unit === value)

type UnitWords = {
  /** Between thousands. */
  readonly separator: string
  readonly bytes: string
  /** For one, and for any other number. */
  readonly chars: readonly [string, string]
  readonly levels: readonly [string, string]
  readonly days: readonly [string, string]
}

const english: UnitWords = {
  separator: ',',
  bytes: 'bytes',
  chars: ['char', 'chars'],
  levels: ['level', 'levels'],
  days: ['day', 'days'],
}

const words: Readonly<Record<Language, UnitWords>> = {
  en: english,
  de: {
    // A point before three digits can mean two things, so it is not taken when it is typed: a narrow space (DIN 5008) cannot.
    separator: '\u202f',
    bytes: 'Bytes',
    chars: ['Zeichen', 'Zeichen'],
    levels: ['Ebene', 'Ebenen'],
    days: ['Tag', 'Tage'],
  },
  'qps-plocm': english,
}

const wholeUnits: Readonly<Partial<Record<SettingUnit, readonly (readonly [size: number, name: string])[]>>> = {
  bytes: [
    [GiB, 'GiB'],
    [MiB, 'MiB'],
    [KiB, 'KiB'],
    [1, 'bytes'],
  ],
  ms: [
    [1_000, 's'],
    [1, 'ms'],
  ],
}

/** A value with its unit, exact and as a person would say it: `512 MiB`, `300 s`, `100:1`, `30 days`. */
export const formatSetting = (value: number, unit: SettingUnit, language: Language = 'en'): string => {
  const { separator, bytes, ...counted } = words[language]
  const group = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, separator)
  const say = (name: string): string => (name === 'bytes' ? bytes : name)
  const [size, name] = wholeUnits[unit]?.find(([whole]) => value >= whole && value % whole === 0) ?? [1, null]
  if (name !== null) return `${group(value / size)} ${say(name)}`
  if (unit === 'ratio') return `${group(value)}:1`
  if (unit === 'bytes' || unit === 'ms') return `${value} ${say(unit)}`
  if (unit === 'count') return group(value)
  const [one, many] = counted[unit]
  return value === 1 ? `1 ${one}` : `${group(value)} ${many}`
}
