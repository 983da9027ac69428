/**
 * Owns looking closely at passages that were found already: which of them meet an expression, and where.
 * Refuses: finding and ranking them.
 */
import type { Operations } from './contract'
import type { Database } from './database'
import { readMarks } from './document-matches'
import type { IndexedPassage } from './passage-index'
import type { Session } from './session'
import { makeSnippet } from './snippet'

/** With the columns that the full-text index has. */
const readIndexed = (db: Database, chunkIds: readonly number[]): IndexedPassage[] =>
  db.all<IndexedPassage>(
    'SELECT id, text, heading, title FROM chunks WHERE id IN (SELECT value FROM json_each(?))',
    JSON.stringify(chunkIds),
  )

/** More chunks than this are looked for among the matches of the large index, which are read in order: the `+` keeps it from looking up each. */
const MOST_INDEXED = 200
const MATCHING = `SELECT rowid AS id FROM chunks_fts WHERE chunks_fts MATCH ? AND +rowid IN (SELECT value FROM json_each(?))`

/** Of these chunks, those that meet an expression, in the order given. */
export const filterMatching = (
  { db, passages }: Session,
  { match, chunkIds }: Operations['search.matching']['params'],
): Operations['search.matching']['result'] => {
  const met =
    chunkIds.length <= MOST_INDEXED
      ? passages.ask(readIndexed(db, chunkIds), ({ meeting }) => meeting(match))
      : new Set(db.all<{ id: number }>(MATCHING, match, JSON.stringify(chunkIds)).map(({ id }) => id))
  return chunkIds.filter((id) => met.has(id))
}

export const coverChunks = (
  { db, passages }: Session,
  { matches, chunkIds }: Operations['search.coverage']['params'],
): Operations['search.coverage']['result'] =>
  passages.ask(readIndexed(db, chunkIds), ({ meeting }) =>
    matches.map((match) => {
      const met = meeting(match)
      return chunkIds.filter((id) => met.has(id))
    }),
  )

/** Where these chunks meet an expression, with a snippet. */
export const markSnippets = (
  { db, passages }: Session,
  { match, chunkIds }: Operations['search.snippets']['params'],
): Operations['search.snippets']['result'] => {
  const rows = readIndexed(db, chunkIds)
  const marks = passages.ask(rows, ({ marked }) => marked(match))
  return rows.flatMap(({ id, text }) => {
    const marked = marks.get(id)
    if (marked === undefined) return []
    const matches = readMarks({ start: 0, marked })
    return [{ chunkId: id, snippet: makeSnippet(text, matches), matches }]
  })
}
