/**
 * Owns checking the database: is it sound, and how large is it.
 * Refuses: repairing what SQLite itself finds broken.
 */
import { statSync } from 'node:fs'
import { toAppError } from '../../shared/errors'
import type { Operations } from './contract'
import type { Database } from './database'
import { SCHEMA_VERSION } from './migrations'

const FULLTEXT_INDEXES = ['chunks_fts', 'documents_fts', 'chunks_grams']

/**
 * The check looks at what this connection remembers of the full-text index, and takes it for damaged when another one has written since
 * (SQLite 3.45.1, proven by a test); a query makes it look anew.
 */
const lookAnew = (db: Database): void => {
  for (const index of FULLTEXT_INDEXES) {
    try {
      db.all(`SELECT rowid FROM ${index} WHERE ${index} MATCH '"a"' LIMIT 1`)
    } catch (thrown) {
      // It is damaged indeed: the check that follows tells so.
      if (toAppError(thrown).code !== 'DATABASE_CORRUPT') throw thrown
    }
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
