import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toAppError } from '../../../src/shared/errors'
import { Database, type SqlValue } from '../../../src/main/store/database'
import { migrate, readVersion, SCHEMA_VERSION } from '../../../src/main/store/migrations'
import { runOperation } from '../../../src/main/store/operations'
import { openSession } from '../../../src/main/store/session'
import { toStoreError } from '../../../src/main/store/sqlite-error'
import { parseCode, parseDetails, parseIds, parseLocator } from '../../../src/main/store/stored-json'
import { asNobody, openTo } from '../../support/nobody'
import { claim, collectionId, commit, document, makeBed, makeFolder, startJob, work } from './bed'

const codeOf = (work: () => unknown): string | null => {
  try {
    work()
    return null
  } catch (thrown) {
    return toAppError(thrown).code
  }
}

describe('a connection', () => {
  it('binds whole numbers as integers and refuses what would end the process', () => {
    const db = new Database(join(makeFolder(), 'a.db'), 'writer')
    expect(db.one('SELECT typeof(?) AS a, typeof(?) AS b, typeof(?) AS c', 5, 1.5, null)).toEqual({
      a: 'integer',
      b: 'real',
      c: 'null',
    })
    expect(codeOf(() => db.get('SELECT ?', true as unknown as SqlValue))).toBe('INTERNAL_BUG')
    expect(codeOf(() => db.get('SELECT ?', undefined as unknown as SqlValue))).toBe('INTERNAL_BUG')
    expect(codeOf(() => db.one('SELECT 1 WHERE 0'))).toBe('INTERNAL_BUG')
    expect(codeOf(() => db.get('SELEC'))).toBe('INTERNAL_BUG')
    db.close()
  })

  it('keeps all of a transaction or nothing', () => {
    const db = new Database(join(makeFolder(), 'a.db'), 'writer')
    db.exec('CREATE TABLE t (v TEXT NOT NULL) STRICT')
    const insert = () =>
      db.transaction('write', () => {
        db.run('INSERT INTO t VALUES (?)', 'one')
        db.run('INSERT INTO t VALUES (?)', null)
      })
    expect(insert).toThrow()
    expect(db.all('SELECT * FROM t')).toEqual([])
    db.close()
  })

  it('for reading cannot write', () => {
    const dir = makeFolder()
    const writer = new Database(join(dir, 'a.db'), 'writer')
    writer.exec('CREATE TABLE t (v TEXT) STRICT')
    const reader = new Database(join(dir, 'a.db'), 'reader')
    expect(codeOf(() => reader.run('INSERT INTO t VALUES (?)', 'x'))).toBe('DATA_DIR_UNWRITABLE')
    reader.close()
    writer.close()
  })

  it('says that the disk is full, loses nothing that was stored, and goes on when there is room', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('a')]), { a: ['walrus'] })
    const { page_count: pages } = bed.session.db.one<{ page_count: number }>('PRAGMA page_count')
    bed.session.db.exec(`PRAGMA max_page_count = ${pages}`)
    const fill = () =>
      startJob(
        bed,
        Array.from({ length: 2_000 }, (_, index) => document(`d${index}`)),
      )
    expect(codeOf(fill)).toBe('DISK_FULL')
    expect(bed.run('health.check', {}).ok).toBe(true)
    expect(
      bed.run('documents.list', { collectionId: null, states: null, contains: null, offset: 0, limit: 9 }).total,
    ).toBe(1)
    bed.session.db.exec('PRAGMA max_page_count = 1000000')
    expect(bed.run('tasks.recover', {}).interrupted).toBe(1)
    expect(claim(bed, 'expand')).toHaveLength(1)
  })
})

