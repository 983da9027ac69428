/**
 * Owns the cache of vectors: a file of its own, bounded, that may be deleted at any time. What it cannot read is made anew.
 * Refuses: being the truth of anything.
 */
import { rmSync } from 'node:fs'
import { AppError } from '../../shared/errors'
import type { CachedVectors, CacheFigures, CacheName, CacheTotal, Operations } from './contract'
import { Database, NOW } from './database'
import { toStoreError } from './sqlite-error'

const VERSION = 1
/** Entries that one step of eviction removes. */
const EVICT_ROWS = 200
/** How much older than now a use must be to be written again, so that reading costs no write. */
const TOUCH_AFTER_SECONDS = 3_600

const SCHEMA = `
  CREATE TABLE models (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE vectors (
    id INTEGER PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES models(id),
    hash BLOB NOT NULL,
    spans BLOB NOT NULL,
    vectors BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    UNIQUE (model_id, hash)
  ) STRICT;
  CREATE INDEX vectors_used ON vectors (used_at, id);
  -- One row: counting would read the whole file.
  CREATE TABLE total (size_bytes INTEGER NOT NULL) STRICT;
  INSERT INTO total VALUES (0);
  PRAGMA user_version = ${VERSION};`

/** What was counted of each cache, of whatever process. A file that was made before it gets it, too. */
const COUNTS = `
  CREATE TABLE IF NOT EXISTS counts (
    name TEXT PRIMARY KEY, hits INTEGER NOT NULL, misses INTEGER NOT NULL, since TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;`

/** Bytes of a row beside its vectors, in the table and its indexes. */
const ROW_BYTES = 120

const open = (path: string): Database => {
  const db = new Database(path, 'writer')
  try {
    // Vectors tell what a text is about: what goes is overwritten.
    db.all('PRAGMA secure_delete = ON')
    const { user_version: version } = db.one<{ user_version: number }>('PRAGMA user_version')
    if (version === 0) db.transaction('write', () => db.exec(SCHEMA))
    else if (version !== VERSION) throw new AppError('DATABASE_CORRUPT', { path, reason: 'another version' })
    db.exec(COUNTS)
    return db
  } catch (thrown) {
    db.close()
    throw thrown
  }
}

const isCorrupt = (thrown: unknown): boolean => thrown instanceof AppError && thrown.code === 'DATABASE_CORRUPT'

const bytesOf = (view: Int32Array | Uint16Array): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength)

const NEVER: CacheTotal = { hits: 0, misses: 0, since: null }
const NO_TOTALS: CacheFigures['totals'] = { embeddings: NEVER, queries: NEVER, results: NEVER }

/** Where there is no cache. */
export const NO_CACHE: CacheFigures = { hits: 0, misses: 0, evictions: 0, bytes: 0, models: [], totals: NO_TOTALS }

const count = (db: Database, name: CacheName, hits: number, misses: number): void => {
  if (hits + misses === 0) return
  db.run(
    `INSERT INTO counts (name, hits, misses, since) VALUES (?, ?, ?, ${NOW})
    ON CONFLICT (name) DO UPDATE SET hits = hits + excluded.hits, misses = misses + excluded.misses`,
    name,
    hits,
    misses,
  )
}

export class VectorCache {
  readonly #path: string
  readonly #asked = new Map<string, { hits: number; misses: number }>()
  #evictions = 0
  /** `null` when a damaged file cannot be deleted yet: there is no cache until the next start. */
  #db: Database | null

  /** Opens the file; a damaged one is deleted and made anew. */
  constructor(path: string) {
    this.#path = path
    try {
      this.#db = open(path)
    } catch (thrown) {
      if (!isCorrupt(thrown)) throw thrown
      this.#db = this.#recreate()
    }
  }

