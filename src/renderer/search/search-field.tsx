/**
 * Owns the field that is typed into.
 */
import { ActionIcon, Kbd, Loader, TextInput } from '@mantine/core'
import { IconMessageQuestion, IconSearch, IconX } from '@tabler/icons-react'
import { useLate } from '../client/lateness'
import { t } from '../text/language'
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

const words = {
  find: {
    all: 'search.searchAll',
    one: 'search.searchOne',
    hintAll: 'search.searchHintAll',
    hintOne: 'search.searchHintOne',
  },
  ask: { all: 'search.askAll', one: 'search.askOne', hintAll: 'search.askHintAll', hintOne: 'search.askHintOne' },
} as const satisfies Record<SearchTask, unknown>

export function SearchField({ ref, scope, task, query, loading, onChange, onKeyDown }: Props): ReactNode {
  const { all, one, hintAll, hintOne } = words[task]
  const Sign = task === 'find' ? IconSearch : IconMessageQuestion
  const isLate = useLate(loading ? 'loading' : null, LOADER_AFTER_MS)
  const side = (): ReactNode => {
    if (query === '') return <Kbd size="sm">{isMac ? '⌘ K' : t('search.ctrlK')}</Kbd>
    return (
      <ActionIcon aria-label={t('search.clear')} onClick={() => onChange('')}>
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
      aria-label={scope === null ? t(all) : t(one, { scope })}
      placeholder={scope === null ? t(hintAll) : t(hintOne, { scope })}
      value={query}
      spellCheck={false}
      maxLength={20_000}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      leftSection={
        isLate ? <Loader size={16} aria-label={t('search.searching')} /> : <Sign size={20} stroke={1.7} aria-hidden />
      }
      rightSectionWidth={query === '' ? 84 : 44}
      rightSectionPointerEvents={query === '' ? 'none' : 'auto'}
      rightSection={side()}
    />
  )
}
