/**
 * Owns telling that a job has ended, wherever in the window a person is. Progress itself is spoken by the queue.
 */
import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect, useEffectEvent, useState } from 'react'
import { finalJobStates, type Job, type OutcomeCounts } from '../../shared/domain'
import { useCall } from '../client/queries'
import { t } from '../text/language'
import { jobStateLabels, summarizeOutcomes } from '../text/words'
import type { ReactNode } from 'react'

type ListedJob = Job & { readonly documents: OutcomeCounts }

const isFinal = (job: Job): boolean => finalJobStates.includes(job.state)

/** Nouns within it keep their capitals, where a language has them. */
const withinSentence = (label: string): string => label.charAt(0).toLowerCase() + label.slice(1)

function announce(job: ListedJob, open: () => void): void {
  notifications.show({
    id: `job-${job.id}`,
    color: job.state === 'completed' ? 'tide' : 'yellow.5',
    withBorder: true,
    autoClose: 10_000,
    title: t('shell.jobEnded', { name: job.label, state: withinSentence(jobStateLabels[job.state]) }),
    message: (
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm">
          {t('shell.jobOutcome', { count: job.documents.total, outcomes: summarizeOutcomes(job.documents) })}
        </Text>
        <Button size="compact-xs" variant="light" flex="none" onClick={open}>
          {t('shell.report')}
        </Button>
      </Group>
    ),
  })
}

export function JobAnnouncer({ onOpenJob }: { readonly onOpenJob: (jobId: string) => void }): ReactNode {
  const { data } = useCall('jobs.list', { limit: 20 }, { topics: ['jobs'], pauseMs: 700 })
  const [open] = useState(() => new Set<string>())
  const openJob = useEffectEvent(onOpenJob)
  useEffect(() => {
    for (const job of data?.jobs ?? []) {
      if (!isFinal(job)) open.add(job.id)
      else if (open.delete(job.id)) announce(job, () => openJob(job.id))
    }
  }, [data, open])
  return null
}
