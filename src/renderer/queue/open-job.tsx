/**
 * Owns a job that has not ended: its overall progress, that of each phase, its pace, and what it reads right now.
 */
import { Badge, Button, Group, Progress, Stack, Text } from '@mantine/core'
import { useCall } from '../client/queries'
import { formatCount, formatRate, formatRemaining, formatShare } from '../text/figures'
import { nameOfPath } from '../text/passages'
import { jobStateColors, jobStateLabels } from '../text/words'
import { CancelButton } from './job-buttons'
import { WaitingItems } from './waiting-items'
import classes from './open-job.module.css'
import type { ReactNode } from 'react'
import type { JobProgress } from '../../shared/calls'
import type { Job } from '../../shared/domain'

type Props = { readonly job: Job; readonly onOpen?: (() => void) | undefined }

const phaseRows = [
  { phase: 'expand', label: 'Unpacking' },
  { phase: 'extract', label: 'Reading' },
  { phase: 'embed', label: 'Embedding' },
] as const

/** A share of a phase; a phase that has nothing to do yet is empty, not full. */
const shareOf = ({ done, total }: { done: number; total: number }): number => (total === 0 ? 0 : done / total)

function PhaseBars({ progress }: { readonly progress: JobProgress }): ReactNode {
  return (
    <div className={classes.phases}>
      {phaseRows.map(({ phase, label }) => {
        const figure = progress.phases[phase]
        return (
          <div key={phase}>
            <Group justify="space-between" gap={4} mb={4} wrap="nowrap">
              <Text size="xs">{label}</Text>
              <Text size="xs" c="dimmed" className="figures">
                {formatCount(figure.done)} / {formatCount(figure.total)}
                {progress.discovering && phase !== 'embed' ? '+' : ''}
              </Text>
            </Group>
            <Progress value={shareOf(figure) * 100} size={4} color="tide.4" aria-label={`${label}: progress`} />
          </div>
        )
      })}
    </div>
  )
}

const describePace = (progress: JobProgress): string =>
  [
    progress.documentsPerSecond > 0 ? `${formatRate(progress.documentsPerSecond)} documents` : null,
    progress.windowsPerSecond > 0 ? `${formatRate(progress.windowsPerSecond)} passages embedded` : null,
    progress.remainingMs === null ? null : formatRemaining(progress.remainingMs),
  ]
    .filter((part) => part !== null)
    .join(' · ')

export function OpenJob({ job: listed, onOpen }: Props): ReactNode {
  const { data: progress } = useCall('jobs.progress', { id: listed.id }, { topics: ['jobs'], everyMs: 1_000 })
  const job = progress?.job ?? listed
  // Spoken in steps of ten, so that a screen reader is told and not flooded.
  const spoken = Math.floor(job.progress * 10) * 10
  return (
    <section className={`surface ${classes.job}`} aria-label={job.label} data-testid="open-job">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2} miw={0}>
          <Group gap={8} wrap="nowrap">
            <Text fw={600} truncate>
              {job.label}
            </Text>
            <Badge variant="light" size="sm" tt="none" color={jobStateColors[job.state]}>
              {jobStateLabels[job.state]}
            </Badge>
          </Group>
          <Text size="xs" c="dimmed" className="figures">
            into “{job.collection}” · {formatCount(progress?.documents.total ?? 0)}
            {progress === undefined ? '' : ` of ${formatCount(progress.found)}${progress.discovering ? '+' : ''}`} done
          </Text>
        </Stack>
        <Group gap={6} wrap="nowrap">
          {onOpen === undefined ? null : (
            <Button size="compact-sm" variant="subtle" onClick={onOpen} aria-label={`Report of ${job.label}`}>
              Report
            </Button>
          )}
          <CancelButton id={job.id} label={job.label} compact />
        </Group>
      </Group>
      {(progress?.waiting ?? 0) > 0 || job.state === 'awaiting_confirmation' ? <WaitingItems job={job} /> : null}
      <Group gap="sm" wrap="nowrap" mt={12}>
        <Progress
          className={classes.overall}
          value={job.progress * 100}
          size={9}
          aria-label={`Overall progress of ${job.label}`}
          data-testid="overall-progress"
          data-share={job.progress}
        />
        <Text fw={600} size="sm" className={`figures ${classes.percent}`}>
          {formatShare(job.progress)}
        </Text>
      </Group>
      {progress === undefined ? null : (
        <>
          <PhaseBars progress={progress} />
          <Group justify="space-between" gap="xs" mt={10} mih={18}>
            <Text size="xs" c="dimmed" className="figures">
              {describePace(progress)}
            </Text>
            <Text size="xs" c="dimmed" truncate maw="46%">
              {progress.current.map(({ path }) => nameOfPath(path)).join(', ')}
            </Text>
          </Group>
        </>
      )}
      <span className="spoken-only" role="status" aria-live="polite">
        {job.label}: {spoken} percent
      </span>
    </section>
  )
}
