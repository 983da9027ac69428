/**
 * Owns one connection to one SQLite file: its settings, its prepared statements, its transactions.
 * Refuses: SQL of its own. Values are checked before they are bound, because the native module ends the whole process on a
 * boolean or an object and cuts text at a NUL.
 */
import Libsql from 'libsql'
import { AppError } from '../../shared/errors'
import { toStoreError } from './sqlite-error'

export type SqlValue = string | number | null | Uint8Array

type Statement = ReturnType<InstanceType<typeof Libsql>['prepare']>

const BUSY_TIMEOUT_MS = 5_000

/** Now, as stamps are stored: UTC with milliseconds. For use inside SQL. */
export const NOW = `strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`

const toBinding = (value: SqlValue): string | number | bigint | null | Uint8Array => {
  if (value === null) return null
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
  // A plain number would be bound as REAL and so miss integer comparisons in expressions.
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (value instanceof Uint8Array) return value
  throw new AppError('INTERNAL_BUG', { reason: `a value of type ${typeof value} cannot be stored` })
}

export class Database {
  readonly path: string
  readonly #connection: InstanceType<typeof Libsql>
  readonly #statements = new Map<string, Statement>()

  /** Opens (a `writer` also creates) the file. @throws DATA_DIR_UNWRITABLE, DATABASE_CORRUPT, DATABASE_BUSY, DISK_FULL */
  constructor(path: string, role: 'reader' | 'writer') {
    this.path = path
    let opened: InstanceType<typeof Libsql> | null = null
    try {
      opened = new Libsql(path, { timeout: BUSY_TIMEOUT_MS })
      opened.exec(`
        PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS};
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA foreign_keys = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -8000;
        PRAGMA journal_size_limit = 67108864;
        ${role === 'reader' ? 'PRAGMA query_only = ON;' : ''}
      `)
      this.#connection = opened
    } catch (thrown) {
      opened?.close()
      throw toStoreError(thrown, path)
    }
  }

  #prepare(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known) return known
    const made = this.#connection.prepare(sql)
    this.#statements.set(sql, made)
    return made
  }

  #attempt<T>(sql: string, params: readonly SqlValue[], use: (statement: Statement, bindings: unknown[]) => T): T {
    const bindings = params.map(toBinding)
    try {
      return use(this.#prepare(sql), bindings)
    } catch (thrown) {
      throw toStoreError(thrown, this.path)
    }
  }

  /** All rows. Columns that are BLOBs come as `ArrayBuffer`. */
  all<Row>(sql: string, ...params: SqlValue[]): Row[] {
    return this.#attempt(sql, params, (statement, bindings) => statement.all(bindings) as Row[])
  }

  /** The first row, or `null`. Not for BLOBs. */
  get<Row>(sql: string, ...params: SqlValue[]): Row | null {
    return this.#attempt(sql, params, (statement, bindings) => {
      const row = statement.get(bindings) as ({ _metadata?: unknown } & Row) | undefined
      // The library puts how long it took into the row: no column of ours, and nothing to pass on.
      if (row !== undefined) delete row._metadata
      return row ?? null
    })
  }

  /** The first row of a query that always has one. */
  one<Row>(sql: string, ...params: SqlValue[]): Row {
    const row = this.get<Row>(sql, ...params)
    if (row === null) throw new AppError('INTERNAL_BUG', { reason: 'a row that must be there is missing' })
    return row
  }

  /** Runs a statement; tells how many rows it changed and the id of the last one it inserted. */
  run(sql: string, ...params: SqlValue[]): { changes: number; id: number } {
    return this.#attempt(sql, params, (statement, bindings) => {
      const { changes, lastInsertRowid } = statement.run(bindings)
      return { changes, id: Number(lastInsertRowid) }
    })
  }

  /** Runs statements without parameters. */
  exec(sql: string): void {
    try {
      this.#connection.exec(sql)
    } catch (thrown) {
      throw toStoreError(thrown, this.path)
    }
  }

  /** Runs `work` as one transaction: all of it is kept, or, when it throws, nothing. Must not be nested. */
  transaction<T>(mode: 'read' | 'write', work: () => T): T {
    this.exec(mode === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN DEFERRED')
    try {
      const result = work()
      this.exec('COMMIT')
      return result
    } catch (thrown) {
      // A full disk or an I/O error has rolled back already.
      if (this.#connection.inTransaction) this.exec('ROLLBACK')
      throw thrown
    }
  }

  /**
   * Writes the whole database, as it is now, into a new file at `path`; reads every page, so a damaged one is noticed.
   * @throws DATABASE_CORRUPT, DISK_FULL, DATA_DIR_UNWRITABLE
   */
  copyInto(path: string): void {
    this.exec(`VACUUM INTO '${path.replaceAll("'", "''")}'`)
  }

  /**
   * Folds the log into the file. Closing does not always do that: the native module has no way to end prepared statements, and they
   * keep the file open until they are collected or their thread ends.
   */
  fold(): void {
    this.all('PRAGMA wal_checkpoint(TRUNCATE)')
  }

  close(): void {
    this.#statements.clear()
    this.#connection.close()
  }
}
