/**
 * Owns how filters of a query read, and how one is taken out of it. One table; a missing row is a type error.
 */
import { t } from '../text/language'
import type { QueryFilter } from '../../shared/search'

type Describe = (filter: QueryFilter) => string

type Word = 'type' | 'in' | 'path' | 'title' | 'after' | 'before' | 'language' | 'collection' | 'size'

const saying =
  (word: Word): Describe =>
  ({ value, negated }) =>
    t(negated ? `search.not_${word}` : `search.only_${word}`, { value })

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
  phrase: ({ value, negated }) => t(negated ? 'search.withoutPhrase' : 'search.phrase', { value }),
  not: ({ value }) => t('search.withoutWord', { value }),
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
