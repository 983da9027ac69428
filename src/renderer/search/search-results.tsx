/**
 * Owns what stands under the search field: results, or the right words for nothing, for a mistake and for limits.
 */
import { Alert, Button, Group, Text } from '@mantine/core'
import { IconFileSearch, IconInfoCircle } from '@tabler/icons-react'
import { startTransition, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { formatDuration } from '../text/figures'
import { EmptyNote } from './empty-note'
import { Chip, FilterChips } from './filter-chips'
import { withoutFilter } from './filter-words'
import { SearchHit, type HitActions } from './search-hit'
import { SpellingNote } from './spelling-note'
import { keyOfHit, settleResults } from './steady-results'
import { t } from '../text/language'
import classes from './search-results.module.css'
import type { KeyboardEvent, ReactNode } from 'react'
import type { Hit, SearchResult } from '../../shared/domain'
import type { Query } from '../client/queries'
import type { Scope } from '../client/places'
import type { Likeness } from './live-search'

type Props = Omit<HitActions, 'onPoint'> & {
  readonly scope: Scope
  /** What was asked, as it was typed; results of another question take the place of these all at once. */
  readonly asked: string
  readonly likeness: Likeness | null
  readonly search: Query<SearchResult>
  readonly canShowMore: boolean
  readonly onShowMore: () => void
  readonly onQuery: (query: string) => void
  readonly onEndLikeness: () => void
  /** Back to the field. */
  readonly onLeave: () => void
}

type Steady = { readonly asked: string; readonly source: SearchResult | undefined; readonly hits: readonly Hit[] }

/** The results in an order that does not jump under the pointer or the focus. */
function useSteady(asked: string, source: SearchResult | undefined, pointedAt: string | null): readonly Hit[] {
  const [steady, setSteady] = useState<Steady>({ asked, source, hits: source?.results ?? [] })
  if (steady.source === source) return steady.hits
  const isSame = steady.asked === asked && source !== undefined
  const hits = isSame ? settleResults(steady.hits, source.results, pointedAt) : (source?.results ?? [])
  setSteady({ asked, source, hits })
  return hits
}

/** Results that are there at once; more than most windows show. */
const FIRST_HITS = 6

/** A window that is hidden paints nothing. */
const UNSEEN_MS = 100

/**
 * The first results of a new question before the others: who types sees them sooner, and the others come once those are painted.
 * Better results of the same question come all at once, so that nothing is taken away from who has scrolled down.
 */
function useFirstOnes(
  question: string,
  hits: readonly Hit[],
): { readonly shown: readonly Hit[]; readonly isAll: boolean } {
  const [whole, setWhole] = useState<string | null>(null)
  const isAll = whole === question
  useEffect(() => {
    if (isAll) return undefined
    const show = (): void => startTransition(() => setWhole(question))
    let timer = setTimeout(show, UNSEEN_MS)
    const frame = requestAnimationFrame(() => {
      clearTimeout(timer)
      timer = setTimeout(show, 0)
    })
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [question, isAll])
  return { shown: isAll ? hits : hits.slice(0, FIRST_HITS), isAll }
}

/** Moves the focus among the results; from the first one up it goes back to the field. */
const moveFocus = (list: HTMLElement, key: string, onLeave: () => void): boolean => {
  const all = Array.from(list.querySelectorAll<HTMLElement>('[data-hit]'))
  const at = all.findIndex((hit) => hit.contains(document.activeElement))
  const targets: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }
  const target = targets[key]
  if (target === undefined || at < 0) return false
  if (target < 0) onLeave()
  else all[target]?.focus()
  return true
}

const QUOTE = /["“”„«»]/

const describeCount = (data: SearchResult, shown: number, canShowMore: boolean): string => {
  // A search with quotes of its own is not quoted again: it stands in the field above.
  if (shown === 0)
    return QUOTE.test(data.query) ? t('search.noPassagesForThis') : t('search.noPassages', { query: data.query })
  const time = formatDuration(data.elapsedMs)
  return t(canShowMore ? 'search.resultsOrMore' : 'search.results', { count: shown, time })
}

const sayStage = ({ stage }: SearchResult, counted: string): string =>
  stage === 'keyword' ? t('search.moreToCome', { counted }) : counted

/** Words that are too common to look for are in nearly every question: said to who asks, by a tooltip. */
const describeIgnored = ({ ignored = [] }: SearchResult): string | undefined =>
  ignored.length === 0 ? undefined : t('search.notLookedFor', { words: ignored.slice(0, 12).join(', ') })

function Notes({ data }: { readonly data: SearchResult }): ReactNode {
  return data.notes.map((note) => (
    <Group key={note} gap={6} c="dimmed" wrap="nowrap">
      <IconInfoCircle size={15} className={classes.sign} aria-hidden />
      <Text size="sm">{note}</Text>
    </Group>
  ))
}

export function SearchResults(props: Props): ReactNode {
  const { asked, search, scope, likeness } = props
  const [pointedAt, setPointedAt] = useState<string | null>(null)
  const { data } = search
  const error = search.error?.code === 'CANCELLED' ? undefined : search.error
  const hits = useSteady(`${likeness?.documentId ?? ''} ${asked}`, data, pointedAt)
  const { shown, isAll } = useFirstOnes(`${likeness?.documentId ?? ''} ${data?.query ?? ''}`, hits)
  const feed = useRef<HTMLDivElement>(null)
  const hasFocus = useRef(false)
  useLayoutEffect(() => {
    // Who went to the results of a word that was not complete yet is among those of the whole one, not nowhere.
    if (document.activeElement !== document.body)
      hasFocus.current = feed.current?.contains(document.activeElement) ?? false
    if (!hasFocus.current || document.activeElement !== document.body) return
    feed.current?.querySelector<HTMLElement>('[data-hit]')?.focus()
  }, [hits])
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key === 'Escape') props.onLeave()
    else if (moveFocus(event.currentTarget, event.key, props.onLeave)) event.preventDefault()
  }
  const head =
    likeness === null ? null : (
      <Group gap={6}>
        <Chip label={t('search.like', { name: likeness.name })} onRemove={props.onEndLikeness} />
      </Group>
    )
  if (error !== undefined)
    return (
      <>
        {head}
        <Alert color={error.code === 'SEARCH_QUERY_EMPTY' ? 'gray' : 'red'} title={error.message} role="status">
          {error.code === 'SEARCH_QUERY_EMPTY' ? null : error.code}
        </Alert>
      </>
    )
  if (data === undefined) return head
  // What the results are for: another spelling, or nothing that was typed at all.
  const meant = likeness !== null ? '' : data.corrected === true ? (data.didYouMean ?? data.query) : data.query
  const best = Math.max(...hits.map(({ score }) => score), Number.MIN_VALUE)
  return (
    <>
      {head}
      <FilterChips filters={data.filters ?? []} onRemove={(filter) => props.onQuery(withoutFilter(asked, filter))} />
      <SpellingNote result={data} onSearch={props.onQuery} />
      <Text size="xs" c="dimmed" className="figures" role="status" title={describeIgnored(data)}>
        {sayStage(data, describeCount(data, hits.length, props.canShowMore))}
      </Text>
      <Notes data={data} />
      {hits.length === 0 && !search.loading ? (
        <EmptyNote icon={<IconFileSearch size={26} stroke={1.6} aria-hidden />} title={t('search.nothingFound')}>
          {t(scope === null ? 'search.tryOthers' : 'search.tryOthersOrAll')}
        </EmptyNote>
      ) : null}
      {hits.length === 0 ? null : (
        <div
          ref={feed}
          role="feed"
          aria-label={t('search.resultList')}
          aria-busy={search.loading || !isAll}
          data-query={data.query}
          className={classes.feed}
          onKeyDown={onKeyDown}
          onPointerLeave={() => setPointedAt(null)}
          onFocus={() => {
            hasFocus.current = true
          }}
          onBlur={(event) => {
            // What is taken away loses the focus without anybody's doing.
            if (event.target.isConnected) hasFocus.current = event.currentTarget.contains(event.relatedTarget)
            setPointedAt(null)
          }}
        >
          {shown.map((hit, at) => (
            <SearchHit
              key={keyOfHit(hit)}
              hit={hit}
              query={meant}
              share={hit.score / best}
              position={at + 1}
              total={props.canShowMore ? -1 : hits.length}
              showCollection={scope === null}
              onRead={props.onRead}
              onLike={props.onLike}
              onShowDocuments={props.onShowDocuments}
              onPoint={setPointedAt}
            />
          ))}
        </div>
      )}
      {props.canShowMore ? (
        <Button variant="default" w="fit-content" mx="auto" onClick={props.onShowMore} loading={search.loading}>
          {t('search.showMore')}
        </Button>
      ) : null}
    </>
  )
}
