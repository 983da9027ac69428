/**
 * Owns updates in the settings: which feed is asked, what it said, and the three steps (check, download, install), each of which a person takes.
 * Refuses: taking one by itself.
 */
import { Box, Button, Card, Group, Progress, Spoiler, Stack, Text, TextInput, Title } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useState, type ReactNode } from 'react'
import { toAppError } from '../../shared/errors'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { showNote } from '../client/failures'
import { useAppCall } from '../client/queries'
import { formatMoment, formatSize } from '../text/figures'
import { t } from '../text/language'
import classes from './updates.module.css'
import type { UpdateState } from '../../shared/updates'

/** How often progress is looked at. */
const LOOK_MS = 400
/** Height of the notes before they are opened. */
const FOLDED_PX = 120

function FeedField({ state }: { readonly state: UpdateState }): ReactNode {
  const [typed, setTyped] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const save = useAction(async (feed: string) => {
    try {
      await callApp('updates.setFeed', { feed })
      setTyped(null)
      setProblem(null)
      showNote(t('updates.feedSaved'), feed.trim())
    } catch (thrown) {
      const error = toAppError(thrown)
      if (error.code !== 'UPDATE_FEED_INVALID') throw thrown
      // Beside what was typed, which stays.
      setProblem(error.message)
    }
  })
  const isChanged = typed !== null && typed.trim() !== state.feed
  const keep = (): void => {
    if (isChanged) save.run(typed)
  }
  return (
    <Group align="flex-end" wrap="nowrap" gap="xs">
      <TextInput
        flex={1}
        size="xs"
        label={t('updates.feed')}
        description={t('updates.feedMore')}
        placeholder={t('updates.feedHint')}
        value={typed ?? state.feed}
        disabled={state.isFeedManaged}
        error={problem}
        maxLength={2_000}
        spellCheck={false}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setProblem(null)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') keep()
        }}
      />
      {state.isFeedManaged ? null : (
        <Button size="xs" variant="default" disabled={!isChanged} loading={save.pending} onClick={keep}>
          {t('updates.saveFeed')}
        </Button>
      )}
    </Group>
  )
}

function LastCheck({ state }: { readonly state: UpdateState }): ReactNode {
  const { lastCheck, found, phase } = state
  if (phase === 'checking') return t('updates.checking')
  if (lastCheck === null) return t('updates.never')
  const at = formatMoment(lastCheck.at)
  if (lastCheck.error !== null) return t('updates.failed', { at, message: lastCheck.error.message })
  if (found !== null) return null
  const { version, isNewer } = lastCheck
  return isNewer && version !== null ? t('updates.offered', { at, version }) : t('updates.current', { at })
}

function Consent({
  state,
  version,
  onEnd,
}: {
  readonly state: UpdateState
  readonly version: string
  readonly onEnd: (agreed: boolean) => void
}): ReactNode {
  return (
    <Stack>
      <Text size="sm">
        {t(state.found?.kind === 'nsis' ? 'updates.installOpens' : 'updates.installMeans', { version })}
      </Text>
      <Text size="sm">
        {state.found?.canGoBack === true ? t('updates.goBack', { version: state.version }) : t('updates.goBackByHand')}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" data-autofocus onClick={() => onEnd(false)}>
          {t('updates.installKeep')}
        </Button>
        <Button onClick={() => onEnd(true)}>{t('updates.installAgree')}</Button>
      </Group>
    </Stack>
  )
}

/** Where nothing replaces this copy there is nothing to agree to: what a person does is said, and where the packages are. */
function ByHand({
  version,
  file,
  running,
  previousFile,
}: {
  readonly version: string
  readonly file: string
  readonly running: string
  readonly previousFile: string | null
}): ReactNode {
  return (
    <Stack gap="xs" className={classes.paths}>
      <Text size="sm" role="status">
        {t('updates.byHand', { version, file })}
      </Text>
      <Text size="sm">
        {previousFile === null
          ? t('updates.backByHandFetch', { version: running })
          : t('updates.backByHand', { version: running, file: previousFile })}
      </Text>
    </Stack>
  )
}

