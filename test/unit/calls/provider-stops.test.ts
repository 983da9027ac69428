// How jobs that wait for a model are told to a person.
import { describe, expect, it } from 'vitest'
import { stopsOf } from '../../../src/main/calls/provider-stops'
import type { QueueSnapshot } from '../../../src/main/jobs/contract'

type Held = QueueSnapshot['held'][number]

const at = (ms: number): string => new Date(ms).toISOString()
const overBudget = (jobId: number, more: Partial<Held> = {}): Held => ({
  jobId,
  code: 'BUDGET_EXCEEDED',
  message: 'used up',
  details: { provider: 'desk', budgetPeriod: 'day', unit: 'USD', used: 1, limit: 1 },
  untilMs: 9_000,
  ...more,
})

describe('jobs that wait for a model', () => {
  it('are told by cause, with the budget that was reached and the earliest next try', () => {
    const stops = stopsOf([overBudget(1), overBudget(2, { untilMs: 5_000 }), overBudget(1)])
    expect(stops).toEqual([
      {
        code: 'BUDGET_EXCEEDED',
        message: 'used up',
        provider: 'desk',
        jobs: ['1', '2'],
        budget: { period: 'day', unit: 'USD', used: 1, limit: 1 },
        nextTryAt: at(5_000),
      },
    ])
  })

  it('say that pictures are what they wait for, and whose budget it is', () => {
    const details = { provider: 'desk', budgetPeriod: 'day', unit: 'USD', used: 1, limit: 1 } as const
    const stops = stopsOf([overBudget(1), overBudget(1, { details: { ...details, purpose: 'vision', isOwn: true } })])
    expect(stops.map(({ purpose, budget }) => [purpose, budget?.isOwn])).toEqual([
      [undefined, undefined],
      ['vision', true],
    ])
  })

  it('are apart when providers, budgets or causes are', () => {
    const stops = stopsOf([
      overBudget(1),
      overBudget(1, { details: { provider: 'shelf', budgetPeriod: 'day', unit: 'USD', used: 1, limit: 1 } }),
      overBudget(1, { details: { provider: 'desk', budgetPeriod: 'month', unit: 'tokens', used: 1, limit: 1 } }),
      overBudget(1, { code: 'PROVIDER_REFUSED', details: { provider: 'desk' } }),
    ])
    expect(stops.map(({ provider, budget, code }) => [provider, budget?.period ?? null, code])).toEqual([
      ['desk', 'day', 'BUDGET_EXCEEDED'],
      ['shelf', 'day', 'BUDGET_EXCEEDED'],
      ['desk', 'month', 'BUDGET_EXCEEDED'],
      ['desk', null, 'PROVIDER_REFUSED'],
    ])
  })

  it('are told without a budget where the error says nothing that can be read', () => {
    const [stop] = stopsOf([overBudget(1, { details: { provider: 7, unit: 'hours' } })])
    expect(stop).toMatchObject({ provider: null, budget: null, jobs: ['1'] })
  })
})
