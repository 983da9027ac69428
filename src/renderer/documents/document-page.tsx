/**
 * Owns one page of the list of documents: it reads its own rows, and keeps their place while they are on their way.
 */
import { Skeleton } from '@mantine/core'
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
  readonly offset: number
  readonly rows: number
  readonly showCollection: boolean
  readonly onRead: (reading: Reading) => void
}

export function DocumentPage({
  filter,
  order,
  picked,
  onPick,
  offset,
  rows,
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
    return Array.from({ length: rows }, (_, at) => (
      <div key={at} role="row" className={`${columns.columns} ${classes.row}`}>
        <span role="cell">
          <Skeleton h={14} w={`${40 + ((at * 37) % 40)}%`} />
        </span>
      </div>
    ))
  }
  return data.documents.map((document, at) => (
    <DocumentListRow
      key={document.id}
      document={document}
      rowIndex={offset + at + 2}
      showCollection={showCollection}
      isPicked={isPicked(picked, document.id)}
      onPick={onPick}
      onRead={onRead}
    />
  ))
}
