/**
 * Owns what stands at this moment, in a few figures; and what of budgets is used.
 */
import { Card, Group, Progress, Stack, Text } from '@mantine/core'
import { formatBytes } from '../../shared/errors'
import { formatCount } from '../text/figures'
import { valueText } from './chart-scale'
import classes from './dashboard.module.css'
import type { ReactNode } from 'react'
import type { MetricsNow } from '../../shared/metrics'

type Figure = { readonly name: string; readonly value: string; readonly more: string }

const figuresOf = ({ queue, memory, disk }: MetricsNow): Figure[] => {
  const hostBytes = memory.hosts.reduce((sum, { bytes }) => sum + bytes, 0)
  const diskBytes = disk.parts.reduce((sum, { bytes }) => sum + bytes, 0)
  return [
    { name: 'Queued', value: formatCount(queue.queued + queue.delayed), more: `${formatCount(queue.running)} running` },
    { name: 'Failed', value: formatCount(queue.deadLetters), more: 'to look at' },
    { name: 'Memory', value: formatBytes(memory.ownerBytes + hostBytes), more: `${formatBytes(hostBytes)} in workers` },
    {
      name: 'Data folder',
      value: formatBytes(diskBytes),
      more: disk.freeBytes === null ? '' : `${formatBytes(disk.freeBytes)} free`,
    },
  ]
}

type Spending = MetricsNow['providers'][number]['day']

function Spent({ label, spending }: { readonly label: string; readonly spending: Spending }): ReactNode {
  const { spent, budget } = spending
  const bounds = [
    { used: spent.usd, most: budget.usd, say: valueText.USD, noun: '' },
    { used: spent.tokens, most: budget.tokens, say: formatCount, noun: ' tokens' },
  ]
  return (
    <div className={classes.spent}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      {bounds.map(({ used, most, say, noun }, at) => (
        <div key={at}>
          <Text size="sm" className="figures">
            {say(used)}
            {most === null ? '' : ` of ${say(most)}`}
            {noun}
          </Text>
          {most === null || most === 0 ? null : (
            <Progress
              value={Math.min(100, (100 * used) / most)}
              size="sm"
              color={used >= most ? 'red' : 'tide'}
              aria-label={`${label}: ${say(used)} of ${say(most)}${noun}`}
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
      <dl className={classes.now} aria-label="Now">
        {figuresOf(now).map(({ name, value, more }) => (
          <div key={name} className={classes.tile}>
            <dt>{name}</dt>
            <dd className="figures">{value}</dd>
            <dd className={classes.more}>{more}</dd>
          </div>
        ))}
      </dl>
      {now.providers.map(({ name, day, month }) => (
        <Card key={name} withBorder component="section" aria-label={`Spent on ${name}`} className={classes.card}>
          <Group justify="space-between" align="flex-start">
            <Text size="sm" fw={550} className="wrap-anywhere">
              {name}
            </Text>
            <Group gap="xl" align="flex-start">
              <Spent label="Today (UTC)" spending={day} />
              <Spent label="This month (UTC)" spending={month} />
            </Group>
          </Group>
        </Card>
      ))}
    </Stack>
  )
}
