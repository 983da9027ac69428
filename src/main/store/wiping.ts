/**
 * Owns taking out of the files what was deleted, in steps of about a tenth of a second, so that nobody who writes waits for it; and giving
 * room back that nothing needs any more.
 * Refuses: deleting, and knowing what was deleted.
 *
 * What a deleted row held is overwritten in its page at once, always (`secure_delete = FAST`); pages that are freed as a whole only during a
 * removal with proof, and those that were freed before it here.
 */
import { dirname } from 'node:path'
import { removeBackups } from './backups'
import type { VectorCache } from './cache'
import type { Operations } from './contract'
import { NOW, type Database } from './database'

/** Pages of a full-text index that one step writes: 0.13 s at most, of an index of 485,000 passages. */
const MERGE_PAGES = 200
/** Free pages that one step overwrites: 4 MB. */
const OVERWRITE_PAGES = 1_024

/** `merge`: words of deleted rows stay in a full-text index until its parts are merged. `overwrite`: pages. `release`: gives those back. */
type Progress = {
  stage: 'merge' | 'overwrite' | 'release'
  /** Indexes that are still to be merged, and whether that of the first one has begun. */
  indexes: string[]
  merging: boolean
  freePages: number
}

const pragma = (db: Database, name: 'page_count' | 'page_size' | 'freelist_count'): number =>
  db.one<Record<string, number>>(`PRAGMA ${name}`)[name] ?? 0

/** What is deleted is overwritten: `rows` in their pages, which costs nothing; `pages` as a whole, too. */
export const overwriteDeleted = (db: Database, what: 'rows' | 'pages'): void => {
  db.all(`PRAGMA secure_delete = ${what === 'pages' ? 'ON' : 'FAST'}`)
}

const begin = (db: Database): Progress => {
  overwriteDeleted(db, 'pages')
  const indexes = db.all<{ name: string }>(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%' AND sql NOT LIKE '%fts5vocab%'`,
  )
  return { stage: 'merge', indexes: indexes.map(({ name }) => name), merging: false, freePages: 0 }
}

const countChanges = (db: Database): number => db.one<{ n: number }>('SELECT total_changes() AS n').n

/** https://www.sqlite.org/fts5.html#the_merge_command: negative begins to merge all parts into one; less than two changes: all is done. */
const merge = (db: Database, progress: Progress): void => {
  const [name] = progress.indexes
  if (name === undefined) {
    db.exec('DROP TABLE IF EXISTS overwritten; CREATE TABLE overwritten (filling BLOB)')
    progress.stage = 'overwrite'
    progress.freePages = pragma(db, 'freelist_count')
    return
  }
  const before = countChanges(db)
  const pages = progress.merging ? MERGE_PAGES : -MERGE_PAGES
  db.transaction('write', () => db.run(`INSERT INTO ${name} (${name}, rank) VALUES ('merge', ?)`, pages))
  progress.merging = countChanges(db) - before >= 2
  if (!progress.merging) progress.indexes.shift()
}

/**
 * A value that fills so many pages to their last byte, or what is left of the last one would stay as it was: of a long value its page of the
 * table keeps at least so much (https://www.sqlite.org/fileformat2.html#cell_payload), and every further page tells the next one in four bytes.
 */
const fillingBytes = (pageBytes: number, pages: number): number =>
  Math.floor(((pageBytes - 12) * 32) / 255) - 23 + pages * (pageBytes - 4)

/** Fills free pages with nothing. Those that others free meanwhile hold nothing already. */
const overwrite = (db: Database, progress: Progress): void => {
  const wholePage = pragma(db, 'page_size')
  const freePages = Math.min(progress.freePages, pragma(db, 'freelist_count'))
  if (freePages < 1) {
    progress.stage = 'release'
    return
  }
  const pages = Math.min(OVERWRITE_PAGES, freePages)
  db.transaction('write', () => db.run('INSERT INTO overwritten VALUES (zeroblob(?))', fillingBytes(wholePage, pages)))
  progress.freePages = freePages - pages
  db.fold()
}

/** @returns whether more is left */
const release = (db: Database): boolean => {
  // They hold nothing by now.
  overwriteDeleted(db, 'rows')
  const { changes } = db.transaction('write', () =>
    db.run('DELETE FROM overwritten WHERE rowid = (SELECT min(rowid) FROM overwritten)'),
  )
  if (changes === 0) db.exec('DROP TABLE overwritten')
  overwriteDeleted(db, 'pages')
  return changes > 0
}

/** What one removal, by its id, has got done; after a crash it begins anew. */
const underWay = new WeakMap<Database, Map<number | null, Progress>>()

/** Takes one step; the last one notes that a removal is wiped. @throws DISK_FULL */
export const wipeTraces = (
  { db, cache, lastErasureId }: { db: Database; cache: Pick<VectorCache, 'fold'> | null; lastErasureId: number },
  { erasureId }: Operations['erasure.wipe']['params'],
): Operations['erasure.wipe']['result'] => {
  const all = underWay.get(db) ?? new Map<number | null, Progress>()
  underWay.set(db, all)
  const progress = all.get(erasureId) ?? begin(db)
  all.set(erasureId, progress)
  if (progress.stage === 'merge') merge(db, progress)
  else if (progress.stage === 'overwrite') overwrite(db, progress)
  else if (!release(db)) {
    all.delete(erasureId)
    // What a person wants out of the files is in them as well. Before it is noted: who dies in between begins anew.
    removeBackups(dirname(db.path))
    db.transaction('write', () =>
      db.run(
        `UPDATE erasures SET wiped_at = ${NOW} WHERE wiped_at IS NULL AND (id = ?1 OR (?1 IS NULL AND id <= ?2))`,
        erasureId,
        lastErasureId,
      ),
    )
    if (db.get('SELECT id FROM erasures WHERE wiped_at IS NULL LIMIT 1') === null) overwriteDeleted(db, 'rows')
    db.fold()
    cache?.fold()
    return { more: false }
  }
  return { more: true }
}

/** Of the file, from which on it is written anew. */
const FREE_SHARE = 0.5

/**
 * Writes a file anew of which more than half is free, at least `leastFreeBytes`; of no file with more than `mostBytes` in use: 100 MB take 2 s,
 * 500 MB 5 s, and whoever writes waits for it, so it is for moments of rest. What it takes beside the file goes to the data folder, not into memory:
 * nothing of it is left there, for that file has no name from its beginning (Windows: until it is closed). @throws DISK_FULL
 */
export const shrink = (
  { db }: { db: Database },
  { leastFreeBytes, mostBytes }: Operations['maintenance.shrink']['params'],
): Operations['maintenance.shrink']['result'] => {
  const pageBytes = pragma(db, 'page_size')
  const pages = pragma(db, 'page_count')
  const freePages = pragma(db, 'freelist_count')
  const pays = freePages > pages * FREE_SHARE && freePages * pageBytes >= leastFreeBytes
  if (!pays || (pages - freePages) * pageBytes > mostBytes) return { freedBytes: 0 }
  db.exec('PRAGMA temp_store = FILE')
  db.all(`PRAGMA temp_store_directory = '${dirname(db.path).replaceAll("'", "''")}'`)
  try {
    db.exec('VACUUM')
  } finally {
    db.all(`PRAGMA temp_store_directory = ''`)
    db.exec('PRAGMA temp_store = MEMORY')
  }
  db.fold()
  return { freedBytes: (pages - pragma(db, 'page_count')) * pageBytes }
}
