/**
 * Owns how a policy is told: what it manages in phrases, and what window and scripts are given of it. Refuses: reading and applying it.
 */
import { z } from 'zod'
import { limitNames } from './limits'
import type { Policy, PolicyBudgets, ProviderRules } from './policy'
import { budgetPeriods } from './providers'
import { remark, textsOf, toldSchema, type Remark } from './remarks'

const describeProviders = (rules: ProviderRules): Remark[] => {
  if (rules === 'any') return []
  if (rules === 'none') return [remark('MANAGES_NO_PROVIDERS')]
  const hosts = rules.flatMap((rule) => (rule.kind === 'onnx' ? [] : rule.hosts))
  const folders = rules.some(({ kind }) => kind === 'onnx')
  return [remark('MANAGES_PROVIDERS', { hosts: hosts.join(', '), folders })]
}

const describeBudgets = (budgets: PolicyBudgets | null): Remark[] => {
  if (budgets === null) return []
  const facts = Object.fromEntries(
    budgetPeriods.flatMap((period) => {
      const { usd, tokens } = budgets[period]
      return [
        ...(usd === null ? [] : [[`${period}Usd`, usd] as const]),
        ...(tokens === null ? [] : [[`${period}Tokens`, tokens] as const]),
      ]
    }),
  )
  return Object.keys(facts).length === 0 ? [] : [remark('MANAGES_BUDGETS', facts)]
}

/** What is managed, a remark for each kind of it. */
export const describePolicy = (policy: Policy): Remark[] => {
  const names = limitNames.filter((name) => policy.settings[name])
  const fixed = names.filter((name) => policy.settings[name]?.fixed !== null)
  const bounded = names.length - fixed.length
  return [
    ...(policy.broken
      ? [remark('MANAGES_EVERYTHING')]
      : [
          ...(fixed.length > 0 ? [remark('MANAGES_FIXED', { count: fixed.length, names: fixed.join(', ') })] : []),
          ...(bounded > 0 ? [remark('MANAGES_BOUNDS', { count: bounded })] : []),
        ]),
    ...describeProviders(policy.providers),
    ...describeBudgets(policy.budgets),
    ...(policy.dataDir === null ? [] : [remark('MANAGES_DATA_DIR', { path: policy.dataDir })]),
    ...(policy.updates === null ? [] : [remark('MANAGES_UPDATES', { channel: policy.updates })]),
    ...(policy.updateFeed === null ? [] : [remark('MANAGES_UPDATE_FEED', { feed: policy.updateFeed })]),
    ...(policy.updateKey === null ? [] : [remark('MANAGES_UPDATE_KEY')]),
    ...(policy.telemetry === null ? [] : [remark('MANAGES_TELEMETRY')]),
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
  told: toldSchema.optional(),
})
export type PolicySummary = z.infer<typeof policySummarySchema>

export const summarizePolicy = (policy: Policy): PolicySummary => {
  const managed = policy.path === null ? [] : describePolicy(policy)
  return {
    path: policy.path,
    organization: policy.organization,
    contact: policy.contact,
    broken: policy.broken,
    problems: textsOf(policy.problems),
    managed: textsOf(managed),
    ...(policy.path === null ? {} : { told: { problems: [...policy.problems], managed } }),
  }
}
