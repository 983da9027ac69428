/**
 * Owns what the policy of an organization says of providers: which may be used, and where a request may go.
 * Refuses: reading the policy, and what is used of providers (the meter counts that).
 */
import { AppError } from '../../shared/errors'
import { isAddressAllowed, isProviderAllowed, noPolicy, type Policy } from '../../shared/policy'
import type { ProviderDefinition } from '../../shared/providers'
import { arePricesKnown } from './prices'

export type ProviderGuard = {
  /** Why a provider may not be added or used; `null`: it may. */
  readonly refusalOf: (name: string, definition: ProviderDefinition) => AppError | null
  /** Why nothing may be sent to an address; `null`: it may. */
  readonly refusalAt: (name: string, address: string) => AppError | null
}

export const guardBy = (policy: Policy = noPolicy): ProviderGuard => {
  const { providers, budgets, organization } = policy
  const forbidden = (name: string, host: string | null): AppError =>
    new AppError('PROVIDER_FORBIDDEN', { name, host, organization, broken: policy.broken ? policy.path : null })
  const boundsUsd = budgets !== null && Object.values(budgets).some(({ usd }) => usd !== null)
  return {
    refusalOf: (name, definition) => {
      const host = definition.kind === 'openai' ? new URL(definition.baseUrl).host : null
      if (!isProviderAllowed(providers, definition)) return forbidden(name, host)
      if (definition.kind === 'onnx' || !boundsUsd || arePricesKnown(definition)) return null
      const reason =
        'your organization has set a budget in USD, and the prices of its models are not known: give its prices'
      return new AppError('PROVIDER_INVALID_SETTING', { name, reason })
    },
    refusalAt: (name, address) =>
      isAddressAllowed(providers, address) ? null : forbidden(name, new URL(address).host),
  }
}
