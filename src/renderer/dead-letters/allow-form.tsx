/**
 * Owns allowing more once: the limit that stopped it, what would probably do, and a value that a person may change.
 * Refuses: changing the setting itself; what is allowed here holds for this one try.
 */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { limitTable, type LimitName } from '../../shared/limits'
import { formatSetting } from '../../shared/setting-format'
import { isSettingName, parseSetting } from '../../shared/settings'
import { toAppError } from '../../shared/errors'
import { useAction } from '../client/actions'
import { language, t } from '../text/language'
import { replayLetters, type LetterFilter } from './letter-actions'
import type { ReactNode } from 'react'
import type { Remedy } from '../../shared/dead-letters'

type Props = {
  readonly remedy: Remedy
  readonly filter: LetterFilter
  readonly name: string
  readonly onDone: () => void
}

type Reading = { readonly value: number; readonly problem: null } | { readonly value: null; readonly problem: string }

const read = (setting: LimitName, text: string): Reading => {
  try {
    return { value: parseSetting(setting, text), problem: null }
  } catch (thrown) {
    return { value: null, problem: toAppError(thrown).message }
  }
}

function LimitForm({ setting, remedy, filter, name, onDone }: Props & { readonly setting: LimitName }): ReactNode {
  const { unit, max } = limitTable[setting]
  const [text, setText] = useState(() => formatSetting(remedy.suggested ?? limitTable[setting].default, unit, language))
  const { value, problem } = read(setting, text)
  const allowing = useAction(async () => {
    if (value === null) return
    await replayLetters(filter, name, { [setting]: value })
    onDone()
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (value !== null) allowing.run()
      }}
    >
      <Stack gap={6}>
        <Text size="sm">
          {remedy.value === null
            ? t('failed.limitIs', { setting })
            : t('failed.limitIsNow', { setting, value: formatSetting(remedy.value, unit, language) })}
        </Text>
        <Group gap="xs" align="flex-start">
          <TextInput
            size="xs"
            w={200}
            aria-label={t('failed.allowFor', { setting })}
            description={t('failed.atMost', { value: formatSetting(max, unit, language) })}
            inputWrapperOrder={['input', 'description', 'error']}
            value={text}
            error={problem}
            spellCheck={false}
            autoComplete="off"
            maxLength={40}
            data-autofocus
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Button type="submit" size="xs" loading={allowing.pending} disabled={value === null}>
            {t('failed.allowMore')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

export function AllowForm(props: Props): ReactNode {
  const { setting } = props.remedy
  // A limit of a newer engine is not known to this window.
  return setting === null || !isSettingName(setting) ? null : <LimitForm {...props} setting={setting} />
}
