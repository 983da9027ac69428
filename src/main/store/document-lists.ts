/**
 * Owns the lists of documents: in which order, narrowed by what, a page at a time from an index, and how many have each state, kind, language.
 * Refuses: reading more rows than the page has.
 */
import type { DocumentFacets, DocumentOrder } from '../../shared/document-lists'
import type { DocumentState } from '../../shared/domain'
import type { DocumentListFilter, Operations } from './contract'
import type { Database } from './database'
import { foldPath, readDocuments } from './documents'

const FOUND_STATES: readonly DocumentState[] = ['indexed', 'partial']

/** What is gone keeps the state it had, for the day it comes back. */
const SHOWN_STATE = `iif(gone_at IS NULL, state, 'gone')`

type Order = { readonly index: string; readonly by: readonly string[] }

/** Each order is an index that holds whatever a list is narrowed by but the path; that is in the one by name. */
const orders: Readonly<Record<DocumentOrder, Order>> = {
  name: { index: 'documents_listing', by: ['collection_id', 'path_folded', 'id'] },
  date: { index: 'documents_dates', by: ['indexed_at', 'id'] },
  size: { index: 'documents_sizes', by: ['size_bytes', 'id'] },
  kind: { index: 'documents_kinds', by: ['kind', 'id'] },
  state: { index: 'documents_states', by: ['state', 'id'] },
}

const ONE_OF = 'IN (SELECT value FROM json_each(?))'

type Clause = { readonly sql: string; readonly param: string | number }

/** An index finds a state by itself; what is gone has it in another column. */
const stateClause = (states: readonly DocumentState[]): Clause =>
  states.includes('gone')
    ? { sql: `${SHOWN_STATE} ${ONE_OF}`, param: JSON.stringify(states) }
    : { sql: `state ${ONE_OF} AND gone_at IS NULL`, param: JSON.stringify(states) }

const clausesOf = ({ collectionId, states, kinds, languages, contains }: DocumentListFilter): Clause[] => {
  const part = contains === null || contains === '' ? null : foldPath(contains)
  return [
    ...(collectionId === null ? [] : [{ sql: 'collection_id = ?', param: collectionId }]),
    stateClause(states ?? FOUND_STATES),
    ...(kinds ? [{ sql: `kind ${ONE_OF}`, param: JSON.stringify(kinds) }] : []),
    ...(languages ? [{ sql: `language ${ONE_OF}`, param: JSON.stringify(languages) }] : []),
    ...(part === null ? [] : [{ sql: 'instr(path_folded, ?) > 0', param: part }]),
  ]
}

type Statement = { readonly sql: string; readonly params: readonly (string | number)[] }

/** So few are found by their state and sorted; walking an index in order until enough of them have come may be reading all of it. */
const FEW = 500

/** The page of ids comes from an index alone; only its rows are read. `total`: how many documents pass. */
export const idsOf = (
  filter: DocumentListFilter & Pick<Operations['documents.list']['params'], 'sort' | 'descending'>,
  total: number,
): Statement => {
  const { sort = 'name', descending = false } = filter
  const clauses = clausesOf(filter)
  const where = clauses.map(({ sql }) => sql).join(' AND ')
  const { index, by } = orders[sort]
  const order = by.map((column) => `${column}${descending ? ' DESC' : ''}`).join(', ')
  const params = clauses.map(({ param }) => param)
  // A part of a path is looked for where the paths are; what is found is put into the other order.
  const isSearched = where.includes('path_folded')
  const found = isSearched ? 'documents_listing' : 'documents_states'
  const isSorted = isSearched ? sort !== 'name' : total <= FEW
  const sql = isSorted
    ? `SELECT id FROM documents WHERE id IN (SELECT id FROM documents INDEXED BY ${found} WHERE ${where}) ORDER BY ${order}`
    : `SELECT id FROM documents INDEXED BY ${index} WHERE ${where} ORDER BY ${order}`
  return { sql: `${sql} LIMIT ? OFFSET ?`, params }
}

/** The smallest index that holds all that is asked. */
const countingIndex = ({ collectionId, kinds, languages, contains }: DocumentListFilter): string => {
  if (contains) return 'documents_listing'
  return collectionId !== null && !kinds && !languages ? 'documents_state' : 'documents_states'
}

const countOf = (db: Database, filter: DocumentListFilter): number => {
  const clauses = clausesOf(filter)
  const index = countingIndex(filter)
  return db.one<{ total: number }>(
    `SELECT count(*) AS total FROM documents INDEXED BY ${index} WHERE ${clauses.map(({ sql }) => sql).join(' AND ')}`,
    ...clauses.map(({ param }) => param),
  ).total
}

export const listDocuments = (
  db: Database,
  { offset, limit, ...filter }: Operations['documents.list']['params'],
): Operations['documents.list']['result'] => {
  const total = countOf(db, filter)
  if (offset >= total) return { documents: [], total }
  const { sql, params } = idsOf(filter, total)
  const ids = db.all<{ id: number }>(sql, ...params, limit, offset).map(({ id }) => id)
  return { documents: readDocuments(db, ids), total }
}

type Group = {
  readonly collection: string
  readonly state: DocumentState
  readonly kind: string | null
  readonly language: string | null
  readonly count: number
}

const sumBy = (groups: readonly Group[], valueOf: (group: Group) => string | null): DocumentFacets['kinds'] => {
  const sums = new Map<string, number>()
  for (const group of groups) {
    const value = valueOf(group)
    if (value !== null) sums.set(value, (sums.get(value) ?? 0) + group.count)
  }
  return [...sums]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}

/** One walk over the index counts them in groups; each facet then sums what the filter leaves but for itself. */
export const readFacets = (
  db: Database,
  { contains, collectionName, states, kinds, languages }: Operations['documents.facets']['params'],
): DocumentFacets => {
  const part = contains === null || contains === '' ? null : foldPath(contains)
  const groups = db.all<Group>(
    `SELECT c.name AS collection, g.state, g.kind, g.language, g.count FROM (
        SELECT collection_id, ${SHOWN_STATE} AS state, kind, language, count(*) AS count
        FROM documents INDEXED BY ${part === null ? 'documents_kinds' : 'documents_listing'}
        ${part === null ? '' : 'WHERE instr(path_folded, ?) > 0'} GROUP BY 1, 2, 3, 4
      ) g JOIN collections c ON c.id = g.collection_id`,
    ...(part === null ? [] : [part]),
  )
  const passes = {
    collections: ({ collection }: Group) => collectionName === null || collection === collectionName,
    states: ({ state }: Group) => (states ?? FOUND_STATES).includes(state),
    kinds: ({ kind }: Group) => !kinds || (kind !== null && kinds.includes(kind)),
    languages: ({ language }: Group) => !languages || (language !== null && languages.includes(language)),
  }
  const others = (facet: keyof typeof passes): Group[] => {
    const tests = Object.entries(passes).flatMap(([name, test]) => (name === facet ? [] : [test]))
    return groups.filter((group) => tests.every((test) => test(group)))
  }
  return {
    collections: sumBy(others('collections'), ({ collection }) => collection),
    states: sumBy(others('states'), ({ state }) => state),
    kinds: sumBy(others('kinds'), ({ kind }) => kind),
    languages: sumBy(others('languages'), ({ language }) => language),
  }
}