describe('opening a data folder', () => {
  it('makes the schema once and refuses one of a newer program', () => {
    const dir = makeFolder()
    const db = new Database(join(dir, 'sluice.db'), 'writer')
    migrate(db)
    migrate(db)
    expect(readVersion(db)).toBe(SCHEMA_VERSION)
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`)
    db.close()
    expect(codeOf(() => openSession(dir, 'writer'))).toBe('DATA_DIR_NEWER')
  })

  it('says that a file is no database', () => {
    const dir = makeFolder()
    writeFileSync(join(dir, 'sluice.db'), 'this is not a database '.repeat(500))
    expect(codeOf(() => openSession(dir, 'writer'))).toBe('DATABASE_CORRUPT')
  })

  it('says that the folder cannot be used', () => {
    const dir = makeFolder()
    expect(codeOf(() => openSession(join(dir, 'missing'), 'writer'))).toBe('DATA_DIR_UNWRITABLE')
    mkdirSync(join(dir, 'sluice.db'))
    expect(codeOf(() => openSession(dir, 'writer'))).toBe('DATA_DIR_UNWRITABLE')
  })

  it('says that it may not write', async () => {
    const dir = makeFolder()
    openTo(dir)
    chmodSync(dir, 0o555)
    expect(await asNobody(() => codeOf(() => openSession(dir, 'writer')))).toBe('DATA_DIR_UNWRITABLE')
    chmodSync(dir, 0o700)
  })
})

describe('errors', () => {
  it('of SQLite and the file system become codes of ours', () => {
    const folder = makeFolder()
    const sqlite = (rawCode: number) => toStoreError(Object.assign(new Error('x'), { rawCode }), folder).code
    expect([5, 6, 8, 10 + 256, 11, 13, 14, 26, 1].map(sqlite)).toEqual([
      'DATABASE_BUSY',
      'DATABASE_BUSY',
      'DATA_DIR_UNWRITABLE',
      'DATA_DIR_UNWRITABLE',
      'DATABASE_CORRUPT',
      'DISK_FULL',
      'DATA_DIR_UNWRITABLE',
      'DATABASE_CORRUPT',
      'INTERNAL_BUG',
    ])
    const system = (code: string) => toStoreError(Object.assign(new Error('x'), { code }), '/d').code
    expect(['EACCES', 'EROFS', 'ENOTDIR', 'ENOSPC', 'EWHAT'].map(system)).toEqual([
      'DATA_DIR_UNWRITABLE',
      'DATA_DIR_UNWRITABLE',
      'DATA_DIR_UNWRITABLE',
      'DISK_FULL',
      'INTERNAL_BUG',
    ])
    expect(toStoreError('text', '/d')).toMatchObject({ code: 'INTERNAL_BUG', details: { path: '/d', reason: 'text' } })
  })

  it('of a disk that was taken away are no damage, whatever SQLite read instead of its pages', () => {
    const gone = toStoreError(Object.assign(new Error('x'), { rawCode: 11 }), join(makeFolder(), 'sluice.db'))
    expect(gone).toMatchObject({ code: 'DATA_DIR_UNWRITABLE', details: { reason: expect.stringContaining('is away') } })
    const lost = toStoreError(Object.assign(new Error('x'), { code: 'ENOTCONN' }), '/d')
    expect(lost.message).toContain('is away')
  })

  it('of stored JSON are named as damage', () => {
    expect(codeOf(() => parseLocator('{"location":1}'))).toBe('DATABASE_CORRUPT')
    expect(codeOf(() => parseIds('[1,'))).toBe('DATABASE_CORRUPT')
    expect(codeOf(() => parseCode('NO_SUCH_CODE'))).toBe('DATABASE_CORRUPT')
    expect(parseDetails('{"a":1,"b":null}')).toEqual({ a: 1, b: null })
  })
})

describe('health', () => {
  it('tells figures and that all is sound', () => {
    const bed = makeBed()
    startJob(bed, [document('a')])
    const [task] = claim(bed, 'extract')
    if (task) commit(bed, task, ['one', 'two'])
    expect(bed.run('health.check', {})).toEqual({
      ok: true,
      detail: `schema version ${SCHEMA_VERSION}, all pages sound`,
    })
    expect(bed.run('health.figures', {})).toMatchObject({
      schemaVersion: SCHEMA_VERSION,
      collections: 1,
      documents: 1,
      contents: 1,
      chunks: 2,
      pendingChunks: 2,
    })
    expect(bed.run('health.figures', {}).databaseBytes).toBeGreaterThan(10_000)
  })

  it('finds rows that refer to nothing', () => {
    const bed = makeBed()
    collectionId(bed)
    bed.session.db.exec(
      `PRAGMA foreign_keys = OFF; INSERT INTO sources (collection_id, location_key, location, created_at) VALUES (99, 'x', 'x', 'x'); PRAGMA foreign_keys = ON`,
    )
    expect(bed.run('health.check', {})).toEqual({ ok: false, detail: '1 rows refer to something that is gone' })
  })

  it('finds a full-text index that differs from the text, and makes it again', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('a')]), { a: ['walrus'] })
    bed.session.db.run(`UPDATE chunks SET text = 'otter'`)
    expect(bed.run('health.fulltext', { repair: false })).toMatchObject({
      ok: false,
      detail: expect.stringContaining('differs') as string,
    })
    expect(bed.run('health.fulltext', { repair: true })).toMatchObject({
      ok: true,
      detail: expect.stringContaining('made again') as string,
    })
    expect(bed.run('health.fulltext', { repair: false })).toEqual({ ok: true, detail: '1 chunks indexed' })
    expect(bed.session.db.all(`SELECT rowid FROM chunks_fts WHERE chunks_fts MATCH 'otter'`)).toHaveLength(1)
  })

  it('finds pairs of characters that are missing or of nothing, and makes that index again', () => {
    const bed = makeBed()
    work(bed, startJob(bed, [document('a')]), { a: ['海獺', 'walrus'] })
    const { db } = bed.session
    expect(bed.run('health.fulltext', { repair: false }).ok).toBe(true)
    db.run('DELETE FROM chunks_grams WHERE rowid = 1')
    db.run(`INSERT INTO chunks_grams (rowid, grams) VALUES (99, '海獺')`)
    expect(bed.run('health.fulltext', { repair: false })).toMatchObject({
      ok: false,
      detail: expect.stringContaining('of 1 passages are missing, those of 1 are of none') as string,
    })
    bed.run('health.fulltext', { repair: true })
    expect(bed.run('health.fulltext', { repair: false }).ok).toBe(true)
    expect(db.all(`SELECT rowid AS id FROM chunks_grams WHERE chunks_grams MATCH '海獺'`)).toEqual([{ id: 1 }])
  })
})

describe('the check of a database that another connection writes to', () => {
  it('finds it sound', () => {
    const bed = makeBed()
    const reader = openSession(bed.dir, 'reader')
    const details = Array.from({ length: 12 }, (_, round) => {
      work(
        bed,
        startJob(
          bed,
          Array.from({ length: 30 }, (_each, index) => document(`${round}-${index}`)),
        ),
      )
      return runOperation(reader, 'health.check', {}).detail
    })
    reader.db.close()
    expect(details.filter((detail) => !detail.includes('sound'))).toEqual([])
  })
})
