/**
 * Owns the menu of an open job: its priority, and its place in the line while it is queued.
 */
import { ActionIcon, Badge, Menu } from '@mantine/core'
import {
  IconArrowBarToDown,
  IconArrowBarToUp,
  IconArrowDown,
  IconArrowUp,
  IconDots,
  IconReportAnalytics,
} from '@tabler/icons-react'
import { jobPriorities, type Job, type JobPriority } from '../../shared/domain'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { t } from '../text/language'
import { priorityWords } from '../text/words'
import { moves, type Move } from './line'
import type { ReactNode } from 'react'
import type { Icon } from '@tabler/icons-react'

const moveWords: Readonly<Record<Move, { readonly label: string; readonly keys: string; readonly Sign: Icon }>> = {
  up: { label: t('queue.moveUp'), keys: 'Alt ↑', Sign: IconArrowUp },
  down: { label: t('queue.moveDown'), keys: 'Alt ↓', Sign: IconArrowDown },
  top: { label: t('queue.moveToTop'), keys: 'Alt Home', Sign: IconArrowBarToUp },
  end: { label: t('queue.moveToEnd'), keys: 'Alt End', Sign: IconArrowBarToDown },
}

type Props = {
  readonly job: Job
  readonly onOpen?: (() => void) | undefined
  /** Only of a job that is in the line. */
  readonly onMove?: ((move: Move) => void) | undefined
  readonly busy?: boolean
}

export function JobMenu({ job, onOpen, onMove, busy = false }: Props): ReactNode {
  const prioritizing = useAction(async (priority: JobPriority) => {
    await call('jobs.prioritize', { id: job.id, priority })
  })
  const choose = (value: string): void => {
    const priority = jobPriorities.find((known) => known === value)
    if (priority !== undefined) prioritizing.run(priority)
  }
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon aria-label={t('queue.actionsFor', { name: job.label })} loading={busy || prioritizing.pending}>
          <IconDots size={17} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {onMove === undefined
          ? null
          : moves.map((move) => {
              const { label, keys, Sign } = moveWords[move]
              return (
                <Menu.Item
                  key={move}
                  leftSection={<Sign size={15} aria-hidden />}
                  rightSection={<span aria-hidden>{keys}</span>}
                  onClick={() => onMove(move)}
                >
                  {label}
                </Menu.Item>
              )
            })}
        {onMove === undefined ? null : <Menu.Divider />}
        <Menu.RadioGroup value={job.priority ?? 'normal'} onChange={choose}>
          {[...jobPriorities].reverse().map((priority) => (
            <Menu.RadioItem key={priority} value={priority} closeMenuOnClick>
              {priorityWords[priority].label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        {onOpen === undefined ? null : (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconReportAnalytics size={15} aria-hidden />} onClick={onOpen}>
              {t('queue.report')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

export function PriorityNote({ priority }: { readonly priority: JobPriority | undefined }): ReactNode {
  const { note, color } = priorityWords[priority ?? 'normal']
  return note === null ? null : (
    <Badge variant="outline" size="sm" tt="none" color={color} flex="none">
      {note}
    </Badge>
  )
}
