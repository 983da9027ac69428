/**
 * Owns the attempts at one item: when, in which phase and worker, how long, and how each ended.
 */
import { Table, Text } from '@mantine/core'
import { phaseLabels } from '../queue/phase-labels'
import { formatDuration, formatMoment, formatSize } from '../text/figures'
import { t } from '../text/language'
import classes from './attempt-table.module.css'
import type { ReactNode } from 'react'
import type { Attempt } from '../../shared/dead-letters'

const describeWorker = ({ worker, peakRssBytes }: Attempt): string | null => {
  const parts = [
    worker === null ? null : t('failed.worker', { id: worker }),
    peakRssBytes === null ? null : formatSize(peakRssBytes),
  ].filter((part) => part !== null)
  return parts.length === 0 ? null : parts.join(' · ')
}

export function AttemptTable({ attempts }: { readonly attempts: readonly Attempt[] }): ReactNode {
  if (attempts.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('failed.notOpened')}
      </Text>
    )
  return (
    <Table verticalSpacing={6} horizontalSpacing={0} data-testid="attempts">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('failed.when')}</Table.Th>
          <Table.Th>{t('report.phase')}</Table.Th>
          <Table.Th ta="end" ps="md">
            {t('failed.took')}
          </Table.Th>
          <Table.Th ps="md">{t('failed.howItEnded')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody className="figures">
        {attempts.map((attempt, at) => (
          <Table.Tr key={`${attempt.at} ${at}`}>
            <Table.Td>
              <Text size="xs">{formatMoment(attempt.at)}</Text>
            </Table.Td>
            <Table.Td>
              <Text size="xs">{phaseLabels[attempt.phase]}</Text>
            </Table.Td>
            <Table.Td ta="end" ps="md">
              <Text size="xs" className={classes.short}>
                {formatDuration(attempt.ms)}
              </Text>
            </Table.Td>
            <Table.Td ps="md">
              <Text size="xs">{attempt.code === null ? t('failed.wentWell') : (attempt.message ?? attempt.code)}</Text>
              <Text size="xs" c="dimmed">
                {[attempt.code, describeWorker(attempt), attempt.counted ? null : t('failed.notCounted')]
                  .filter((part) => part !== null)
                  .join(' · ')}
              </Text>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
