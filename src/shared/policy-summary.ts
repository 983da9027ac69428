/**
 * Owns how a policy is told: what it manages in phrases, and what window and scripts are given of it. Refuses: reading and applying it.
 */
import { z } from 'zod'
import { limitNames } from './limits'
import type { Policy, PolicyBudgets, ProviderRules } from './policy'
import { budgetPeriods } from './providers'

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

const describeProviders = (rules: ProviderRules): string[] => {
  if (rules === 'any') return []
  if (rules === 'none') return ['no providers']
  return [`only providers of ${rules.flatMap((rule) => (rule.kind === 'onnx' ? ['folders'] : rule.hosts)).join(', ')}`]
}

const describeBudgets = (budgets: PolicyBudgets | null): string[] => {
  if (budgets === null) return []
  const parts = budgetPeriods.flatMap((period) => {
    const { usd, tokens } = budgets[period]
    return [
      ...(usd === null ? [] : [`${usd} USD a ${period}`]),
      ...(tokens === null ? [] : [`${tokens} tokens a ${period}`]),
    ]
  })
  return parts.length === 0 ? [] : [`at most ${parts.join(', ')}`]
}

/** What is managed, one phrase for each kind of it. */
export const describePolicy = (policy: Policy): string[] => {
  const names = limitNames.filter((name) => policy.settings[name])
  const fixed = names.filter((name) => policy.settings[name]?.fixed !== null)
  const bounded = names.length - fixed.length
  return [
    ...(policy.broken
      ? ['every setting fixed']
      : [
          ...(fixed.length > 0 ? [`${plural(fixed.length, 'setting')} fixed (${fixed.join(', ')})`] : []),
          ...(bounded > 0 ? [`${plural(bounded, 'setting')} with bounds of its own`] : []),
        ]),
    ...describeProviders(policy.providers),
    ...describeBudgets(policy.budgets),
    ...(policy.dataDir === null ? [] : [`the data folder ${policy.dataDir}`]),
    ...(policy.updates === null ? [] : [`updates: ${policy.updates}`]),
    ...(policy.telemetry === null ? [] : ['no telemetry']),
  ]
}

/** What window and scripts are told of a policy. */
export const policySummarySchema = z.object({
  /** `null`: nobody manages this computer. */
  path: z.string().nullable(),
  organization: z.string().nullable(),
  contact: z.string().nullable(),
  /** It cannot be followed whole and is followed in its strictest reading. */
  broken: z.boolean(),
  problems: z.array(z.string()),
  /** What is managed, in phrases. */
  managed: z.array(z.string()),
})
export type PolicySummary = z.infer<typeof policySummarySchema>

export const summarizePolicy = (policy: Policy): PolicySummary => ({
  path: policy.path,
  organization: policy.organization,
  contact: policy.contact,
  broken: policy.broken,
  problems: [...policy.problems],
  managed: policy.path === null ? [] : describePolicy(policy),
})
