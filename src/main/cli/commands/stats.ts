/**
 * Owns `sluice stats`: what stands now, and what was measured over a range of time.
 * Refuses: measuring; it shows what the engine kept.
 */
import { formatBytes } from '../../../shared/errors'
import { metricRanges, type MetricSeries, type MetricsNow, type MetricUnit } from '../../../shared/metrics'
import type { CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { choiceOf } from '../options'
import { toOneLine } from '../output/display-text'
import { formatTable, type Column } from '../output/table'
import { formatCount, formatDuration, formatMoment } from '../output/units'

const say: Readonly<Record<MetricUnit, (value: number) => string>> = {
  count: (value) => (Number.isInteger(value) ? formatCount(value) : value.toFixed(1)),
  bytes: (value) => formatBytes(Math.round(value)),
  ms: formatDuration,
  tokens: formatCount,
  USD: (value) => `$${value.toFixed(4)}`,
}

const measuredOf = ({ values }: MetricSeries): number[] => values.filter((value) => value !== null)

/** Of a counter the sum, of a gauge the average. */
const whole = (series: MetricSeries): number => {
  const values = measuredOf(series)
  const sum = values.reduce((before, value) => before + value, 0)
  return series.kind === 'counter' ? sum : sum / Math.max(1, values.length)
}

const layout: readonly Column<MetricSeries>[] = [
  { title: 'WHAT', value: ({ name }) => name },
  { title: 'KIND', value: ({ kind }) => (kind === 'counter' ? 'sum' : 'average') },
  { title: 'VALUE', value: (series) => say[series.unit](whole(series)), align: 'right' },
  { title: 'MOST', value: ({ unit, most }) => say[unit](most), align: 'right' },
  {
    title: 'LAST',
    value: (series) => say[series.unit](measuredOf(series).at(-1) ?? 0),
    align: 'right',
  },
]

const against = (
  spent: { usd: number; tokens: number },
  budget: { usd: number | null; tokens: number | null },
): string =>
  [
    `${say.USD(spent.usd)}${budget.usd === null ? '' : ` of $${budget.usd}`}`,
    `${formatCount(spent.tokens)}${budget.tokens === null ? '' : ` of ${formatCount(budget.tokens)}`} tokens`,
  ].join(', ')

const describeNow = ({ queue, memory, disk, caches, providers }: MetricsNow): string[] => {
  const hosts = memory.hosts.filter(({ processes }) => processes > 0)
  const used = disk.parts.filter(({ bytes }) => bytes > 0)
  const free = disk.freeBytes === null ? '' : `; ${formatBytes(disk.freeBytes)} free`
  return [
    `Queue: ${formatCount(queue.queued)} queued, ${formatCount(queue.running)} running, ${formatCount(queue.delayed)} waiting for another try, ${formatCount(queue.deadLetters)} failed`,
    `Memory: ${[`owner ${formatBytes(memory.ownerBytes)}`, ...hosts.map(({ host, bytes }) => `${host} ${formatBytes(bytes)}`)].join(', ')}`,
    `Disk: ${used.map(({ part, bytes }) => `${part} ${formatBytes(bytes)}`).join(', ')}${free}`,
    ...caches.map(({ cache, hits, misses }) => {
      const asked = hits + misses
      return `Cache of ${cache}: ${asked === 0 ? 'not asked yet' : `${Math.round((100 * hits) / asked)}% of ${formatCount(asked)} known`}`
    }),
    ...providers.map(
      ({ name, day, month }) =>
        `${toOneLine(name)}: today ${against(day.spent, day.budget)}; this month ${against(month.spent, month.budget)}`,
    ),
  ]
}

export const stats: CommandRun = async (context, _words, options) => {
  const { terminal, json } = context
  const range = choiceOf(options, 'range', metricRanges) ?? 'day'
  const session = await context.open()
  const now = await session.call('metrics.now', {})
  const history = await session.call('metrics.history', { range })
  if (json) {
    await terminal.writeJson({ now, history })
    return exitCodes.done
  }
  await terminal.writeLines([
    ...describeNow(now),
    '',
    ...(history.series.length === 0
      ? [`Nothing was measured in the last ${range} yet.`]
      : [`Since ${formatMoment(history.from)}:`, ...formatTable(history.series, layout, terminal.columns)]),
  ])
  return exitCodes.done
}
