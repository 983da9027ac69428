/**
 * Owns looking up chunks: by words in the full-text index, and by id for whoever found them elsewhere. Only current contents that a
 * document passing the filter points at, and that is not gone, are ever told.
 * Refuses: ranking beyond BM25, and making match expressions of what people type.
 */
import type { Operations, KeywordFilter } from './contract'
import type { Database } from './database'
import { narrows, toConditions, type Conditions } from './search-conditions'

/** The full-text index ranks this many times the wanted number first; only those are looked at closely: each costs 7 µs. */
const FIRST_WIDTH = { all: 1.5, narrowed: 4 }
const WIDEN_BY = 16

/**
 * Of these contents, those of which a passage meets an expression. Its matches are read in order: looking up each passage of each content costs
 * more as soon as there are many.
 */
const EXCLUDED = `
  SELECT DISTINCT c.content_id AS id FROM (
    SELECT rowid AS id FROM chunks_fts WHERE chunks_fts MATCH ?1
      AND +rowid IN (SELECT id FROM chunks WHERE content_id IN (SELECT value FROM json_each(?2)))
  ) f JOIN chunks c ON c.id = f.id`

/** Of these contents, those that are current, that a passing document points at, and that have nothing excluded. */
const passingContents = (db: Database, contentIds: readonly number[], conditions: Conditions): Set<number> => {
  const passing = pointedAt(db, contentIds, conditions)
  if (conditions.excluded === null || passing.size === 0) return passing
  for (const { id } of db.all<{ id: number }>(EXCLUDED, conditions.excluded, JSON.stringify([...passing])))
    passing.delete(id)
  return passing
}

