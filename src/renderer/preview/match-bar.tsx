/**
 * Owns stepping from match to match: how many there are, which one is looked at, the next and the one before.
 */
import { ActionIcon, Group, Text, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { formatCount } from '../text/figures'
import type { ReactNode } from 'react'
import type { DocumentMatches } from './document-text'

type Props = {
  readonly matches: DocumentMatches
  /** From 0; `null`: none of them. */
  readonly active: number | null
  readonly onStep: (step: 1 | -1) => void
}

const describe = ({ ranges, more }: DocumentMatches, active: number | null): string => {
  const total = `${formatCount(ranges.length)}${more ? '+' : ''}`
  if (ranges.length === 0) return 'No word of the search in the text'
  return active === null ? `${total} match${ranges.length === 1 ? '' : 'es'}` : `${formatCount(active + 1)} of ${total}`
}

export function MatchBar({ matches, active, onStep }: Props): ReactNode {
  if (!matches.known) return null
  const none = matches.ranges.length === 0
  return (
    <Group gap={4} wrap="nowrap">
      <Text size="xs" c="dimmed" className="figures" role="status" data-testid="match-count">
        {describe(matches, active)}
      </Text>
      {none ? null : (
        <>
          <Tooltip label="Previous match (Shift+F3)">
            <ActionIcon aria-label="Previous match" onClick={() => onStep(-1)}>
              <IconChevronUp size={17} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Next match (F3)">
            <ActionIcon aria-label="Next match" onClick={() => onStep(1)}>
              <IconChevronDown size={17} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </>
      )}
    </Group>
  )
}
