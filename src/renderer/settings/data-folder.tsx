/**
 * Owns the data folder in the settings: where it is, moving it to another disk with what that means, and removing the old one after it.
 * Refuses: paths; the app asks for the folder and keeps it.
 */
import { Button, Card, Code, Group, Progress, Stack, Text, Title } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useEffect, useState, type ReactNode } from 'react'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { showFailure, showNote } from '../client/failures'
import { formatSize } from '../text/figures'
import { t } from '../text/language'
import type { AppCallResult } from '../../shared/app-calls'

type State = AppCallResult<'dataFolder.state'>
type Target = NonNullable<AppCallResult<'dataFolder.choose'>['target']>

/** How often a move under way is looked at. */
const LOOK_MS = 500

function Offer({ target, onEnd }: { readonly target: Target; readonly onEnd: (agreed: boolean) => void }): ReactNode {
  const { to, bytes, freeBytes, isNetwork } = target
  return (
    <Stack>
      <Text size="sm">{t('settings.folderMeans', { size: formatSize(bytes), free: formatSize(freeBytes) })}</Text>
      <Code block className="wrap-anywhere">
        {to}
      </Code>
      {isNetwork ? (
        <Text size="sm" c="red.8" role="alert">
          {t('settings.folderNetwork')}
        </Text>
      ) : null}
      <Group justify="flex-end">
        <Button variant="default" data-autofocus onClick={() => onEnd(false)}>
          {t('settings.folderKeep')}
        </Button>
        <Button onClick={() => onEnd(true)}>{t('settings.folderAgree')}</Button>
      </Group>
    </Stack>
  )
}

export function DataFolder(): ReactNode {
  const [state, setState] = useState<State | null>(null)
  const [looks, setLooks] = useState(0)
  const moving = useAction(async () => {
    await callApp('dataFolder.move', {})
  })
  const choosing = useAction(async () => {
    const { target } = await callApp('dataFolder.choose', {})
    if (target === null) return
    const id = modals.open({
      title: t('settings.folderMove'),
      children: (
        <Offer
          target={target}
          onEnd={(agreed) => {
            modals.close(id)
            if (agreed) moving.run()
          }}
        />
      ),
    })
  })
  const removing = useAction(async () => {
    await callApp('dataFolder.removeOld', {})
    showNote(t('settings.folderOldRemoved'), state?.old ?? '')
    setLooks((before) => before + 1)
  })
  const cancelling = useAction(async () => {
    await callApp('dataFolder.cancel', {})
  })
  const { pending } = moving
  useEffect(() => {
    callApp('dataFolder.state', {}).then(setState, showFailure)
    if (!pending) return
    const timer = setTimeout(() => setLooks((before) => before + 1), LOOK_MS)
    return () => clearTimeout(timer)
  }, [looks, pending])
  if (state === null) return null
  const { move } = state
  const share = move === null || move.totalBytes === 0 ? 0 : (100 * move.doneBytes) / move.totalBytes
  return (
    <section aria-label={t('settings.folder')} data-testid="data-folder">
      <Title order={2} size="sm" mb="xs">
        {t('settings.folder')}
      </Title>
      <Card withBorder>
        <Stack gap="xs">
          <Group justify="space-between" wrap="nowrap">
            <Code className="wrap-anywhere">{state.dataDir}</Code>
            <Button
              size="xs"
              variant="default"
              flex="none"
              disabled={state.isManaged || pending}
              loading={choosing.pending}
              onClick={() => choosing.run()}
            >
              {t('settings.folderMoveButton')}
            </Button>
          </Group>
          {state.isManaged ? (
            <Text size="xs" c="dimmed">
              {t('settings.byOrganization')}
            </Text>
          ) : null}
          {pending ? (
            <Group wrap="nowrap">
              <Progress value={share} flex={1} aria-label={t('settings.folderMoving')} />
              <Text size="xs" className="figures" role="status">
                {t(move === null || move.phase === 'copying' ? 'settings.folderCopying' : 'settings.folderComparing', {
                  done: formatSize(move?.doneBytes ?? 0),
                  total: formatSize(move?.totalBytes ?? 0),
                })}
              </Text>
              <Button size="compact-xs" variant="subtle" onClick={() => cancelling.run()}>
                {t('settings.folderStop')}
              </Button>
            </Group>
          ) : null}
          {state.old === null ? null : (
            <Group justify="space-between" wrap="nowrap">
              <Text size="sm">{t('settings.folderOld', { path: state.old })}</Text>
              <Button size="xs" variant="default" flex="none" loading={removing.pending} onClick={() => removing.run()}>
                {t('settings.folderRemoveOld')}
              </Button>
            </Group>
          )}
        </Stack>
      </Card>
    </section>
  )
}