const pointedAt = (db: Database, contentIds: readonly number[], { where, params, passes }: Conditions): Set<number> => {
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

/**
 * Needs no other table. `ORDER BY rank` would let the index itself order, which ranks what it tells once more and for that counts all matches of each
 * word again: 1.6 times the price (measured).
 */
const rankedBy = (index: string, rank: string): string =>
  `SELECT rowid AS id, ${rank} AS rank FROM ${index} WHERE ${index} MATCH ? ORDER BY 2 LIMIT ?`
/** Words of the title count most, then those of headings. */
const RANK = 'bm25(chunks_fts, 1.0, 2.0, 4.0)'
export const RANKED = rankedBy('chunks_fts', RANK)
const RANKED_GRAMS = rankedBy('chunks_grams', 'bm25(chunks_grams)')
/** Of so many matches that ranking all takes too long: only the newest, which the index reads first. */
export const RANKED_NEWEST = `SELECT id, rank FROM (
    SELECT rowid AS id, ${RANK} AS rank FROM chunks_fts WHERE chunks_fts MATCH ? ORDER BY rowid DESC LIMIT ?
  ) ORDER BY rank LIMIT ?`
/** All of them, unless they are too many. */
const RANKED_ALL = `SELECT rowid AS id, ${RANK} AS rank FROM chunks_fts WHERE chunks_fts MATCH ? LIMIT ?`

/** The same in one go where SQL alone can tell: half the price of asking twice. */
const passingDirectly = (db: Database, chunkIds: readonly number[], { where, params }: Conditions) =>
  db.all<{ id: number; content_id: number }>(
    `SELECT c.id, c.content_id FROM json_each(?) j CROSS JOIN chunks c ON c.id = j.value
      CROSS JOIN contents k ON k.id = c.content_id AND k.state = 'current'
      WHERE EXISTS (SELECT 1 FROM documents d WHERE d.content_id = k.id${where})`,
    JSON.stringify(chunkIds),
    ...params,
  )

/** Of these chunks, those that pass, with their content. */
const passingChunks = (db: Database, chunkIds: readonly number[], conditions: Conditions): Map<number, number> => {
  if (conditions.passes === null && conditions.excluded === null)
    return new Map(passingDirectly(db, chunkIds, conditions).map(({ id, content_id }) => [id, content_id]))
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

type RankedRow = { id: number; rank: number }

/** Widens until enough chunks pass or the matches are exhausted, so that a narrow filter loses nothing. */
const rankPassing = (
  db: Database,
  filter: KeywordFilter,
  limit: number,
  read: (width: number) => RankedRow[],
): Operations['search.keyword']['result'] => {
  const conditions = toConditions(filter)
  const isOpen = !narrows(filter) && filter.collectionIds.length === 0 && conditions.excluded === null
  const times = isOpen ? FIRST_WIDTH.all : FIRST_WIDTH.narrowed
  for (let width = Math.ceil(limit * times); ; width *= WIDEN_BY) {
    const ranked = read(width)
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

export const searchKeyword = (
  db: Database,
  { match, filter, limit, newest = null }: Operations['search.keyword']['params'],
): Operations['search.keyword']['result'] =>
  rankPassing(db, filter, limit, (width) =>
    newest === null ? db.all<RankedRow>(RANKED, match, width) : db.all<RankedRow>(RANKED_NEWEST, match, newest, width),
  )

export const searchMeeting = (
  db: Database,
  { match, filter, limit, most }: Operations['search.meeting']['params'],
): Operations['search.meeting']['result'] => {
  const met = db.all<RankedRow>(RANKED_ALL, match, most + 1)
  if (met.length > most) return null
  const chunkIds = met.map(({ id }) => id)
  met.sort((left, right) => left.rank - right.rank)
  return { hits: rankPassing(db, filter, limit, (width) => met.slice(0, width)), chunkIds }
}

export const searchGrams = (
  db: Database,
  { match, filter, limit }: Operations['search.grams']['params'],
): Operations['search.grams']['result'] =>
  rankPassing(db, filter, limit, (width) => db.all<RankedRow>(RANKED_GRAMS, match, width))

/** Documents by the words of their paths, the best first, as the first chunk of each. */
export const PATHS = `SELECT d.content_id AS contentId, rank FROM documents_fts f JOIN documents d ON d.id = f.rowid
  WHERE documents_fts MATCH ? AND d.content_id IS NOT NULL ORDER BY rank LIMIT ?`

export const searchPaths = (
  db: Database,
  { match, filter, limit }: Operations['search.paths']['params'],
): Operations['search.paths']['result'] => {
  const named = db.all<{ contentId: number; rank: number }>(PATHS, match, limit)
  const passing = passingContents(
    db,
    named.map(({ contentId }) => contentId),
    toConditions(filter),
  )
  return firstChunks(
    db,
    [...new Set(named.map(({ contentId }) => contentId))].filter((id) => passing.has(id)),
  )
}

const firstChunks = (db: Database, contentIds: readonly number[]): { chunkId: number; contentId: number }[] => {
  const rows = db.all<{ chunkId: number; contentId: number }>(
    `SELECT id AS chunkId, content_id AS contentId FROM chunks
      WHERE content_id IN (SELECT value FROM json_each(?)) AND ordinal = 0`,
    JSON.stringify(contentIds),
  )
  const byContent = new Map(rows.map((row) => [row.contentId, row]))
  return contentIds.flatMap((id) => byContent.get(id) ?? [])
}

/** Documents that pass, the last changed first, without those of which a first chunk meets `excluded`. */
export const listNewest = (
  db: Database,
  { filter, excluded, limit }: Operations['search.newest']['params'],
): Operations['search.newest']['result'] => {
  const { where, params, passes } = toConditions(filter)
  const rows = db.all<{ contentId: number; path: string; location: string }>(
    `SELECT k.id AS contentId, d.path, d.location FROM documents d JOIN contents k ON k.id = d.content_id
      WHERE k.state = 'current'${where} ${excluded === null ? '' : NOT_MET}
      ORDER BY COALESCE(d.modified_ms, CAST(unixepoch(d.indexed_at) AS INTEGER) * 1000) DESC, d.id DESC LIMIT ?`,
    ...params,
    ...(excluded === null ? [] : [excluded]),
    passes ? MAX_PATHS : limit * 2,
  )
  const fitting = passes ? rows.filter((row) => passes(row.path, row.location)) : rows
  return firstChunks(db, [...new Set(fitting.map(({ contentId }) => contentId))].slice(0, limit))
}
const MEETING = 'SELECT c.content_id FROM chunks_fts f JOIN chunks c ON c.id = f.rowid WHERE chunks_fts MATCH ?'
const NOT_MET = `AND k.id NOT IN (${MEETING})`
const MET = `AND k.id IN (${MEETING})`

export const listCurrent = (
  db: Database,
  { chunkIds, filter }: Operations['search.current']['params'],
): Operations['search.current']['result'] => {
  const passing = passingChunks(db, chunkIds, toConditions(filter))
  return chunkIds.filter((id) => passing.has(id))
}

/** The contents that a filter allows and, where given, of which a chunk meets `required`, unless they are more than `most`. */
const listPassing = (db: Database, filter: KeywordFilter, required: string | null, most: number): number[] | null => {
  const { where, params: asked, passes } = toConditions(filter)
  const params = [...asked, ...(required === null ? [] : [required])]
  const from = `FROM documents d JOIN contents k ON k.id = d.content_id
    WHERE k.state = 'current'${where} ${required === null ? '' : MET}`
  const ids = passes
    ? db
        .all<{ id: number; path: string; location: string }>(`SELECT k.id, d.path, d.location ${from}`, ...params)
        .filter((row) => passes(row.path, row.location))
        .map(({ id }) => id)
    : db.all<{ id: number }>(`SELECT DISTINCT k.id ${from} LIMIT ?`, ...params, most + 1).map(({ id }) => id)
  const contentIds = [...new Set(ids)]
  return contentIds.length > most ? null : contentIds
}

export const listAllowed = (
  db: Database,
  { filter, required, most }: Operations['search.allowed']['params'],
): Operations['search.allowed']['result'] => {
  const wanted = JSON.stringify(filter.collectionIds)
  const collections = db.all<{ id: number }>(
    'SELECT id FROM collections WHERE json_array_length(?1) = 0 OR id IN (SELECT value FROM json_each(?1)) ORDER BY id',
    wanted,
  )
  const isOpen = !narrows(filter) && required === null
  return {
    collectionIds: collections.map(({ id }) => id),
    contentIds: isOpen ? null : listPassing(db, filter, required, most),
  }
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
  language: string | null
}
type PathRow = { id: number; collection: string; path: string; location: string; modifiedMs: number | null }

/** Paths that are looked at for one content when only a pattern can tell which pass. */
const MAX_PATHS = 10_000

const readPaths = (db: Database, contentId: number, conditions: Conditions, limit: number): PathRow[] => {
  const { where, params, passes } = conditions
  const rows = db.all<PathRow>(
    `SELECT d.id, c.name AS collection, d.path, d.location, d.modified_ms AS modifiedMs FROM documents d JOIN contents k ON k.id = d.content_id
      JOIN collections c ON c.id = d.collection_id WHERE d.content_id = ?${where} ORDER BY d.id LIMIT ?`,
    contentId,
    ...params,
    passes ? MAX_PATHS : limit,
  )
  return passes ? rows.filter((row) => passes(row.path, row.location)).slice(0, limit) : rows
}

/** Dates that no calendar has are none. */
const momentOf = (ms: number | null): string | null => {
  const date = new Date(ms ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

/** In the order of `chunkIds`. */
export const readPassages = (
  db: Database,
  { chunkIds, filter, pathsPerContent }: Operations['search.passages']['params'],
): Operations['search.passages']['result'] => {
  const conditions = toConditions(filter)
  const rows = db.all<PassageRow>(
    `SELECT c.id AS chunkId, c.content_id AS contentId, c.ordinal, c.page, c.text, c."start", c."end", k.title, k.kind, k.language
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
      language: row.language,
      date: momentOf(path.modifiedMs),
      chunk: row.ordinal,
      page: row.page,
      text: row.text,
      start: row.start,
      end: row.end,
    }))
  })
}
