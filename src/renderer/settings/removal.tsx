/**
 * Owns removing everything that Sluice keeps, in the settings: what goes and what stays, and the word that a person types before it does.
 * Refuses: doing it; the app does, and ends.
 */
import { Button, Card, Code, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useState, type ReactNode } from 'react'
import type { AppCallResult } from '../../shared/app-calls'
import { REMOVAL_WORD, type KeptPart, type KeptPlace } from '../../shared/removal'
import type { TextKey } from '../../shared/translate'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { formatSize } from '../text/figures'
import { t } from '../text/language'

type Survey = AppCallResult<'removal.survey'>

const partTexts: Readonly<Record<KeptPart, TextKey>> = {
  database: 'settings.partDatabase',
  vectors: 'settings.partVectors',
  cache: 'settings.partCache',
  backups: 'settings.partBackups',
  notes: 'settings.partNotes',
  samples: 'settings.partSamples',
  keys: 'settings.partKeys',
  settings: 'settings.partSettings',
  window: 'settings.partWindow',
  logs: 'settings.partLogs',
  updates: 'settings.partUpdates',
  temp: 'settings.partTemp',
  other: 'settings.partOther',
}

const placeTexts: Readonly<Record<KeptPlace, TextKey>> = {
  service: 'settings.placeService',
  login: 'settings.placeLogin',
  keychain: 'settings.placeKeychain',
}

/** Files that stay are named so far; more are only counted. */
const MOST_NAMED = 20

function Agreement({
  survey,
  onEnd,
}: {
  readonly survey: Survey
  readonly onEnd: (agreed: boolean) => void
}): ReactNode {
  const { bytes, folders, parts, places, foreign } = survey
  const [typed, setTyped] = useState('')
  const agrees = typed.trim() === REMOVAL_WORD
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (agrees) onEnd(true)
      }}
    >
      <Stack>
        <Text size="sm">{t('settings.removalMeans', { size: formatSize(bytes) })}</Text>
        <Code block className="wrap-anywhere" aria-label={t('settings.removalFolders')}>
          {folders.join('\n')}
        </Code>
        <Stack component="ul" gap={4} p={0} m={0} aria-label={t('settings.removalParts')} role="list">
          {parts.map((part) => (
            <Group component="li" key={part.part} justify="space-between" wrap="nowrap">
              <Text size="sm">{t(partTexts[part.part])}</Text>
              <Text size="sm" className="figures" flex="none">
                {formatSize(part.bytes)}
              </Text>
            </Group>
          ))}
          {places.map(({ kind, name }) => (
            <Text component="li" size="sm" key={name}>
              {t(placeTexts[kind])}
            </Text>
          ))}
        </Stack>
        {foreign.length === 0 ? null : (
          <>
            <Text size="sm">{t('settings.removalStays', { count: foreign.length })}</Text>
            <Code block className="wrap-anywhere">
              {foreign.slice(0, MOST_NAMED).join('\n')}
            </Code>
          </>
        )}
        <TextInput
          label={t('settings.removalType', { word: REMOVAL_WORD })}
          value={typed}
          maxLength={50}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onEnd(false)}>
            {t('settings.removalKeep')}
          </Button>
          <Button type="submit" color="red.8" disabled={!agrees}>
            {t('settings.removalAgree')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

export function Removal(): ReactNode {
  const removing = useAction(async () => {
    await callApp('removal.run', { word: REMOVAL_WORD })
  })
  const asking = useAction(async () => {
    const survey = await callApp('removal.survey', {})
    const id = modals.open({
      title: t('settings.removal'),
      children: (
        <Agreement
          survey={survey}
          onEnd={(agreed) => {
            modals.close(id)
            if (agreed) removing.run()
          }}
        />
      ),
    })
  })
  return (
    <section aria-label={t('settings.removal')} data-testid="removal">
      <Title order={2} size="sm" mb="xs">
        {t('settings.removal')}
      </Title>
      <Card withBorder>
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm">{t('settings.removalHint')}</Text>
          <Button
            size="xs"
            variant="default"
            flex="none"
            loading={asking.pending || removing.pending}
            onClick={() => asking.run()}
          >
            {t('settings.removalButton')}
          </Button>
        </Group>
      </Card>
    </section>
  )
}
