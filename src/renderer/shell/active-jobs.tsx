/**
 * Owns the small sign of work in the sidebar: the job that runs now, or is held back, and its overall progress.
 */
import { Group, Progress, Text, UnstyledButton } from '@mantine/core'
import { useCall } from '../client/queries'
import { formatShare } from '../text/figures'
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
      aria-label={`Report of ${job.label}, which is ${isRunning ? 'running' : 'paused'}`}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs" mb={5}>
        <Text size="xs" truncate>
          {job.label}
          {more > 0 ? ` and ${more} more` : ''}
        </Text>
        <Text size="xs" c="dimmed" className="figures">
          {isRunning ? formatShare(job.progress) : 'Paused'}
        </Text>
      </Group>
      <Progress
        value={job.progress * 100}
        size={5}
        color={isRunning ? undefined : 'gray.5'}
        aria-label={`Progress of ${job.label}`}
      />
    </UnstyledButton>
  )
}
