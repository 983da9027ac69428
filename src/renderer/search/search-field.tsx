/**
 * Owns the field that is typed into.
 */
import { ActionIcon, Kbd, Loader, TextInput } from '@mantine/core'
import { IconMessageQuestion, IconSearch, IconX } from '@tabler/icons-react'
import { useLate } from '../client/lateness'
import classes from './search-view.module.css'
import type { KeyboardEvent, ReactNode, Ref } from 'react'
import type { Scope } from '../client/places'
import type { SearchTask } from './kept-search'

type Props = {
  readonly ref: Ref<HTMLInputElement>
  readonly scope: Scope
  readonly task: SearchTask
  readonly query: string
  readonly loading: boolean
  readonly onChange: (text: string) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

const LOADER_AFTER_MS = 300
const isMac = navigator.userAgent.includes('Mac')

const words: Readonly<Record<SearchTask, { readonly label: string; readonly hint: string; readonly all: string }>> = {
  find: { label: 'Search', hint: 'Search', all: 'Search all your documents' },
  ask: { label: 'Ask', hint: 'Ask', all: 'Ask all your documents, then press Enter' },
}

export function SearchField({ ref, scope, task, query, loading, onChange, onKeyDown }: Props): ReactNode {
  const { label, hint, all } = words[task]
  const Sign = task === 'find' ? IconSearch : IconMessageQuestion
  const isLate = useLate(loading ? 'loading' : null, LOADER_AFTER_MS)
  const side = (): ReactNode => {
    if (query === '') return <Kbd size="sm">{isMac ? '⌘ K' : 'Ctrl K'}</Kbd>
    return (
      <ActionIcon aria-label="Clear the search" onClick={() => onChange('')}>
        <IconX size={16} aria-hidden />
      </ActionIcon>
    )
  }
  return (
    <TextInput
      ref={ref}
      className={classes.field}
      size="lg"
      autoFocus
      aria-label={scope === null ? `${label} all collections` : `${label} ${scope}`}
      placeholder={scope === null ? all : `${hint} “${scope}”`}
      value={query}
      spellCheck={false}
      maxLength={20_000}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      leftSection={isLate ? <Loader size={16} aria-label="Searching" /> : <Sign size={20} stroke={1.7} aria-hidden />}
      rightSectionWidth={query === '' ? 84 : 44}
      rightSectionPointerEvents={query === '' ? 'none' : 'auto'}
      rightSection={side()}
    />
  )
}
