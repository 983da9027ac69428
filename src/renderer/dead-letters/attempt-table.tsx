/**
 * Owns the attempts at one item: when, in which phase and worker, how long, and how each ended.
 */
import { Table, Text } from '@mantine/core'
import { formatBytes } from '../../shared/errors'
import { phaseTable } from '../../shared/phases'
import { formatDuration, formatMoment } from '../text/figures'
import classes from './attempt-table.module.css'
import type { ReactNode } from 'react'
import type { Attempt } from '../../shared/dead-letters'

const describeWorker = ({ worker, peakRssBytes }: Attempt): string | null => {
  const parts = [
    worker === null ? null : `worker ${worker}`,
    peakRssBytes === null ? null : formatBytes(peakRssBytes),
  ].filter((part) => part !== null)
  return parts.length === 0 ? null : parts.join(' · ')
}

export function AttemptTable({ attempts }: { readonly attempts: readonly Attempt[] }): ReactNode {
  if (attempts.length === 0)
    return (
      <Text size="sm" c="dimmed">
        It was not opened at all.
      </Text>
    )
  return (
    <Table verticalSpacing={6} horizontalSpacing={0} data-testid="attempts">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>When</Table.Th>
          <Table.Th>Phase</Table.Th>
          <Table.Th ta="right" pl="md">
            Took
          </Table.Th>
          <Table.Th pl="md">How it ended</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody className="figures">
        {attempts.map((attempt, at) => (
          <Table.Tr key={`${attempt.at} ${at}`}>
            <Table.Td>
              <Text size="xs">{formatMoment(attempt.at)}</Text>
            </Table.Td>
            <Table.Td>
              <Text size="xs">{phaseTable[attempt.phase].label}</Text>
            </Table.Td>
            <Table.Td ta="right" pl="md">
              <Text size="xs" className={classes.short}>
                {formatDuration(attempt.ms)}
              </Text>
            </Table.Td>
            <Table.Td pl="md">
              <Text size="xs">{attempt.code === null ? 'Went well' : (attempt.message ?? attempt.code)}</Text>
              <Text size="xs" c="dimmed">
                {[attempt.code, describeWorker(attempt), attempt.counted ? null : 'not counted']
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
