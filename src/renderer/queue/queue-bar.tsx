/**
 * Owns the bar above the queue: how much there is, what is paused, and the verbs on all jobs (of the collection that is looked at).
 */
import { Button, Group, Menu, Text, ActionIcon } from '@mantine/core'
import { IconDots, IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import { useAction } from '../client/actions'
import { showNote } from '../client/failures'
import { useCall } from '../client/queries'
import { showUndo } from '../client/undo'
import { confirmFirst } from '../shell/confirmation'
import { t } from '../text/language'
import { cancelAll, pauseAll, resumeAll, undoAll, type Done } from './many-jobs'
import classes from './queue-bar.module.css'
import type { ReactNode } from 'react'
import type { CallResult } from '../../shared/calls'
import type { Job, JobState } from '../../shared/domain'
import type { Scope } from '../client/places'

type Status = CallResult<'queue.status'>
type Props = { readonly scope: Scope; readonly status: Status | undefined }

/** Paused jobs that are named. */
const NAMED = 3

const useJobs = (states: JobState[], scope: Scope): { readonly total: number; readonly jobs: readonly Job[] } => {
  const { data } = useCall(
    'jobs.list',
    { states, collection: scope ?? undefined, limit: NAMED },
    { topics: ['jobs'], pauseMs: 600, keepPrevious: true },
  )
  return { total: data?.total ?? 0, jobs: data?.jobs ?? [] }
}

const describePaused = (jobs: readonly Job[], total: number): string => {
  const names = jobs.map(({ label }) => label).join(', ')
  return t('queue.countPaused', { count: total, names: `${names}${total > jobs.length ? ', …' : ''}` })
}

/** Items by what they wait for, over all collections. */
const describeDepth = ({ queued, running, delayed = 0 }: Status): string =>
  [
    queued > 0 ? t('queue.itemsQueued', { count: queued }) : null,
    running > 0 ? t('queue.itemsAtWork', { count: running }) : null,
    delayed > 0 ? t('queue.itemsDelayed', { count: delayed }) : null,
  ]
    .filter((part) => part !== null)
    .join(' · ')

/** Says what was done to so many jobs, and offers to take back just that. */
const tell = (verb: Parameters<typeof undoAll>[0], done: Done, title: string, message: string): void => {
  if (done.length === 0) showNote(title)
  else showUndo({ id: `${verb} ${done.map(({ id }) => id).join()}`, title, message, undo: () => undoAll(verb, done) })
}

export function QueueBar({ scope, status }: Props): ReactNode {
  const running = useJobs(['running'], scope)
  const queued = useJobs(['queued'], scope)
  const paused = useJobs(['paused'], scope)
  const waiting = useJobs(['awaiting_confirmation'], scope)
  const pausing = useAction(async () => {
    const done = await pauseAll(scope)
    const count = done.length
    const title = scope === null ? t('queue.paused', { count }) : t('queue.pausedIn', { count, collection: scope })
    tell('jobs.pause', done, title, t('queue.nothingLost'))
  })
  const resuming = useAction(async () => {
    const done = await resumeAll(scope)
    const count = done.length
    const title = scope === null ? t('queue.resumed', { count }) : t('queue.resumedIn', { count, collection: scope })
    tell('jobs.resume', done, title, '')
  })
  const canceling = useAction(async () => {
    const done = await cancelAll(scope)
    const count = done.length
    const title =
      scope === null ? t('queue.cancelledMany', { count }) : t('queue.cancelledManyIn', { count, collection: scope })
    tell('jobs.cancel', done, title, t('queue.staysSearchable'))
  })
  const open = running.total + queued.total + paused.total + waiting.total
  if (open === 0) return null
  const figures = [
    running.total > 0 ? t('queue.countRunning', { count: running.total }) : null,
    queued.total > 0 ? t('queue.countInLine', { count: queued.total }) : null,
    waiting.total > 0 ? t('queue.countWaiting', { count: waiting.total }) : null,
    paused.total > 0 ? describePaused(paused.jobs, paused.total) : null,
  ].filter((part) => part !== null)
  const depth = status === undefined ? '' : describeDepth(status)
  return (
    <section className={`surface ${classes.bar}`} aria-label={t('queue.allJobs')} data-testid="queue-bar">
      <div className={classes.words}>
        <Text size="sm" fw={550} className="figures" truncate>
          {figures.join(' · ')}
        </Text>
        <Text size="xs" c="dimmed" className="figures" mih={18}>
          {depth}
        </Text>
      </div>
      <Group gap={6} wrap="nowrap">
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlayerPause size={14} aria-hidden />}
          loading={pausing.pending}
          disabled={open === paused.total}
          onClick={pausing.run}
          aria-label={scope === null ? t('queue.pauseAllJobs') : t('queue.pauseAllJobsIn', { collection: scope })}
        >
          {t('queue.pauseAll')}
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          loading={resuming.pending}
          disabled={paused.total === 0}
          onClick={resuming.run}
          aria-label={scope === null ? t('queue.resumeAllJobs') : t('queue.resumeAllJobsIn', { collection: scope })}
        >
          {t('queue.resumeAll')}
        </Button>
        <Menu position="bottom-end" width={180}>
          <Menu.Target>
            <ActionIcon aria-label={t('queue.moreForAll')} loading={canceling.pending}>
              <IconDots size={17} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              color="red"
              leftSection={<IconPlayerStop size={15} aria-hidden />}
              onClick={() =>
                confirmFirst({
                  title:
                    scope === null
                      ? t('queue.askCancelAll', { count: open })
                      : t('queue.askCancelAllIn', { count: open, collection: scope }),
                  text: t('queue.askCancelAllText'),
                  keep: t('queue.letGoOn'),
                  action: t('queue.cancelThem'),
                  run: canceling.run,
                })
              }
            >
              {t('queue.cancelAll')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
    </section>
  )
}
