/**
 * Owns one figure over time: its name and unit, drawn or as a table, as a person wants it.
 */
import { Button, Card, Group, Table, Text, Title } from '@mantine/core'
import { IconChartLine, IconTable } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { t } from '../text/language'
import { timeText, valueText } from './chart-scale'
import { Legend, LineChart } from './line-chart'
import classes from './dashboard.module.css'
import type { MetricHistory } from '../../shared/metrics'
import type { ChartLine, ChartRow } from './chart-table'

type Props = { readonly chart: ChartRow; readonly history: MetricHistory }

type Steps = { readonly chart: ChartRow; readonly lines: readonly ChartLine[]; readonly history: MetricHistory }

/** The newest first; steps in which nothing was measured are left out. */
function ChartTable({ chart, lines, history }: Steps): ReactNode {
  const fromMs = Date.parse(history.from)
  const steps = Array.from({ length: history.steps }, (_, at) => history.steps - 1 - at).filter((at) =>
    lines.some(({ values }) => (values[at] ?? null) !== null && values[at] !== 0),
  )
  return (
    <div
      className={classes.table}
      tabIndex={0}
      role="region"
      aria-label={t('dashboard.tableOf', { title: chart.title })}
    >
      <Table stickyHeader verticalSpacing={4} fz="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('dashboard.time')}</Table.Th>
            {lines.map(({ label }) => (
              <Table.Th key={label} scope="col" ta="end">
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="figures">
          {steps.map((at) => (
            <Table.Tr key={at}>
              <Table.Th scope="row" fw={400}>
                {timeText(fromMs + at * history.stepMs, history.range)}
              </Table.Th>
              {lines.map(({ label, values }) => {
                const value = values[at] ?? null
                return (
                  <Table.Td key={label} ta="end">
                    {value === null ? '–' : valueText[chart.unit](value)}
                  </Table.Td>
                )
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

export function ChartCard({ chart, history }: Props): ReactNode {
  const [asTable, setAsTable] = useState(false)
  const lines = chart.lines(history)
  const isEmpty = lines.every(({ values }) => values.every((value) => value === null))
  return (
    <Card withBorder component="section" aria-label={chart.title} className={classes.card}>
      <Group justify="space-between" align="flex-start" gap={6} mb={6}>
        <div className={classes.cardName}>
          <Title order={3} size="sm">
            {chart.title}
          </Title>
          <Text size="xs" c="dimmed">
            {chart.axis}
          </Text>
        </div>
        {isEmpty ? null : (
          <Button
            size="compact-xs"
            variant="default"
            style={{ flexShrink: 0 }}
            aria-pressed={asTable}
            aria-label={t('dashboard.asTable', { title: chart.title })}
            leftSection={asTable ? <IconChartLine size={13} aria-hidden /> : <IconTable size={13} aria-hidden />}
            onClick={() => setAsTable((before) => !before)}
          >
            {t(asTable ? 'dashboard.chart' : 'dashboard.table')}
          </Button>
        )}
      </Group>
      {isEmpty ? (
        <Text size="sm" c="dimmed" className={classes.empty}>
          {chart.empty}
        </Text>
      ) : asTable ? (
        <ChartTable chart={chart} lines={lines} history={history} />
      ) : (
        <>
          <LineChart chart={chart} lines={lines} history={history} />
          <Legend chart={chart} lines={lines} />
        </>
      )}
    </Card>
  )
}
