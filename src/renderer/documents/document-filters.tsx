/**
 * Owns the fields that narrow the list of documents: part of a path, state, kinds and languages, with how many there are of each.
 */
import { Group, MultiSelect, Select, TextInput } from '@mantine/core'
import { IconFilter } from '@tabler/icons-react'
import { documentStates } from '../../shared/domain'
import { isDocumentKind, kindLabels } from '../../shared/kinds'
import { useCall } from '../client/queries'
import { formatCount } from '../text/figures'
import { documentStateLabels } from '../text/words'
import type { ReactNode } from 'react'
import type { DocumentFacets } from '../../shared/document-lists'
import type { DocumentFilter, Narrowing } from './browsing'

const SEARCHABLE = 'searchable'

type Props = {
  readonly narrowing: Narrowing
  readonly filter: DocumentFilter
  readonly onNarrow: (by: Partial<Narrowing>) => void
}

const languages = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' })

const nameOfLanguage = (code: string): string => {
  try {
    return languages.of(code) ?? code
    // eslint-disable-next-line house/told-failure -- what is no code of a language is shown as it is
  } catch {
    return code
  }
}

const nameOfKind = (kind: string): string => (isDocumentKind(kind) ? kindLabels[kind] : kind)

/** What is chosen stays in the list, also where nothing of it is left. */
const optionsOf = (facet: DocumentFacets['kinds'], chosen: readonly string[], nameOf: (value: string) => string) => [
  ...facet.map(({ value, count }) => ({ value, label: `${nameOf(value)} (${formatCount(count)})` })),
  ...chosen
    .filter((value) => facet.every((one) => one.value !== value))
    .map((value) => ({ value, label: `${nameOf(value)} (0)` })),
]

export function DocumentFilters({ narrowing, filter, onNarrow }: Props): ReactNode {
  const { data } = useCall('documents.facets', filter, { topics: ['documents'], pauseMs: 2_000, keepPrevious: true })
  const facets = data ?? { kinds: [], languages: [], states: [], collections: [] }
  const countOfState = new Map(facets.states.map(({ value, count }) => [value, count]))
  const stateOptions = [
    { value: SEARCHABLE, label: 'Searchable' },
    ...documentStates.map((state) => {
      const count = countOfState.get(state)
      return {
        value: state,
        label: `${documentStateLabels[state]}${count === undefined ? '' : ` (${formatCount(count)})`}`,
      }
    }),
  ]
  const combobox = { transitionProps: { duration: 0 } }
  return (
    <Group gap="xs" align="flex-start">
      <TextInput
        flex="1 1 220px"
        aria-label="Filter by path"
        placeholder="Filter by name or path"
        leftSection={<IconFilter size={16} stroke={1.7} aria-hidden />}
        value={narrowing.contains}
        maxLength={500}
        spellCheck={false}
        onChange={(event) => onNarrow({ contains: event.currentTarget.value })}
      />
      <Select
        w={160}
        aria-label="State"
        allowDeselect={false}
        comboboxProps={combobox}
        data={stateOptions}
        value={narrowing.state ?? SEARCHABLE}
        onChange={(value) => onNarrow({ state: documentStates.find((known) => known === value) ?? null })}
      />
      <MultiSelect
        w={190}
        aria-label="Kinds"
        placeholder={narrowing.kinds.length === 0 ? 'All kinds' : ''}
        clearable
        clearButtonProps={{ 'aria-label': 'All kinds' }}
        comboboxProps={combobox}
        data={optionsOf(facets.kinds, narrowing.kinds, nameOfKind)}
        value={[...narrowing.kinds]}
        onChange={(kinds) => onNarrow({ kinds })}
      />
      <MultiSelect
        w={190}
        aria-label="Languages"
        placeholder={narrowing.languages.length === 0 ? 'All languages' : ''}
        clearable
        clearButtonProps={{ 'aria-label': 'All languages' }}
        comboboxProps={combobox}
        data={optionsOf(facets.languages, narrowing.languages, nameOfLanguage)}
        value={[...narrowing.languages]}
        onChange={(chosen) => onNarrow({ languages: chosen })}
      />
    </Group>
  )
}
