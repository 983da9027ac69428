/**
 * Owns which stops of a provider are those of a budget. Refuses: showing them; `budget-stop.tsx` does.
 */
import type { ProviderStop } from '../../shared/providers'

/** A stop for a budget of a provider whose name is known. */
export type BudgetStop = ProviderStop & {
  readonly provider: string
  readonly budget: NonNullable<ProviderStop['budget']>
}

export const isBudgetStop = (stop: ProviderStop): stop is BudgetStop => stop.provider !== null && stop.budget !== null

/** Changes the model of a collection, from the view that does. */
export type OnChangeModel = (collection: string, model: string) => void
