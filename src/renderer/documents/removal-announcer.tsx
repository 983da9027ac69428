/**
 * Owns telling of documents that are about to be removed, wherever in the window a person is: how long it can be taken back, that it is done, that it
 * failed, and that they are still there after Sluice ended before it. Refuses: the removal itself.
 */
import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect, useState, type ReactNode } from 'react'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { showFailure, showNote } from '../client/failures'
import { useNow } from '../client/moment'
import { useAppCall } from '../client/queries'
import { formatCountdown } from '../text/figures'
import { t } from '../text/language'
import { showLeaving } from './leaving'
import type { WaitingRemoval } from '../../shared/app-calls'

const toastOf = (id: string): string => `removal-${id}`

function UndoLine({
  id,
  dueAt,
  count,
}: {
  readonly id: string
  readonly dueAt: string
  readonly count: number
}): ReactNode {
  const now = useNow(true)
  const undoing = useAction(async () => {
    const { undone } = await callApp('removals.undo', { id })
    if (!undone) showNote(t('documents.tooLate'))
  })
  return (
    <Group justify="space-between" wrap="nowrap" gap="xs">
      <Text size="sm" className="figures">
        {t('documents.willGoIn', { count, time: formatCountdown(Math.max(0, Date.parse(dueAt) - now)) })}
      </Text>
      <Button size="compact-xs" variant="light" flex="none" loading={undoing.pending} onClick={undoing.run}>
        {t('client.undo')}
      </Button>
    </Group>
  )
}

/** What is said of one, and whether it stays until a person closes it. */
const wordsOf = ({ id, name, count, state, dueAt, error }: WaitingRemoval): { title: string; message: ReactNode } => {
  if (state === 'waiting' && dueAt !== null)
    return { title: t('documents.willGo', { count, name }), message: <UndoLine id={id} dueAt={dueAt} count={count} /> }
  if (state === 'failed') return { title: t('documents.notRemoved', { count, name }), message: error?.message ?? '' }
  if (state === 'cutOff')
    return { title: t('documents.partlyThere'), message: t('documents.partlyThereMore', { count }) }
  if (state === 'kept')
    return { title: t('documents.stillThere', { count, name }), message: t('documents.stillThereMore') }
  return { title: t('documents.willGo', { count, name }), message: t('documents.beingRemoved') }
}

const isOver = ({ state }: WaitingRemoval): boolean => state === 'failed' || state === 'cutOff' || state === 'kept'

/** It was told: no control waits for it. */
const letGo = (id: string): void => {
  callApp('removals.undo', { id }).then(() => undefined, showFailure)
}

const tellDone = ({ id, count, name }: WaitingRemoval): void => {
  notifications.hide(toastOf(id))
  showNote(
    count === 1 ? t('documents.removedOne', { name }) : t('documents.removedMany', { count }),
    t(count === 1 ? 'documents.originalKept' : 'documents.originalsKept'),
  )
  letGo(id)
}

function announce(removal: WaitingRemoval, isShown: boolean): void {
  if (removal.state === 'removed') {
    tellDone(removal)
    return
  }
  const id = toastOf(removal.id)
  const toast = {
    id,
    withBorder: true,
    autoClose: false,
    withCloseButton: isOver(removal),
    ...(removal.state === 'failed' ? { color: 'red' } : {}),
    ...wordsOf(removal),
    ...(isOver(removal) ? { onClose: () => letGo(removal.id) } : {}),
  } as const
  if (isShown) notifications.update(toast)
  else notifications.show(toast)
}

export function RemovalAnnouncer(): ReactNode {
  const { data } = useAppCall('removals.list', {}, { topics: ['documents', 'owner'], pauseMs: 100 })
  const [shown] = useState(() => new Map<string, WaitingRemoval>())
  useEffect(() => {
    if (data === undefined) return
    showLeaving(data.removals)
    for (const removal of data.removals) {
      const before = shown.get(removal.id)
      if (before?.state !== removal.state) announce(removal, before !== undefined)
      shown.set(removal.id, removal)
    }
    const there = new Set(data.removals.map(({ id }) => id))
    for (const [id] of shown) {
      if (there.has(id)) continue
      shown.delete(id)
      notifications.hide(toastOf(id))
    }
  }, [data, shown])
  return null
}
