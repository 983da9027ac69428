/**
 * Owns the queue as people see it: what is worked on, what stands in line, what has ended; of one collection or of all; page by page.
 */
import { Button, Center, Group, Pagination, Stack, Text } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { finalJobStates, type JobState } from '../../shared/domain'
import { useAction } from '../client/actions'
import { showNote } from '../client/failures'
import { useCall } from '../client/queries'
import { ViewHead } from '../shell/view-head'
import { t } from '../text/language'
import { EndedJob } from './ended-job'
import { useJobFocus } from './job-focus'
import { canRetry } from './job-verbs'
import { LanePanel } from './lane-panel'
import { retryAll } from './many-jobs'
import { OpenJob } from './open-job'
import { PickButtons } from './pick-buttons'
import { QueueBar } from './queue-bar'
import { QueueNotices } from './queue-notices'
import { QueuedJobs } from './queued-jobs'
import classes from './queue-view.module.css'
import type { ReactNode } from 'react'
import type { CallResult } from '../../shared/calls'
import type { Scope } from '../client/places'
import type { OnChangeModel } from '../models/budget-stops'

type Props = {
  readonly scope: Scope
  readonly onOpenJob: (jobId: string) => void
  readonly onChangeModel: OnChangeModel
}
type Listing = CallResult<'jobs.list'>

const WORK_PAGE = 10
const LINE_PAGE = 100
const ENDED_PAGE = 25
const atWorkStates: JobState[] = ['running', 'awaiting_confirmation', 'paused']

/** What runs stands above what a person holds back. */
const runningFirst = (jobs: Listing['jobs']): Listing['jobs'] =>
  [...jobs].sort((a, b) => Number(a.state === 'paused') - Number(b.state === 'paused'))

type Shown = {
  readonly states: JobState[]
  readonly scope: Scope
  readonly page: number
  readonly size: number
  readonly order?: 'newest' | 'line'
}

const useJobs = ({ states, scope, page, size, order = 'newest' }: Shown): Listing | undefined =>
  useCall(
    'jobs.list',
    { states, collection: scope ?? undefined, order, offset: (page - 1) * size, limit: size },
    { topics: ['jobs'], pauseMs: 600, keepPrevious: true },
  ).data

type PagesProps = {
  readonly total: number
  readonly size: number
  readonly page: number
  readonly what: string
  readonly onPage: (page: number) => void
}

const pageTexts = {
  first: 'queue.firstPage',
  previous: 'queue.previousPage',
  next: 'queue.nextPage',
  last: 'queue.lastPage',
} as const

function Pages({ total, size, page, what, onPage }: PagesProps): ReactNode {
  const pages = Math.max(1, Math.ceil(total / size))
  if (pages === 1 && page === 1) return null
  return (
    <Pagination
      total={pages}
      value={page}
      onChange={onPage}
      size="sm"
      mx="auto"
      mt="sm"
      w="fit-content"
      aria-label={what}
      getControlProps={(control) => ({ 'aria-label': t(pageTexts[control], { what }) })}
    />
  )
}

function RetryAllButton({ scope }: { readonly scope: Scope }): ReactNode {
  const retrying = useAction(async () => {
    const count = await retryAll(scope)
    if (count === 0) showNote(t('queue.nothingToRetry'))
    else if (scope === null) showNote(t('queue.tryingAgainMany', { count }))
    else showNote(t('queue.tryingAgainManyIn', { count, collection: scope }))
  })
  return (
    <Button
      variant="subtle"
      size="compact-xs"
      leftSection={<IconRefresh size={13} aria-hidden />}
      loading={retrying.pending}
      onClick={retrying.run}
      aria-label={scope === null ? t('queue.retryEverything') : t('queue.retryEverythingIn', { collection: scope })}
    >
      {t('queue.retryAll')}
    </Button>
  )
}

export function QueueView({ scope, onOpenJob, onChangeModel }: Props): ReactNode {
  const [workPage, setWorkPage] = useState(1)
  const [endedPage, setEndedPage] = useState(1)
  const working = useJobs({ states: atWorkStates, scope, page: workPage, size: WORK_PAGE })
  const line = useJobs({ states: ['queued'], scope, page: 1, size: LINE_PAGE, order: 'line' })
  const ended = useJobs({ states: [...finalJobStates], scope, page: endedPage, size: ENDED_PAGE })
  const { data: status } = useCall('queue.status', {}, { topics: ['jobs', 'providers'], everyMs: 5_000 })
  const { data: workers } = useCall('workers.list', {}, { topics: ['workers'], everyMs: 2_000 })
  // Three lists, asked one after the other: a job that goes from one to the next is in none for a moment.
  const [hasHadJobs, setHasHadJobs] = useState(false)
  if (!hasHadJobs && [working, line, ended].some((listing) => (listing?.total ?? 0) > 0)) setHasHadJobs(true)
  const isEmpty = !hasHadJobs && working?.total === 0 && line?.total === 0 && ended?.total === 0
  const endedJobs = ended?.jobs ?? []
  const listed = [...(working?.jobs ?? []), ...(line?.jobs ?? []), ...endedJobs]
  const { root, onKeyDown } = useJobFocus(listed.map(({ id, state }) => `${id} ${state}`).join())

  return (
    <div ref={root} className={classes.scroll} onKeyDown={onKeyDown}>
      <Stack className={classes.column} gap="lg">
        <ViewHead title={t('queue.title')} figures="" scope={scope}>
          <PickButtons scope={scope} />
        </ViewHead>
        <QueueNotices status={status} workers={workers} onChangeModel={onChangeModel} />
        <QueueBar scope={scope} status={status} />
        {status === undefined || workers === undefined || (isEmpty && workers.total === 0) ? null : (
          <LanePanel status={status} workers={workers} />
        )}
        {isEmpty ? (
          <Center mih="44vh">
            <Text c="dimmed" ta="center" maw={420}>
              {t('queue.nothingYet')}
            </Text>
          </Center>
        ) : null}
        {runningFirst(working?.jobs ?? []).map((job) => (
          <OpenJob key={job.id} job={job} onOpen={() => onOpenJob(job.id)} />
        ))}
        <Pages
          total={working?.total ?? 0}
          size={WORK_PAGE}
          page={workPage}
          what={t('queue.jobsAtWork')}
          onPage={setWorkPage}
        />
        <QueuedJobs jobs={line?.jobs ?? []} total={line?.total ?? 0} onOpenJob={onOpenJob} />
        {endedJobs.length > 0 || endedPage > 1 ? (
          <section aria-label={t('queue.endedJobs')}>
            <Group justify="space-between" mb={6} mih={22}>
              <Text size="xs" fw={600} c="dimmed">
                {t('queue.ended')}
              </Text>
              {endedJobs.some(({ state, documents }) => state !== 'cancelled' && canRetry(documents)) ? (
                <RetryAllButton scope={scope} />
              ) : null}
            </Group>
            <div className={`surface ${classes.list}`}>
              {endedJobs.map((job) => (
                <EndedJob key={job.id} job={job} onOpen={() => onOpenJob(job.id)} />
              ))}
            </div>
            <Pages
              total={ended?.total ?? 0}
              size={ENDED_PAGE}
              page={endedPage}
              what={t('queue.jobsEnded')}
              onPage={setEndedPage}
            />
          </section>
        ) : null}
      </Stack>
    </div>
  )
}
