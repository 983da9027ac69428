/**
 * Owns the cache of vectors: a file of its own, bounded, that may be deleted at any time. What it cannot read is made anew.
 * Refuses: being the truth of anything.
 */
import { rmSync } from 'node:fs'
import { AppError } from '../../shared/errors'
import type { CachedVectors, Operations } from './contract'
import { Database } from './database'
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

/** Bytes of a row beside its vectors, in the table and its indexes. */
const ROW_BYTES = 120

const open = (path: string): Database => {
  const db = new Database(path, 'writer')
  try {
    const { user_version: version } = db.one<{ user_version: number }>('PRAGMA user_version')
    if (version === 0) db.transaction('write', () => db.exec(SCHEMA))
    else if (version !== VERSION) throw new AppError('DATABASE_CORRUPT', { path, reason: 'another version' })
    return db
  } catch (thrown) {
    db.close()
    throw thrown
  }
}

const isCorrupt = (thrown: unknown): boolean => thrown instanceof AppError && thrown.code === 'DATABASE_CORRUPT'

const bytesOf = (view: Int32Array | Uint16Array): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength)

export class VectorCache {
  readonly #path: string
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
    return this.#survive<(CachedVectors | null)[]>((db) => {
      const modelId = this.#modelId(db, model)
      if (modelId === null) return nothing
      return db.transaction('write', () => hashes.map((hash) => this.#read(db, modelId, hash)))
    }, nothing)
  }

  /** Keeps vectors; beyond `maxBytes` those that were not used for longest go, never those of this call. */
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
      for (const row of gone) freed += row.size_bytes
    }
    return freed
  }

  close(): void {
    this.#db?.fold()
    this.#db?.close()
  }
}
