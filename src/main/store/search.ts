/**
 * Owns looking up chunks: by words in the full-text index, and by id for whoever found them elsewhere. Only current contents that a
 * document passing the filter points at, and that is not gone, are ever told.
 * Refuses: ranking beyond BM25, and making match expressions of what people type.
 */
import type { Operations, KeywordFilter } from './contract'
import type { Database, SqlValue } from './database'
import { compilePathGlob, type PathTest } from './path-glob'

/** The full-text index ranks this many times the wanted number first; only those are looked at closely. */
const FIRST_WIDTH = 4
const WIDEN_BY = 16
/** Words of a snippet. */
const SNIPPET_TOKENS = 40

type Conditions = { where: string; params: SqlValue[]; passes: PathTest | null }

/** Of one of the kinds, or named by one of the extensions (`dockerfile` is the whole name of a file, `gitignore` one after a dot). */
const typeCondition = ({ kinds, extensions = [] }: KeywordFilter): { where: string; params: SqlValue[] } => {
  const ways: [string, SqlValue][] = []
  if (kinds.length > 0) ways.push(['k.kind IN (SELECT value FROM json_each(?))', JSON.stringify(kinds)])
  if (extensions.length > 0) {
    const named = `substr(d.path_folded, -length(e.value) - 1) IN ('.' || e.value, '/' || e.value) OR d.path_folded = e.value`
    ways.push([`EXISTS (SELECT 1 FROM json_each(?) e WHERE ${named})`, JSON.stringify(extensions)])
  }
  if (ways.length === 0) return { where: '', params: [] }
  return { where: ` AND (${ways.map(([sql]) => sql).join(' OR ')})`, params: ways.map(([, value]) => value) }
}

/** Conditions on `d` (documents) and `k` (contents). */
const toConditions = (filter: KeywordFilter): Conditions => {
  const modified = `COALESCE(d.modified_ms, CAST(unixepoch(d.indexed_at) AS INTEGER) * 1000)`
  const parts: [boolean, string, SqlValue][] = [
    [
      filter.collectionIds.length > 0,
      'd.collection_id IN (SELECT value FROM json_each(?))',
      JSON.stringify(filter.collectionIds),
    ],
    [filter.sinceMs !== null, `${modified} >= ?`, filter.sinceMs],
    [filter.untilMs !== null, `${modified} <= ?`, filter.untilMs],
  ]
  const active = parts.filter(([applies]) => applies)
  const types = typeCondition(filter)
  return {
    where: [' AND d.gone_at IS NULL', ...active.map(([, sql]) => ` AND ${sql}`), types.where].join(''),
    params: [...active.map(([, , value]) => value), ...types.params],
    passes: filter.pathGlob === null ? null : compilePathGlob(filter.pathGlob),
  }
}

/** Of these contents, those that are current and that a passing document points at. */
const passingContents = (
  db: Database,
  contentIds: readonly number[],
  { where, params, passes }: Conditions,
): Set<number> => {
  const from = `FROM json_each(?) j JOIN contents k ON k.id = j.value AND k.state = 'current'`
  const list = JSON.stringify([...new Set(contentIds)])
  if (passes === null) {
    const sql = `SELECT k.id ${from} WHERE EXISTS (SELECT 1 FROM documents d WHERE d.content_id = k.id${where})`
    return new Set(db.all<{ id: number }>(sql, list, ...params).map(({ id }) => id))
  }
  const sql = `SELECT k.id, d.path, d.location ${from} JOIN documents d ON d.content_id = k.id WHERE 1${where}`
  const rows = db.all<{ id: number; path: string; location: string }>(sql, list, ...params)
  return new Set(rows.filter((row) => passes(row.path, row.location)).map(({ id }) => id))
}

/** Ordered by the index itself, which needs no other table for that. */
export const RANKED = 'SELECT rowid AS id, rank FROM chunks_fts WHERE chunks_fts MATCH ? ORDER BY rank LIMIT ?'

/** Of these chunks, those that pass, with their content. */
const passingChunks = (db: Database, chunkIds: readonly number[], conditions: Conditions): Map<number, number> => {
  const places = db.all<{ id: number; content_id: number }>(
    'SELECT id, content_id FROM chunks WHERE id IN (SELECT value FROM json_each(?))',
    JSON.stringify(chunkIds),
  )
  const passing = passingContents(
    db,
    places.map((place) => place.content_id),
    conditions,
  )
  return new Map(places.filter((place) => passing.has(place.content_id)).map(({ id, content_id }) => [id, content_id]))
}

/** Widens until enough chunks pass or the matches are exhausted, so that a narrow filter loses nothing. */
export const searchKeyword = (
  db: Database,
  { match, filter, limit }: Operations['search.keyword']['params'],
): Operations['search.keyword']['result'] => {
  const conditions = toConditions(filter)
  for (let width = limit * FIRST_WIDTH; ; width *= WIDEN_BY) {
    const ranked = db.all<{ id: number; rank: number }>(RANKED, match, width)
    const contentOf = passingChunks(
      db,
      ranked.map(({ id }) => id),
      conditions,
    )
    const hits = ranked.flatMap(({ id, rank }) => {
      const contentId = contentOf.get(id)
      return contentId === undefined ? [] : [{ chunkId: id, contentId, rank }]
    })
    if (hits.length >= limit || ranked.length < width) return hits.slice(0, limit)
  }
}

