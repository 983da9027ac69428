/**
 * Owns asking before something large: what will happen, and a way out that has the focus.
 */
import { Button, Group, Stack, Text } from '@mantine/core'
import { modals } from '@mantine/modals'

type Question = {
  readonly title: string
  readonly text: string
  /** Of the button that changes nothing. */
  readonly keep: string
  readonly action: string
  readonly color?: string
  readonly run: () => void
}

/** Asks; `run` is called when the person agrees. */
export const confirmFirst = ({ title, text, keep, action, color = 'red', run }: Question): void => {
  const id = modals.open({
    title,
    children: (
      <Stack>
        <Text size="sm">{text}</Text>
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={() => modals.close(id)}>
            {keep}
          </Button>
          <Button
            color={color}
            onClick={() => {
              modals.close(id)
              run()
            }}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    ),
  })
}
