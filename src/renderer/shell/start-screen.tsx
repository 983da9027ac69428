/**
 * Owns the window before the engine stands: a quiet wait, or the reason why it does not start and what to do.
 */
import { Button, Center, Code, Group, Loader, Stack, Text, Title } from '@mantine/core'
import { callApp } from '../client/caller'
import { useAction } from '../client/actions'
import { useAppCall } from '../client/queries'
import { Backups } from './backups'
import { LogoMark } from './logo-mark'
import { t } from '../text/language'
import type { ReactNode } from 'react'
import type { AppStatus } from '../../shared/app-calls'
import type { ErrorCode } from '../../shared/errors'

const LOOK_MS = 1_000

const restart = async (): Promise<void> => {
  await callApp('app.restart', {})
}
const quit = async (): Promise<void> => {
  await callApp('app.quit', {})
}

/** Where a folder of before can help: it is damaged, of another version, or could not be brought to this one. */
const WITH_BACKUPS: readonly ErrorCode[] = ['DATABASE_CORRUPT', 'DATA_DIR_NEWER', 'UPGRADE_FAILED']

export function StartScreen({ status }: { readonly status: AppStatus | undefined }): ReactNode {
  // No event tells of it: it goes on within one step of the start.
  const { data: now } = useAppCall('app.status', {}, { everyMs: LOOK_MS })
  const again = useAction(restart)
  const leave = useAction(quit)
  if (status?.state !== 'failed' || status.error === null) {
    return (
      <Center h="100vh" role="status">
        <Stack align="center" gap="md">
          <LogoMark size={44} />
          <Loader size="sm" type="dots" aria-hidden />
          <Text c="dimmed" size="sm">
            {t(now?.upgrading === true ? 'shell.upgrading' : 'shell.opening')}
          </Text>
        </Stack>
      </Center>
    )
  }
  return (
    <Center h="100vh" p="xl">
      <Stack maw={560} gap="md" role="alert">
        <LogoMark size={36} />
        <Title order={1} size="h2">
          {t('shell.cannotStart')}
        </Title>
        <Text>{status.error.message}</Text>
        <Text size="sm" c="dimmed" className="wrap-anywhere">
          {t('shell.dataFolder')} <Code>{status.dataDir}</Code>
        </Text>
        <Text size="sm" c="dimmed">
          {t('shell.code')} <Code>{status.error.code}</Code>
        </Text>
        {WITH_BACKUPS.includes(status.error.code) && <Backups />}
        <Group>
          <Button onClick={again.run} loading={again.pending}>
            {t('shell.tryAgain')}
          </Button>
          <Button variant="default" onClick={leave.run} loading={leave.pending}>
            {t('shell.quit')}
          </Button>
        </Group>
      </Stack>
    </Center>
  )
}
