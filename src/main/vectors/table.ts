/**
 * Owns one table of the vector index, that of one space: one write after the other, searches, indexes, merging.
 * Longer than most because all of it shares one table and its order of writes.
 * Refuses: knowing documents and generations. A vector belongs to a chunk id; whether that chunk is still current is asked of the store.
 */
import type * as LanceDb from '@lancedb/lancedb'
import { AppError } from '../../shared/errors'
import { encodeFloat16 } from '../../shared/float16'
import { translate } from './errors'
import { toArrow, vectorSchema, type VectorBatch } from './schema'

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
  /** Only these chunks; `null` for all. */
  chunkIds: readonly number[] | null
}

/** `unindexed`: rows that a search of the vector index has to scan; 0 while there is no such index, as is `parts`: what each search of it asks. */
export type TableFigures = {
  table: string
  rows: number
  bytes: number
  fragments: number
  versions: number
  indexes: string[]
  indexed: number
  unindexed: number
  parts: number
}

/** One table. */
export type Vectors = {
  /** Appends windows in one commit. @throws VECTORS_CONFLICT, DISK_FULL */
  append: (batch: VectorBatch) => Promise<void>
  deleteChunks: (chunkIds: readonly number[]) => Promise<void>
  deleteContents: (contentIds: readonly number[]) => Promise<void>
  deleteCollection: (collectionId: number) => Promise<void>
  search: (query: VectorQuery) => Promise<VectorHit[]>
  /** All windows in the index. */
  count: () => Promise<number>
  /** Windows by content, for all contents; for the comparison with the store. */
  countByContent: () => Promise<Map<number, number>>
  /** Windows of these contents. */
  countContents: (contentIds: readonly number[]) => Promise<number>
  /** Merges small fragments, drops old versions, and makes or extends the indexes where they pay. */
  optimize: () => Promise<void>
  /**
   * Takes what was deleted out of the files: writes all of it anew, which is 10 µs a row, and removes every older version at once. Searches
   * go on, but for the last moment, which waits for those that read and lets none begin.
   */
  erase: () => Promise<void>
  /** True when enough small commits have piled up, now or before, that `optimize` pays; sooner `atRest`, when nobody waits for it. */
  needsOptimize: (atRest?: boolean) => boolean
  /** Before closing: merges what was written here, when that takes at most seconds. A command ends as soon as its job does. */
  tidy: () => Promise<void>
  figures: () => Promise<TableFigures>
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
/**
 * Every merge adds a part to the vector index, and every search asks each: five parts of 57,000 rows cost a quarter more than one. Making it
 * anew takes 2.5 s of processor time for so many rows, so a larger one is made anew more seldom.
 */
const REMAKE_FROM_PARTS = 4
const ROWS_PER_FURTHER_REMAKE = 100_000
/**
 * Bits of each dimension in the vector index. With five, 0.97 of the hundred nearest are found, and all of the ten nearest, without reading a
 * single vector afterwards; with one, which an earlier version made, five times as many had to be read for that, which took twice as long.
 */
const VECTOR_INDEX_BITS = 5
const REFINE_COARSE = 5
const SCALAR_INDEX_FROM_ROWS = 5_000
/** Below this many allowed rows a filtered search scans them all: a prefilter over an index silently loses matches. */
const EXACT_BELOW_ROWS = 10_000
const VERSION_AGE_MS = 10 * 60_000
/** LanceDB stamps versions by the clock of the computer; nothing it has written by now is to stay. */
const LATER_MS = 60_000
/** Belongs to nothing: no chunk, content or collection has this id. */
const NOBODY = 0
const NOBODYS = `chunk_id = ${NOBODY} AND collection_id = ${NOBODY}`
const CONFLICT_TRIES = 5
const IDS_IN_FILTER = 2_000

const inList = (column: string, ids: readonly number[]): string =>
  `${column} IN (${ids.map((id) => Math.trunc(id)).join(',')})`

/** Whether the vector index of a table tells distances well enough by itself. */
const isFineIndex = (index: LanceDb.IndexConfig): boolean => {
  const { compression } = (index.indexDetails ?? {}) as { compression?: { num_bits?: unknown } }
  return Number(compression?.num_bits) >= VECTOR_INDEX_BITS
}

/** What the table must look like; it is of another shape when somebody swapped files. */
const checkShape = async (table: LanceDb.Table, name: string, dimensions: number): Promise<void> => {
  const { fields } = await table.schema()
  // Of another copy of Arrow, so its classes cannot be asked for.
  const type: unknown = fields.find((field) => field.name === 'vector')?.type
  if (Number((type as { listSize?: unknown } | undefined)?.listSize) !== dimensions)
    throw new AppError('VECTORS_CORRUPT', { reason: `${name} does not hold vectors of ${dimensions} dimensions` })
}

/**
 * Opens a table, or makes it.
 * @throws VECTORS_CORRUPT, DATA_DIR_UNWRITABLE, DISK_FULL
 */
export const openTable = async (options: {
  lance: typeof LanceDb
  connection: LanceDb.Connection
  name: string
  dimensions: number
  nowMs: () => number
  /** Does what makes scratch files. */
  inScratch: (work: () => Promise<void>) => Promise<void>
}): Promise<Vectors> => {
  const { connection, name, dimensions } = options
  const { Index } = options.lance
  /** Commits that are not merged yet. */
  let commits = 0
  /** About; deleted ones count until the next start. */
  let rowsSeen = 0
  let wrote = false
  /** Files that a process which was killed left behind are known by nobody: the first merge after a start removes them. */
  let hasLeftOvers = true
  /** The index was made by an earlier version, and is made anew when the table is next put in order. */
  let isCoarse = false

  const open = async (): Promise<LanceDb.Table> => {
    const names = await connection.tableNames()
    const opened = names.includes(name)
      ? await connection.openTable(name)
      : await connection.createEmptyTable(name, vectorSchema(dimensions))
    await checkShape(opened, name, dimensions)
    // A process died while it wrote all of it anew.
    if ((await opened.countRows(NOBODYS)) > 0) await opened.delete(NOBODYS)
    const { numRows, fragmentStats } = await opened.stats()
    rowsSeen = numRows
    commits = Math.max(0, fragmentStats.numFragments - 1)
    const onVector = (await opened.listIndices()).find(({ columns }) => columns.includes('vector'))
    isCoarse = onVector !== undefined && !isFineIndex(onVector)
    return opened
  }
  const table = await open().catch((thrown: unknown) => {
    throw translate(thrown)
  })

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

  /** Reads under way, and what the next ones wait for. */
  const reads = new Set<Promise<unknown>>()
  let still: Promise<void> | null = null

  /** Files of an older version may go while nobody reads, and only then. */
  const reading = async <T>(work: () => Promise<T>): Promise<T> => {
    while (still !== null) await still
    const mine = work()
    const over = mine.then(
      () => undefined,
      () => undefined,
    )
    reads.add(over)
    try {
      return await mine
    } finally {
      reads.delete(over)
    }
  }

  const whileNobodyReads = async (work: () => Promise<void>): Promise<void> => {
    let goOn = (): void => undefined
    still = new Promise((resolve) => (goOn = resolve))
    try {
      await Promise.all(reads)
      await work()
    } finally {
      still = null
      goOn()
    }
  }

  const removeOlder = async (): Promise<void> => {
    const cleanupOlderThan = new Date(Date.now() + LATER_MS)
    await table.optimize({ cleanupOlderThan, deleteUnverified: true })
  }

  /** A single file is only written anew when a tenth of it is deleted; with a second one beside it both become one. */
  const erase = (): Promise<void> =>
    write(async () => {
      const vector = new Float32Array(dimensions).fill(1 / Math.sqrt(dimensions))
      const one = { chunkIds: [NOBODY], windows: [NOBODY], contentIds: [NOBODY], collectionIds: [NOBODY] }
      await table.add(toArrow({ ...one, starts: [0], ends: [0], vectors: encodeFloat16(vector) }, dimensions))
      try {
        await table.optimize({})
      } finally {
        await table.delete(NOBODYS)
      }
      await whileNobodyReads(removeOlder)
      commits = 0
      hasLeftOvers = false
    })

  const deleteWhere = async (column: string, ids: readonly number[]): Promise<void> => {
    for (let from = 0; from < ids.length; from += IDS_IN_FILTER) {
      const page = ids.slice(from, from + IDS_IN_FILTER)
      await write(() => table.delete(inList(column, page)))
      commits += 1
    }
  }

  const search = async (query: VectorQuery): Promise<VectorHit[]> => {
    const asked = [query.collectionIds, query.contentIds, query.chunkIds]
    if (asked.some((ids) => ids?.length === 0)) return []
    const filters: string[] = []
    if (query.collectionIds) filters.push(inList('collection_id', query.collectionIds))
    if (query.contentIds) filters.push(inList('content_id', query.contentIds))
    if (query.chunkIds) filters.push(inList('chunk_id', query.chunkIds))
    const filter = filters.join(' AND ')
    try {
      let request = table.query().nearestTo(query.vector).column('vector').distanceType('cosine')
      request = request.select(['chunk_id', 'content_id', 'start', 'end', '_distance']).limit(query.limit)
      if (filter) {
        request = request.where(filter)
        if ((await table.countRows(filter)) < EXACT_BELOW_ROWS) request = request.bypassVectorIndex()
      }
      request = request.nprobes(20)
      // Of a coarse index never without refining: recall falls to 0.7 (measured).
      if (isCoarse) request = request.refineFactor(REFINE_COARSE)
      const rows = await request.toArrow()
      const columns = ['chunk_id', 'content_id', 'start', 'end', '_distance'].map((column) => rows.getChild(column))
      return Array.from({ length: rows.numRows }, (_, row) => {
        const [chunkId, contentId, start, end, distance] = columns.map((column) => Number(column?.get(row)))
        return { chunkId, contentId, start, end, distance } as VectorHit
      })
    } catch (thrown) {
      throw translate(thrown)
    }
  }

  const countContents = async (contentIds: readonly number[]): Promise<number> => {
    let windows = 0
    try {
      for (let from = 0; from < contentIds.length; from += IDS_IN_FILTER)
        windows += await table.countRows(inList('content_id', contentIds.slice(from, from + IDS_IN_FILTER)))
    } catch (thrown) {
      throw translate(thrown)
    }
    return windows
  }

  const countByContent = async (): Promise<Map<number, number>> => {
    const counts = new Map<number, number>()
    try {
      for await (const batch of table.query().where(`NOT (${NOBODYS})`).select(['content_id'])) {
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
  }

  const ensureIndexes = async (): Promise<void> => {
    const rows = await table.countRows()
    const present = new Set((await table.listIndices()).flatMap((index) => index.columns))
    if (rows >= SCALAR_INDEX_FROM_ROWS) {
      if (!present.has('content_id')) await table.createIndex('content_id', { config: Index.btree() })
      if (!present.has('chunk_id')) await table.createIndex('chunk_id', { config: Index.btree() })
      if (!present.has('collection_id')) await table.createIndex('collection_id', { config: Index.bitmap() })
    }
    if (rows < VECTOR_INDEX_FROM_ROWS) return
    if (!present.has('vector') || isCoarse || (await isScattered(rows))) {
      const config = Index.ivfRq({ distanceType: 'cosine', numBits: VECTOR_INDEX_BITS })
      await options.inScratch(() => table.createIndex('vector', { config, replace: true }))
      isCoarse = false
    }
  }

  const isScattered = async (rows: number): Promise<boolean> => {
    const onVector = (await table.listIndices()).find(({ columns }) => columns.includes('vector'))
    const parts = (onVector && (await table.indexStats(onVector.name)))?.numIndices ?? 1
    return parts >= REMAKE_FROM_PARTS * Math.max(1, rows / ROWS_PER_FURTHER_REMAKE)
  }

  const optimize = (): Promise<void> =>
    write(async () => {
      commits = 0
      await ensureIndexes()
      const cleanupOlderThan = new Date(options.nowMs() - VERSION_AGE_MS)
      await table.optimize({ cleanupOlderThan, deleteUnverified: hasLeftOvers })
      hasLeftOvers = false
    })

  const needsOptimize = (atRest = false): boolean => {
    const { least, most } = OPTIMIZE_AFTER_COMMITS
    const working = Math.min(most, Math.max(least, rowsSeen / ROWS_PER_FURTHER_COMMIT))
    return (atRest && isCoarse) || commits >= (atRest ? OPTIMIZE_AT_REST_AFTER_COMMITS : working)
  }

  const readFigures = async (): Promise<TableFigures> => {
    const stats = await table.stats()
    const indices = await table.listIndices()
    const onVector = indices.find(({ columns }) => columns.includes('vector'))
    const told = onVector && (await table.indexStats(onVector.name))
    return {
      table: name,
      rows: stats.numRows,
      bytes: stats.totalBytes,
      fragments: stats.fragmentStats.numFragments,
      versions: (await table.listVersions()).length,
      indexes: indices.map((index) => `${index.columns.join('+')} ${index.indexType}`),
      indexed: told?.numIndexedRows ?? 0,
      unindexed: told?.numUnindexedRows ?? 0,
      parts: told?.numIndices ?? 0,
    }
  }

  return {
    append: async (batch) => {
      if (batch.chunkIds.length === 0) return
      const rows = toArrow(batch, dimensions)
      await write(() => table.add(rows))
      commits += 1
      rowsSeen += batch.chunkIds.length
      wrote = true
    },
    deleteChunks: (chunkIds) => deleteWhere('chunk_id', chunkIds),
    deleteContents: (contentIds) => deleteWhere('content_id', contentIds),
    deleteCollection: (collectionId) => deleteWhere('collection_id', [collectionId]),
    search: (query) => reading(() => search(query)),
    count: () => reading(() => table.countRows(`NOT (${NOBODYS})`)),
    countContents: (contentIds) => reading(() => countContents(contentIds)),
    countByContent: () => reading(countByContent),
    optimize,
    erase,
    needsOptimize,
    tidy: async () => {
      if (wrote && rowsSeen <= TIDY_UP_TO_ROWS && needsOptimize(true)) await optimize()
    },
    figures: () => reading(readFigures),
    close: async () => {
      if (closed) return
      closed = true
      await tail
      table.close()
    },
  }
}
