/**
 * Owns the first step: what a collection is called, its color, and taking the settings of a file.
 */
import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { collectionColors } from '../../shared/domain'
import { useAction } from '../client/actions'
import { callApp } from '../client/caller'
import { ColorName } from './color-mark'
import classes from './collection-wizard.module.css'
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
        label="Name"
        description="Shown in the sidebar, and how it is asked for on the command line."
        value={draft.name}
        maxLength={200}
        data-autofocus
        dir="auto"
        error={refusal?.message}
        onChange={(event) => send({ type: 'changed', draft: { name: event.currentTarget.value } })}
      />
      <Radio.Group
        label="Color"
        description="To tell it from others at a glance."
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
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconFileImport size={15} aria-hidden />}
            loading={importing.pending}
            onClick={importing.run}
          >
            Import settings…
          </Button>
          <Text size="xs" c="dimmed">
            Those of a file that another collection was exported to.
          </Text>
        </Group>
      ) : null}
    </Stack>
  )
}
