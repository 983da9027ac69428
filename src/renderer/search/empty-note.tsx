/**
 * Owns the look of having nothing to show: a sign, a title, and what to do.
 */
import { Center, Stack, Text, ThemeIcon } from '@mantine/core'
import type { ReactNode } from 'react'

type Props = { readonly icon: ReactNode; readonly title: string; readonly children: ReactNode }

export function EmptyNote({ icon, title, children }: Props): ReactNode {
  return (
    <Center mih="38vh">
      <Stack align="center" gap="xs" maw={460}>
        <ThemeIcon size={52} radius="xl" variant="light">
          {icon}
        </ThemeIcon>
        <Text fw={600} size="lg" mt={4}>
          {title}
        </Text>
        <Text c="dimmed" ta="center">
          {children}
        </Text>
      </Stack>
    </Center>
  )
}
