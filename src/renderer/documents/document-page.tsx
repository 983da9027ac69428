/**
 * Owns one page of the list of documents: it reads all its rows, makes those that are wanted, and keeps their place while they are on their way.
 */
import { useDeferredValue, type ReactNode } from 'react'
import { useCall } from '../client/queries'
import { DocumentListRow } from './document-list-row'
import columns from './document-columns.module.css'
import classes from './document-list-row.module.css'
import type { DocumentOrder } from '../../shared/document-lists'
import type { DocumentRow } from '../../shared/domain'
import type { Reading } from '../preview/reading'
import { isPicked, type DocumentFilter, type Picked } from './browsing'

/** Rows of one request, and the height of a row in pixels (as in the style sheet). */
export const PAGE_ROWS = 50
export const ROW_PX = 58

type Props = {
  readonly filter: DocumentFilter
  readonly order: { readonly sort: DocumentOrder; readonly descending: boolean }
  readonly picked: Picked
  readonly onPick: (document: DocumentRow) => void
  /** Of the first row of the page. */
  readonly offset: number
  /** The rows that are made, counted over all pages. */
  readonly from: number
  readonly to: number
  readonly showCollection: boolean
  readonly onRead: (reading: Reading) => void
}

export function DocumentPage({
  filter,
  order,
  picked,
  onPick,
  offset,
  from,
  to,
  showCollection,
  onRead,
}: Props): ReactNode {
  const { data: read } = useCall(
    'documents.list',
    { ...filter, ...order, offset, limit: PAGE_ROWS },
    { topics: ['documents'], pauseMs: 1_000, keepPrevious: true },
  )
  // Rows are made between frames: scrolling goes on meanwhile.
  const data = useDeferredValue(read)
  if (data === undefined) {
    return Array.from({ length: to - from }, (_, at) => (
      <div key={from + at} role="row" className={`${columns.columns} ${classes.row}`}>
        <span role="cell">
          <span className={classes.waiting} style={{ inlineSize: `${40 + (((from + at) * 37) % 40)}%` }} />
        </span>
      </div>
    ))
  }
  return data.documents
    .slice(from - offset, to - offset)
    .map((document, at) => (
      <DocumentListRow
        key={document.id}
        document={document}
        rowIndex={from + at + 2}
        showCollection={showCollection}
        isPicked={isPicked(picked, document.id)}
        onPick={onPick}
        onRead={onRead}
      />
    ))
}
