/**
 * Owns the head of a group: its cause in a sentence, how many there are, and what can be done about all of them.
 */
import { ActionIcon, Badge, Button, Group, Menu, Text, UnstyledButton } from '@mantine/core'
import { modals } from '@mantine/modals'
import {
  IconArchive,
  IconArrowBackUp,
  IconChevronDown,
  IconChevronRight,
  IconDots,
  IconRefresh,
} from '@tabler/icons-react'
import { dispositionOf } from '../../shared/errors'
import { useAction } from '../client/actions'
import { confirmFirst } from '../shell/confirmation'
import { formatCount } from '../text/figures'
import { t } from '../text/language'
import { withoutAdvice } from '../text/sentences'
import { AllowForm } from './allow-form'
import { nameOfMany, putAside, replayLetters, restoreLetters } from './letter-actions'
import { canReplay, filterOfGroup, type LetterGroup } from './letter-groups'
import { remedyHints } from './remedy-hints'
import classes from './letter-group.module.css'
import type { ReactNode } from 'react'

type Props = {
  readonly group: LetterGroup
  readonly open: boolean
  readonly collection: string | undefined
  /** What was put aside is shown. */
  readonly aside: boolean
  readonly onToggle: (code: string) => void
}

function GroupActions({ group, collection }: Pick<Props, 'group' | 'collection'>): ReactNode {
  const { code, count, remedy } = group
  const name = nameOfMany(count)
  const filter = filterOfGroup(code, collection)
  const replaying = useAction(async () => {
    await replayLetters(filter, name)
  })
  const parting = useAction(() => putAside(filter, name))
  const ask = (): void =>
    confirmFirst({
      title: t('failed.askPutManyAside', { name }),
      text: t('failed.askPutManyAsideText'),
      keep: t('failed.keepThemHere'),
      action: t('failed.putAside'),
      color: 'tide',
      run: parting.run,
    })
  const raise = (): void => {
    const id = modals.open({
      title: t('failed.allowMoreFor', { name }),
      children: <AllowForm remedy={remedy} filter={filter} name={name} onDone={() => modals.close(id)} />,
    })
  }
  return (
    <Group gap={6} wrap="nowrap" className={classes.actions}>
      {remedy.kind === 'raise' ? (
        <Button size="compact-sm" variant="default" onClick={raise} aria-label={t('failed.allowMoreCode', { code })}>
          {t('failed.allowMoreAsk')}
        </Button>
      ) : canReplay(code, remedy) && remedy.kind !== 'password' ? (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconRefresh size={14} aria-hidden />}
          loading={replaying.pending}
          onClick={replaying.run}
          aria-label={t('failed.tryAgainCode', { code })}
        >
          {t('failed.tryAgain')}
        </Button>
      ) : null}
      <Menu position="bottom-end" width={180}>
        <Menu.Target>
          <ActionIcon aria-label={t('failed.actionsFor', { code })} loading={parting.pending}>
            <IconDots size={17} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {canReplay(code, remedy) ? (
            <Menu.Item leftSection={<IconRefresh size={15} aria-hidden />} onClick={replaying.run}>
              {t('failed.tryAgain')}
            </Menu.Item>
          ) : null}
          <Menu.Item leftSection={<IconArchive size={15} aria-hidden />} onClick={ask}>
            {t('failed.putAsideAsk')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  )
}

function TakeBack({ group, collection }: Pick<Props, 'group' | 'collection'>): ReactNode {
  const restoring = useAction(() =>
    restoreLetters({ ...filterOfGroup(group.code, collection), discarded: true }, nameOfMany(group.count)),
  )
  return (
    <Button
      size="compact-sm"
      variant="default"
      className={classes.actions}
      leftSection={<IconArrowBackUp size={14} aria-hidden />}
      loading={restoring.pending}
      onClick={restoring.run}
      aria-label={t('failed.takeBackCode', { code: group.code })}
    >
      {t('failed.takeBack')}
    </Button>
  )
}

export function LetterGroupHead({ group, open, collection, aside, onToggle }: Props): ReactNode {
  const { code, count, message, remedy } = group
  const Chevron = open ? IconChevronDown : IconChevronRight
  const hint = aside ? null : remedyHints[remedy.kind]
  return (
    <div className={classes.head} data-testid="letter-group">
      <UnstyledButton className={classes.toggle} aria-expanded={open} onClick={() => onToggle(code)}>
        <Chevron size={16} aria-hidden className={classes.chevron} />
        <div className={classes.words}>
          <Group gap={8}>
            <span className={classes.dot} data-rejected={dispositionOf(code) === 'reject'} aria-hidden />
            <Text size="sm" fw={600}>
              {dispositionOf(code) === 'reject' ? t('failed.rejected') : t('failed.failed')}
            </Text>
            <Badge variant="default" size="sm" className="figures" fw={500}>
              {formatCount(count)}
            </Badge>
            <Text size="xs" c="dimmed" ff="monospace">
              {code}
            </Text>
          </Group>
          <Text size="sm" mt={3}>
            {remedy.kind === 'raise' ? withoutAdvice(message) : message}
          </Text>
          {hint === null ? null : (
            <Text size="xs" c="dimmed" mt={2}>
              {hint}
            </Text>
          )}
        </div>
      </UnstyledButton>
      {aside ? (
        <TakeBack group={group} collection={collection} />
      ) : (
        <GroupActions group={group} collection={collection} />
      )}
    </div>
  )
}
