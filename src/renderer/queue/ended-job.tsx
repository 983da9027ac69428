/**
 * Owns a job that has ended, as one line: what it was, how it ended, what it counted.
 */
import { Badge, Group, Text, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { formatDuration, formatMoment } from '../text/figures'
import { t } from '../text/language'
import { jobStateColors, jobStateLabels, summarizeOutcomes } from '../text/words'
import { RetryButton } from './job-buttons'
import { keyedJob, useJobAction } from './job-actions'
import { JobMenu } from './job-menu'
import { canRetry } from './job-verbs'
import classes from './ended-job.module.css'
import type { ReactNode } from 'react'
import type { Job, OutcomeCounts } from '../../shared/domain'

type Props = { readonly job: Job & { readonly documents: OutcomeCounts }; readonly onOpen: () => void }

export function EndedJob({ job, onOpen }: Props): ReactNode {
  const retry = canRetry(job.documents)
  const action = useJobAction(job, { onOpen, retry, ended: true })
  return (
    <div className={classes.row} data-testid="ended-job">
      <UnstyledButton
        className={classes.open}
        onClick={onOpen}
        {...keyedJob(job, action)}
        aria-label={t('queue.reportOf', { name: job.label })}
      >
        <Group gap={8} wrap="nowrap">
          <Text fw={550} truncate>
            {job.label}
          </Text>
          <Badge variant="light" size="sm" tt="none" color={jobStateColors[job.state]} className={classes.state}>
            {jobStateLabels[job.state]}
          </Badge>
        </Group>
        <Text size="xs" c="dimmed" className="figures" mt={2}>
          {job.documents.total === 0 ? '' : `${summarizeOutcomes(job.documents)} · `}
          {t('queue.inCollection', { collection: job.collection })} · {formatMoment(job.finishedAt ?? job.createdAt)} ·{' '}
          {formatDuration(job.elapsedMs)}
        </Text>
      </UnstyledButton>
      {retry ? <RetryButton id={job.id} label={job.label} compact /> : null}
      <JobMenu job={job} action={action} />
      <IconChevronRight size={16} aria-hidden className={classes.chevron} />
    </div>
  )
}
