/**
 * Owns what is left of a budget, and what it would be raised to. Days and months are those of UTC, as the engine counts them.
 * Refuses: counting; the engine does.
 */
import { t } from '../text/language'
import {
  budgetPeriods,
  type BudgetPeriod,
  type Provider,
  type ProviderStop,
  type UsageTotal,
} from '../../shared/providers'

export type BudgetUnit = 'usd' | 'tokens'

export type BudgetLine = {
  readonly period: BudgetPeriod
  readonly unit: BudgetUnit
  readonly limit: number
  /** `null` for one job: each begins at nothing. */
  readonly used: number | null
}

/** The first day of what `used` counts, as the engine writes days. */
export const sinceOf = (period: 'day' | 'month', nowMs: number): string => {
  const day = new Date(nowMs).toISOString().slice(0, 10)
  return period === 'day' ? day : `${day.slice(0, 7)}-01`
}

export const usedOf = (total: UsageTotal, unit: BudgetUnit): number =>
  unit === 'usd' ? total.costUsd : total.inputTokens + total.outputTokens

type Totals = Readonly<Record<'day' | 'month', UsageTotal>>

/** The bounds that are set, with what was used of them. */
export const budgetLinesOf = (budgets: Provider['budgets'], totals: Totals | null): BudgetLine[] =>
  budgetPeriods.flatMap((period) =>
    (['usd', 'tokens'] as const).flatMap((unit) => {
      const limit = budgets[period][unit]
      if (limit === null) return []
      const used = period === 'run' || totals === null ? null : usedOf(totals[period], unit)
      return [{ period, unit, limit, used }]
    }),
  )

export const stopPeriods: Readonly<Record<BudgetPeriod, string>> = {
  run: t('models.forOneJob'),
  day: t('models.forToday'),
  month: t('models.forThisMonth'),
}

/** What a bound was met with: nothing is left of it, or too little for what comes next. */
export const titleOfStop = (provider: string, budget: NonNullable<ProviderStop['budget']>): string => {
  const values = { provider, period: stopPeriods[budget.period] }
  if (budget.isOwn === true)
    return t(budget.used >= budget.limit ? 'models.pictureBudgetUsedUp' : 'models.pictureBudgetTooLittle', values)
  return t(budget.used >= budget.limit ? 'models.budgetUsedUp' : 'models.budgetTooLittle', values)
}

/** Twice as much, and at least a little more than what was used; a suggestion that a person may change. */
export const suggestRaise = (limit: number, used: number): number => {
  const least = Math.max(limit * 2, used * 1.5)
  if (least === 0) return 1
  const step = 10 ** Math.floor(Math.log10(least) - 1)
  return Number((Math.ceil(least / step) * step).toPrecision(6))
}
