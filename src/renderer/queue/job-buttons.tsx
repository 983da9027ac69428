/**
 * Owns the verbs on a job: pause, resume and cancel while it is open, confirm while it waits, retry what did not work once it has ended.
 */
import { Button } from '@mantine/core'
import { IconCheck, IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { formatPlural } from '../text/figures'
import type { ReactNode } from 'react'
import type { OutcomeCounts } from '../../shared/domain'

type Props = { readonly id: string; readonly label: string; readonly compact?: boolean }

export function CancelButton({ id, label, compact = false }: Props): ReactNode {
  const cancelling = useAction(async () => {
    await call('jobs.cancel', { id })
    showNote(`Cancelled ${label}`, 'What was already read stays searchable. Retry goes on with the rest.')
  })
  return (
    <Button
      variant="default"
      size={compact ? 'compact-sm' : 'sm'}
      leftSection={<IconPlayerStop size={14} aria-hidden />}
      loading={cancelling.pending}
      onClick={cancelling.run}
      aria-label={`Cancel ${label}`}
    >
      Cancel
    </Button>
  )
}

/** What runs of it stops in under a second; the button is busy until then. */
export function PauseButton({ id, label, compact = false }: Props): ReactNode {
  const pausing = useAction(async () => {
    await call('jobs.pause', { id })
  })
  return (
    <Button
      variant="default"
      size={compact ? 'compact-sm' : 'sm'}
      leftSection={<IconPlayerPause size={14} aria-hidden />}
      loading={pausing.pending}
      onClick={pausing.run}
      aria-label={`Pause ${label}`}
    >
      Pause
    </Button>
  )
}

export function ResumeButton({ id, label, compact = false }: Props): ReactNode {
  const resuming = useAction(async () => {
    await call('jobs.resume', { id })
  })
  return (
    <Button
      size={compact ? 'compact-sm' : 'sm'}
      leftSection={<IconPlayerPlay size={14} aria-hidden />}
      loading={resuming.pending}
      onClick={resuming.run}
      aria-label={`Resume ${label}`}
    >
      Resume
    </Button>
  )
}

/** Whether there is anything that trying again could change. */
export const canRetry = (counts: OutcomeCounts): boolean => counts.failed + counts.cancelled + counts.partial > 0

export function RetryButton({ id, label, compact = false }: Props): ReactNode {
  const retrying = useAction(async () => {
    const { tasks } = await call('jobs.retry', { id })
    showNote(
      tasks === 0 ? 'Nothing to try again' : `Trying again: ${label}`,
      tasks === 0 ? '' : `${formatPlural(tasks, 'document')} ${tasks === 1 ? 'is' : 'are'} back in the queue.`,
    )
  })
  return (
    <Button
      variant="default"
      size={compact ? 'compact-sm' : 'sm'}
      leftSection={<IconRefresh size={14} aria-hidden />}
      loading={retrying.pending}
      onClick={retrying.run}
      aria-label={`Retry ${label}`}
    >
      Retry
    </Button>
  )
}

/** Lets a job unpack what waits for a person. */
export function ConfirmButton({ id, label }: Props): ReactNode {
  const confirming = useAction(async () => {
    const { tasks } = await call('jobs.confirm', { id })
    showNote(`Going on with ${label}`, `${formatPlural(tasks, 'archive')} ${tasks === 1 ? 'is' : 'are'} unpacked now.`)
  })
  return (
    <Button
      size="compact-sm"
      leftSection={<IconCheck size={14} aria-hidden />}
      loading={confirming.pending}
      onClick={confirming.run}
      aria-label={`Confirm ${label}`}
    >
      Unpack and go on
    </Button>
  )
}
