/**
 * Owns searches that were saved under a name, and those that were made before.
 * Refuses: searching, and deciding whether anything is kept.
 */
import type { z } from 'zod'
import { AppError } from '../../shared/errors'
import { searchScopeSchema, type HistoryEntry, type SavedSearch, type SearchScope } from '../../shared/search'
import type { Operations } from './contract'
import { NOW, type Database } from './database'
import { foldPath } from './documents'
import { parseJson } from './stored-json'

type SavedRow = { id: number; name: string; query: string; scope: string; created_at: string; used_at: string | null }
type HistoryRow = { id: number; query: string; scope: string; at: string; times: number }

const parseScope = (json: string): SearchScope => parseJson(searchScopeSchema as z.ZodType<SearchScope>, json)
/** Always in the same order, so that equal scopes are equal text. */
const writeScope = (scope: SearchScope): string => JSON.stringify(searchScopeSchema.parse(scope))

const toSaved = (row: SavedRow): SavedSearch => ({
  id: String(row.id),
  name: row.name,
  query: row.query,
  ...parseScope(row.scope),
  createdAt: row.created_at,
  usedAt: row.used_at,
})

const toEntry = (row: HistoryRow): HistoryEntry => ({
  id: String(row.id),
  query: row.query,
  ...parseScope(row.scope),
  at: row.at,
  times: row.times,
})

export const listSaved = (db: Database): SavedSearch[] =>
  db.all<SavedRow>('SELECT * FROM saved_searches ORDER BY name COLLATE NOCASE, id').map(toSaved)

/** By name, else by id: a name may be a number. */
export const findSaved = (db: Database, { name }: Operations['saved.find']['params']): SavedSearch | null => {
  const row = db.get<SavedRow>(
    'SELECT * FROM saved_searches WHERE name = ?1 OR CAST(id AS TEXT) = ?1 ORDER BY name = ?1 DESC LIMIT 1',
    name,
  )
  return row && toSaved(row)
}

export const saveSearch = (
  db: Database,
  { name, query, scope }: Operations['saved.save']['params'],
): Operations['saved.save']['result'] => {
  db.run(
    `INSERT INTO saved_searches (name, query, scope, created_at) VALUES (?, ?, ?, ${NOW})
      ON CONFLICT (name) DO UPDATE SET query = excluded.query, scope = excluded.scope`,
    name,
    query,
    writeScope(scope),
  )
  const row = db.one<SavedRow>('SELECT * FROM saved_searches WHERE name = ?', name)
  return toSaved(row)
}

/** @throws NOT_FOUND */
export const removeSaved = (db: Database, params: Operations['saved.remove']['params']): Record<string, never> => {
  const saved = findSaved(db, params)
  if (saved === null) throw new AppError('NOT_FOUND', { what: 'saved search', id: params.name })
  db.run('DELETE FROM saved_searches WHERE id = ?', Number(saved.id))
  return {}
}

/** Puts one back as it was; one that has its name by now stays. */
export const restoreSaved = (
  db: Database,
  { id, name, query, createdAt, usedAt, ...scope }: Operations['saved.restore']['params'],
): Operations['saved.restore']['result'] => {
  const { changes } = db.run(
    `INSERT INTO saved_searches (id, name, query, scope, created_at, used_at)
      VALUES (iif(EXISTS (SELECT 1 FROM saved_searches WHERE id = ?1), NULL, ?1), ?2, ?3, ?4, ?5, ?6) ON CONFLICT (name) DO NOTHING`,
    Number(id),
    name,
    query,
    writeScope(scope),
    createdAt,
    usedAt,
  )
  return { restored: changes > 0 }
}

export const touchSaved = (db: Database, { id }: Operations['saved.touch']['params']): Record<string, never> => {
  db.run(`UPDATE saved_searches SET used_at = ${NOW} WHERE id = ?`, id)
  return {}
}

export const listHistory = (
  db: Database,
  { offset, limit, contains }: Operations['history.list']['params'],
): Operations['history.list']['result'] => {
  const folded = contains === null ? null : foldPath(contains)
  const all = db.all<HistoryRow>('SELECT * FROM search_history ORDER BY at DESC, id DESC')
  // LIKE folds ASCII alone; the history is short.
  const fitting = folded === null ? all : all.filter(({ query }) => foldPath(query).includes(folded))
  return { entries: fitting.slice(offset, offset + limit).map(toEntry), total: fitting.length }
}

/** The same search again is the same entry, which is the newest then, also within one millisecond. */
export const addHistory = (
  db: Database,
  { query, scope, maxEntries }: Operations['history.add']['params'],
): Record<string, never> => {
  db.run(
    `INSERT INTO search_history (query, scope, at) VALUES (?, ?, ${NOW})
      ON CONFLICT (query, scope) DO UPDATE SET id = (SELECT max(id) + 1 FROM search_history), at = excluded.at, times = times + 1`,
    query,
    writeScope(scope),
  )
  db.run(
    'DELETE FROM search_history WHERE id IN (SELECT id FROM search_history ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?)',
    maxEntries,
  )
  return {}
}

/** `ids` is `null` for all of them. */
export const removeHistory = (
  db: Database,
  { ids }: Operations['history.remove']['params'],
): Operations['history.remove']['result'] => ({
  removed:
    ids === null
      ? db.run('DELETE FROM search_history').changes
      : db.run('DELETE FROM search_history WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids)).changes,
})
