/**
 * Owns the head of a view: its name, how much it shows of which collection, and what can be done with all of it.
 * Refuses: counting.
 */
import { Group, Text, Title } from '@mantine/core'
import { t } from '../text/language'
import type { ReactNode } from 'react'

type Props = {
  readonly title: string
  /** How much there is, in words; empty while it is not known. */
  readonly figures: string
  /** The collection that is shown; `null` for all. */
  readonly scope: string | null
  /** Buttons at the right. */
  readonly children: ReactNode
}

export const ViewHead = ({ title, figures, scope, children }: Props) => (
  <Group justify="space-between">
    <Group gap={10} align="baseline">
      <Title order={1} size="h3">
        {title}
      </Title>
      <Text c="dimmed" size="sm" className="figures" role="status">
        {scope === null ? figures : t('shell.figuresIn', { figures, scope })}
      </Text>
    </Group>
    {children}
  </Group>
)
