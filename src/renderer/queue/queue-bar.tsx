/**
 * Owns the bar above the queue: how much there is, what is paused, and the verbs on all jobs (of the collection that is looked at).
 */
import { Button, Group, Menu, Text, ActionIcon } from '@mantine/core'
import { IconDots, IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import { useAction } from '../client/actions'
import { showNote } from '../client/failures'
import { useCall } from '../client/queries'
import { formatCount, formatPlural } from '../text/figures'
import { confirmFirst } from '../shell/confirmation'
import { cancelAll, pauseAll, resumeAll } from './many-jobs'
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
  return `${formatCount(total)} paused (${names}${total > jobs.length ? ', …' : ''})`
}

/** Items by what they wait for, over all collections. */
const describeDepth = ({ queued, running, delayed = 0 }: Status): string =>
  [
    queued > 0 ? `${formatPlural(queued, 'item')} queued` : null,
    running > 0 ? `${formatCount(running)} being worked on` : null,
    delayed > 0 ? `${formatCount(delayed)} waiting for the next try` : null,
  ]
    .filter((part) => part !== null)
    .join(' · ')

export function QueueBar({ scope, status }: Props): ReactNode {
  const running = useJobs(['running'], scope)
  const queued = useJobs(['queued'], scope)
  const paused = useJobs(['paused'], scope)
  const waiting = useJobs(['awaiting_confirmation'], scope)
  const where = scope === null ? '' : ` in “${scope}”`
  const pausing = useAction(async () => {
    showNote(`Paused ${formatPlural(await pauseAll(scope), 'job')}${where}`, 'Nothing of them is lost.')
  })
  const resuming = useAction(async () => {
    showNote(`Resumed ${formatPlural(await resumeAll(scope), 'job')}${where}`)
  })
  const canceling = useAction(async () => {
    const jobs = await cancelAll(scope)
    showNote(`Cancelled ${formatPlural(jobs, 'job')}${where}`, 'What was already read stays searchable.')
  })
  const open = running.total + queued.total + paused.total + waiting.total
  if (open === 0) return null
  const figures = [
    running.total > 0 ? `${formatCount(running.total)} running` : null,
    queued.total > 0 ? `${formatCount(queued.total)} in line` : null,
    waiting.total > 0 ? `${formatCount(waiting.total)} waiting for you` : null,
    paused.total > 0 ? describePaused(paused.jobs, paused.total) : null,
  ].filter((part) => part !== null)
  const depth = status === undefined ? '' : describeDepth(status)
  const all = scope === null ? 'all jobs' : `all jobs in ${scope}`
  return (
    <section className={`surface ${classes.bar}`} aria-label="All jobs" data-testid="queue-bar">
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
          aria-label={`Pause ${all}`}
        >
          Pause all
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          loading={resuming.pending}
          disabled={paused.total === 0}
          onClick={resuming.run}
          aria-label={`Resume ${all}`}
        >
          Resume all
        </Button>
        <Menu position="bottom-end" width={180}>
          <Menu.Target>
            <ActionIcon aria-label="More for all jobs" loading={canceling.pending}>
              <IconDots size={17} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              color="red"
              leftSection={<IconPlayerStop size={15} aria-hidden />}
              onClick={() =>
                confirmFirst({
                  title: `Cancel ${formatPlural(open, 'job')}${where}?`,
                  text: 'They stop at once. What was already read stays searchable, and each can be taken up again with Retry.',
                  keep: 'Let them go on',
                  action: 'Cancel them',
                  run: canceling.run,
                })
              }
            >
              Cancel all…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
    </section>
  )
}
