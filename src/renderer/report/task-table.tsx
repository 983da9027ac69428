/**
 * Owns the tasks of a job as a table that may be very long: where each item stands, which try that is, when it is tried again, who worked on
 * it, and how long. Only the pages that are seen are asked for.
 */
import { SegmentedControl, Skeleton, Stack, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import { taskStates, type JobTask, type ListedTaskState } from '../../shared/job-tasks'
import { useNow } from '../client/moment'
import { useCall } from '../client/queries'
import { phaseLabels } from '../queue/phase-labels'
import { formatCountdown, formatDuration, formatMoment } from '../text/figures'
import { t } from '../text/language'
import { nameOfPath } from '../text/passages'
import { colorOf } from './outcome-figures'
import { describeTry, pagesOf, standingOf, TASK_ROW_PX, TASK_ROWS, taskStateLabels, type TaskPage } from './task-pages'
import classes from './task-table.module.css'
import type { ReactNode } from 'react'
import type { Job } from '../../shared/domain'

type Asked = { readonly jobId: string; readonly state: ListedTaskState | null }

const describeNext = (at: string, nowMs: number): string => {
  const leftMs = Date.parse(at) - nowMs
  return leftMs <= 0 ? t('report.nextTryNow') : t('report.nextTryIn', { time: formatCountdown(leftMs) })
}

const describeWhen = ({ state, nextTryAt, at }: JobTask, nowMs: number): string => {
  if (nextTryAt !== null) return describeNext(nextTryAt, nowMs)
  if (at === null) return ''
  return state === 'running' ? t('report.since', { when: formatMoment(at) }) : formatMoment(at)
}

// Plain elements: a page of rows has to appear between two frames.
function TaskRow({ task, at, nowMs }: { readonly task: JobTask; at: number; nowMs: number }): ReactNode {
  const { label, color } = standingOf(task)
  return (
    <div className={classes.row} role="row" aria-rowindex={at + 2} data-testid="task">
      <span role="cell" className={classes.item} title={task.path}>
        <span className={classes.name}>{nameOfPath(task.path)}</span>
        <span className={classes.note}>{task.message ?? task.path}</span>
      </span>
      <span role="cell">{phaseLabels[task.phase]}</span>
      <span role="cell">
        <span className={classes.dot} style={{ background: colorOf(color) }} aria-hidden />
        {label}
        <span className={classes.note}>{describeWhen(task, nowMs)}</span>
      </span>
      <span role="cell" className="figures">
        {describeTry(task)}
      </span>
      <span role="cell" className="figures">
        {task.ms > 0 ? formatDuration(task.ms) : ''}
        <span className={classes.note}>{task.worker}</span>
      </span>
    </div>
  )
}

function TaskRows({ jobId, state, page }: Asked & { readonly page: TaskPage }): ReactNode {
  const { data } = useCall(
    'jobs.tasks',
    { id: jobId, state, offset: page.offset, limit: TASK_ROWS },
    { topics: ['jobs'], pauseMs: 1_000, keepPrevious: true },
  )
  const now = useNow(data?.tasks.some(({ nextTryAt }) => nextTryAt !== null) ?? false)
  if (data === undefined) {
    return Array.from({ length: page.rows }, (_, at) => (
      <div key={at} className={classes.row}>
        <Skeleton h={12} w={`${30 + ((at * 37) % 40)}%`} />
      </div>
    ))
  }
  return data.tasks.map((task, at) => <TaskRow key={task.id} task={task} at={page.offset + at} nowMs={now} />)
}

const columns = [
  t('report.item'),
  t('report.phase'),
  t('report.standing'),
  t('report.tryNumber'),
  t('report.workOnIt'),
] as const

function TaskSheet({ jobId, state, total }: Asked & { readonly total: number }): ReactNode {
  const scroll = useRef<HTMLDivElement>(null)
  const pages = useMemo(() => pagesOf(total), [total])
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used here and not passed on, so nothing is memoized with them
  const virtual = useVirtualizer({
    count: pages.length,
    getScrollElement: () => scroll.current,
    estimateSize: (at) => (pages[at]?.rows ?? 0) * TASK_ROW_PX,
    overscan: 0,
  })
  return (
    <div ref={scroll} className={`surface ${classes.scroll}`} tabIndex={0} role="region" aria-label={t('report.tasks')}>
      <div role="table" aria-label={t('report.tasks')} aria-rowcount={total + 1} className={classes.table}>
        <div role="rowgroup" className={classes.head}>
          <div role="row" aria-rowindex={1} className={classes.row}>
            {columns.map((label) => (
              <span key={label} role="columnheader">
                {label}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const page = pages[index]
            return page === undefined ? null : (
              <div
                key={key}
                className={classes.page}
                style={{ transform: `translateY(${start}px)` }}
                role="presentation"
              >
                <TaskRows jobId={jobId} state={state} page={page} />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

const ALL = 'all'
const choiceOf = (value: string): ListedTaskState | null => taskStates.find((state) => state === value) ?? null

function TaskTable({ jobId }: { readonly jobId: string }): ReactNode {
  const [state, setState] = useState<ListedTaskState | null>(null)
  const { data } = useCall(
    'jobs.tasks',
    { id: jobId, state, limit: 1 },
    { topics: ['jobs'], pauseMs: 1_000, keepPrevious: true },
  )
  if (data === undefined) return <Skeleton h={320} />
  const { counts } = data
  const all = taskStates.reduce((sum, each) => sum + counts[each], 0)
  // The rows of the state before stay for a moment; the numbers are of all states.
  const shown = state === null ? all : counts[state]
  return (
    <Stack gap="sm">
      <SegmentedControl
        size="xs"
        aria-label={t('report.whichTasks')}
        value={state ?? ALL}
        onChange={(value) => setState(choiceOf(value))}
        className={classes.states}
        data={[
          { value: ALL, label: t('report.countOf', { what: t('report.allTasks'), total: all }) },
          ...taskStates.map((each) => ({
            value: each,
            label: t('report.countOf', { what: taskStateLabels[each], total: counts[each] }),
          })),
        ]}
      />
      {shown === 0 ? (
        <Text size="sm" c="dimmed" ta="center" py="xl">
          {all === 0 ? t('report.noTasks') : t('report.noTasksNow')}
        </Text>
      ) : (
        <TaskSheet key={state ?? ALL} jobId={jobId} state={state} total={shown} />
      )}
    </Stack>
  )
}

/** Shows the tasks of a job. */
export const openTasks = ({ id, label }: Pick<Job, 'id' | 'label'>): void => {
  modals.open({ title: t('report.tasksOf', { name: label }), size: 1_080, children: <TaskTable jobId={id} /> })
}
