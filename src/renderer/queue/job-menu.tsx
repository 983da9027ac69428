/**
 * Owns the menu of a job: everything that can be done with it, each with its key; its priority, and its place in the line while it is queued.
 */
import { ActionIcon, Badge, Menu } from '@mantine/core'
import {
  IconArrowBarToDown,
  IconArrowBarToUp,
  IconArrowDown,
  IconArrowUp,
  IconDots,
  IconListDetails,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconReportAnalytics,
} from '@tabler/icons-react'
import { jobPriorities, type Job, type JobPriority } from '../../shared/domain'
import { useAction } from '../client/actions'
import { openTasks } from '../report/task-table'
import { t } from '../text/language'
import { priorityWords } from '../text/words'
import { verbKeys, type JobVerb } from './job-keys'
import { prioritizeJob } from './job-verbs'
import { moves, type Move } from './line'
import type { JobAction } from './job-actions'
import type { ReactNode } from 'react'
import type { Icon } from '@tabler/icons-react'

const moveWords: Readonly<Record<Move, { readonly label: string; readonly keys: string; readonly Sign: Icon }>> = {
  up: { label: t('queue.moveUp'), keys: t('queue.keyMoveUp'), Sign: IconArrowUp },
  down: { label: t('queue.moveDown'), keys: t('queue.keyMoveDown'), Sign: IconArrowDown },
  top: { label: t('queue.moveToTop'), keys: t('queue.keyMoveToTop'), Sign: IconArrowBarToUp },
  end: { label: t('queue.moveToEnd'), keys: t('queue.keyMoveToEnd'), Sign: IconArrowBarToDown },
}

type Props = {
  readonly job: Job
  readonly action: JobAction
  /** Only of a job that is in the line. */
  readonly onMove?: ((move: Move) => void) | undefined
  readonly busy?: boolean
}

type VerbWords = { readonly label: string; readonly Sign: Icon }

/** Those of the menu; priorities are chosen by name there. */
const wordsOf = (verb: JobVerb, { state }: Job): VerbWords | null => {
  if (verb === 'hold')
    return state === 'paused'
      ? { label: t('queue.resume'), Sign: IconPlayerPlay }
      : { label: t('queue.pause'), Sign: IconPlayerPause }
  if (verb === 'cancel') return { label: t('queue.cancelAsk'), Sign: IconPlayerStop }
  if (verb === 'retry') return { label: t('queue.retry'), Sign: IconRefresh }
  return verb === 'open' ? { label: t('queue.report'), Sign: IconReportAnalytics } : null
}

function VerbItems({ job, action }: Pick<Props, 'job' | 'action'>): ReactNode {
  return action.can.map((verb) => {
    const words = wordsOf(verb, job)
    if (words === null) return null
    const { label, Sign } = words
    return (
      <Menu.Item
        key={verb}
        leftSection={<Sign size={15} aria-hidden />}
        rightSection={<span aria-hidden>{verbKeys[verb].shown}</span>}
        onClick={() => action.run(verb)}
      >
        {label}
      </Menu.Item>
    )
  })
}

function PriorityItems({ job, onChoose }: { readonly job: Job; onChoose: (priority: JobPriority) => void }): ReactNode {
  const choose = (value: string): void => {
    const priority = jobPriorities.find((known) => known === value)
    if (priority !== undefined) onChoose(priority)
  }
  return (
    <Menu.RadioGroup value={job.priority ?? 'normal'} onChange={choose}>
      {[...jobPriorities].reverse().map((priority) => (
        <Menu.RadioItem key={priority} value={priority} closeMenuOnClick>
          {priorityWords[priority].label}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  )
}

export function JobMenu({ job, action, onMove, busy = false }: Props): ReactNode {
  const prioritizing = useAction((priority: JobPriority) => prioritizeJob(job, priority))
  return (
    <Menu position="bottom-end" width={250}>
      <Menu.Target>
        <ActionIcon
          aria-label={t('queue.actionsFor', { name: job.label })}
          loading={busy || action.pending || prioritizing.pending}
        >
          <IconDots size={17} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {onMove === undefined ? null : (
          <>
            {moves.map((move) => {
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
            <Menu.Divider />
          </>
        )}
        {action.can.includes('raise') ? (
          <>
            <PriorityItems job={job} onChoose={prioritizing.run} />
            <Menu.Divider />
          </>
        ) : null}
        <VerbItems job={job} action={action} />
        <Menu.Item leftSection={<IconListDetails size={15} aria-hidden />} onClick={() => openTasks(job)}>
          {t('queue.tasks')}
        </Menu.Item>
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
