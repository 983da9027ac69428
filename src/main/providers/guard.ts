/**
 * Owns what the policy of an organization says of providers: which may be used, and where a request may go.
 * Refuses: reading the policy, and what is used of providers (the meter counts that).
 */
import { AppError } from '../../shared/errors'
import { noPolicy } from '../../shared/no-policy'
import type { Policy, ProviderRules } from '../../shared/policy'
import type { ProviderDefinition } from '../../shared/providers'
import { arePricesKnown } from './prices'

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'http:' ? '80' : '443')

const fits = (pattern: string, url: URL): boolean => {
  const [, name = '', port] = /^(.*?)(?::(\d{1,5}))?$/.exec(pattern) ?? []
  if (port !== undefined && port !== portOf(url)) return false
  return name.startsWith('*.') ? url.hostname.endsWith(name.slice(1)) : url.hostname === name
}

/** Whether a request to an address is allowed. */
export const isAddressAllowed = (rules: ProviderRules, address: string): boolean => {
  if (rules === 'any') return true
  if (rules === 'none') return false
  const url = new URL(address)
  return rules.some((rule) => rule.kind === 'openai' && rule.hosts.some((host) => fits(host, url)))
}

/** Whether a provider may be added and used. */
export const isProviderAllowed = (rules: ProviderRules, definition: ProviderDefinition): boolean => {
  if (rules === 'any') return true
  if (rules === 'none') return false
  if (definition.kind === 'onnx') return rules.some(({ kind }) => kind === 'onnx')
  return isAddressAllowed(rules, definition.baseUrl)
}

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
