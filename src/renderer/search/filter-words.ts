/**
 * Owns how filters of a query read, and how one is taken out of it. One table; a missing row is a type error.
 */
import type { QueryFilter } from '../../shared/search'

type Describe = (filter: QueryFilter) => string

const saying =
  (words: string): Describe =>
  ({ value, negated }) =>
    `${negated ? 'not ' : ''}${words} ${value}`

export const filterLabels: Readonly<Record<QueryFilter['name'], Describe>> = {
  type: saying('type'),
  in: saying('in'),
  path: saying('path'),
  title: saying('title'),
  after: saying('after'),
  before: saying('before'),
  lang: saying('language'),
  collection: saying('collection'),
  size: saying('size'),
  phrase: ({ value, negated }) => `${negated ? 'without ' : ''}“${value}”`,
  not: ({ value }) => `without ${value}`,
}

/** The query without this filter; white space is closed up. */
export const withoutFilter = (query: string, { text }: Pick<QueryFilter, 'text'>): string => {
  const at = query.indexOf(text)
  if (at < 0) return query
  return `${query.slice(0, at)} ${query.slice(at + text.length)}`.replace(/\s+/g, ' ').trim()
}

/** The query with this filter at its end, once. */
export const withFilter = (query: string, text: string): string =>
  query.split(/\s+/).includes(text) ? query : `${query.trim()} ${text}`.trim()
