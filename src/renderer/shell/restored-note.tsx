/**
 * Owns what is told after a backup was put back: vectors that were not in it, with the way to have them made again, and old backups that could not be taken away.
 * Refuses: putting back; it is done by then.
 */
import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { t } from '../text/language'
import type { ReactNode } from 'react'

const ID = 'restored-without-vectors'

export type RestoredFacts = {
  readonly vectorsMissing: boolean
  /** Why backups that are not kept any more could not be taken away. */
  readonly unpruned: { readonly message: string } | null
}

function VectorsLine(): ReactNode {
  const making = useAction(async () => {
    await call('doctor', { repair: true })
    notifications.hide(ID)
    showNote(t('shell.backupVectorsBegun'))
  })
  return (
    <Group justify="space-between" wrap="nowrap" gap="xs">
      <Text size="sm">{t('shell.backupVectorsWhy')}</Text>
      <Button size="compact-xs" variant="light" flex="none" loading={making.pending} onClick={making.run}>
        {t('shell.backupVectorsMake')}
      </Button>
    </Group>
  )
}

/** It stays until it is closed: nothing else says why nothing is found by meaning. */
export const showRestored = ({ vectorsMissing, unpruned }: RestoredFacts): void => {
  if (vectorsMissing)
    notifications.show({
      id: ID,
      color: 'orange',
      withBorder: true,
      autoClose: false,
      title: t('shell.backupVectors'),
      message: <VectorsLine />,
    })
  if (unpruned !== null)
    notifications.show({
      color: 'orange',
      withBorder: true,
      autoClose: false,
      title: t('shell.backupUnpruned'),
      message: unpruned.message,
    })
}
