/**
 * Owns where in the text of a document the words of a query stand: as the full-text index sees them, stems and folded accents included.
 * Refuses: making match expressions of what people type, and ranking.
 */
import type { Operations } from './contract'
import type { Database } from './database'

/** Extracted text has no controls (workers/text/clean.ts), so these cannot be part of it. */
const OPEN = '\u0001'
const CLOSE = '\u0002'

type Marked = { start: number; marked: string }
type Match = { start: number; end: number }

/** The marked stretches of one chunk, as offsets into the text of the document. */
export const readMarks = ({ start, marked }: Marked): Match[] => {
  const matches: Match[] = []
  let removed = 0
  for (let at = marked.indexOf(OPEN); at >= 0; at = marked.indexOf(OPEN, at + 1)) {
    const close = marked.indexOf(CLOSE, at)
    if (close < 0) break
    // Each mark before shifts what follows by one character, the opening one included.
    matches.push({ start: start + at - removed, end: start + close - removed - 1 })
    removed += 2
  }
  return matches
}

/** Narrows the index by the ids of the content's chunks, which mostly follow each other, before anything is marked. */
export const MARKED = `
  SELECT c."start", highlight(chunks_fts, 0, char(1), char(2)) AS marked
    FROM chunks_fts JOIN chunks c ON c.id = chunks_fts.rowid
   WHERE chunks_fts MATCH ?1 AND c.content_id = ?2
     AND chunks_fts.rowid BETWEEN (SELECT min(id) FROM chunks WHERE content_id = ?2) AND (SELECT max(id) FROM chunks WHERE content_id = ?2)`

/**
 * The first `limit` places in reading order where `match` is met; `more` says that there are others. Chunks may overlap: a place is told
 * once. `null`: there is no such document.
 */
export const findDocumentMatches = (
  db: Database,
  { id, match, limit }: Operations['documents.matches']['params'],
): Operations['documents.matches']['result'] => {
  const document = db.get<{ content_id: number | null }>('SELECT content_id FROM documents WHERE id = ?', id)
  if (document === null) return null
  if (document.content_id === null) return { matches: [], more: false }
  const rows = db.all<Marked>(MARKED, match, document.content_id)
  const places = rows.flatMap(readMarks).sort((left, right) => left.start - right.start || right.end - left.end)
  const matches: Match[] = []
  for (const place of places) {
    const last = matches[matches.length - 1]
    if (last !== undefined && place.start < last.end) continue
    if (matches.length === limit) return { matches, more: true }
    matches.push(place)
  }
  return { matches, more: false }
}
