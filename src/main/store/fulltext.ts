/**
 * Owns whether the full-text indexes agree with what they are of, and making them again: passages, names of files, and pairs of characters.
 * Refuses: repairing a little; an index that differs is made again as a whole.
 */
import { toAppError } from '../../shared/errors'
import { gramsOf } from '../../shared/grams'
import type { Operations } from './contract'
import type { Database } from './database'

const PAGE = 2_000

/** What an index of its own rows finds wrong with itself. `outside`: it is compared with the rows of the table it is of, too. */
const checkItself = (db: Database, index: string, outside: boolean): string | null => {
  try {
    if (outside) db.run(`INSERT INTO ${index} (${index}, rank) VALUES ('integrity-check', 1)`)
    else db.run(`INSERT INTO ${index} (${index}) VALUES ('integrity-check')`)
    return null
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code !== 'DATABASE_CORRUPT') throw error
    return String(error.details.reason)
  }
}

/** Tells each passage that has pairs of characters, with these. */
const eachGrams = (db: Database, take: (id: number, grams: string) => void): void => {
  for (let after = 0; ;) {
    const page = db.all<{ id: number; title: string; heading: string; text: string }>(
      'SELECT id, title, heading, text FROM chunks WHERE id > ? ORDER BY id LIMIT ?',
      after,
      PAGE,
    )
    for (const { id, title, heading, text } of page) {
      after = id
      const grams = gramsOf(`${title}\n${heading}\n${text}`)
      if (grams !== '') take(id, grams)
    }
    if (page.length < PAGE) return
  }
}

/** That index keeps no text to be compared with: which passages it has is what can be told, and that it is sound. */
const compareGrams = (db: Database): string | null => {
  const damaged = checkItself(db, 'chunks_grams', false)
  if (damaged !== null) return damaged
  const present = new Set(db.all<{ id: number }>('SELECT id FROM chunks_grams_docsize').map(({ id }) => id))
  let missing = 0
  eachGrams(db, (id) => {
    if (!present.delete(id)) missing += 1
  })
  if (missing + present.size === 0) return null
  return `pairs of characters of ${missing} passages are missing, those of ${present.size} are of none`
}

const rebuildGrams = (db: Database): void => {
  db.run(`INSERT INTO chunks_grams (chunks_grams) VALUES ('delete-all')`)
  eachGrams(db, (id, grams) => db.run('INSERT INTO chunks_grams (rowid, grams) VALUES (?, ?)', id, grams))
}

const rebuildOutside =
  (index: string) =>
  (db: Database): void => {
    db.run(`INSERT INTO ${index} (${index}) VALUES ('rebuild')`)
  }

/** A new index is one row. `compare` tells why it differs, `null` when it does not. */
const indexes: readonly { compare: (db: Database) => string | null; rebuild: (db: Database) => void }[] = [
  { compare: (db) => checkItself(db, 'chunks_fts', true), rebuild: rebuildOutside('chunks_fts') },
  { compare: (db) => checkItself(db, 'documents_fts', true), rebuild: rebuildOutside('documents_fts') },
  { compare: compareGrams, rebuild: rebuildGrams },
]

/** Reads all text, and with `repair` writes what differs anew: seconds for each 100,000 chunks, in one transaction, on purpose. */
export const checkFulltext = (
  db: Database,
  { repair }: Operations['health.fulltext']['params'],
): Operations['health.fulltext']['result'] => {
  const { chunks } = db.one<{ chunks: number }>('SELECT count(*) AS chunks FROM chunks')
  const found = indexes.flatMap(({ compare, rebuild }) => {
    const difference = compare(db)
    return difference === null ? [] : [{ difference, rebuild }]
  })
  if (found.length === 0) return { ok: true, detail: `${chunks} chunks indexed` }
  if (!repair) {
    const differences = found.map(({ difference }) => difference).join('; ')
    return { ok: false, detail: `the full-text index differs from the chunks (${differences})` }
  }
  for (const { rebuild } of found) rebuild(db)
  return { ok: true, detail: `the full-text index of ${chunks} chunks was made again` }
}