  #recreate(): Database | null {
    try {
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${this.#path}${suffix}`, { force: true })
    } catch (thrown) {
      // Windows keeps a file that is still open somewhere.
      const { code } = toStoreError(thrown, this.#path)
      if (code !== 'DATA_DIR_UNWRITABLE') throw thrown
      return null
    }
    return open(this.#path)
  }

  /** Damage that shows later than at the opening costs the cache, not the work. */
  #survive<T>(work: (db: Database) => T, without: T): T {
    if (this.#db === null) return without
    try {
      return work(this.#db)
    } catch (thrown) {
      if (!isCorrupt(thrown)) throw thrown
      this.#db.close()
      this.#db = this.#recreate()
      return this.#db === null ? without : work(this.#db)
    }
  }

  #modelId(db: Database, name: string): number | null {
    return db.get<{ id: number }>('SELECT id FROM models WHERE name = ?', name)?.id ?? null
  }

  #read(db: Database, modelId: number, hash: Uint8Array): CachedVectors | null {
    const [row] = db.all<{ id: number; spans: ArrayBuffer; vectors: ArrayBuffer; stale: number }>(
      'SELECT id, spans, vectors, unixepoch() - used_at > ? AS stale FROM vectors WHERE model_id = ? AND hash = ?',
      TOUCH_AFTER_SECONDS,
      modelId,
      hash,
    )
    if (row === undefined || row.spans.byteLength % 4 !== 0 || row.vectors.byteLength % 2 !== 0) return null
    if (row.stale === 1) db.run('UPDATE vectors SET used_at = unixepoch() WHERE id = ?', row.id)
    return { spans: new Int32Array(row.spans), vectors: new Uint16Array(row.vectors) }
  }

  /** What is known of these texts, in their order. */
  get({ model, hashes }: Operations['cache.get']['params']): (CachedVectors | null)[] {
    const nothing = hashes.map(() => null)
    const known = this.#survive<(CachedVectors | null)[]>((db) => {
      const modelId = this.#modelId(db, model)
      return db.transaction('write', () => {
        const found = modelId === null ? nothing : hashes.map((hash) => this.#read(db, modelId, hash))
        const hits = found.filter((value) => value !== null).length
        count(db, 'embeddings', hits, found.length - hits)
        return found
      })
    }, nothing)
    const asked = this.#asked.get(model) ?? { hits: 0, misses: 0 }
    const hits = known.filter((value) => value !== null).length
    this.#asked.set(model, { hits: asked.hits + hits, misses: asked.misses + known.length - hits })
    return known
  }

  /** Adds to what was counted of another cache. */
  count({ name, hits, misses }: Operations['cache.count']['params']): Record<string, never> {
    this.#survive((db) => count(db, name, hits, misses), undefined)
    return {}
  }

