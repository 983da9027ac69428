/**
 * Owns one setting: its value as it can be typed, its default and bounds, where it comes from, and the way back.
 */
import { ActionIcon, Badge, Code, Group, NativeSelect, Stack, Switch, Text, TextInput, Tooltip } from '@mantine/core'
import { IconRotate2 } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { toAppError } from '../../shared/errors'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { t } from '../text/language'
import { choiceLabelOf, labelOf, reasonOf } from '../text/setting-words'
import { isSwitch, lockOf, showValue } from './setting-groups'
import classes from './settings-view.module.css'
import type { Setting } from '../../shared/settings'

type Props = {
  readonly setting: Setting
  readonly onChanged: (setting: Setting) => void
}

const REFUSED = ['SETTING_INVALID', 'SETTING_LOCKED', 'SETTINGS_UNWRITABLE']

function SettingFacts({ setting }: Pick<Props, 'setting'>): ReactNode {
  const [value, min, max] = [setting.default, setting.min, setting.max].map((one) => showValue(one, setting))
  const said = { value: value ?? '', min: min ?? '', max: max ?? '' }
  return (
    <Text size="xs" c="dimmed" className="figures">
      {isSwitch(setting) || setting.choices !== undefined
        ? t('settings.defaultIs', said)
        : t('settings.defaultAndBounds', said)}
    </Text>
  )
}

export function SettingRow({ setting, onChanged }: Props): ReactNode {
  const { name, value, source } = setting
  const shown = showValue(value, setting)
  const [typed, setTyped] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const lock = lockOf(setting)
  const label = labelOf(name)
  const change = useAction(async (wanted: string | null) => {
    try {
      onChanged(await call('settings.set', { name, value: wanted }))
      setProblem(null)
      setTyped(null)
    } catch (thrown) {
      const error = toAppError(thrown)
      if (!REFUSED.includes(error.code)) throw thrown
      // Beside what was typed, which stays.
      setProblem(error.message)
    }
  })
  const keep = (): void => {
    if (typed === null || typed.trim() === shown) return setTyped(null)
    change.run(typed)
  }

  return (
    <li className={classes.row} data-testid="setting" data-name={name}>
      <Stack gap={2} className={classes.about}>
        <Group gap={8}>
          <Text size="sm" fw={550}>
            {label}
          </Text>
          {source === 'file' ? (
            <Badge size="xs" variant="light">
              {t('settings.changed')}
            </Badge>
          ) : null}
          {lock === null ? null : (
            <Badge size="xs" variant="light" color="gray" tt="none">
              {lock}
            </Badge>
          )}
          {setting.managed === 'bounded' ? (
            <Badge size="xs" variant="light" color="gray" tt="none">
              {t('settings.boundsByOrganization')}
            </Badge>
          ) : null}
        </Group>
        <Text size="sm">{reasonOf(setting)}</Text>
        <Group gap={8}>
          <Code className={classes.name}>{name}</Code>
          <SettingFacts setting={setting} />
        </Group>
      </Stack>
      <Group gap={6} wrap="nowrap" align="flex-start" justify="flex-end" className={classes.value}>
        {isSwitch(setting) ? (
          <Switch
            aria-label={label}
            checked={value === 1}
            disabled={lock !== null || change.pending}
            onChange={(event) => change.run(event.currentTarget.checked ? 'on' : 'off')}
          />
        ) : setting.choices !== undefined ? (
          <NativeSelect
            size="xs"
            w={150}
            aria-label={label}
            value={setting.choices[value] ?? ''}
            disabled={lock !== null || change.pending}
            data={setting.choices.flatMap((word, at) =>
              at < setting.min || at > setting.max ? [] : [{ value: word, label: choiceLabelOf(word) }],
            )}
            onChange={(event) => change.run(event.currentTarget.value)}
          />
        ) : (
          <TextInput
            size="xs"
            w={150}
            aria-label={label}
            value={typed ?? shown}
            disabled={lock !== null}
            readOnly={change.pending}
            error={problem}
            maxLength={100}
            spellCheck={false}
            onChange={(event) => {
              setTyped(event.currentTarget.value)
              setProblem(null)
            }}
            onBlur={keep}
            onKeyDown={(event) => {
              if (event.key === 'Enter') keep()
              if (event.key === 'Escape' && typed !== null) {
                setTyped(null)
                setProblem(null)
              }
            }}
          />
        )}
        {/* Most have nothing to go back to, and there are a hundred of them. */}
        {source === 'file' ? (
          <Tooltip label={t('settings.backTo', { value: showValue(setting.default, setting) })}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('settings.resetNamed', { name: label })}
              loading={change.pending}
              onClick={() => change.run(null)}
            >
              <IconRotate2 size={16} stroke={1.7} aria-hidden />
            </ActionIcon>
          </Tooltip>
        ) : (
          <span className={classes.noReset} />
        )}
      </Group>
    </li>
  )
}
