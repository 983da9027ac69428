/**
 * Owns what was used of a provider, today and this month, and what is left of its budgets.
 */
import { Group, Progress, Stack, Text } from '@mantine/core'
import { useNow } from '../client/moment'
import { useCall } from '../client/queries'
import { formatCount } from '../text/figures'
import { t } from '../text/language'
import { budgetLinesOf, sinceOf, type BudgetLine } from './budget'
import { formatUsd } from './model-figures'
import type { ReactNode } from 'react'
import type { BudgetPeriod, Provider, UsageTotal } from '../../shared/providers'

const EVERY_MS = 5_000

const describeTotal = ({ calls, inputTokens, outputTokens, costUsd }: UsageTotal): string =>
  calls === 0
    ? t('models.nothingUsed')
    : [
        t('models.calls', { count: calls }),
        t('common.tokens', { count: inputTokens + outputTokens }),
        formatUsd(costUsd),
      ].join(', ')

const periods: Readonly<Record<BudgetPeriod, string>> = {
  run: t('models.usagePerJob'),
  day: t('models.usagePerDay'),
  month: t('models.usagePerMonth'),
}

const amount = (unit: BudgetLine['unit'], value: number): string =>
  unit === 'usd' ? formatUsd(value) : formatCount(value)

function Budget({ name, line }: { readonly name: string; readonly line: BudgetLine }): ReactNode {
  const { period, unit, limit, used } = line
  const share = used === null ? 0 : limit === 0 ? 1 : Math.min(1, used / limit)
  return (
    <div>
      <Group justify="space-between" gap="sm">
        <Text size="xs">
          {t(unit === 'usd' ? 'models.budgetDollars' : 'models.budgetTokens', { period: periods[period] })}
        </Text>
        <Text size="xs" c="dimmed" className="figures">
          {used === null
            ? t('models.atMost', { amount: amount(unit, limit) })
            : t('models.amountOf', { used: amount(unit, used), limit: amount(unit, limit) })}
        </Text>
      </Group>
      {used === null ? null : (
        <Progress
          mt={4}
          size={4}
          value={share * 100}
          color={share >= 1 ? 'red.6' : share > 0.8 ? 'yellow.5' : 'tide.4'}
          aria-label={t(unit === 'usd' ? 'models.budgetUsedDollars' : 'models.budgetUsedTokens', {
            name,
            period: periods[period],
          })}
        />
      )}
    </div>
  )
}

export function ProviderUsage({ provider }: { readonly provider: Provider }): ReactNode {
  const { name, budgets } = provider
  const now = useNow(true)
  const options = { topics: ['providers', 'jobs'], pauseMs: EVERY_MS, everyMs: EVERY_MS, keepPrevious: true } as const
  const { data: day } = useCall('providers.usage', { provider: name, since: sinceOf('day', now), limit: 1 }, options)
  const { data: month } = useCall(
    'providers.usage',
    { provider: name, since: sinceOf('month', now), limit: 1 },
    options,
  )
  if (day === undefined || month === undefined) return null
  const totals = { day: day.total, month: month.total }
  return (
    <Stack gap={8}>
      <Text size="xs" c="dimmed" className="figures" data-testid="usage">
        {t('models.usedTotals', { today: describeTotal(totals.day), month: describeTotal(totals.month) })}
      </Text>
      {budgetLinesOf(budgets, totals).map((line) => (
        <Budget key={`${line.period} ${line.unit}`} name={name} line={line} />
      ))}
    </Stack>
  )
}
