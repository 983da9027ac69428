/**
 * Owns one dead letter opened beside the list: what happened, what can be done, what was tried, what was given, what the log says.
 */
import { Badge, Button, Code, Drawer, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import {
  IconArchive,
  IconArrowBackUp,
  IconCircleOff,
  IconExternalLink,
  IconFolderSearch,
  IconRefresh,
} from '@tabler/icons-react'
import { useAction } from '../client/actions'
import { useCall } from '../client/queries'
import { openDocument, revealDocument } from '../documents/document-actions'
import { DocumentPath } from '../documents/document-path'
import { phaseLabels } from '../queue/phase-labels'
import { UnlockForm } from '../report/unlock-form'
import { confirmFirst } from '../shell/confirmation'
import { formatMoment, formatSize } from '../text/figures'
import { t } from '../text/language'
import { formatLogLine } from '../text/log-lines'
import { isInArchive, nameOfPath } from '../text/passages'
import { withoutAdvice } from '../text/sentences'
import { AllowForm } from './allow-form'
import { AttemptTable } from './attempt-table'
import { isPlainName, leaveOut, putAside, replayLetters, restoreLetters } from './letter-actions'
import { canReplay } from './letter-groups'
import { remedyHints } from './remedy-hints'
import classes from './letter-panel.module.css'
import type { ReactNode } from 'react'
import type { DeadLetter } from '../../shared/dead-letters'

type PartProps = { readonly title: string; readonly children: ReactNode }

function Part({ title, children }: PartProps): ReactNode {
  return (
    <section aria-label={title}>
      <Title order={3} size="sm" mb={6}>
        {title}
      </Title>
      {children}
    </section>
  )
}

type LetterProps = { readonly letter: DeadLetter; readonly onDone: () => void }

/** What may help with this cause, with its fields. */
function Remedy({ letter, onDone }: LetterProps): ReactNode {
  const { id, path, documentId, remedy } = letter
  const name = nameOfPath(path)
  if (remedy.kind === 'password' && documentId !== null)
    return <UnlockForm documentId={documentId} path={path} onSent={onDone} />
  if (remedy.kind === 'raise')
    return <AllowForm remedy={remedy} filter={{ ids: [id], rejected: true }} name={name} onDone={onDone} />
  const hint = remedyHints[remedy.kind]
  return hint === null ? null : <Text size="sm">{hint}</Text>
}

function Verbs({ letter, onDone }: LetterProps): ReactNode {
  const { id, path, code, collection, remedy, discardedAt } = letter
  const name = nameOfPath(path)
  const filter = { ids: [id], rejected: true }
  const replaying = useAction(async () => {
    await replayLetters(filter, name)
    onDone()
  })
  const parting = useAction(async () => {
    await putAside(filter, name)
    onDone()
  })
  const leaving = useAction(async () => {
    await leaveOut(collection, name, filter)
    onDone()
  })
  const restoring = useAction(async () => {
    await restoreLetters({ ...filter, discarded: true }, name)
    onDone()
  })
  if (discardedAt !== null)
    return (
      <Button
        size="xs"
        w="fit-content"
        leftSection={<IconArrowBackUp size={14} aria-hidden />}
        loading={restoring.pending}
        onClick={restoring.run}
      >
        {t('failed.takeBack')}
      </Button>
    )
  return (
    <Group gap={6}>
      {canReplay(code, remedy) ? (
        <Button
          size="xs"
          variant={remedy.kind === 'password' || remedy.kind === 'raise' ? 'default' : 'filled'}
          leftSection={<IconRefresh size={14} aria-hidden />}
          loading={replaying.pending}
          onClick={replaying.run}
        >
          {t('failed.tryAgain')}
        </Button>
      ) : null}
      <Button
        size="xs"
        variant="default"
        leftSection={<IconArchive size={14} aria-hidden />}
        loading={parting.pending}
        onClick={() =>
          confirmFirst({
            title: t('failed.askPutAside', { name }),
            text: t('failed.askPutAsideText'),
            keep: t('failed.keepHere'),
            action: t('failed.putAside'),
            color: 'tide',
            run: parting.run,
          })
        }
      >
        {t('failed.putAsideAsk')}
      </Button>
      {isPlainName(name) ? (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconCircleOff size={14} aria-hidden />}
          loading={leaving.pending}
          onClick={() =>
            confirmFirst({
              title: t('failed.askLeaveOut', { name }),
              text: t('failed.askLeaveOutText', { collection }),
              keep: t('failed.keepReading'),
              action: t('failed.leaveOut'),
              color: 'tide',
              run: leaving.run,
            })
          }
        >
          {t('failed.leaveOutAsk')}
        </Button>
      ) : null}
    </Group>
  )
}

