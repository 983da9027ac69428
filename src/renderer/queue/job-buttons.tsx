/**
 * Owns the verbs on a job: pause, resume and cancel while it is open, confirm while it waits, retry what did not work once it has ended.
 */
import { Button } from '@mantine/core'
import { IconCheck, IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { t } from '../text/language'
import { cancelJob, pauseJob, resumeJob, retryJob } from './job-verbs'
import type { ReactNode } from 'react'
import type { JobState } from '../../shared/domain'

type Props = { readonly id: string; readonly label: string; readonly compact?: boolean }

/** `state`: what it is taken up as when the person undoes it. */
export function CancelButton({
  id,
  label,
  state = 'running',
  compact = false,
}: Props & { readonly state?: JobState }): ReactNode {
  const cancelling = useAction(() => cancelJob({ id, label }, state))
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
  const pausing = useAction(() => pauseJob({ id, label }))
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
  const resuming = useAction(() => resumeJob({ id, label }))
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

export function RetryButton({ id, label, compact = false }: Props): ReactNode {
  const retrying = useAction(() => retryJob({ id, label }))
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
