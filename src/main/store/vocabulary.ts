/**
 * Owns looking into the vocabulary of the full-text index: which terms there are, how often words occur, and how they are written in the texts.
 * Refuses: deciding what was meant. Every question has a bound, also with a million terms.
 */
import { foldWord, stemOf } from '../../shared/stems'
import type { Operations } from './contract'
import type { Database } from './database'
import { readMarks } from './document-matches'

/** Each is a look-up of one term. */
export const TERMS = 'SELECT term, doc AS chunks FROM chunks_terms WHERE term = ?'
/** A range of terms, read in order. */
export const TERMS_FROM = 'SELECT term, doc AS chunks FROM chunks_terms WHERE term >= ? AND term < ? LIMIT ?'

export const countTerms = (
  db: Database,
  { terms }: Operations['search.terms']['params'],
): Operations['search.terms']['result'] =>
  terms.flatMap((term) => db.get<{ term: string; chunks: number }>(TERMS, term) ?? [])

export const listTerms = (
  db: Database,
  { prefix, minChars, maxChars, limit }: Operations['search.termsFrom']['params'],
): Operations['search.termsFrom']['result'] =>
  db
    .all<{ term: string; chunks: number }>(TERMS_FROM, prefix, `${prefix}\u{10ffff}`, limit)
    .filter(({ term }) => term.length >= minChars && term.length <= maxChars)

/** About how many chunks there are: deleted ones leave gaps. */
export const estimateSize = (db: Database): Operations['search.size']['result'] =>
  db.one<{ n: number | null }>('SELECT max(id) AS n FROM chunks').n ?? 0

/** Counted so far; from there on it is guessed by how densely they lie. Matches come in the order of their ids. */
const MOST_COUNTED = 10_000
const COUNTED = `SELECT count(*) AS n, max(id) AS last FROM (SELECT rowid AS id FROM chunks_fts WHERE chunks_fts MATCH ? LIMIT ?)`

export const countMatches = (
  db: Database,
  { matches }: Operations['search.counts']['params'],
): Operations['search.counts']['result'] => {
  const size = estimateSize(db)
  return matches.map((match) => {
    const { n, last } = db.one<{ n: number; last: number | null }>(COUNTED, match, MOST_COUNTED)
    return n < MOST_COUNTED || last === null ? n : Math.max(n, Math.round((n * size) / last))
  })
}

/** Chunks that are looked at for how a term is written. */
const SPELLED_CHUNKS = 5

const spellingsOf = (db: Database, term: string): string[] => {
  const rows = db.all<{ text: string; marked: string }>(
    `SELECT c.text, highlight(chunks_fts, 0, char(1), char(2)) AS marked FROM chunks_fts JOIN chunks c ON c.id = chunks_fts.rowid
      WHERE chunks_fts MATCH ? LIMIT ?`,
    `"${term.replaceAll('"', '')}"`,
    SPELLED_CHUNKS,
  )
  const times = new Map<string, number>()
  for (const { text, marked } of rows)
    for (const { start, end } of readMarks({ start: 0, marked })) {
      const word = text.slice(start, end).toLowerCase()
      times.set(word, (times.get(word) ?? 0) + 1)
    }
  return [...times].sort((left, right) => right[1] - left[1]).map(([word]) => word)
}

export const listSpellings = (
  db: Database,
  { terms }: Operations['search.spellings']['params'],
): Operations['search.spellings']['result'] =>
  terms.map((term) => ({
    term,
    // Asking for a stem stems it again, which may be another term.
    words: spellingsOf(db, term).filter((word) => stemOf(foldWord(word)) === term),
  }))

export const readSource = (
  db: Database,
  { documentId, chunk, maxChars }: Operations['search.source']['params'],
): Operations['search.source']['result'] => {
  const document = db.get<{ contentId: number; collectionId: number; title: string | null }>(
    `SELECT k.id AS contentId, d.collection_id AS collectionId, k.title FROM documents d JOIN contents k ON k.id = d.content_id
      WHERE d.id = ? AND k.state = 'current'`,
    documentId,
  )
  if (document === null) return null
  const rows = db.all<{ text: string }>(
    `SELECT text FROM chunks WHERE content_id = ? AND (? IS NULL OR ordinal = ?) ORDER BY "start" LIMIT ?`,
    document.contentId,
    chunk,
    chunk,
    Math.ceil(maxChars / 200),
  )
  if (rows.length === 0 && chunk !== null) return null
  const texts: string[] = []
  let chars = 0
  for (const { text } of rows) {
    if (chars >= maxChars) break
    texts.push(text.slice(0, maxChars - chars))
    chars += text.length
  }
  return { ...document, texts }
}
