/**
 * Owns the queue as people see it: what runs, what waits, what has ended; page by page.
 */
import { Alert, Center, Group, Pagination, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useState } from 'react'
import { finalJobStates } from '../../shared/domain'
import { useCall } from '../client/queries'
import { EndedJob } from './ended-job'
import { OpenJob } from './open-job'
import { PickButtons } from './pick-buttons'
import classes from './queue-view.module.css'
import type { ReactNode } from 'react'
import type { Scope } from '../client/places'

type Props = { readonly scope: Scope; readonly onOpenJob: (jobId: string) => void }

const PAGE = 25

export function QueueView({ scope, onOpenJob }: Props): ReactNode {
  const [page, setPage] = useState(1)
  const { data } = useCall(
    'jobs.list',
    { offset: (page - 1) * PAGE, limit: PAGE },
    { topics: ['jobs'], pauseMs: 600, keepPrevious: true },
  )
  const { data: queue } = useCall('queue.status', {}, { topics: ['jobs'] })
  const jobs = data?.jobs ?? []
  const open = jobs.filter(({ state }) => !finalJobStates.includes(state))
  const ended = jobs.filter(({ state }) => finalJobStates.includes(state))
  const pages = Math.max(1, Math.ceil((data?.total ?? 0) / PAGE))

  return (
    <div className={classes.scroll}>
      <Stack className={classes.column} gap="lg">
        <Group justify="space-between">
          <Title order={1} size="h3">
            Queue
          </Title>
          <PickButtons scope={scope} />
        </Group>
        {queue?.blocked ? (
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="The queue is waiting">
            {queue.blocked}
          </Alert>
        ) : null}
        {data?.total === 0 ? (
          <Center mih="44vh">
            <Text c="dimmed" ta="center" maw={420}>
              Nothing was added yet. Drop files, folders or archives anywhere on this window, or use the buttons above.
            </Text>
          </Center>
        ) : null}
        {open.map((job) => (
          <OpenJob key={job.id} job={job} onOpen={() => onOpenJob(job.id)} />
        ))}
        {ended.length > 0 ? (
          <section aria-label="Ended jobs">
            <Text size="xs" fw={600} c="dimmed" mb={6}>
              Ended
            </Text>
            <div className={`surface ${classes.list}`}>
              {ended.map((job) => (
                <EndedJob key={job.id} job={job} onOpen={() => onOpenJob(job.id)} />
              ))}
            </div>
          </section>
        ) : null}
        {pages > 1 ? (
          <Pagination
            total={pages}
            value={page}
            onChange={setPage}
            size="sm"
            mx="auto"
            getControlProps={(control) => ({ 'aria-label': `${control} page` })}
          />
        ) : null}
      </Stack>
    </div>
  )
}
