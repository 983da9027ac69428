/**
 * Owns the tables of a report: what each phase took, what the archives held, what was computed.
 */
import { Table, Text } from '@mantine/core'
import { phases, type ArchiveStats, type CoverageCounts, type JobReport } from '../../shared/domain'
import { formatBytes } from '../../shared/errors'
import { phaseTable } from '../../shared/phases'
import { coverageStates } from '../../shared/work'
import { DocumentPath } from '../documents/document-path'
import { formatCount, formatDuration } from '../text/figures'
import { coverageWords } from '../text/words'
import type { ReactNode } from 'react'

export function PhaseTable({ report }: { readonly report: JobReport }): ReactNode {
  const shown = phases.filter((phase) => phaseTable[phase].lane !== null)
  return (
    <Table verticalSpacing={6} horizontalSpacing={0}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Phase</Table.Th>
          <Table.Th ta="right">Items</Table.Th>
          <Table.Th ta="right">Work time</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody className="figures">
        {shown.map((phase) => (
          <Table.Tr key={phase}>
            <Table.Td>{phaseTable[phase].label}</Table.Td>
            <Table.Td ta="right">{formatCount(report.phases[phase].items)}</Table.Td>
            <Table.Td ta="right">{formatDuration(report.phases[phase].ms)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

export function WorkTable({ report }: { readonly report: JobReport }): ReactNode {
  const { embeddings, job } = report
  const rows: readonly (readonly [string, string])[] = [
    ['Text read from', formatBytes(report.bytes)],
    ['Passages', formatCount(report.chunks)],
    ['Tokens', formatCount(report.tokens)],
    ['Vectors computed', formatCount(embeddings.computed)],
    ['Vectors from the cache', formatCount(embeddings.cached)],
    ['Found by keyword after', job.keywordReadyMs === null ? '–' : formatDuration(job.keywordReadyMs)],
    ['Peak memory', formatBytes(report.peaks.rssBytes)],
  ]
  return (
    <div>
      <Table verticalSpacing={6} horizontalSpacing={0}>
        <Table.Tbody className="figures">
          {rows.map(([label, value]) => (
            <Table.Tr key={label}>
              <Table.Th fw={400} scope="row">
                {label}
              </Table.Th>
              <Table.Td ta="right">{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {embeddings.model === '' ? null : (
        <Text size="xs" c="dimmed" mt={6}>
          Model: {embeddings.model}, {embeddings.dimensions} dimensions
        </Text>
      )}
    </div>
  )
}

export function ArchiveTable({ archives }: { readonly archives: readonly ArchiveStats[] }): ReactNode {
  return (
    <Table.ScrollContainer minWidth={720} maxHeight={360}>
      <Table verticalSpacing={6} horizontalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Archive</Table.Th>
            <Table.Th>Kind</Table.Th>
            <Table.Th ta="right">Entries</Table.Th>
            <Table.Th ta="right">Nested</Table.Th>
            <Table.Th ta="right">Left out</Table.Th>
            <Table.Th ta="right">Unpacked</Table.Th>
            <Table.Th ta="right">Ratio</Table.Th>
            <Table.Th ta="right">Time</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="figures">
          {archives.map((archive) => (
            <Table.Tr key={archive.path}>
              <Table.Td>
                <DocumentPath path={archive.path} />
                {archive.warnings?.map(({ message }) => (
                  <Text key={message} size="xs" c="dimmed">
                    {message}
                  </Text>
                ))}
              </Table.Td>
              <Table.Td>{archive.kind ?? ''}</Table.Td>
              <Table.Td ta="right">{formatCount(archive.entries)}</Table.Td>
              <Table.Td ta="right">{formatCount(archive.nested)}</Table.Td>
              <Table.Td ta="right">{formatCount(archive.skipped)}</Table.Td>
              <Table.Td ta="right">{formatBytes(archive.bytesExpanded)}</Table.Td>
              <Table.Td ta="right">{archive.ratio.toFixed(1)} : 1</Table.Td>
              <Table.Td ta="right">{formatDuration(archive.ms)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** Parts of all documents by what became of them. */
export function CoverageTable({ counts }: { readonly counts: CoverageCounts }): ReactNode {
  return (
    <Table verticalSpacing={6} horizontalSpacing={0}>
      <Table.Tbody className="figures">
        {coverageStates.map((state) => (
          <Table.Tr key={state}>
            <Table.Th fw={400} scope="row">
              {coverageWords[state].label}
            </Table.Th>
            <Table.Td ta="right">{formatCount(counts[state])}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
