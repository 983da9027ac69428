/**
 * Owns the tables of a report: what each phase took, what the archives held, what was computed.
 */
import { Table, Text } from '@mantine/core'
import { phases, type ArchiveStats, type CoverageCounts, type JobReport } from '../../shared/domain'
import { phaseTable } from '../../shared/phases'
import { coverageStates } from '../../shared/work'
import { DocumentPath } from '../documents/document-path'
import { phaseLabels } from '../queue/phase-labels'
import { formatCount, formatDuration, formatSize, formatTenths } from '../text/figures'
import { t } from '../text/language'
import { coverageWords } from '../text/words'
import type { ReactNode } from 'react'

export function PhaseTable({ report }: { readonly report: JobReport }): ReactNode {
  const shown = phases.filter((phase) => phaseTable[phase].lane !== null)
  return (
    <Table verticalSpacing={6} horizontalSpacing={0}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('report.phase')}</Table.Th>
          <Table.Th ta="end">{t('report.items')}</Table.Th>
          <Table.Th ta="end">{t('report.workTime')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody className="figures">
        {shown.map((phase) => (
          <Table.Tr key={phase}>
            <Table.Td>{phaseLabels[phase]}</Table.Td>
            <Table.Td ta="end">{formatCount(report.phases[phase].items)}</Table.Td>
            <Table.Td ta="end">{formatDuration(report.phases[phase].ms)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

export function WorkTable({ report }: { readonly report: JobReport }): ReactNode {
  const { embeddings, job } = report
  const rows: readonly (readonly [string, string])[] = [
    [t('report.textReadFrom'), formatSize(report.bytes)],
    [t('report.passages'), formatCount(report.chunks)],
    [t('report.tokens'), formatCount(report.tokens)],
    [t('report.vectorsComputed'), formatCount(embeddings.computed)],
    [t('report.vectorsCached'), formatCount(embeddings.cached)],
    [t('report.foundAfter'), job.keywordReadyMs === null ? '–' : formatDuration(job.keywordReadyMs)],
    [t('report.peakMemory'), formatSize(report.peaks.rssBytes)],
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
              <Table.Td ta="end">{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {embeddings.model === '' ? null : (
        <Text size="xs" c="dimmed" mt={6}>
          {t('report.model', { model: embeddings.model, dimensions: embeddings.dimensions })}
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
            <Table.Th>{t('report.archive')}</Table.Th>
            <Table.Th>{t('report.kind')}</Table.Th>
            <Table.Th ta="end">{t('report.entries')}</Table.Th>
            <Table.Th ta="end">{t('report.nested')}</Table.Th>
            <Table.Th ta="end">{t('report.leftOut')}</Table.Th>
            <Table.Th ta="end">{t('report.unpacked')}</Table.Th>
            <Table.Th ta="end">{t('report.ratio')}</Table.Th>
            <Table.Th ta="end">{t('report.time')}</Table.Th>
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
              <Table.Td ta="end">{formatCount(archive.entries)}</Table.Td>
              <Table.Td ta="end">{formatCount(archive.nested)}</Table.Td>
              <Table.Td ta="end">{formatCount(archive.skipped)}</Table.Td>
              <Table.Td ta="end">{formatSize(archive.bytesExpanded)}</Table.Td>
              <Table.Td ta="end">{formatTenths(archive.ratio)} : 1</Table.Td>
              <Table.Td ta="end">{formatDuration(archive.ms)}</Table.Td>
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
            <Table.Td ta="end">{formatCount(counts[state])}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
