/**
 * Owns the small sign of work in the sidebar: the job that runs now, or is held back, and its overall progress.
 */
import { Group, Progress, Text, UnstyledButton } from '@mantine/core'
import { useCall } from '../client/queries'
import { formatShare } from '../text/figures'
import { t } from '../text/language'
import classes from './active-jobs.module.css'
import type { ReactNode } from 'react'

export function ActiveJobs({ onOpenJob }: { readonly onOpenJob: (jobId: string) => void }): ReactNode {
  const { data: running } = useCall('jobs.list', { limit: 1, states: ['running'] }, { topics: ['jobs'] })
  const { data: paused } = useCall('jobs.list', { limit: 1, states: ['paused'] }, { topics: ['jobs'] })
  const isRunning = running?.total !== 0
  const data = isRunning ? running : paused
  const job = data?.jobs[0]
  if (data === undefined || job === undefined) return null
  const more = data.total - 1
  return (
    <UnstyledButton
      className={classes.job}
      onClick={() => onOpenJob(job.id)}
      aria-label={t(isRunning ? 'shell.reportRunning' : 'shell.reportPaused', { name: job.label })}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs" mb={5}>
        <Text size="xs" truncate>
          {more > 0 ? t('shell.jobAndMore', { name: job.label, count: more }) : job.label}
        </Text>
        <Text size="xs" c="dimmed" className="figures">
          {isRunning ? formatShare(job.progress) : t('shell.paused')}
        </Text>
      </Group>
      <Progress
        value={job.progress * 100}
        size={5}
        color={isRunning ? undefined : 'gray.5'}
        aria-label={t('shell.progressOf', { name: job.label })}
      />
    </UnstyledButton>
  )
}