function Offer({
  state,
  found,
}: {
  readonly state: UpdateState
  readonly found: NonNullable<UpdateState['found']>
}): ReactNode {
  const { version, notes, date, bytes, canGoBack, kind, file, previousFile } = found
  const { phase, progress } = state
  const download = useAction(async () => {
    try {
      await callApp('updates.download', { version })
    } catch (thrown) {
      // The person stopped it.
      if (toAppError(thrown).code !== 'CANCELLED') throw thrown
    }
  })
  const cancel = useAction(async () => {
    await callApp('updates.cancel', {})
  })
  const install = useAction(async () => {
    await callApp('updates.install', { version })
  })
  const ask = (): void => {
    const id = modals.open({
      title: t('updates.installTitle', { version }),
      children: (
        <Consent
          state={state}
          version={version}
          onEnd={(agreed) => {
            modals.close(id)
            if (agreed) install.run()
          }}
        />
      ),
    })
  }
  const size = formatSize(bytes)
  const { doneBytes, totalBytes } = progress ?? { doneBytes: 0, totalBytes: bytes }
  const isDownloading = phase === 'downloading' || download.pending
  const isInstalling = phase === 'installing' || install.pending
  return (
    <Stack gap="xs">
      <Text size="sm" fw={550} role="status">
        {date === null
          ? t('updates.found', { version, size })
          : t('updates.foundDated', { version, size, date: formatMoment(date) })}
      </Text>
      {notes === '' ? null : (
        <section aria-label={t('updates.notes', { version })}>
          <Spoiler maxHeight={FOLDED_PX} showLabel={t('updates.notesMore')} hideLabel={t('client.less')} fz="xs">
            <Text size="sm" className={classes.notes}>
              {notes}
            </Text>
          </Spoiler>
        </section>
      )}
      {isDownloading ? (
        <Group wrap="nowrap">
          <Progress
            flex={1}
            value={totalBytes === 0 ? 0 : (100 * doneBytes) / totalBytes}
            aria-label={t('updates.downloading', { version })}
          />
          <Text size="xs" className="figures">
            {t('updates.downloaded', { done: formatSize(doneBytes), total: formatSize(totalBytes) })}
          </Text>
          <Button size="compact-xs" variant="subtle" loading={cancel.pending} onClick={() => cancel.run()}>
            {t('updates.stop')}
          </Button>
        </Group>
      ) : canGoBack === null ? (
        <Group>
          <Button size="xs" onClick={() => download.run()}>
            {t('updates.download', { version })}
          </Button>
          {state.isMetered ? (
            <Text size="xs" c="dimmed">
              {t('updates.metered')}
            </Text>
          ) : null}
        </Group>
      ) : kind === 'folder' && file !== null ? (
        <ByHand version={version} file={file} running={state.version} previousFile={previousFile} />
      ) : (
        <Stack gap={4} align="flex-start">
          <Text size="sm" role="status">
            {isInstalling ? t('updates.installing', { version }) : t('updates.ready', { version })}
          </Text>
          <Button size="xs" loading={isInstalling} onClick={ask}>
            {t('updates.install')}
          </Button>
        </Stack>
      )}
    </Stack>
  )
}

export function UpdatesSection(): ReactNode {
  const [isMoving, setMoving] = useState(false)
  const { data: state } = useAppCall(
    'updates.state',
    {},
    { topics: ['updates', 'settings'], pauseMs: 100, everyMs: isMoving ? LOOK_MS : undefined, keepPrevious: true },
  )
  const check = useAction(async () => {
    await callApp('updates.check', {})
  })
  if (state === undefined) return null
  const isUnderWay = state.phase === 'downloading' || state.phase === 'checking'
  if (isUnderWay !== isMoving) setMoving(isUnderWay)
  const { unavailable, found, feed, channel, asksByItself } = state
  return (
    <section aria-label={t('updates.title')} data-testid="updates">
      <Title order={2} size="sm" mb="xs">
        {t('updates.title')}
      </Title>
      <Card withBorder>
        <Stack gap="sm">
          <Text size="sm">{t('updates.version', { version: state.version })}</Text>
          {unavailable !== null ? (
            <Text size="sm" c="dimmed">
              {unavailable.message}
            </Text>
          ) : (
            <>
              <FeedField key={feed} state={state} />
              {state.isFeedManaged ? (
                <Text size="xs" c="dimmed">
                  {t('settings.byOrganization')}
                </Text>
              ) : null}
              <Group justify="space-between" wrap="nowrap" align="flex-start">
                <Box>
                  <Text size="sm" role="status">
                    <LastCheck state={state} />
                  </Text>
                  <Text size="xs" c="dimmed">
                    {channel === 'beta' ? t('updates.channelBeta') : t('updates.channelStable')}{' '}
                    {asksByItself ? t('updates.byItself') : t('updates.onlyAsked')}
                  </Text>
                </Box>
                <Button
                  size="xs"
                  variant="default"
                  flex="none"
                  disabled={feed === ''}
                  loading={check.pending || state.phase === 'checking'}
                  onClick={() => check.run()}
                >
                  {t('updates.check')}
                </Button>
              </Group>
              {found === null ? null : <Offer key={found.version} state={state} found={found} />}
            </>
          )}
        </Stack>
      </Card>
    </section>
  )
}