  #totals(): CacheFigures['totals'] {
    return this.#survive((db) => {
      const rows = db.all<{ name: string } & CacheTotal>('SELECT name, hits, misses, since FROM counts')
      const of = (name: CacheName): CacheTotal => {
        const row = rows.find((one) => one.name === name)
        return row ? { hits: row.hits, misses: row.misses, since: row.since } : NEVER
      }
      return { embeddings: of('embeddings'), queries: of('queries'), results: of('results') }
    }, NO_TOTALS)
  }

  /** What was asked since it was opened, and ever, and what it holds now. */
  figures(): CacheFigures {
    const models = [...this.#asked].map(([model, asked]) => ({ model, ...asked }))
    const bytes = this.#survive((db) => db.one<{ size_bytes: number }>('SELECT size_bytes FROM total').size_bytes, 0)
    const sum = (name: 'hits' | 'misses'): number => models.reduce((total, asked) => total + asked[name], 0)
    const asked = { hits: sum('hits'), misses: sum('misses') }
    return { ...asked, evictions: this.#evictions, bytes, models, totals: this.#totals() }
  }

  /**
   * Keeps vectors; beyond `maxBytes` those that were not used for longest go, never those of this call: what is in no index yet is what
   * was put last, so nothing goes that work which was cut off would have to pay for again.
   */
  put(params: Operations['cache.put']['params']): Record<string, never> {
    return this.#survive((db) => db.transaction('write', () => this.#write(db, params)), {})
  }

  #write(db: Database, { model, rows, maxBytes }: Operations['cache.put']['params']): Record<string, never> {
    db.run('INSERT OR IGNORE INTO models (name) VALUES (?)', model)
    const modelId = this.#modelId(db, model)
    let addedBytes = 0
    let firstNewId = Number.MAX_SAFE_INTEGER
    for (const { hash, value } of rows) {
      const sizeBytes = value.spans.byteLength + value.vectors.byteLength + ROW_BYTES
      const { changes, id } = db.run(
        'INSERT OR IGNORE INTO vectors (model_id, hash, spans, vectors, size_bytes, used_at) VALUES (?, ?, ?, ?, ?, unixepoch())',
        modelId,
        hash,
        bytesOf(value.spans),
        bytesOf(value.vectors),
        sizeBytes,
      )
      if (changes === 0) continue
      addedBytes += sizeBytes
      firstNewId = Math.min(firstNewId, id)
    }
    const { size_bytes: beforeBytes } = db.one<{ size_bytes: number }>('SELECT size_bytes FROM total')
    const freedBytes = this.#evict(db, beforeBytes + addedBytes - maxBytes, firstNewId)
    db.run('UPDATE total SET size_bytes = ?', beforeBytes + addedBytes - freedBytes)
    return {}
  }

  #evict(db: Database, excessBytes: number, beforeId: number): number {
    let freed = 0
    while (freed < excessBytes) {
      const gone = db.all<{ size_bytes: number }>(
        'DELETE FROM vectors WHERE id IN (SELECT id FROM vectors WHERE id < ? ORDER BY used_at, id LIMIT ?) RETURNING size_bytes',
        beforeId,
        EVICT_ROWS,
      )
      if (gone.length === 0) break
      this.#evictions += gone.length
      for (const row of gone) freed += row.size_bytes
    }
    return freed
  }

  /** Deletes the vectors of these texts, of whatever model. @returns how many there were */
  forget(hashes: readonly Uint8Array[]): number {
    return this.#survive(
      (db) =>
        db.transaction('write', () => {
          let forgotten = 0
          for (const hash of hashes)
            for (const { size_bytes: bytes } of db.all<{ size_bytes: number }>(
              'DELETE FROM vectors WHERE model_id IN (SELECT id FROM models) AND hash = ? RETURNING size_bytes',
              hash,
            )) {
              forgotten += 1
              db.run('UPDATE total SET size_bytes = max(0, size_bytes - ?)', bytes)
            }
          return forgotten
        }),
      0,
    )
  }

  /** A page of what it holds, in the order of the ids: the texts, by their hashes. */
  list({ afterId, limit }: Operations['cache.list']['params']): Operations['cache.list']['result'] {
    return this.#survive(
      (db) =>
        db
          .all<{ id: number; hash: ArrayBuffer }>(
            'SELECT id, hash FROM vectors WHERE id > ? ORDER BY id LIMIT ?',
            afterId,
            limit,
          )
          .map(({ id, hash }) => ({ id, hash: new Uint8Array(hash) })),
      [],
    )
  }

  /** Those of these texts of which it has vectors, of whatever model. */
  known(hashes: readonly Uint8Array[]): Uint8Array[] {
    const sql = 'SELECT id FROM vectors WHERE model_id IN (SELECT id FROM models) AND hash = ? LIMIT 1'
    return this.#survive((db) => hashes.filter((hash) => db.get(sql, hash) !== null), [])
  }

  /** Folds the log into the file. */
  fold(): void {
    this.#survive((db) => db.fold(), undefined)
  }

  close(): void {
    this.#db?.fold()
    this.#db?.close()
  }
}
