/**
 * Owns the sheet of shortcuts, made from the table of commands, and choosing the one that shows the search from any program: what it is,
 * whether the system gives it, another one, or none.
 */
import { ActionIcon, Button, Group, Kbd, Stack, Text, TextInput, Title, Tooltip } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconKeyboard } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { DEFAULT_SHORTCUT } from '../../shared/desktop-choices'
import type { ShortcutState } from '../../shared/app-calls'
import { commandMenus, commandsOf, commandTable, menuTexts, type CommandMenu } from '../../shared/commands'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { showFailure } from '../client/failures'
import { queueKeyRows } from '../queue/job-keys'
import { t } from '../text/language'
import { readAccelerator, toAccelerator } from './accelerator'
import type { KeyboardEvent, ReactNode } from 'react'

const isMac = navigator.userAgent.includes('Mac')

function Keys({ accelerator }: { readonly accelerator: string }): ReactNode {
  return (
    <Group gap={4} component="span">
      {readAccelerator(accelerator, isMac).map((key) => (
        <Kbd key={key}>{key}</Kbd>
      ))}
    </Group>
  )
}

const describe = ({ active, problem }: ShortcutState): string =>
  problem ?? t(active ? 'shell.shortcutShows' : 'shell.shortcutNotRegistered')

function ShortcutForm(): ReactNode {
  const [state, setState] = useState<ShortcutState | null>(null)
  useEffect(() => {
    callApp('shortcut.get', {}).then(setState).catch(showFailure)
  }, [])
  const choosing = useAction(async (accelerator: string | null) =>
    setState(await callApp('shortcut.set', { accelerator })),
  )
  const onKeyDown = (event: KeyboardEvent): void => {
    const accelerator = toAccelerator(event.nativeEvent, isMac)
    if (accelerator === null) return
    event.preventDefault()
    choosing.run(accelerator)
  }
  if (state === null) return null
  return (
    <Stack gap="sm">
      {state.accelerator === null ? (
        <Text size="sm">{t('shell.shortcutNone')}</Text>
      ) : (
        <Group gap="sm">
          <Keys accelerator={state.accelerator} />
          <Text size="sm" c={state.problem === null ? 'dimmed' : 'var(--mantine-color-error)'} role="status">
            {describe(state)}
          </Text>
        </Group>
      )}
      <TextInput
        label={t('shell.shortcutAnother')}
        placeholder={t('shell.shortcutPress')}
        value=""
        readOnly
        onKeyDown={onKeyDown}
      />
      <Group justify="flex-end">
        <Button variant="default" loading={choosing.pending} onClick={() => choosing.run(null)}>
          {t('shell.shortcutRemove')}
        </Button>
        <Button variant="default" loading={choosing.pending} onClick={() => choosing.run(DEFAULT_SHORTCUT)}>
          {t('shell.shortcutUsual')}
        </Button>
      </Group>
    </Stack>
  )
}

/** Without the mark of the letter that opens the menu. */
const titleOf = (menu: CommandMenu): string => t(menuTexts[menu]).replace('&', '')

/** What the menus have, and what only the keyboard has. */
const others = [
  ['ArrowDown', t('shell.keysArrowDown')],
  ['Enter', t('shell.keysEnter')],
  ['F3', t('shell.keysF3')],
  ['CommandOrControl+V', t('shell.keysPaste')],
  ['Escape', t('shell.keysEscape')],
] as const

function KeyRows({ rows }: { readonly rows: readonly (readonly [keys: string, label: string])[] }): ReactNode {
  return (
    <Stack gap={6} component="ul" m={0} p={0}>
      {rows.map(([keys, label]) => (
        <Group key={label} component="li" justify="space-between" wrap="nowrap">
          <Text size="sm">{label}</Text>
          <Keys accelerator={keys} />
        </Group>
      ))}
    </Stack>
  )
}

const rowsOf = (menu: CommandMenu): (readonly [string, string])[] =>
  commandsOf(menu).flatMap((id) => {
    const { keys } = commandTable[id]
    return keys === null ? [] : [[keys, t(`commands.${id}`).replace(/\s?…/, '')] as const]
  })

function ShortcutSheet(): ReactNode {
  return (
    <Stack gap="lg">
      {commandMenus.map((menu) => (
        <section key={menu} aria-label={titleOf(menu)}>
          <Title order={3} size="sm" mb={6}>
            {titleOf(menu)}
          </Title>
          <KeyRows rows={rowsOf(menu)} />
        </section>
      ))}
      <section aria-label={t('shell.everywhere')}>
        <Title order={3} size="sm" mb={6}>
          {t('shell.everywhere')}
        </Title>
        <KeyRows rows={others} />
      </section>
      <section aria-label={t('queue.keysTitle')}>
        <Title order={3} size="sm" mb={6}>
          {t('queue.keysTitle')}
        </Title>
        <KeyRows rows={queueKeyRows} />
      </section>
      <section aria-label={t('shell.fromAnyProgram')}>
        <Title order={3} size="sm" mb={6}>
          {t('shell.fromAnyProgram')}
        </Title>
        <ShortcutForm />
      </section>
    </Stack>
  )
}

/** Shows what keys do, and the one shortcut that can be chosen. */
export const openShortcutSheet = (): void => {
  modals.open({ modalId: 'shortcuts', title: t('shell.shortcutsTitle'), children: <ShortcutSheet /> })
}

export function ShortcutButton(): ReactNode {
  return (
    <Tooltip label={t('shell.shortcutsTitle')}>
      <ActionIcon aria-label={t('shell.shortcutsTitle')} onClick={openShortcutSheet}>
        <IconKeyboard size={17} stroke={1.7} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
