/**
 * Owns what is noted of every request to a provider: an intent before it is sent, what it took after. Between the two lies whatever dies.
 * Refuses: storing it; the engine's store does.
 */
import type { BudgetPeriod, ServerDefinition } from '../../shared/providers'
import type { Use } from './provider'

export type MeteredCall = {
  readonly provider: string
  readonly model: string
  readonly use: Use
  /** What it will take, as far as can be told beforehand. */
  readonly tokens: number
  readonly costUsd: number
  readonly isRetry: boolean
  readonly budgets: ServerDefinition['budgets']
  /** Of what is used for the same purpose alone. */
  readonly ownBudgets?: ServerDefinition['budgets'] | undefined
}

/** A bound that the call would break. */
export type Exceeded = {
  readonly period: BudgetPeriod
  readonly unit: 'USD' | 'tokens'
  readonly used: number
  readonly limit: number
  /** What the call would take, as far as can be told beforehand. */
  readonly needed: number
  /** It bounds all providers together, and is not this one's. */
  readonly isOfAll?: boolean
}

export type Meter = {
  /** Notes that a request is about to be sent; nothing is noted when a budget does not allow it. */
  readonly begin: (call: MeteredCall) => Promise<{ readonly id: number } | { readonly exceeded: Exceeded }>
  /** What it took; `null`: nobody knows, so that the estimate counts. */
  readonly settle: (
    id: number,
    took: { readonly inputTokens: number; readonly outputTokens: number; readonly costUsd: number } | null,
  ) => Promise<void>
}

/** The end of a period, in milliseconds of the clock on the wall: of days and months in UTC; a job has none. */
export const endOfPeriod = (period: BudgetPeriod, nowMs: number): number | null => {
  const now = new Date(nowMs)
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()]
  if (period === 'run') return null
  return period === 'day' ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1)
}
