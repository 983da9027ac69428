/**
 * Owns the fields that narrow the list of documents: part of a path, state, kinds and languages, with how many there are of each.
 */
import { Group, MultiSelect, Select, TextInput } from '@mantine/core'
import { IconFilter } from '@tabler/icons-react'
import { documentStates } from '../../shared/domain'
import { useCall } from '../client/queries'
import { locale, t } from '../text/language'
import { documentStateLabels } from '../text/words'
import { nameOfKind } from './kind-names'
import type { ReactNode } from 'react'
import type { DocumentFacets } from '../../shared/document-lists'
import type { DocumentFilter, Narrowing } from './browsing'

const SEARCHABLE = 'searchable'

type Props = {
  readonly narrowing: Narrowing
  readonly filter: DocumentFilter
  readonly onNarrow: (by: Partial<Narrowing>) => void
}

const languages = new Intl.DisplayNames([locale], { type: 'language', fallback: 'code' })

const nameOfLanguage = (code: string): string => {
  try {
    return languages.of(code) ?? code
    // eslint-disable-next-line house/told-failure -- what is no code of a language is shown as it is
  } catch {
    return code
  }
}

/** What is chosen stays in the list, also where nothing of it is left. */
const optionsOf = (facet: DocumentFacets['kinds'], chosen: readonly string[], nameOf: (value: string) => string) =>
  [
    ...facet,
    ...chosen.filter((value) => facet.every((one) => one.value !== value)).map((value) => ({ value, count: 0 })),
  ].map(({ value, count }) => ({ value, label: t('documents.withCount', { name: nameOf(value), number: count }) }))

/** Lists open at once. */
const combobox = { transitionProps: { duration: 0 } }

type ChoiceProps = {
  readonly label: string
  /** What is meant while nothing is chosen. */
  readonly all: string
  readonly facet: DocumentFacets['kinds']
  readonly chosen: readonly string[]
  readonly nameOf: (value: string) => string
  readonly onChoose: (chosen: string[]) => void
}

function Choice({ label, all, facet, chosen, nameOf, onChoose }: ChoiceProps): ReactNode {
  return (
    <MultiSelect
      w={190}
      aria-label={label}
      placeholder={chosen.length === 0 ? all : ''}
      clearable
      clearButtonProps={{ 'aria-label': all }}
      comboboxProps={combobox}
      data={optionsOf(facet, chosen, nameOf)}
      value={[...chosen]}
      onChange={onChoose}
    />
  )
}

export function DocumentFilters({ narrowing, filter, onNarrow }: Props): ReactNode {
  const { data } = useCall('documents.facets', filter, { topics: ['documents'], pauseMs: 2_000, keepPrevious: true })
  const facets = data ?? { kinds: [], languages: [], states: [], collections: [] }
  const countOfState = new Map(facets.states.map(({ value, count }) => [value, count]))
  const stateOptions = [
    { value: SEARCHABLE, label: t('documents.searchable') },
    ...documentStates.map((state) => {
      const name = documentStateLabels[state]
      const number = countOfState.get(state)
      return { value: state, label: number === undefined ? name : t('documents.withCount', { name, number }) }
    }),
  ]
  return (
    <Group gap="xs" align="flex-start">
      <TextInput
        flex="1 1 220px"
        aria-label={t('documents.filterByPath')}
        placeholder={t('documents.filterHint')}
        leftSection={<IconFilter size={16} stroke={1.7} aria-hidden />}
        value={narrowing.contains}
        maxLength={500}
        spellCheck={false}
        onChange={(event) => onNarrow({ contains: event.currentTarget.value })}
      />
      <Select
        w={160}
        aria-label={t('documents.state')}
        allowDeselect={false}
        comboboxProps={combobox}
        data={stateOptions}
        value={narrowing.state ?? SEARCHABLE}
        onChange={(value) => onNarrow({ state: documentStates.find((known) => known === value) ?? null })}
      />
      <Choice
        label={t('documents.kinds')}
        all={t('documents.allKinds')}
        facet={facets.kinds}
        chosen={narrowing.kinds}
        nameOf={nameOfKind}
        onChoose={(kinds) => onNarrow({ kinds })}
      />
      <Choice
        label={t('documents.languages')}
        all={t('documents.allLanguages')}
        facet={facets.languages}
        chosen={narrowing.languages}
        nameOf={nameOfLanguage}
        onChoose={(chosen) => onNarrow({ languages: chosen })}
      />
    </Group>
  )
}
