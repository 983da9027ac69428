/**
 * Owns the cache of vectors: a file of its own, bounded, that may be deleted at any time. What it cannot read is made anew.
 * Refuses: being the truth of anything.
 */
import { rmSync } from 'node:fs'
import { AppError } from '../../shared/errors'
import type { CachedVectors, Operations } from './contract'
import { Database } from './database'

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
  #db: Database
  #sizeBytes = 0

  /** Opens the file; a damaged one is deleted and made anew. */
  constructor(path: string) {
    this.#path = path
    try {
      this.#db = open(path)
      this.#sizeBytes = this.#measure()
    } catch (thrown) {
      if (!isCorrupt(thrown)) throw thrown
      this.#db = this.#recreate()
    }
  }

  #measure(): number {
    return this.#db.one<{ bytes: number }>('SELECT COALESCE(sum(size_bytes), 0) AS bytes FROM vectors').bytes
  }

  #recreate(): Database {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${this.#path}${suffix}`, { force: true })
    this.#sizeBytes = 0
    return open(this.#path)
  }

  /** Damage that shows later than at the opening costs the cache, not the work. */
  #survive<T>(work: () => T): T {
    try {
      return work()
    } catch (thrown) {
      if (!isCorrupt(thrown)) throw thrown
      this.#db.close()
      this.#db = this.#recreate()
      return work()
    }
  }

  #modelId(name: string): number | null {
    return this.#db.get<{ id: number }>('SELECT id FROM models WHERE name = ?', name)?.id ?? null
  }

  #read(modelId: number, hash: Uint8Array): CachedVectors | null {
    const [row] = this.#db.all<{ id: number; spans: ArrayBuffer; vectors: ArrayBuffer; stale: number }>(
      'SELECT id, spans, vectors, unixepoch() - used_at > ? AS stale FROM vectors WHERE model_id = ? AND hash = ?',
      TOUCH_AFTER_SECONDS,
      modelId,
      hash,
    )
    if (row === undefined || row.spans.byteLength % 4 !== 0 || row.vectors.byteLength % 2 !== 0) return null
    if (row.stale === 1) this.#db.run('UPDATE vectors SET used_at = unixepoch() WHERE id = ?', row.id)
    return { spans: new Int32Array(row.spans), vectors: new Uint16Array(row.vectors) }
  }

  /** What is known of these texts, in their order. */
  get({ model, hashes }: Operations['cache.get']['params']): (CachedVectors | null)[] {
    return this.#survive(() => {
      const modelId = this.#modelId(model)
      if (modelId === null) return hashes.map(() => null)
      return this.#db.transaction('write', () => hashes.map((hash) => this.#read(modelId, hash)))
    })
  }

  /** Keeps vectors; beyond `maxBytes` those that were not used for longest go, never those of this call. */
  put({ model, rows, maxBytes }: Operations['cache.put']['params']): Record<string, never> {
    this.#survive(() =>
      this.#db.transaction('write', () => {
        this.#db.run('INSERT OR IGNORE INTO models (name) VALUES (?)', model)
        const modelId = this.#modelId(model)
        let added = 0
        let oldestNew = Number.MAX_SAFE_INTEGER
        for (const { hash, value } of rows) {
          const size = value.spans.byteLength + value.vectors.byteLength + ROW_BYTES
          const { changes, id } = this.#db.run(
            'INSERT OR IGNORE INTO vectors (model_id, hash, spans, vectors, size_bytes, used_at) VALUES (?, ?, ?, ?, ?, unixepoch())',
            modelId,
            hash,
            bytesOf(value.spans),
            bytesOf(value.vectors),
            size,
          )
          if (changes === 0) continue
          added += size
          oldestNew = Math.min(oldestNew, id)
        }
        const evicted = this.#evict(this.#sizeBytes + added - maxBytes, oldestNew)
        this.#sizeBytes += added - evicted
      }),
    )
    return {}
  }

  #evict(excessBytes: number, beforeId: number): number {
    let freed = 0
    while (freed < excessBytes) {
      const gone = this.#db.all<{ size_bytes: number }>(
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
    this.#db.close()
  }
}
