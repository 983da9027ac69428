/**
 * Owns a job that has not ended: its overall progress, that of each phase, its pace, and what it reads right now.
 */
import { Badge, Group, Progress, Stack, Text } from '@mantine/core'
import { useNow } from '../client/moment'
import { useCall } from '../client/queries'
import { formatCount, formatOrdinal, formatRate, formatRemaining, formatShare } from '../text/figures'
import { t } from '../text/language'
import { nameOfPath } from '../text/passages'
import { jobStateColors, jobStateLabels } from '../text/words'
import { CancelButton, PauseButton, ResumeButton } from './job-buttons'
import { keyedJob, useJobAction } from './job-actions'
import { JobMenu, PriorityNote } from './job-menu'
import { phaseLabels } from './phase-labels'
import { RetryLines } from './retry-lines'
import { WaitingItems } from './waiting-items'
import classes from './open-job.module.css'
import type { ReactNode } from 'react'
import type { JobProgress } from '../../shared/calls'
import type { Job } from '../../shared/domain'

type Props = { readonly job: Job; readonly onOpen?: (() => void) | undefined }

const shownPhases = ['expand', 'extract', 'embed', 'summarize'] as const

/** A share of a phase; a phase that has nothing to do yet is empty, not full. */
const shareOf = ({ done, total }: { done: number; total: number }): number => (total === 0 ? 0 : done / total)

function PhaseBars({ progress }: { readonly progress: JobProgress }): ReactNode {
  return (
    <div className={classes.phases}>
      {shownPhases.map((phase) => {
        const label = phaseLabels[phase]
        const figure = progress.phases[phase]
        // Most collections want none.
        if (figure === undefined || (phase === 'summarize' && figure.total === 0)) return null
        return (
          <div key={phase}>
            <Group justify="space-between" gap={4} mb={4} wrap="nowrap">
              <Text size="xs">{label}</Text>
              <Text size="xs" c="dimmed" className="figures">
                {formatCount(figure.done)} / {formatCount(figure.total)}
                {progress.discovering && (phase === 'expand' || phase === 'extract') ? '+' : ''}
              </Text>
            </Group>
            <Progress
              value={shareOf(figure) * 100}
              size={4}
              color="tide.4"
              aria-label={t('queue.phaseProgress', { phase: label })}
            />
          </div>
        )
      })}
    </div>
  )
}

/** What is left beside what waits longer than that for its next try cannot be told. */
const describeRest = ({ remainingMs, retries = [] }: JobProgress, nowMs: number): string | null => {
  if (remainingMs === null) return null
  return retries.some(({ at }) => Date.parse(at) - nowMs > remainingMs) ? null : formatRemaining(remainingMs)
}

const describePace = (progress: JobProgress, nowMs: number): string =>
  [
    progress.documentsPerSecond > 0
      ? t('queue.paceDocuments', { rate: formatRate(progress.documentsPerSecond) })
      : null,
    progress.windowsPerSecond > 0 ? t('queue.pacePassages', { rate: formatRate(progress.windowsPerSecond) }) : null,
    describeRest(progress, nowMs),
  ]
    .filter((part) => part !== null)
    .join(' · ')

const isUntouched = (job: Job, progress: JobProgress): boolean => progress.found === 0 && job.startedAt === null

const describeCounts = (job: Job, progress: JobProgress | undefined): string => {
  if (progress === undefined) return '…'
  if (isUntouched(job, progress)) return t('queue.notBegun')
  const { documents, found, discovering } = progress
  return t('queue.countDone', {
    done: formatCount(documents.total),
    found: `${formatCount(found)}${discovering ? '+' : ''}`,
  })
}

const describeJob = (job: Job, progress: JobProgress | undefined): string =>
  [
    t('queue.into', { collection: job.collection }),
    describeCounts(job, progress),
    job.state === 'queued' && job.position ? t('queue.placeInLine', { place: formatOrdinal(job.position) }) : null,
  ]
    .filter((part) => part !== null)
    .join(' · ')

export function OpenJob({ job: listed, onOpen }: Props): ReactNode {
  const { data: progress } = useCall('jobs.progress', { id: listed.id }, { topics: ['jobs'], everyMs: 1_000 })
  const job = progress?.job ?? listed
  const action = useJobAction(job, { onOpen })
  const now = useNow((progress?.retries ?? []).length > 0)
  // Spoken in steps of ten, so that a screen reader is told and not flooded.
  const spoken = Math.floor(job.progress * 10) * 10
  return (
    <section
      className={`surface ${classes.job}`}
      tabIndex={0}
      aria-label={job.label}
      data-testid="open-job"
      {...keyedJob(job, action)}
    >
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2} miw={0}>
          <Group gap={8} wrap="nowrap">
            <Text fw={600} truncate>
              {job.label}
            </Text>
            <Badge variant="light" size="sm" tt="none" flex="none" color={jobStateColors[job.state]}>
              {jobStateLabels[job.state]}
            </Badge>
            <PriorityNote priority={job.priority} />
          </Group>
          <Text size="xs" c="dimmed" className="figures">
            {describeJob(job, progress)}
          </Text>
        </Stack>
        <Group gap={6} wrap="nowrap">
          {job.state === 'paused' ? (
            <ResumeButton id={job.id} label={job.label} compact />
          ) : (
            <PauseButton id={job.id} label={job.label} compact />
          )}
          <CancelButton id={job.id} label={job.label} state={job.state} compact />
          <JobMenu job={job} action={action} />
        </Group>
      </Group>
      {(progress?.waiting ?? 0) > 0 || job.state === 'awaiting_confirmation' ? <WaitingItems job={job} /> : null}
      <Group gap="sm" wrap="nowrap" mt={12}>
        <Progress
          className={classes.overall}
          value={job.progress * 100}
          color={job.state === 'paused' ? 'gray.5' : undefined}
          size={9}
          aria-label={t('queue.overallProgress', { name: job.label })}
          data-testid="overall-progress"
          data-share={job.progress}
        />
        <Text fw={600} size="sm" className={`figures ${classes.percent}`}>
          {formatShare(job.progress)}
        </Text>
      </Group>
      {progress === undefined ? null : (
        <>
          {isUntouched(job, progress) ? null : <PhaseBars progress={progress} />}
          <RetryLines retries={progress.retries ?? []} paused={job.state === 'paused'} />
          {job.state === 'paused' ? null : (
            <Group justify="space-between" gap="xs" mt={10} mih={18}>
              <Text size="xs" c="dimmed" className="figures">
                {describePace(progress, now)}
              </Text>
              <Text size="xs" c="dimmed" truncate maw="46%">
                {progress.current.map(({ path }) => nameOfPath(path)).join(', ')}
              </Text>
            </Group>
          )}
        </>
      )}
      <span className="spoken-only" role="status" aria-live="polite">
        {t('queue.spokenProgress', { name: job.label, percent: spoken })}
      </span>
    </section>
  )
}
