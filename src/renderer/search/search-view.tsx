/**
 * Owns searching: a field, results as you type, and honest words when there is nothing to show.
 */
import { ActionIcon, Kbd, Loader, SegmentedControl, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue, useHotkeys } from '@mantine/hooks'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { searchModes, type SearchMode } from '../../shared/domain'
import { useCall } from '../client/queries'
import { TextReader, type Reading } from '../documents/text-reader'
import { searchModeLabels } from '../text/words'
import { keptSearch } from './kept-search'
import { SearchResults } from './search-results'
import classes from './search-view.module.css'
import type { KeyboardEvent, ReactNode } from 'react'
import type { Scope } from '../client/places'

type Props = { readonly scope: Scope; readonly onShowQueue: () => void }

const PAGE = 20
const MOST = 200
const TYPING_PAUSE_MS = 140
/** New results move what a person is reading: not more often than this while documents are being added. */
const REFRESH_PAUSE_MS = 2_500

const isMac = navigator.userAgent.includes('Mac')

export function SearchView({ scope, onShowQueue }: Props): ReactNode {
  const [query, setQuery] = useState(keptSearch.query)
  const [mode, setMode] = useState<SearchMode>(keptSearch.mode)
  const [limit, setLimit] = useState(PAGE)
  const [reading, setReading] = useState<Reading | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [asked] = useDebouncedValue(query.trim(), TYPING_PAUSE_MS)
  useHotkeys([['mod+K', () => field.current?.select()]], [])

  const params = asked === '' ? null : { query: asked, mode, limit, collections: scope === null ? [] : [scope] }
  const search = useCall('search', params, {
    topics: ['documents'],
    pauseMs: REFRESH_PAUSE_MS,
    keepPrevious: true,
    quiet: ['SEARCH_QUERY_EMPTY'],
  })

  const change = (text: string): void => {
    keptSearch.query = text
    setQuery(text)
    setLimit(PAGE)
  }
  const changeMode = (chosen: string): void => {
    const known = searchModes.find((candidate) => candidate === chosen) ?? 'hybrid'
    keptSearch.mode = known
    setMode(known)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') change('')
    if (event.key === 'ArrowDown') {
      event.preventDefault()
      list.current?.querySelector<HTMLElement>('[data-hit]')?.focus()
    }
  }

  return (
    <div className={classes.view}>
      <div className={classes.head}>
        <div role="search">
          <h1 className="spoken-only">Search</h1>
          <TextInput
            ref={field}
            className={classes.field}
            size="lg"
            autoFocus
            aria-label={scope === null ? 'Search all collections' : `Search ${scope}`}
            placeholder={scope === null ? 'Search all your documents' : `Search “${scope}”`}
            value={query}
            spellCheck={false}
            onChange={(event) => change(event.currentTarget.value)}
            onKeyDown={onKeyDown}
            leftSection={<IconSearch size={20} stroke={1.7} aria-hidden />}
            rightSectionWidth={query === '' ? 84 : 44}
            rightSectionPointerEvents={query === '' ? 'none' : 'auto'}
            rightSection={
              query === '' ? (
                <Kbd size="sm">{isMac ? '⌘ K' : 'Ctrl K'}</Kbd>
              ) : search.loading ? (
                <Loader size={16} aria-label="Searching" />
              ) : (
                <ActionIcon aria-label="Clear the search" onClick={() => change('')}>
                  <IconX size={16} aria-hidden />
                </ActionIcon>
              )
            }
          />
          <SegmentedControl
            size="xs"
            aria-label="How to search"
            value={mode}
            onChange={changeMode}
            data={searchModes.map((value) => ({ value, label: searchModeLabels[value] }))}
          />
        </div>
      </div>
      <div ref={list}>
        <Stack className={classes.column} gap="sm">
          <SearchResults
            scope={scope}
            asked={asked}
            search={search}
            canShowMore={limit < MOST && (search.data?.results.length ?? 0) >= limit}
            onShowMore={() => setLimit((before) => Math.min(MOST, before + PAGE))}
            onRead={setReading}
            onShowQueue={onShowQueue}
          />
        </Stack>
      </div>
      <TextReader reading={reading} onClose={() => setReading(null)} />
    </div>
  )
}
