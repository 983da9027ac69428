/**
 * Owns the backups that can be put back where the data folder cannot be opened. Refuses: backups that this version cannot read.
 */
import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { callApp } from '../client/caller'
import { useAction } from '../client/actions'
import { useAppCall } from '../client/queries'
import { confirmFirst } from './confirmation'
import { showRestored } from './restored-note'
import { formatMoment } from '../text/figures'
import { t } from '../text/language'
import type { ReactNode } from 'react'
import type { Backup } from '../../shared/backups'

const putBack = async (id: string): Promise<void> => {
  const restored = await callApp('backups.restore', { id })
  try {
    await callApp('app.restart', {})
  } finally {
    // It was put back, whatever became of the start.
    showRestored(restored)
  }
}

function BackupRow({ backup }: { readonly backup: Backup }): ReactNode {
  const { run, pending } = useAction(putBack)
  const moment = formatMoment(backup.madeAt)
  const ask = (): void =>
    confirmFirst({
      title: t('shell.backupAsk'),
      text: t('shell.backupAskWhy', { moment }),
      keep: t('shell.backupKeep'),
      action: t('shell.backupPutBack'),
      run: () => run(backup.id),
    })
  return (
    <Group component="li" justify="space-between" wrap="nowrap">
      <Text size="sm">{t('shell.backupOf', { moment, schema: backup.schema })}</Text>
      <Button
        variant="default"
        size="xs"
        loading={pending}
        aria-label={t('shell.backupPutBackOf', { moment })}
        onClick={ask}
      >
        {t('shell.backupPutBack')}
      </Button>
    </Group>
  )
}

/** Nothing where there is none. */
export function Backups(): ReactNode {
  const { data } = useAppCall('backups.list', {}, { topics: ['owner'] })
  const usable = data?.backups.filter(({ usable: isUsable }) => isUsable) ?? []
  if (usable.length === 0) return null
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t('shell.backupsHead')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('shell.backupsWhy')}
      </Text>
      <Stack component="ul" gap="xs" p={0} m={0}>
        {usable.map((backup) => (
          <BackupRow key={backup.id} backup={backup} />
        ))}
      </Stack>
    </Stack>
  )
}
