/**
 * Owns every limit and option of the product as one table: name, unit, default, bounds, the reason for the default, and the code of the
 * outcome; and the values in force.
 * Refuses: applying them. A limit that is not here does not exist; nothing over a limit passes silently.
 */
import { answerLimits } from './answer-limits'
import { desktopLimits } from './desktop-limits'
import { documentLimits } from './document-limits'
import type { LimitRow } from './limit-row'
import { searchLimits } from './search-limits'
import { workLimits } from './work-limits'

export const limitTable = {
  ...documentLimits,
  ...workLimits,
  ...searchLimits,
  ...answerLimits,
  ...desktopLimits,
} as const satisfies Record<string, LimitRow>

export type LimitName = keyof typeof limitTable

/** All limits with their values in force. */
export type Limits = Readonly<Record<LimitName, number>>

export const limitNames = Object.keys(limitTable) as readonly LimitName[]

/** The defaults, with some values replaced. Values out of bounds are clamped. */
export const resolveLimits = (overrides: Partial<Record<LimitName, number>> = {}): Limits => {
  const entries = limitNames.map((name) => {
    const { default: otherwise, min, max } = limitTable[name]
    return [name, Math.min(max, Math.max(min, overrides[name] ?? otherwise))] as const
  })
  return Object.fromEntries(entries) as Limits
}

/** The environment variable of a limit: `task.memoryBytes` is `SLUICE_TASK_MEMORY_BYTES`. */
export const variableOf = (name: LimitName): string =>
  `SLUICE_${name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`

/** The limits in force in an environment: the defaults, replaced where a variable holds a number. What is not a number is left out. */
export const limitsFromEnvironment = (environment: Readonly<Record<string, string | undefined>>): Limits => {
  const overrides: Partial<Record<LimitName, number>> = {}
  for (const name of limitNames) {
    const value = Number(environment[variableOf(name)]?.trim() || Number.NaN)
    if (Number.isFinite(value)) overrides[name] = value
  }
  return resolveLimits(overrides)
}

/** How often a task of this phase is tried that fails for a passing reason: `task.attempts`, where it is set, decides for every phase. */
export const triesOf = (limits: Limits, phase: 'extract' | 'embed' | 'summarize' | 'index'): number =>
  limits['task.attempts'] || limits[`retry.${phase}.tries`]
