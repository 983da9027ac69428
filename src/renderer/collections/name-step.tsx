/**
 * Owns the first step: what a collection is called, its color, and taking the settings of a file.
 */
import { Group, Radio, Stack, Text, TextInput } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { collectionColors } from '../../shared/domain'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { t } from '../text/language'
import { ColorName } from './color-mark'
import classes from './collection-wizard.module.css'
import { QuietButton } from './quiet-button'
import type { ReactNode } from 'react'
import type { StepProps } from './steps'

const NONE = 'none'

export function NameStep({ draft, task, refusal, send }: StepProps): ReactNode {
  const importing = useAction(async () => {
    const { file } = await callApp('collections.openFile', {})
    if (file !== null) send({ type: 'imported', file })
  })
  return (
    <Stack gap="lg">
      <TextInput
        label={t('collections.name')}
        description={t('collections.nameHint')}
        value={draft.name}
        maxLength={200}
        data-autofocus
        dir="auto"
        error={refusal?.message}
        onChange={(event) => send({ type: 'changed', draft: { name: event.currentTarget.value } })}
      />
      <Radio.Group
        label={t('collections.color')}
        description={t('collections.colorHint')}
        value={draft.color ?? NONE}
        onChange={(value) =>
          send({ type: 'changed', draft: { color: collectionColors.find((color) => color === value) ?? null } })
        }
      >
        <div className={classes.colors} style={{ marginTop: 10 }}>
          {[null, ...collectionColors].map((color) => (
            <Radio key={color ?? NONE} value={color ?? NONE} label={<ColorName color={color} />} />
          ))}
        </div>
      </Radio.Group>
      {task.kind === 'make' ? (
        <Group gap="sm">
          <QuietButton Sign={IconFileImport} label={t('collections.importSettings')} action={importing} />
          <Text size="xs" c="dimmed">
            {t('collections.importHint')}
          </Text>
        </Group>
      ) : null}
    </Stack>
  )
}
