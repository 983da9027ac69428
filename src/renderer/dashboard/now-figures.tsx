/**
 * Owns what stands at this moment, in a few figures; and what of budgets is used.
 */
import { Card, Group, Progress, Stack, Text } from '@mantine/core'
import { formatCount, formatSize } from '../text/figures'
import { t } from '../text/language'
import { valueText } from './chart-scale'
import classes from './dashboard.module.css'
import type { ReactNode } from 'react'
import type { MetricsNow } from '../../shared/metrics'

type Figure = { readonly name: string; readonly value: string; readonly more: string }

const figuresOf = ({ queue, memory, disk }: MetricsNow): Figure[] => {
  const hostBytes = memory.hosts.reduce((sum, { bytes }) => sum + bytes, 0)
  const diskBytes = disk.parts.reduce((sum, { bytes }) => sum + bytes, 0)
  return [
    {
      name: t('dashboard.queued'),
      value: formatCount(queue.queued + queue.delayed),
      more: t('dashboard.running', { number: queue.running }),
    },
    { name: t('dashboard.failed'), value: formatCount(queue.deadLetters), more: t('dashboard.toLookAt') },
    {
      name: t('dashboard.memory'),
      value: formatSize(memory.ownerBytes + hostBytes),
      more: t('dashboard.inWorkers', { size: formatSize(hostBytes) }),
    },
    {
      name: t('dashboard.dataFolder'),
      value: formatSize(diskBytes),
      more: disk.freeBytes === null ? '' : t('dashboard.free', { size: formatSize(disk.freeBytes) }),
    },
  ]
}

type Spending = MetricsNow['providers'][number]['day']

function Spent({ label, spending }: { readonly label: string; readonly spending: Spending }): ReactNode {
  const { spent, budget } = spending
  const bounds = [
    { used: spent.usd, most: budget.usd, say: valueText.USD, keys: ['dashboard.used', 'dashboard.usedOf'] },
    {
      used: spent.tokens,
      most: budget.tokens,
      say: formatCount,
      keys: ['dashboard.usedTokens', 'dashboard.usedTokensOf'],
    },
  ] as const
  return (
    <div className={classes.spent}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      {bounds.map(({ used, most, say, keys: [alone, ofMost] }, at) => (
        <div key={at}>
          <Text size="sm" className="figures">
            {most === null ? t(alone, { used: say(used) }) : t(ofMost, { used: say(used), most: say(most) })}
          </Text>
          {most === null || most === 0 ? null : (
            <Progress
              value={Math.min(100, (100 * used) / most)}
              size="sm"
              color={used >= most ? 'red' : 'tide'}
              aria-label={t('dashboard.labelled', { label, what: t(ofMost, { used: say(used), most: say(most) }) })}
            />
          )}
        </div>
      ))}
    </div>
  )
}

export function NowFigures({ now }: { readonly now: MetricsNow }): ReactNode {
  return (
    <Stack gap="sm">
      <dl className={classes.now} aria-label={t('dashboard.now')}>
        {figuresOf(now).map(({ name, value, more }) => (
          <div key={name} className={classes.tile}>
            <dt>{name}</dt>
            <dd className="figures">
              <bdi>{value}</bdi>
            </dd>
            <dd className={classes.more}>{more}</dd>
          </div>
        ))}
      </dl>
      {now.providers.map(({ name, day, month }) => (
        <Card
          key={name}
          withBorder
          component="section"
          aria-label={t('dashboard.spentOn', { name })}
          className={classes.card}
        >
          <Group justify="space-between" align="flex-start">
            <Text size="sm" fw={550} className="wrap-anywhere">
              {name}
            </Text>
            <Group gap="xl" align="flex-start">
              <Spent label={t('dashboard.today')} spending={day} />
              <Spent label={t('dashboard.thisMonth')} spending={month} />
            </Group>
          </Group>
        </Card>
      ))}
    </Stack>
  )
}
