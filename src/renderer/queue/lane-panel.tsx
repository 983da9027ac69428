/**
 * Owns what works behind the queue: each lane with what it does now, how many at once and what waits, and the workers with their memory, which
 * can be replaced. One line until it is opened.
 */
import { ActionIcon, Collapse, Group, Progress, Text, Tooltip, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight, IconRecycle } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { formatSize } from '../text/figures'
import { t } from '../text/language'
import { hostLabels, laneLabels } from '../text/words'
import { lanesOf, memoryOf, type LaneLine } from './lanes'
import classes from './lane-panel.module.css'
import type { ReactNode } from 'react'
import type { QueueStatus } from '../../shared/calls'
import type { Workers } from '../../shared/workers'

type Worker = Workers['workers'][number]

const stateWords: Readonly<Record<Worker['state'], string>> = {
  starting: t('queue.workerStarting'),
  busy: t('queue.workerBusy'),
  idle: t('queue.workerIdle'),
  retiring: t('queue.workerRetiring'),
}

const describeRunning = ({ running, atOnce }: LaneLine): string =>
  atOnce === null ? t('queue.laneRunning', { running }) : t('queue.laneRunningOf', { running, atOnce })

function LaneRow({ line }: { readonly line: LaneLine }): ReactNode {
  const { lane, queued, now, running } = line
  return (
    <tr data-testid={`lane-${lane}`}>
      <th scope="row">{laneLabels[lane]}</th>
      <td className="figures">
        {describeRunning(line)}
        {queued > 0 ? ` · ${t('queue.laneWaiting', { queued })}` : ''}
      </td>
      <td className={classes.now}>{now.length > 0 ? now.join(', ') : running > 0 ? '…' : '–'}</td>
    </tr>
  )
}

function WorkerRow({ worker, capBytes }: { readonly worker: Worker; readonly capBytes: number | null }): ReactNode {
  const { host, pid, rssBytes, state, tasksDone } = worker
  const name = hostLabels[host]
  const recycling = useAction(async () => {
    await call('workers.recycle', { host })
    showNote(t('queue.replacing', { worker: name }), t('queue.replacingText'))
  })
  return (
    <tr data-testid="worker">
      <th scope="row">
        {name}
        <span className={classes.note}>{t('queue.process', { pid: String(pid) })}</span>
      </th>
      <td className="figures">
        {stateWords[state]}
        <span className={classes.note}>{t('queue.tasksDone', { count: tasksDone })}</span>
      </td>
      <td>
        <Group gap={10} wrap="nowrap" justify="space-between">
          <div className={classes.memory}>
            <Text size="xs" className="figures">
              {rssBytes === null
                ? '–'
                : capBytes === null
                  ? formatSize(rssBytes)
                  : t('queue.memoryOf', { used: formatSize(rssBytes), cap: formatSize(capBytes) })}
            </Text>
            {rssBytes === null || capBytes === null ? null : (
              <Progress
                value={Math.min(100, (rssBytes / capBytes) * 100)}
                size={3}
                color="tide.4"
                aria-label={t('queue.memoryUsed', { worker: name })}
              />
            )}
          </div>
          <Tooltip label={t('queue.replaceNamed', { worker: name })}>
            <ActionIcon
              flex="none"
              loading={recycling.pending}
              disabled={state === 'retiring'}
              onClick={recycling.run}
              aria-label={t('queue.replaceNamed', { worker: name })}
            >
              <IconRecycle size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Group>
      </td>
    </tr>
  )
}

const summarize = (workers: Workers, lines: readonly LaneLine[]): string => {
  const count = lines.reduce((sum, { running }) => sum + running, 0)
  return [
    t('queue.itemsAtWork', { count }),
    t('common.workers', { count: workers.total }),
    workers.total === 0 ? null : formatSize(memoryOf(workers)),
  ]
    .filter((part) => part !== null)
    .join(' · ')
}

type Props = { readonly status: QueueStatus; readonly workers: Workers }

export function LanePanel({ status, workers }: Props): ReactNode {
  const [open, setOpen] = useState(false)
  const id = useId()
  const lines = lanesOf(status, workers)
  const Chevron = open ? IconChevronDown : IconChevronRight
  const capOf = (worker: Worker): number | null =>
    workers.caps.find(({ host }) => host === worker.host)?.memoryBytes ?? null
  return (
    <section className="surface" aria-label={t('queue.behind')} data-testid="lane-panel">
      <UnstyledButton
        className={classes.toggle}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen((before) => !before)}
      >
        <Chevron size={15} aria-hidden className={classes.chevron} />
        <Text size="sm" fw={550} component="span">
          {t('queue.behind')}
        </Text>
        <Text size="xs" c="dimmed" component="span" className="figures" truncate>
          {summarize(workers, lines)}
        </Text>
      </UnstyledButton>
      <Collapse expanded={open} id={id}>
        <div className={classes.tables}>
          <table className={classes.table} aria-label={t('queue.lanes')}>
            <tbody>
              {lines.map((line) => (
                <LaneRow key={line.lane} line={line} />
              ))}
            </tbody>
          </table>
          {workers.total === 0 ? (
            <Text size="xs" c="dimmed" className={classes.none}>
              {t('queue.noWorkers')}
            </Text>
          ) : (
            <table className={classes.table} aria-label={t('queue.workers')}>
              <tbody>
                {workers.workers.map((worker) => (
                  <WorkerRow key={worker.pid} worker={worker} capBytes={capOf(worker)} />
                ))}
              </tbody>
            </table>
          )}
        </div>
      </Collapse>
    </section>
  )
}
