import { join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Database } from '../../../src/main/store/database'
import { migrate, readVersion, SCHEMA_VERSION } from '../../../src/main/store/migrations'
import type { Locator } from '../../../src/shared/work'
import { itemKeyOf } from '../../../src/main/store/item-key'
import { initial } from '../../../src/main/store/migrations/0001-initial'

let folder: string
let db: Database

const NOW = '2026-01-01T00:00:00.000Z'

const insertTask = (key: string, fields: Record<string, string | number | null>): number => {
  const row = {
    job_id: 1,
    collection_id: 1,
    kind: 'document',
    lane: 'extract',
    phase: 'extract',
    state: 'queued',
    item_key: key,
    path: key,
    locator: '{"location":"/a","entries":[]}',
    depth: 0,
    size_bytes: 10,
    created_at: NOW,
    ...fields,
  }
  const names = Object.keys(row)
  const marks = names.map(() => '?').join(', ')
  return db.run(`INSERT INTO tasks (${names.join(', ')}) VALUES (${marks})`, ...Object.values(row)).id
}

/** A database as version 1 left it, with work of every state in it. */
const fillVersionOne = (): void => {
  for (const statement of initial) db.exec(statement)
  db.exec('PRAGMA user_version = 1')
  db.run('INSERT INTO collections (name, created_at) VALUES (?, ?)', 'default', NOW)
  db.run(
    `INSERT INTO jobs (collection_id, label, paths, patterns, kind, state, created_at) VALUES (1, 'a', '[]', '{}', 'intake', 'running', ?)`,
    NOW,
  )
  insertTask('scan', { kind: 'scan', lane: 'expand', phase: 'expand', state: 'ended' })
  const failed = insertTask('failed', { state: 'ended', outcome: 'failed', code: 'PDF_ENCRYPTED', details: '{}' })
  insertTask('queued', {})
  insertTask('embedding', { lane: 'embed', state: 'running', embed_chunks: 4, pending_chunks: 3 })
  const gone = insertTask('gone', { state: 'ended' })
  db.run('DELETE FROM tasks WHERE id = ?', gone)
  db.run(
    `INSERT INTO attempts (task_id, phase, ended_at, ms, counted, code) VALUES (?, 'extract', ?, 5, 1, 'PDF_ENCRYPTED')`,
    failed,
    NOW,
  )
  db.run(
    `INSERT INTO contents (collection_id, sha256, settings_key, state, kind, created_at) VALUES (1, 'aa', 'k', 'current', 'text', ?)`,
    NOW,
  )
  db.run(
    `INSERT INTO documents (collection_id, item_key, path, path_folded, location, locator, state, content_id, size_bytes, created_at)
      VALUES (1, 'd', 'd', 'd', '/d', '{}', 'indexed', 1, 1, ?)`,
    NOW,
  )
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-migrations-'))
  db = new Database(join(folder, 'sluice.db'), 'writer')
})

afterEach(async () => {
  db.close()
  await rm(folder, { recursive: true, force: true })
})

type Shape = { type: string; name: string }

const shapeOf = (): Shape[] =>
  db.all<Shape>(`SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`)

