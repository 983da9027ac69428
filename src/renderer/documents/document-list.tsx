/**
 * Owns the scrolled part of the list of documents: rows are read by the page, and made a few at a time as they come into sight.
 * Refuses: what the list is narrowed to and what is picked; those come from outside.
 */
import { observeElementOffset, useVirtualizer } from '@tanstack/react-virtual'
import { DocumentPage, PAGE_ROWS, ROW_PX } from './document-page'
import { useTallList } from './tall-list'
import classes from './documents-view.module.css'
import type { ReactNode } from 'react'
import type { DocumentOrder } from '../../shared/document-lists'
import type { DocumentRow } from '../../shared/domain'
import type { Reading } from '../preview/reading'
import type { DocumentFilter, Picked } from './browsing'

/** Height of the column names in pixels (as in the style sheet). */
const HEADER_PX = 34
/** Rows that are made together: a page at once would take as long as several frames. */
const BLOCK_ROWS = 5
/** Blocks that are ready above and below what is in sight. */
const READY_BLOCKS = 2

type Props = {
  /** `null` until it is there, which is after this list is: it is made anew then. */
  readonly scroll: HTMLDivElement | null
  readonly total: number
  readonly filter: DocumentFilter
  readonly order: { readonly sort: DocumentOrder; readonly descending: boolean }
  readonly picked: Picked
  readonly onPick: (document: DocumentRow) => void
  readonly showCollection: boolean
  readonly onRead: (reading: Reading) => void
}

/** The rows from `from` to before `to`, by page of `PAGE_ROWS`. */
export const pagesOf = (
  from: number,
  to: number,
): { readonly page: number; readonly from: number; readonly to: number }[] => {
  const [first, last] = [Math.floor(from / PAGE_ROWS), Math.floor((to - 1) / PAGE_ROWS)]
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => {
    const page = first + at
    return { page, from: Math.max(from, page * PAGE_ROWS), to: Math.min(to, (page + 1) * PAGE_ROWS) }
  })
}

export function DocumentList({ scroll, total, ...rest }: Props): ReactNode {
  const { shownPx, holder, toList } = useTallList(scroll, total * ROW_PX, () => from * ROW_PX)
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used here and not passed on, so nothing is memoized with them
  const virtual = useVirtualizer({
    count: Math.ceil(total / BLOCK_ROWS),
    getScrollElement: () => scroll,
    estimateSize: (block) => Math.min(BLOCK_ROWS, total - block * BLOCK_ROWS) * ROW_PX,
    overscan: READY_BLOCKS,
    scrollMargin: HEADER_PX,
    observeElementOffset: (instance, tell) =>
      observeElementOffset(instance, (topPx, isScrolling) => tell(toList(topPx), isScrolling)),
    // Rows that are late by a frame are better than a frame that is late.
    useFlushSync: false,
  })
  const blocks = virtual.getVirtualItems()
  const from = (blocks[0]?.index ?? 0) * BLOCK_ROWS
  const to = Math.min(total, ((blocks.at(-1)?.index ?? -1) + 1) * BLOCK_ROWS)
  return (
    <div role="presentation" style={{ height: shownPx, position: 'relative' }}>
      <div role="presentation" ref={holder} className={classes.page}>
        {pagesOf(from, to).map((shown) => (
          <div
            key={shown.page}
            role="rowgroup"
            className={classes.page}
            style={{ transform: `translateY(${(shown.from - from) * ROW_PX}px)` }}
          >
            <DocumentPage offset={shown.page * PAGE_ROWS} from={shown.from} to={shown.to} {...rest} />
          </div>
        ))}
      </div>
    </div>
  )
}
