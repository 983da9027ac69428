/**
 * Owns checking the database: is it sound, how large is it, does the full-text index agree with the chunks.
 * Refuses: repairing what SQLite itself finds broken.
 */
import { statSync } from 'node:fs'
import { toAppError } from '../../shared/errors'
import type { Operations } from './contract'
import type { Database } from './database'
import { SCHEMA_VERSION } from './migrations'

/**
 * The check looks at what this connection remembers of the full-text index, and takes it for damaged when another one has written since
 * (SQLite 3.45.1, proven by a test); a query makes it look anew.
 */
const lookAnew = (db: Database): void => {
  try {
    db.all(`SELECT rowid FROM chunks_fts WHERE chunks_fts MATCH '"a"' LIMIT 1`)
  } catch (thrown) {
    // It is damaged indeed: the check that follows tells so.
    if (toAppError(thrown).code !== 'DATABASE_CORRUPT') throw thrown
  }
}

/** Reads every page; seconds for a large database. */
export const checkHealth = (db: Database): Operations['health.check']['result'] => {
  lookAnew(db)
  const found = db.all<{ quick_check: string }>('PRAGMA quick_check(5)').map((row) => row.quick_check)
  if (found.some((line) => line !== 'ok')) return { ok: false, detail: found.join('; ') }
  const loose = db.all<{ table: string }>('PRAGMA foreign_key_check')
  if (loose.length > 0) return { ok: false, detail: `${loose.length} rows refer to something that is gone` }
  return { ok: true, detail: `schema version ${SCHEMA_VERSION}, all pages sound` }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

const sizeWithLog = (path: string): number => sizeOf(path) + sizeOf(`${path}-wal`)

export const readFigures = (db: Database, cachePath: string): Operations['health.figures']['result'] => {
  const counts = db.one<{ collections: number; documents: number; contents: number; chunks: number; pending: number }>(`
    SELECT (SELECT count(*) FROM collections) AS collections,
      (SELECT count(*) FROM documents) AS documents,
      (SELECT count(*) FROM contents WHERE state = 'current') AS contents,
      (SELECT COALESCE(sum(chunk_count), 0) FROM contents WHERE state = 'current') AS chunks,
      (SELECT COALESCE(sum(pending_chunks), 0) FROM contents WHERE state = 'current') AS pending`)
  return {
    schemaVersion: SCHEMA_VERSION,
    collections: counts.collections,
    documents: counts.documents,
    contents: counts.contents,
    chunks: counts.chunks,
    pendingChunks: counts.pending,
    databaseBytes: sizeWithLog(db.path),
    cacheBytes: sizeWithLog(cachePath),
  }
}

/** Compares every chunk with the index. @returns why they differ, or `null` */
const compareFulltext = (db: Database): string | null => {
  try {
    db.run(`INSERT INTO chunks_fts (chunks_fts, rank) VALUES ('integrity-check', 1)`)
    return null
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code !== 'DATABASE_CORRUPT') throw error
    return String(error.details.reason)
  }
}

/** Reads all text, and with `repair` writes the index anew: seconds for each 100,000 chunks, in one transaction, on purpose. */
export const checkFulltext = (
  db: Database,
  { repair }: Operations['health.fulltext']['params'],
): Operations['health.fulltext']['result'] => {
  const { chunks } = db.one<{ chunks: number }>('SELECT count(*) AS chunks FROM chunks')
  const difference = compareFulltext(db)
  if (difference === null) return { ok: true, detail: `${chunks} chunks indexed` }
  if (!repair) return { ok: false, detail: `the full-text index differs from the chunks (${difference})` }
  db.run(`INSERT INTO chunks_fts (chunks_fts) VALUES ('rebuild')`)
  return { ok: true, detail: `the full-text index of ${chunks} chunks was made again` }
}