export const listCurrent = (
  db: Database,
  { chunkIds, filter }: Operations['search.current']['params'],
): Operations['search.current']['result'] => {
  const passing = passingChunks(db, chunkIds, toConditions(filter))
  return chunkIds.filter((id) => passing.has(id))
}

export const countMatches = (
  db: Database,
  { matches }: Operations['search.counts']['params'],
): Operations['search.counts']['result'] =>
  matches.map(
    (match) => db.one<{ n: number }>('SELECT count(*) AS n FROM chunks_fts WHERE chunks_fts MATCH ?', match).n,
  )

export const markSnippets = (
  db: Database,
  { match, chunkIds }: Operations['search.snippets']['params'],
): Operations['search.snippets']['result'] =>
  db.all(
    `SELECT rowid AS chunkId, snippet(chunks_fts, 0, '[[', ']]', ' … ', ${SNIPPET_TOKENS}) AS snippet FROM chunks_fts
      WHERE chunks_fts MATCH ? AND rowid IN (SELECT value FROM json_each(?))`,
    match,
    JSON.stringify(chunkIds),
  )

/** `contentIds` is `null` when the filter names collections at most, or allows more than `maxContents`. */
export const listAllowed = (
  db: Database,
  { filter, maxContents }: Operations['search.allowed']['params'],
): Operations['search.allowed']['result'] => {
  const wanted = JSON.stringify(filter.collectionIds)
  const collections = db.all<{ id: number }>(
    'SELECT id FROM collections WHERE json_array_length(?1) = 0 OR id IN (SELECT value FROM json_each(?1)) ORDER BY id',
    wanted,
  )
  const collectionIds = collections.map(({ id }) => id)
  const narrows =
    typeCondition(filter).where !== '' || filter.sinceMs !== null || filter.untilMs !== null || filter.pathGlob !== null
  if (!narrows) return { collectionIds, contentIds: null }
  const { where, params, passes } = toConditions(filter)
  const from = `FROM documents d JOIN contents k ON k.id = d.content_id WHERE k.state = 'current'${where}`
  const ids = passes
    ? db
        .all<{ id: number; path: string; location: string }>(`SELECT k.id, d.path, d.location ${from}`, ...params)
        .filter((row) => passes(row.path, row.location))
        .map(({ id }) => id)
    : db.all<{ id: number }>(`SELECT DISTINCT k.id ${from} LIMIT ?`, ...params, maxContents + 1).map(({ id }) => id)
  const contentIds = [...new Set(ids)]
  return { collectionIds, contentIds: contentIds.length > maxContents ? null : contentIds }
}

type PassageRow = {
  chunkId: number
  contentId: number
  ordinal: number
  page: number | null
  text: string
  start: number
  end: number
  title: string | null
  kind: string
}
type PathRow = { id: number; collection: string; path: string; location: string }

/** Paths that are looked at for one content when only a pattern can tell which pass. */
const MAX_PATHS = 10_000

const readPaths = (db: Database, contentId: number, conditions: Conditions, limit: number): PathRow[] => {
  const { where, params, passes } = conditions
  const rows = db.all<PathRow>(
    `SELECT d.id, c.name AS collection, d.path, d.location FROM documents d JOIN contents k ON k.id = d.content_id
      JOIN collections c ON c.id = d.collection_id WHERE d.content_id = ?${where} ORDER BY d.id LIMIT ?`,
    contentId,
    ...params,
    passes ? MAX_PATHS : limit,
  )
  return passes ? rows.filter((row) => passes(row.path, row.location)).slice(0, limit) : rows
}

/** In the order of `chunkIds`. */
export const readPassages = (
  db: Database,
  { chunkIds, filter, pathsPerContent }: Operations['search.passages']['params'],
): Operations['search.passages']['result'] => {
  const conditions = toConditions(filter)
  const rows = db.all<PassageRow>(
    `SELECT c.id AS chunkId, c.content_id AS contentId, c.ordinal, c.page, c.text, c."start", c."end", k.title, k.kind
      FROM chunks c JOIN contents k ON k.id = c.content_id AND k.state = 'current' WHERE c.id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(chunkIds),
  )
  const byId = new Map(rows.map((row) => [row.chunkId, row]))
  const paths = new Map<number, PathRow[]>()
  return chunkIds.flatMap((chunkId) => {
    const row = byId.get(chunkId)
    if (row === undefined) return []
    const known = paths.get(row.contentId) ?? readPaths(db, row.contentId, conditions, pathsPerContent)
    paths.set(row.contentId, known)
    return known.map((path) => ({
      chunkId,
      contentId: row.contentId,
      documentId: String(path.id),
      collection: path.collection,
      path: path.path,
      location: path.location,
      title: row.title,
      kind: row.kind,
      chunk: row.ordinal,
      page: row.page,
      text: row.text,
      start: row.start,
      end: row.end,
    }))
  })
}
