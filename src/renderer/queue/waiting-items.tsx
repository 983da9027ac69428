/**
 * Owns what of a job waits for a person: each item with its figures, and the way on.
 */
import { Alert, Group, Stack, Text } from '@mantine/core'
import { IconHandStop } from '@tabler/icons-react'
import { useCall } from '../client/queries'
import { DocumentPath } from '../documents/document-path'
import { t } from '../text/language'
import { ConfirmButton } from './job-buttons'
import type { ReactNode } from 'react'
import type { Job } from '../../shared/domain'

/** Items that are named; the figures of all are in the report. */
const SHOWN = 5

export function WaitingItems({ job }: { readonly job: Job }): ReactNode {
  const { data } = useCall('jobs.show', { id: job.id }, { topics: ['jobs'], pauseMs: 1_000 })
  const waiting = data?.report.waiting ?? []
  if (waiting.length === 0) return null
  const rest = waiting.length - SHOWN
  return (
    <Alert
      color="yellow"
      icon={<IconHandStop aria-hidden />}
      title={t('queue.waitingForYou')}
      mt={12}
      data-testid="waiting"
    >
      <Stack gap={8}>
        {waiting.slice(0, SHOWN).map(({ path, message }) => (
          <div key={path}>
            <DocumentPath path={path} />
            <Text size="sm">{message}</Text>
          </div>
        ))}
        {rest > 0 ? <Text size="sm">{t('queue.andMore', { count: rest })}</Text> : null}
        <Group>
          <ConfirmButton id={job.id} label={job.label} />
        </Group>
      </Stack>
    </Alert>
  )
}
