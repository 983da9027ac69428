/**
 * Owns the verbs on a job: pause, resume and cancel while it is open, confirm while it waits, retry what did not work once it has ended.
 */
import { Button } from '@mantine/core'
import { IconCheck, IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { t } from '../text/language'
import type { ReactNode } from 'react'
import type { OutcomeCounts } from '../../shared/domain'

type Props = { readonly id: string; readonly label: string; readonly compact?: boolean }

export function CancelButton({ id, label, compact = false }: Props): ReactNode {
  const cancelling = useAction(async () => {
    await call('jobs.cancel', { id })
    showNote(t('queue.cancelled', { name: label }), t('queue.cancelledKeeps'))
  })
  return (
    <Button
      variant="default"
      size={compact ? 'compact-sm' : 'sm'}
      leftSection={<IconPlayerStop size={14} aria-hidden />}
      loading={cancelling.pending}
      onClick={cancelling.run}
      aria-label={t('queue.cancelNamed', { name: label })}
    >
      {t('queue.cancel')}
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
      aria-label={t('queue.pauseNamed', { name: label })}
    >
      {t('queue.pause')}
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
      aria-label={t('queue.resumeNamed', { name: label })}
    >
      {t('queue.resume')}
    </Button>
  )
}

/** Whether there is anything that trying again could change. */
export const canRetry = (counts: OutcomeCounts): boolean => counts.failed + counts.cancelled + counts.partial > 0

export function RetryButton({ id, label, compact = false }: Props): ReactNode {
  const retrying = useAction(async () => {
    const { tasks } = await call('jobs.retry', { id })
    if (tasks === 0) showNote(t('queue.nothingToRetry'))
    else showNote(t('queue.tryingAgain', { name: label }), t('queue.backInQueue', { count: tasks }))
  })
  return (
    <Button
      variant="default"
      size={compact ? 'compact-sm' : 'sm'}
      leftSection={<IconRefresh size={14} aria-hidden />}
      loading={retrying.pending}
      onClick={retrying.run}
      aria-label={t('queue.retryNamed', { name: label })}
    >
      {t('queue.retry')}
    </Button>
  )
}

/** Lets a job unpack what waits for a person. */
export function ConfirmButton({ id, label }: Props): ReactNode {
  const confirming = useAction(async () => {
    const { tasks } = await call('jobs.confirm', { id })
    showNote(t('queue.goingOnWith', { name: label }), t('queue.unpackedNow', { count: tasks }))
  })
  return (
    <Button
      size="compact-sm"
      leftSection={<IconCheck size={14} aria-hidden />}
      loading={confirming.pending}
      onClick={confirming.run}
      aria-label={t('queue.confirmNamed', { name: label })}
    >
      {t('queue.unpackAndGoOn')}
    </Button>
  )
}