describe('a database of version 1', () => {
  it('keeps every row, counter and attempt', () => {
    fillVersionOne()
    const tasks = db.all<Record<string, unknown>>('SELECT * FROM tasks ORDER BY id')
    const attempts = db.all('SELECT * FROM attempts')
    const job = db.all<Record<string, unknown>>('SELECT * FROM jobs')[0]
    const documents = db.all<Record<string, unknown>>('SELECT * FROM documents')
    expect(tasks).toHaveLength(4)
    expect(attempts).toHaveLength(1)

    migrate(db)

    expect(readVersion(db)).toBe(SCHEMA_VERSION)
    const later = {
      waits_for: null,
      coverage: null,
      stale: 0,
      tries: null,
      wait_ms: null,
      settings: null,
      discarded_at: null,
      units_ocr: 0,
      units_empty: 0,
      units_truncated: 0,
      units_indexed: 0,
    }
    const withUnits = (row: Record<string, unknown>) => ({
      ...row,
      ...later,
      superseded: 0,
      units_skipped: row['outcome'] === null ? 0 : 1,
    })
    expect(db.all('SELECT * FROM tasks ORDER BY id')).toEqual(tasks.map(withUnits))
    expect(db.all('SELECT * FROM attempts')).toEqual(
      attempts.map((row) => ({ ...(row as object), peak_rss_bytes: null })),
    )
    expect(db.all('SELECT * FROM jobs')[0]).toMatchObject({ ...job, confirmed: 0, waiting_tasks: 0, units_skipped: 1 })
    expect(db.all('SELECT * FROM documents')).toEqual(
      documents.map((row) => ({ ...row, kind: 'text', language: null, gone_at: null, met_at: null, holds_items: 0 })),
    )
    expect(db.all('SELECT coverage FROM contents')).toEqual([{ coverage: null }])
    expect(db.all('PRAGMA foreign_key_check')).toEqual([])
  })

  it('keeps every index, trigger and table', () => {
    fillVersionOne()
    const before = shapeOf()
    migrate(db)
    expect(shapeOf()).toEqual(expect.arrayContaining(before))
  })

  it('knows entries of archives by their names, and those with refused names still by position', () => {
    fillVersionOne()
    const place = (index: number, name: string, byIndex?: boolean): string =>
      JSON.stringify({ location: '/z.zip', entries: [{ index, name, byIndex }] })
    insertTask('by position 1', { locator: place(1, 'a') })
    insertTask('by position 2', {
      locator: place(2, 'a'),
      state: 'ended',
      outcome: 'rejected',
      code: 'ARCHIVE_DUPLICATE_NAME',
    })
    migrate(db)
    const rows = db.all<{ item_key: string; locator: string }>(
      `SELECT item_key, locator FROM tasks WHERE path LIKE 'by position%' ORDER BY id`,
    )
    expect(rows).toEqual(
      [place(1, 'a'), place(2, 'a', true)].map((locator) => ({
        item_key: itemKeyOf(JSON.parse(locator) as Locator),
        locator,
      })),
    )
  })

  it('never gives the id of a task away again', () => {
    fillVersionOne()
    migrate(db)
    expect(insertTask('later', {})).toBe(6)
  })

  it('goes on counting, lets tasks wait, and deletes attempts along with their task', () => {
    fillVersionOne()
    migrate(db)
    const count = (): unknown => db.all('SELECT open_tasks, waiting_tasks, open_extract, failed FROM jobs')[0]
    expect(count()).toEqual({ open_tasks: 2, waiting_tasks: 0, open_extract: 1, failed: 1 })
    db.run(`UPDATE tasks SET state = 'running' WHERE item_key = 'queued'`)
    db.run(`UPDATE tasks SET state = 'waiting', waits_for = 'confirmation' WHERE item_key = 'queued'`)
    expect(count()).toEqual({ open_tasks: 2, waiting_tasks: 1, open_extract: 1, failed: 1 })
    insertTask('picture', { lane: 'ocr' })
    expect(count()).toEqual({ open_tasks: 3, waiting_tasks: 1, open_extract: 2, failed: 1 })
    db.run(`UPDATE tasks SET state = 'ended', waits_for = NULL, outcome = 'failed' WHERE item_key = 'queued'`)
    expect(count()).toEqual({ open_tasks: 2, waiting_tasks: 0, open_extract: 1, failed: 2 })
    db.run(`DELETE FROM tasks WHERE item_key = 'failed'`)
    expect(db.all('SELECT id FROM attempts')).toEqual([])
    db.run(`DELETE FROM tasks WHERE item_key = 'picture'`)
    expect(count()).toEqual({ open_tasks: 1, waiting_tasks: 0, open_extract: 0, failed: 1 })
  })

  it('is left as it was when a step fails', () => {
    fillVersionOne()
    db.exec('PRAGMA foreign_keys = OFF')
    db.run(`INSERT INTO attempts (task_id, phase, ended_at, ms, counted) VALUES (99, 'extract', ?, 5, 1)`, NOW)
    expect(() => migrate(db)).toThrow('rows of attempts lack their parent')
    expect(readVersion(db)).toBe(1)
    expect(db.all('SELECT id FROM tasks')).toHaveLength(4)
    expect(db.all('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }])
  })
})