/** What it was given: the original, and the way to it. */
function Input({ letter }: { readonly letter: DeadLetter }): ReactNode {
  const { documentId, path, location, bytes } = letter
  const opening = useAction(openDocument)
  const revealing = useAction(revealDocument)
  const inArchive = isInArchive(path)
  return (
    <Stack gap={4}>
      <DocumentPath path={path} />
      <Text size="xs" c="dimmed" className="wrap-anywhere">
        {location} · {formatSize(bytes)}
      </Text>
      {documentId === null ? null : (
        <Group gap={6} mt={4}>
          {inArchive ? null : (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconExternalLink size={14} aria-hidden />}
              loading={opening.pending}
              onClick={() => opening.run(documentId)}
            >
              {t('failed.openOriginal')}
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconFolderSearch size={14} aria-hidden />}
            loading={revealing.pending}
            onClick={() => revealing.run(documentId)}
          >
            {inArchive ? t('failed.showArchive') : t('failed.showInFolder')}
          </Button>
        </Group>
      )}
    </Stack>
  )
}

function Letter({ letter, log, onDone }: LetterProps & { readonly log: readonly string[] }): ReactNode {
  const { code, message, phase, at, collection, outcome, discardedAt, attempts, remedy } = letter
  return (
    <Stack gap="lg">
      <Stack gap={6}>
        <Group gap={8}>
          <Badge variant="light" tt="none" size="sm" color={outcome === 'rejected' ? 'orange' : 'red'}>
            {outcome === 'rejected' ? t('failed.rejected') : t('failed.failed')}
          </Badge>
          <Text size="xs" c="dimmed" ff="monospace">
            {code}
          </Text>
        </Group>
        <Text size="sm">{remedy.kind === 'raise' ? withoutAdvice(message) : message}</Text>
        <Text size="xs" c="dimmed">
          {phaseLabels[phase]} · {t('queue.inCollection', { collection })} · {formatMoment(at)}
          {discardedAt === null ? '' : ` · ${t('failed.asideSince', { when: formatMoment(discardedAt) })}`}
        </Text>
      </Stack>
      <Part title={t('failed.whatYouCanDo')}>
        <Stack gap="sm">
          {discardedAt === null ? <Remedy letter={letter} onDone={onDone} /> : null}
          <Verbs letter={letter} onDone={onDone} />
        </Stack>
      </Part>
      <Part title={t('failed.original')}>
        <Input letter={letter} />
      </Part>
      <Part title={t('failed.whatWasTried')}>
        <AttemptTable attempts={attempts} />
      </Part>
      {log.length === 0 ? null : (
        <Part title={t('failed.whatTheLogSays')}>
          <Code block className={classes.log} tabIndex={0} aria-label={t('failed.linesOfTheLog')}>
            {log.map(formatLogLine).join('\n')}
          </Code>
        </Part>
      )}
    </Stack>
  )
}

type Props = { readonly id: string | null; readonly onClose: () => void }

export function LetterPanel({ id, onClose }: Props): ReactNode {
  const { data, error } = useCall('deadLetters.show', id === null ? null : { id }, {
    topics: ['jobs', 'documents'],
    pauseMs: 1_000,
    keepPrevious: true,
    // It is being tried again, or was made good: said below.
    quiet: ['NOT_FOUND'],
  })
  const isGone = error?.code === 'NOT_FOUND'
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      position="right"
      size={520}
      // Questions about it stand above it.
      zIndex={190}
      overlayProps={{ backgroundOpacity: 0.25 }}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      title={
        <Text fw={600} className="wrap-anywhere">
          {data === undefined ? t('failed.failedDocument') : nameOfPath(data.deadLetter.path)}
        </Text>
      }
    >
      {isGone ? (
        <Text size="sm">{t('failed.notFailedAnyMore')}</Text>
      ) : data === undefined ? (
        <Skeleton h={220} />
      ) : (
        <Letter key={data.deadLetter.id} letter={data.deadLetter} log={data.log} onDone={onClose} />
      )}
    </Drawer>
  )
}
