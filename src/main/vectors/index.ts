/**
 * Owns the vector index: one LanceDB table for each space of vectors, opened by the owner only.
 * Refuses: which space is whose; the store knows.
 */
import { rmSync } from 'node:fs'
import { AppError } from '../../shared/errors'
import { translate } from './errors'
import { loadLanceDb } from './library'
import { withoutScratch, withScratch } from './scratch'
import type { Vectors } from './table'

export type { VectorBatch } from './schema'
export type { VectorHit, VectorQuery, Vectors } from './table'

/** Which table, and of how many dimensions its vectors are. */
export type TableName = { readonly table: string; readonly dimensions: number }

export type VectorIndex = {
  /** The table of a space; opened at its first use, made where it is none. @throws VECTORS_CORRUPT, DATA_DIR_UNWRITABLE, DISK_FULL */
  space: (space: TableName) => Promise<Vectors>
  /** Tables that were used since the start. */
  opened: () => Promise<Vectors[]>
  /** Takes a table away, sound or not. */
  drop: (table: string) => Promise<void>
  close: () => Promise<void>
}

/** Measured: enough for a million vectors; without bounds it grows with the index. */
const INDEX_CACHE_BYTES = 128n << 20n
/** Every write makes metadata that nobody asks for again: a larger cache only fills, 20 KB for each write (measured). */
const METADATA_CACHE_BYTES = 8n << 20n

/** Removes an index that nobody has open, sound or not. */
export const removeVectors = (dir: string): void => rmSync(dir, { recursive: true, force: true, maxRetries: 5 })

/**
 * Opens the index in `dir`. LanceDB is loaded here, at first use: it takes about 0.2 s.
 * @throws VECTORS_CORRUPT, DATA_DIR_UNWRITABLE, DISK_FULL
 */
export const openVectorIndex = async (options: {
  dir: string
  /** Where LanceDB makes the scratch folder that it leaves behind when the process is killed. */
  tempDir: string
  nowMs: () => number
  /** Tests come between here. */
  wrap?: ((vectors: Vectors) => Vectors) | undefined
}): Promise<VectorIndex> => {
  process.env['LANCEDB_LOG'] ??= 'error'
  const lance = await loadLanceDb()
  // It takes Apache Arrow along, which is loaded by now.
  const { openTable } = await import('./table')
  const { dir, nowMs, wrap = (vectors) => vectors } = options
  // The session makes a scratch folder as well.
  const connection = await withScratch(options.tempDir, () =>
    lance.connect(dir, { session: new lance.Session(INDEX_CACHE_BYTES, METADATA_CACHE_BYTES) }),
  ).catch((thrown: unknown) => {
    throw translate(thrown)
  })
  const tables = new Map<string, Promise<Vectors>>()
  let closed = false

  const forget = async (name: string): Promise<void> => {
    const opening = tables.get(name)
    tables.delete(name)
    // One that could not be opened has nothing to close.
    const opened = await opening?.catch(() => null)
    await opened?.close()
  }

  return {
    space: ({ table, dimensions }) => {
      if (closed) return Promise.reject(new AppError('SHUTTING_DOWN'))
      const known = tables.get(table)
      if (known) return known
      const opening = openTable({
        lance,
        connection,
        name: table,
        dimensions,
        nowMs,
        inScratch: (work) => withoutScratch(options.tempDir, work),
      }).then(wrap)
      tables.set(table, opening)
      // A failure is not kept.
      opening.catch(() => tables.delete(table))
      return opening
    },
    opened: async () => {
      const settled = await Promise.allSettled(tables.values())
      return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    },
    drop: async (table) => {
      await forget(table)
      try {
        if ((await connection.tableNames()).includes(table)) await connection.dropTable(table)
      } catch (thrown) {
        throw translate(thrown)
      }
    },
    close: async () => {
      if (closed) return
      closed = true
      for (const name of [...tables.keys()]) await forget(name)
      connection.close()
    },
  }
}
