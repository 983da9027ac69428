/**
 * Owns what can be chosen beside the words: finding or asking, how to search, filters by example, keeping the search.
 */
import {
  ActionIcon,
  Button,
  Group,
  Menu,
  Popover,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Tooltip,
} from '@mantine/core'
import { IconBookmarkPlus, IconFilterPlus } from '@tabler/icons-react'
import { memo, useState } from 'react'
import { searchModes, type SearchMode } from '../../shared/domain'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { searchModeLabels } from '../text/words'
import { withFilter } from './filter-words'
import { keptSearch } from './kept-search'
import { t } from '../text/language'
import type { FormEvent, ReactNode } from 'react'
import type { Scope } from '../client/places'
import type { SearchTask } from './kept-search'

type Props = {
  readonly scope: Scope
  readonly task: SearchTask
  readonly mode: SearchMode
  /** Whether something is typed; what it is, is looked up when it is wanted. */
  readonly hasQuery: boolean
  readonly onTask: (task: SearchTask) => void
  readonly onMode: (mode: SearchMode) => void
  readonly onQuery: (query: string) => void
}

const tasks = [
  { value: 'find', label: t('search.find') },
  { value: 'ask', label: t('search.ask') },
] as const

const DAY_MS = 86_400_000

const dayBefore = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10)

/** What can be written in a query, by example. */
const examples: readonly { readonly label: string; readonly makeText: () => string }[] = [
  { label: t('search.examplePdf'), makeText: () => 'type:pdf' },
  { label: t('search.exampleMails'), makeText: () => 'type:eml' },
  { label: t('search.exampleSheets'), makeText: () => 'type:xlsx' },
  { label: t('search.exampleMonth'), makeText: () => `after:${dayBefore(30)}` },
  { label: t('search.exampleYear'), makeText: () => `after:${dayBefore(365)}` },
  { label: t('search.exampleLarge'), makeText: () => 'size:>1mb' },
]

function FilterMenu({ onQuery }: Pick<Props, 'onQuery'>): ReactNode {
  return (
    <Menu position="bottom-end" width={290}>
      <Menu.Target>
        <Tooltip label={t('search.filters')}>
          <ActionIcon aria-label={t('search.filters')}>
            <IconFilterPlus size={18} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {examples.map(({ label, makeText }) => (
          <Menu.Item
            key={label}
            rightSection={
              <Text size="xs" c="dimmed">
                {makeText()}
              </Text>
            }
            onClick={() => onQuery(withFilter(keptSearch.query, makeText()))}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('search.alsoFilters')}</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  )
}

function SaveSearch({ scope, mode }: Pick<Props, 'scope' | 'mode'>): ReactNode {
  const [opened, setOpened] = useState(false)
  const [name, setName] = useState('')
  const saving = useAction(async () => {
    const collections = scope === null ? [] : [scope]
    await call('savedSearches.save', { name: name.trim(), query: keptSearch.query.trim(), mode, collections })
    setOpened(false)
    showNote(t('search.savedAs', { name: name.trim() }), t('search.savedWhere'))
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (name.trim() !== '') saving.run()
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={280} trapFocus>
      <Popover.Target>
        <Tooltip label={t('search.saveThis')}>
          <ActionIcon
            aria-label={t('search.saveThis')}
            onClick={() => {
              setName(keptSearch.query.trim().slice(0, 60))
              setOpened(true)
            }}
          >
            <IconBookmarkPlus size={18} stroke={1.7} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={submit}>
          <Stack gap="xs">
            <TextInput
              label={t('search.nameOfSearch')}
              data-autofocus
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" size="compact-sm" loading={saving.pending} disabled={name.trim() === ''}>
              {t('search.save')}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}

/** Made anew only when something of it changes: letters that are typed leave it alone. */
export const SearchTools = memo(function SearchTools(props: Props): ReactNode {
  const { task, mode } = props
  return (
    <Group gap="sm" justify="space-between" w="100%">
      <Group gap="sm">
        <SegmentedControl
          size="xs"
          aria-label={t('search.findOrAsk')}
          value={task}
          onChange={(chosen) => props.onTask(tasks.find(({ value }) => value === chosen)?.value ?? 'find')}
          data={[...tasks]}
        />
        {task === 'ask' ? null : (
          <SegmentedControl
            size="xs"
            aria-label={t('search.howToSearch')}
            value={mode}
            onChange={(chosen) => props.onMode(searchModes.find((known) => known === chosen) ?? 'hybrid')}
            data={searchModes.map((value) => ({ value, label: searchModeLabels[value] }))}
          />
        )}
      </Group>
      {task === 'ask' ? null : (
        <Group gap={4}>
          <FilterMenu onQuery={props.onQuery} />
          {props.hasQuery ? <SaveSearch scope={props.scope} mode={mode} /> : null}
        </Group>
      )}
    </Group>
  )
})
