/**
 * Owns the way back after something was done: a toast with an Undo that is pending until it is done and cannot fire twice.
 * Refuses: what cannot be undone; that is asked about before.
 */
import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useAction } from './actions'
import { t } from '../text/language'
import type { ReactNode } from 'react'

const UNDO_MS = 15_000

export type Undoable = {
  /** One toast for each. */
  readonly id: string
  readonly title: string
  /** What became of it, in a few words. */
  readonly message: string
  /** @throws AppError; the toast stays then, to try again. */
  readonly undo: () => Promise<void>
}

function UndoLine({ id, message, undo }: Omit<Undoable, 'title'>): ReactNode {
  const undoing = useAction(async () => {
    await undo()
    notifications.hide(id)
  })
  return (
    <Group justify="space-between" wrap="nowrap" gap="xs">
      <Text size="sm">{message}</Text>
      <Button size="compact-xs" variant="light" flex="none" loading={undoing.pending} onClick={undoing.run}>
        {t('client.undo')}
      </Button>
    </Group>
  )
}

/** Says what was done and offers to take it back. */
export const showUndo = ({ id, title, ...line }: Undoable): void => {
  // One that is still there would swallow this one.
  notifications.hide(id)
  notifications.show({ id, withBorder: true, autoClose: UNDO_MS, title, message: <UndoLine id={id} {...line} /> })
}
