/**
 * Owns the second step: files and folders that go into a collection, by dialog or drop, and patterns of what is left out of it.
 */
import { ActionIcon, Group, Stack, Text, Textarea } from '@mantine/core'
import { IconFilePlus, IconFolderPlus, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { t } from '../text/language'
import { nameOfPath } from '../text/passages'
import classes from './collection-wizard.module.css'
import { QuietButton } from './quiet-button'
import type { PickKind } from '../../shared/app-calls'
import type { StepProps } from './steps'

/** More are counted, and go in all the same. */
const SHOWN = 100

function Paths({ draft, send }: Pick<StepProps, 'draft' | 'send'>): ReactNode {
  const pick = async (kind: PickKind): Promise<void> => {
    const { paths } = await callApp('dialog.pick', { kind })
    send({ type: 'added', paths: paths.map((path) => ({ path })) })
  }
  const files = useAction(() => pick('files'))
  const folders = useAction(() => pick('folders'))
  const { paths } = draft
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" fw={550} role="status">
          {paths.length === 0 ? t('collections.nothingYet') : t('common.items', { count: paths.length })}
        </Text>
        <Group gap="xs">
          <QuietButton Sign={IconFilePlus} label={t('collections.addFiles')} action={files} />
          <QuietButton Sign={IconFolderPlus} label={t('collections.addFolders')} action={folders} />
        </Group>
      </Group>
      {paths.length === 0 ? (
        <div className={classes.empty}>
          <Text size="sm" c="dimmed">
            {t('collections.dropHere')}
          </Text>
        </div>
      ) : (
        // Reached by the keyboard where there are more than fit.
        <ul className={classes.paths} aria-label={t('collections.whatGoesIn')} tabIndex={0}>
          {paths.slice(0, SHOWN).map(({ path }) => (
            <li key={path} className={classes.path}>
              <Text size="sm" truncate title={path}>
                <bdi>{path}</bdi>
              </Text>
              <ActionIcon
                size="sm"
                aria-label={t('collections.leaveOut', { name: nameOfPath(path) })}
                onClick={() => send({ type: 'dropped', path })}
              >
                <IconX size={14} aria-hidden />
              </ActionIcon>
            </li>
          ))}
          {paths.length > SHOWN ? (
            <li className={classes.path}>
              <Text size="sm" c="dimmed">
                {t('collections.andOthers', { count: paths.length - SHOWN })}
              </Text>
            </li>
          ) : null}
        </ul>
      )}
    </Stack>
  )
}

export function ContentsStep({ draft, task, problem, send }: StepProps): ReactNode {
  return (
    <Stack gap="lg">
      {task.kind === 'make' ? <Paths draft={draft} send={send} /> : null}
      <Textarea
        label={t('collections.leftOutOfIt')}
        description={t('collections.leftOutHint')}
        placeholder={t('collections.patternExamples')}
        value={draft.ignores}
        autosize
        minRows={3}
        maxRows={7}
        spellCheck={false}
        error={problem?.step === 'contents' ? problem.message : null}
        onChange={(event) => send({ type: 'changed', draft: { ignores: event.currentTarget.value } })}
      />
      {task.kind === 'change' ? (
        <Text size="xs" c="dimmed">
          {t('collections.patternsFromNow')}
        </Text>
      ) : null}
    </Stack>
  )
}
