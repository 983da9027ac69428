/**
 * Owns settings as a file, in the window: writing what was changed, and reading it again once a person has seen what that changes.
 * Refuses: paths; the app asks for the file and reads it.
 */
import { Button, Code, Group, ScrollArea, Stack, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconDownload, IconUpload } from '@tabler/icons-react'
import { useAction } from '../client/actions'
import { call, callApp } from '../client/caller'
import { showNote } from '../client/failures'
import { t } from '../text/language'
import { labelOf } from '../text/setting-words'
import { showValue } from './setting-groups'
import type { ReactNode } from 'react'
import type { AppCallResult } from '../../shared/app-calls'
import type { SettingChange } from '../../shared/settings-exchange'

type OfferedFile = NonNullable<AppCallResult<'settings.openFile'>['file']>

function Change({ change }: { readonly change: SettingChange }): ReactNode {
  const { name, from, to, overruledBy } = change
  return (
    <li data-testid="setting-change" data-name={name}>
      <Group justify="space-between" wrap="nowrap" gap="md">
        <Stack gap={0}>
          <Text size="sm" fw={550}>
            {labelOf(name)}
          </Text>
          <Code fz="xs">{name}</Code>
          {overruledBy === null ? null : (
            <Text size="xs" c="dimmed">
              {t('settings.keptNotInForce')}
            </Text>
          )}
        </Stack>
        <Text size="sm" className="figures" ta="right">
          {t('settings.fromTo', { from: showValue(from, change), to: showValue(to, change) })}
        </Text>
      </Group>
    </li>
  )
}

type OfferProps = {
  readonly file: OfferedFile
  readonly changes: readonly SettingChange[]
  readonly onEnd: (imported: boolean) => void
}

function ImportOffer({ file, changes, onEnd }: OfferProps): ReactNode {
  const count = changes.length
  const agree = useAction(async () => {
    await call('settings.import', { settings: file.settings, approve: true })
    showNote(t('settings.imported', { count }), file.name)
    onEnd(true)
  })
  return (
    <Stack>
      <Text size="sm">{t('settings.importIntro', { file: file.name, count })}</Text>
      <ScrollArea.Autosize mah={360} viewportProps={{ tabIndex: 0 }}>
        <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
          {changes.map((change) => (
            <Change key={change.name} change={change} />
          ))}
        </Stack>
      </ScrollArea.Autosize>
      <Group justify="flex-end">
        <Button variant="default" data-autofocus onClick={() => onEnd(false)}>
          {t('settings.importKeep')}
        </Button>
        <Button loading={agree.pending} onClick={() => agree.run()}>
          {t('settings.importAgree', { count })}
        </Button>
      </Group>
    </Stack>
  )
}

/** The two buttons. */
export function SettingsExchange({ onImported }: { readonly onImported: () => void }): ReactNode {
  const exporting = useAction(async () => {
    const { file } = await callApp('settings.saveFile', {})
    if (file !== null) showNote(t('settings.exported'), file)
  })
  const importing = useAction(async () => {
    const { file } = await callApp('settings.openFile', {})
    if (file === null) return
    const { changes } = await call('settings.import', { settings: file.settings, approve: false })
    if (changes.length === 0)
      return showNote(t('settings.importNothing'), t('settings.importNothingMore', { file: file.name }))
    const id = modals.open({
      title: t('settings.importTitle'),
      children: (
        <ImportOffer
          file={file}
          changes={changes}
          onEnd={(imported) => {
            modals.close(id)
            if (imported) onImported()
          }}
        />
      ),
    })
  })
  return (
    <Group gap="xs">
      <Button
        variant="default"
        size="xs"
        leftSection={<IconUpload size={15} stroke={1.7} aria-hidden />}
        loading={importing.pending}
        onClick={() => importing.run()}
      >
        {t('settings.import')}
      </Button>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconDownload size={15} stroke={1.7} aria-hidden />}
        loading={exporting.pending}
        onClick={() => exporting.run()}
      >
        {t('settings.export')}
      </Button>
    </Group>
  )
}
