/**
 * Owns searching: a field, results as you type, and honest words when there is nothing to show.
 */
import { Stack } from '@mantine/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import { AnswerPanel } from '../ask/answer-panel'
import { call } from '../client/caller'
import { doBeside } from '../client/actions'
import { Preview } from '../preview/late-preview'
import { keptSearch, type SearchTask } from './kept-search'
import { useLiveSearch, type Likeness } from './live-search'
import { SearchField } from './search-field'
import { SearchResults } from './search-results'
import { SearchStart } from './search-start'
import { SearchTools } from './search-tools'
import { t } from '../text/language'
import classes from './search-view.module.css'
import type { KeyboardEvent, ReactNode } from 'react'
import type { SearchMode } from '../../shared/domain'
import type { Scope } from '../client/places'
import type { Reading } from '../preview/reading'
import type { SearchAgain } from './past-searches'

type Props = {
  readonly scope: Scope
  /** Changes when the person calls for the search from elsewhere: the field gets the focus. */
  readonly focusKey: number
  readonly onShowQueue: () => void
  readonly onShowDocuments: (within: string) => void
}

const PAGE = 20
const MOST = 200
/** Longer than a dialog takes to give the focus back. */
const FOCUS_BACK_MS = 50

export function SearchView({ scope, focusKey, onShowQueue, onShowDocuments }: Props): ReactNode {
  const [query, setQuery] = useState(keptSearch.query)
  const [mode, setMode] = useState<SearchMode>(keptSearch.mode)
  const [task, setTask] = useState<SearchTask>(keptSearch.task)
  const [limit, setLimit] = useState(PAGE)
  const [likeness, setLikeness] = useState<Likeness | null>(null)
  const [reading, setReading] = useState<Reading | null>(null)
  const [question, setQuestion] = useState<{ readonly text: string; readonly at: number } | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const goingBack = useRef<ReturnType<typeof setTimeout>>(undefined)
  // Every letter asks at once: the next one ends what is under way, and what is not wanted any more holds up nobody.
  const asked = query.trim()
  const finding = task === 'find'
  const search = useLiveSearch(finding ? { query: asked, mode, scope, limit, likeness } : null)

  const [shownKey, setShownKey] = useState(focusKey)
  if (shownKey !== focusKey) {
    setShownKey(focusKey)
    setReading(null)
  }
  useEffect(() => {
    if (focusKey === 0) return
    // At once: what is typed next must not be lost.
    field.current?.select()
    // A preview that was open gives the focus back to where it was.
    const timer = setTimeout(() => {
      if (document.activeElement !== field.current) field.current?.focus()
    }, FOCUS_BACK_MS)
    goingBack.current = timer
    return () => clearTimeout(timer)
  }, [focusKey])
  // What comes back from behind another screen is where typing goes, as at first.
  useEffect(() => {
    if (document.activeElement === document.body) field.current?.focus()
  }, [])

  // The same ones at each letter, so that what they are given to stays as it is.
  const change = useCallback((text: string): void => {
    keptSearch.query = text
    setQuery(text)
    setLimit(PAGE)
    setLikeness(null)
  }, [])
  const changeMode = useCallback((chosen: SearchMode): void => {
    keptSearch.mode = chosen
    setMode(chosen)
  }, [])
  const changeTask = useCallback((chosen: SearchTask): void => {
    keptSearch.task = chosen
    setTask(chosen)
    field.current?.focus()
  }, [])
  const searchAgain = (again: SearchAgain): void => {
    changeMode(again.mode)
    change(again.query)
    field.current?.focus()
  }
  const read = useCallback(
    (wanted: Reading): void => {
      setReading(wanted)
      // A search is worth keeping when it led somewhere.
      if (finding && wanted.query !== null && wanted.query !== '')
        doBeside(call('searchHistory.add', { query: wanted.query, mode, collections: scope === null ? [] : [scope] }))
    },
    [finding, mode, scope],
  )
  const like = useCallback((wanted: Likeness): void => {
    setLimit(PAGE)
    setLikeness(wanted)
  }, [])
  /** Whoever goes on to the results so soon is not taken back from there. */
  const goTo = (selector: string): boolean => {
    const found = list.current?.querySelector<HTMLElement>(selector) ?? null
    if (found === null) return false
    clearTimeout(goingBack.current)
    found.focus()
    return true
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') change('')
    if (event.key === 'ArrowDown') {
      event.preventDefault()
      if (!goTo('[data-hit]')) goTo('[data-again]')
    }
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      if (finding) goTo('[data-hit]')
      else if (asked !== '') setQuestion((before) => ({ text: asked, at: (before?.at ?? 0) + 1 }))
    }
  }

  const isStart = finding ? asked === '' && likeness === null : question === null
  return (
    <div className={classes.view}>
      <div className={classes.head}>
        <div role="search">
          <h1 className="spoken-only">{t('shell.search')}</h1>
          <SearchField
            ref={field}
            scope={scope}
            task={task}
            query={query}
            loading={search.loading}
            onChange={change}
            onKeyDown={onKeyDown}
          />
          <SearchTools
            scope={scope}
            task={task}
            mode={mode}
            hasQuery={asked !== ''}
            onTask={changeTask}
            onMode={changeMode}
            onQuery={change}
          />
        </div>
      </div>
      <div ref={list}>
        <Stack className={classes.column} gap="sm">
          {isStart ? (
            <SearchStart scope={scope} task={task} onSearch={searchAgain} onShowQueue={onShowQueue} />
          ) : finding ? (
            <SearchResults
              scope={scope}
              asked={asked}
              likeness={likeness}
              search={search}
              canShowMore={limit < MOST && (search.data?.results.length ?? 0) >= limit}
              onShowMore={() => setLimit((before) => Math.min(MOST, before + PAGE))}
              onRead={read}
              onLike={like}
              onShowDocuments={onShowDocuments}
              onQuery={change}
              onEndLikeness={() => setLikeness(null)}
              onLeave={() => field.current?.focus()}
            />
          ) : question === null ? null : (
            <AnswerPanel key={`${question.at} ${scope ?? ''}`} question={question.text} scope={scope} onRead={read} />
          )}
        </Stack>
      </div>
      <Preview
        reading={reading}
        onRead={setReading}
        onClose={() => setReading(null)}
        onShowDocuments={onShowDocuments}
      />
    </div>
  )
}
