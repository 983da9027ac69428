/**
 * Owns the view of figures: what stands now, what was measured over a range of time, and every connection there ever was.
 */
import { Group, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { metricRanges, type MetricRange } from '../../shared/metrics'
import { useCall } from '../client/queries'
import { PrintButton } from '../exports/print-button'
import column from '../shell/column.module.css'
import { ViewHead } from '../shell/view-head'
import { t } from '../text/language'
import { ChartCard } from './chart-card'
import { charts } from './chart-table'
import { LedgerPanel } from './ledger-panel'
import { NowFigures } from './now-figures'
import classes from './dashboard.module.css'

const labels: Readonly<Record<MetricRange, string>> = {
  hour: t('dashboard.hour'),
  day: t('dashboard.day'),
  week: t('dashboard.week'),
  month: t('dashboard.month'),
  year: t('dashboard.year'),
}
const headings: Readonly<Record<MetricRange, string>> = {
  hour: t('dashboard.overHour'),
  day: t('dashboard.overDay'),
  week: t('dashboard.overWeek'),
  month: t('dashboard.overMonth'),
  year: t('dashboard.overYear'),
}
/** A minute is kept at a time; looked at a little more often. */
const EVERY_MS = 20_000

export default function DashboardView(): ReactNode {
  const [range, setRange] = useState<MetricRange>('day')
  const { data: now } = useCall('metrics.now', {}, { topics: ['jobs', 'providers'], everyMs: 5_000, pauseMs: 2_000 })
  const { data: history } = useCall('metrics.history', { range }, { everyMs: EVERY_MS, keepPrevious: true })
  return (
    <div className={column.scroll}>
      <Stack className={column.column} gap="lg">
        <ViewHead title={t('dashboard.title')} figures="" scope={null}>
          <Group gap="xs">
            <PrintButton size="xs" name={t('files.dashboardName')} />
            <SegmentedControl
              size="xs"
              className={classes.ranges ?? ''}
              aria-label={t('dashboard.range')}
              data={metricRanges.map((value) => ({ value, label: labels[value] }))}
              value={range}
              onChange={(chosen) => setRange(metricRanges.find((one) => one === chosen) ?? 'day')}
            />
          </Group>
        </ViewHead>
        {now === undefined ? null : <NowFigures now={now} />}
        <LedgerPanel />
        <section aria-label={t('dashboard.overTime')}>
          <Title order={2} size="sm" mb="xs">
            {headings[range]}
          </Title>
          {history === undefined ? null : history.series.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('dashboard.nothingMeasured')}
            </Text>
          ) : (
            <div className={classes.grid2}>
              {charts.map((chart) => (
                <ChartCard key={chart.id} chart={chart} history={history} />
              ))}
            </div>
          )}
        </section>
      </Stack>
    </div>
  )
}
