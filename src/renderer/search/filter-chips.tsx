/**
 * Owns what a query was understood as: its filters, each of which can be taken away, and its words that were not looked for.
 */
import { CloseButton, Group, Text } from '@mantine/core'
import { IconFilter } from '@tabler/icons-react'
import { filterLabels } from './filter-words'
import { t } from '../text/language'
import classes from './filter-chips.module.css'
import type { ReactNode } from 'react'
import type { QueryFilter } from '../../shared/search'

type ChipProps = { readonly label: string; readonly onRemove: () => void }

/** Something that narrows the results, and a way to take it away. */
export function Chip({ label, onRemove }: ChipProps): ReactNode {
  return (
    <span className={classes.chip}>
      {label}
      <CloseButton size={18} iconSize={12} aria-label={t('search.without', { label })} onClick={onRemove} />
    </span>
  )
}

type Props = { readonly filters: readonly QueryFilter[]; readonly onRemove: (filter: QueryFilter) => void }

export function FilterChips({ filters, onRemove }: Props): ReactNode {
  if (filters.length === 0) return null
  return (
    <Group gap={6} role="group" aria-label={t('search.filtersInQuery')}>
      <IconFilter size={15} stroke={1.7} aria-hidden />
      <Text size="xs" c="dimmed">
        {t('search.only')}
      </Text>
      {filters.map((filter) => (
        <Chip key={filter.text} label={filterLabels[filter.name](filter)} onRemove={() => onRemove(filter)} />
      ))}
    </Group>
  )
}
