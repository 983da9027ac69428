/**
 * Owns the vector index: one LanceDB table for each embedding-model generation, opened by the owner only, one writer.
 * Refuses: knowing documents. A vector belongs to a chunk id; whether that chunk is still current is asked of the store.
 */
import { mkdirSync, rmSync } from 'node:fs'
import type { Connection, Table } from '@lancedb/lancedb'
import { AppError } from '../../shared/errors'
import { loadLanceDb } from './library'
import type { VectorBatch } from './schema'

export type { VectorBatch } from './schema'

/** One window near the query; `distance` is the cosine distance, 0 (same) to 2 (opposite). */
export type VectorHit = { chunkId: number; contentId: number; start: number; end: number; distance: number }

export type VectorQuery = {
  vector: Float32Array
  /** How many windows, the nearest first. */
  limit: number
  /** Only these collections; `null` for all. */
  collectionIds: readonly number[] | null
  /** Only these contents; `null` for all. */
  contentIds: readonly number[] | null
}

export type Vectors = {
  /** Appends windows in one commit. @throws VECTORS_CONFLICT, DISK_FULL */
  append: (batch: VectorBatch) => Promise<void>
  deleteChunks: (chunkIds: readonly number[]) => Promise<void>
  deleteContents: (contentIds: readonly number[]) => Promise<void>
  search: (query: VectorQuery) => Promise<VectorHit[]>
  /** All windows in the index. */
  count: () => Promise<number>
  /** Windows by content, for all contents; for the comparison with the store. */
  countByContent: () => Promise<Map<number, number>>
  /** Merges small fragments, drops old versions, and makes or extends the indexes where they pay. */
  optimize: () => Promise<void>
  /** True when enough small commits have piled up, now or before, that `optimize` pays; sooner `atRest`, when nobody waits for it. */
  needsOptimize: (atRest?: boolean) => boolean
  /** Before closing: merges what was written here, when that takes at most seconds. A command ends as soon as its job does. */
  tidy: () => Promise<void>
  figures: () => Promise<{ rows: number; bytes: number; fragments: number; indexes: string[]; table: string }>
  close: () => Promise<void>
}

/**
 * Facts of LanceDB 0.39, measured: every small commit adds 0.6 ms of processor time to each search until it is merged; merging costs 10 µs a
 * row, of those merged before as well, so a large table merges more seldom. A vector index pays from about 20,000 rows.
 */
const OPTIMIZE_AFTER_COMMITS = { least: 24, most: 96 }
const ROWS_PER_FURTHER_COMMIT = 2_048
/** At rest merging disturbs nobody. */
const OPTIMIZE_AT_REST_AFTER_COMMITS = 8
const VECTOR_INDEX_FROM_ROWS = 20_000
/** About 4 s of processor time, should the vector index have to be made too. */
const TIDY_UP_TO_ROWS = 100_000
const SCALAR_INDEX_FROM_ROWS = 5_000
/** Below this many allowed rows a filtered search scans them all: a prefilter over an index silently loses matches. */
const EXACT_BELOW_ROWS = 10_000
const VERSION_AGE_MS = 10 * 60_000
const CONFLICT_TRIES = 5
const IDS_IN_FILTER = 2_000
const INDEX_CACHE_BYTES = 128n << 20n
const METADATA_CACHE_BYTES = 64n << 20n

const inList = (column: string, ids: readonly number[]): string =>
  `${column} IN (${ids.map((id) => Math.trunc(id)).join(',')})`

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

const translate = (thrown: unknown): AppError => {
  if (thrown instanceof AppError) return thrown
  const reason = messageOf(thrown)
  const options = { cause: thrown }
  if (/no space left|os error 28|disk full|quota/i.test(reason))
    return new AppError('DISK_FULL', { path: 'the vector index' }, options)
  if (/commit conflict|retryable/i.test(reason)) return new AppError('VECTORS_CONFLICT', {}, options)
  if (/permission denied|read-only file system|os error 13|os error 30/i.test(reason)) {
    return new AppError('DATA_DIR_UNWRITABLE', { path: 'the vector index', reason: reason.slice(0, 200) }, options)
  }
  return new AppError('VECTORS_CORRUPT', { reason: reason.slice(0, 300) }, options)
}

