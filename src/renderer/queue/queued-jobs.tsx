/**
 * Owns the line: jobs that wait for their turn, each with its place, which a person may change by menu or by keys.
 */
import { Badge, Group, Text } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useAction } from '../client/actions'
import { formatMoment, formatOrdinal, formatShare } from '../text/figures'
import { t } from '../text/language'
import { keyedJob, useJobAction } from './job-actions'
import { CancelButton, PauseButton } from './job-buttons'
import { JobMenu, PriorityNote } from './job-menu'
import { moveJob } from './many-jobs'
import classes from './queued-jobs.module.css'
import type { KeyboardEvent, ReactNode } from 'react'
import type { Job } from '../../shared/domain'
import type { Move } from './line'

const moveKeys: Readonly<Partial<Record<string, Move>>> = { ArrowUp: 'up', ArrowDown: 'down', Home: 'top', End: 'end' }

type RowProps = {
  readonly job: Job
  readonly onOpen: () => void
  readonly onMoved: (job: Job) => void
}

const describeQueued = ({ collection, createdAt, progress }: Job): string =>
  [
    t('queue.into', { collection }),
    t('queue.added', { when: formatMoment(createdAt) }),
    progress > 0 ? t('queue.shareDone', { share: formatShare(progress) }) : null,
  ]
    .filter((part) => part !== null)
    .join(' · ')

function QueuedJob({ job, onOpen, onMoved }: RowProps): ReactNode {
  const moving = useAction(async (move: Move) => {
    const moved = await moveJob(job, move)
    if (moved !== null) onMoved(moved)
  })
  const place = formatOrdinal(job.position ?? 1)
  const action = useJobAction(job, { onOpen })
  const { onKeyDown, ...keyed } = keyedJob(job, action, 'Alt+ArrowUp Alt+ArrowDown Alt+Home Alt+End')
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    onKeyDown(event)
    const move = moveKeys[event.key]
    // Keys that are meant for a button or the menu within the row are left to it.
    if (!event.altKey || move === undefined || event.target !== event.currentTarget) return
    event.preventDefault()
    moving.run(move)
  }
  return (
    <li
      className={classes.row}
      tabIndex={0}
      aria-label={t('queue.namedPlace', { name: job.label, place })}
      data-testid="queued-job"
      {...keyed}
      onKeyDown={press}
    >
      <div className={classes.words}>
        <Group gap={8} wrap="nowrap">
          <Text fw={550} truncate>
            {job.label}
          </Text>
          <Badge variant="light" size="sm" tt="none" color="gray" flex="none">
            {t('queue.placeInLine', { place })}
          </Badge>
          <PriorityNote priority={job.priority} />
        </Group>
        <Text size="xs" c="dimmed" className="figures" mt={2} truncate>
          {describeQueued(job)}
        </Text>
      </div>
      <Group gap={6} wrap="nowrap">
        <PauseButton id={job.id} label={job.label} compact />
        <CancelButton id={job.id} label={job.label} state={job.state} compact />
        <JobMenu job={job} action={action} onMove={moving.run} busy={moving.pending} />
      </Group>
    </li>
  )
}

type Props = {
  readonly jobs: readonly Job[]
  readonly total: number
  readonly onOpenJob: (jobId: string) => void
}

export function QueuedJobs({ jobs, total, onOpenJob }: Props): ReactNode {
  const list = useRef<HTMLUListElement>(null)
  const [moved, setMoved] = useState<Job | null>(null)
  const order = jobs.map(({ id }) => id).join()
  useEffect(() => {
    // A row that changes its place in the document loses the focus; who moves it by keys goes on moving it.
    if (moved === null || document.activeElement !== document.body) return
    list.current?.querySelector<HTMLElement>(`[data-job="${moved.id}"]`)?.focus()
  }, [moved, order])
  if (jobs.length === 0) return null
  return (
    <section aria-label={t('queue.inLine')}>
      <Text size="xs" fw={600} c="dimmed" mb={6} className="figures">
        {t('queue.inLine')}
      </Text>
      <ul ref={list} className={`surface ${classes.list}`}>
        {jobs.map((job) => (
          <QueuedJob key={job.id} job={job} onOpen={() => onOpenJob(job.id)} onMoved={setMoved} />
        ))}
      </ul>
      {jobs.length < total ? (
        <Text size="xs" c="dimmed" mt={6} className="figures">
          {t('queue.moreBehind', { count: total - jobs.length })}
        </Text>
      ) : null}
      <span className="spoken-only" role="status">
        {moved === null ? '' : t('queue.movedTo', { name: moved.label, place: formatOrdinal(moved.position ?? 1) })}
      </span>
    </section>
  )
}
