/**
 * Owns what is read: a document, the passage in it that was found, and what was asked.
 */
import type { Range } from './text-blocks'
import type { DocumentRow, Hit } from '../../shared/domain'

/** Offsets are in characters of the document's text. */
export type ReadPassage = { readonly start: number; readonly end: number; readonly page: number | null }

export type Reading = {
  readonly id: string
  readonly path: string
  readonly location: string
  readonly kind: string | null
  readonly title: string | null
  readonly passage: ReadPassage | null
  /** Its words are marked. */
  readonly query: string | null
  /** What the search itself found in the passage: marked when the words are not found as they were typed. */
  readonly found: readonly Range[]
}

/** What is read when a result is opened, at its own passage or another one of the same document. */
export const readingOfHit = (hit: Hit, query: string, passage: ReadPassage = hit): Reading => ({
  id: hit.documentId,
  path: hit.path,
  location: hit.location,
  kind: hit.kind,
  title: hit.title,
  passage: { start: passage.start, end: passage.end, page: passage.page },
  query: query === '' ? null : query,
  found: (hit.matches ?? []).map(({ start, end }) => ({ start: hit.start + start, end: hit.start + end })),
})

/** What is read when a document is opened from its beginning. */
export const readingOfDocument = ({ id, path, location, kind, title }: DocumentRow): Reading => ({
  id,
  path,
  location,
  kind,
  title,
  passage: null,
  query: null,
  found: [],
})