/** LanceDB takes its scratch folder from the environment when it connects; it is put back afterwards. */
const withTempDir = async <T>(tempDir: string, work: () => Promise<T>): Promise<T> => {
  const name = process.platform === 'win32' ? 'TMP' : 'TMPDIR'
  const before = process.env[name]
  mkdirSync(tempDir, { recursive: true, mode: 0o700 })
  process.env[name] = tempDir
  try {
    return await work()
  } finally {
    if (before === undefined) delete process.env[name]
    else process.env[name] = before
  }
}

const tableName = (model: string): string => `windows_${model.replace(/[^A-Za-z0-9]+/g, '_')}`

/** Removes an index that nobody has open, sound or not. */
export const removeVectors = (dir: string): void => rmSync(dir, { recursive: true, force: true, maxRetries: 5 })

/**
 * Opens (or creates) the index of one model in `dir`. LanceDB is loaded here, at first use: it takes about 0.2 s.
 * @throws VECTORS_CORRUPT, DATA_DIR_UNWRITABLE, DISK_FULL
 */
export const openVectors = async (options: {
  dir: string
  model: string
  dimensions: number
  /** Where LanceDB makes the scratch folder that it leaves behind when the process is killed. */
  tempDir: string
  nowMs: () => number
}): Promise<Vectors> => {
  process.env['LANCEDB_LOG'] ??= 'error'
  const { connect, Session, Index } = await loadLanceDb()
  const { toArrow, vectorSchema } = await import('./schema')
  const name = tableName(options.model)
  let connection: Connection
  let table: Table
  /** Commits that are not merged yet. */
  let commits = 0
  /** About; deleted ones count until the next start. */
  let rowsSeen = 0
  let wrote = false

  const open = async (): Promise<void> => {
    connection = await withTempDir(options.tempDir, () =>
      connect(options.dir, { session: new Session(INDEX_CACHE_BYTES, METADATA_CACHE_BYTES) }),
    )
    const names = await connection.tableNames()
    table = names.includes(name)
      ? await connection.openTable(name)
      : await connection.createEmptyTable(name, vectorSchema(options.dimensions))
    const { numRows, fragmentStats } = await table.stats()
    rowsSeen = numRows
    commits = Math.max(0, fragmentStats.numFragments - 1)
  }
  try {
    await open()
  } catch (thrown) {
    throw translate(thrown)
  }

  let tail: Promise<unknown> = Promise.resolve()
  let closed = false

  /** One write after the other; a conflict with an optimization is tried again at once. */
  const write = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closed) throw new AppError('SHUTTING_DOWN')
    const attempt = async (): Promise<T> => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await work()
        } catch (thrown) {
          const error = translate(thrown)
          if (error.code !== 'VECTORS_CONFLICT' || tries >= CONFLICT_TRIES) throw error
          await table.checkoutLatest()
        }
      }
    }
    const mine = tail.then(attempt)
    tail = mine.catch(() => undefined)
    return mine
  }

  const deleteWhere = async (column: string, ids: readonly number[]): Promise<void> => {
    for (let from = 0; from < ids.length; from += IDS_IN_FILTER) {
      const page = ids.slice(from, from + IDS_IN_FILTER)
      await write(() => table.delete(inList(column, page)))
      commits += 1
    }
  }

  const search = async (query: VectorQuery): Promise<VectorHit[]> => {
    if (query.collectionIds?.length === 0 || query.contentIds?.length === 0) return []
    const filters: string[] = []
    if (query.collectionIds) filters.push(inList('collection_id', query.collectionIds))
    if (query.contentIds) filters.push(inList('content_id', query.contentIds))
    const filter = filters.join(' AND ')
    try {
      let request = table.query().nearestTo(query.vector).column('vector').distanceType('cosine')
      request = request.select(['chunk_id', 'content_id', 'start', 'end', '_distance']).limit(query.limit)
      if (filter) {
        request = request.where(filter)
        if ((await table.countRows(filter)) < EXACT_BELOW_ROWS) request = request.bypassVectorIndex()
      }
      // Never without refining: recall falls to 0.7 (measured).
      const rows = await request.nprobes(20).refineFactor(5).toArrow()
      const columns = ['chunk_id', 'content_id', 'start', 'end', '_distance'].map((column) => rows.getChild(column))
      return Array.from({ length: rows.numRows }, (_, row) => {
        const [chunkId, contentId, start, end, distance] = columns.map((column) => Number(column?.get(row)))
        return { chunkId, contentId, start, end, distance } as VectorHit
      })
    } catch (thrown) {
      throw translate(thrown)
    }
  }

  const ensureIndexes = async (): Promise<void> => {
    const rows = await table.countRows()
    const present = new Set((await table.listIndices()).flatMap((index) => index.columns))
    if (rows >= SCALAR_INDEX_FROM_ROWS) {
      if (!present.has('content_id')) await table.createIndex('content_id', { config: Index.btree() })
      if (!present.has('chunk_id')) await table.createIndex('chunk_id', { config: Index.btree() })
      if (!present.has('collection_id')) await table.createIndex('collection_id', { config: Index.bitmap() })
    }
    if (rows >= VECTOR_INDEX_FROM_ROWS && !present.has('vector')) {
      await table.createIndex('vector', { config: Index.ivfRq({ distanceType: 'cosine' }) })
    }
  }

  const optimize = (): Promise<void> =>
    write(async () => {
      commits = 0
      await ensureIndexes()
      await table.optimize({ cleanupOlderThan: new Date(options.nowMs() - VERSION_AGE_MS) })
    })

  const needsOptimize = (atRest = false): boolean => {
    const { least, most } = OPTIMIZE_AFTER_COMMITS
    const working = Math.min(most, Math.max(least, rowsSeen / ROWS_PER_FURTHER_COMMIT))
    return commits >= (atRest ? OPTIMIZE_AT_REST_AFTER_COMMITS : working)
  }

  return {
    append: async (batch) => {
      if (batch.chunkIds.length === 0) return
      const rows = toArrow(batch, options.dimensions)
      await write(() => table.add(rows))
      commits += 1
      rowsSeen += batch.chunkIds.length
      wrote = true
    },
    deleteChunks: (chunkIds) => deleteWhere('chunk_id', chunkIds),
    deleteContents: (contentIds) => deleteWhere('content_id', contentIds),
    search,
    count: () => table.countRows(),
    countByContent: async () => {
      const counts = new Map<number, number>()
      try {
        for await (const batch of table.query().select(['content_id'])) {
          const ids = batch.getChild('content_id')
          for (let row = 0; row < batch.numRows; row += 1) {
            const id = Number(ids?.get(row))
            counts.set(id, (counts.get(id) ?? 0) + 1)
          }
        }
      } catch (thrown) {
        throw translate(thrown)
      }
      return counts
    },
    optimize,
    needsOptimize,
    tidy: async () => {
      if (wrote && rowsSeen <= TIDY_UP_TO_ROWS && needsOptimize(true)) await optimize()
    },
    figures: async () => {
      const stats = await table.stats()
      const indexes = (await table.listIndices()).map((index) => `${index.columns.join('+')} ${index.indexType}`)
      return {
        rows: stats.numRows,
        bytes: stats.totalBytes,
        fragments: stats.fragmentStats.numFragments,
        indexes,
        table: name,
      }
    },
    close: async () => {
      if (closed) return
      closed = true
      await tail
      table.close()
      connection.close()
    },
  }
}
