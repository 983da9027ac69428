/**
 * Owns stepping from match to match: how many there are, which one is looked at, the next and the one before.
 */
import { ActionIcon, Group, Text, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { formatCount } from '../text/figures'
import { t } from '../text/language'
import type { ReactNode } from 'react'
import type { DocumentMatches } from './document-text'

type Props = {
  readonly matches: DocumentMatches
  /** From 0; `null`: none of them. */
  readonly active: number | null
  readonly onStep: (step: 1 | -1) => void
}

const describe = ({ ranges, more }: DocumentMatches, active: number | null): string => {
  const count = ranges.length
  if (count === 0) return t('preview.noMatch')
  if (active === null) return t(more ? 'preview.matchesOrMore' : 'common.matches', { count })
  return t(more ? 'preview.matchOfMore' : 'preview.matchOf', { at: formatCount(active + 1), of: formatCount(count) })
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
          <Tooltip label={t('preview.previousMatchKeys')}>
            <ActionIcon aria-label={t('preview.previousMatch')} onClick={() => onStep(-1)}>
              <IconChevronUp size={17} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t('preview.nextMatchKeys')}>
            <ActionIcon aria-label={t('preview.nextMatch')} onClick={() => onStep(1)}>
              <IconChevronDown size={17} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </>
      )}
    </Group>
  )
}
