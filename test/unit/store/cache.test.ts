import { randomBytes } from 'node:crypto'
import { closeSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { VectorCache } from '../../../src/main/store/cache'
import { Database } from '../../../src/main/store/database'
import { makeBed, makeFolder } from './bed'

const entry = (seed: number, floats = 4) => ({
  hash: Buffer.alloc(32, seed),
  value: {
    spans: Int32Array.from([0, seed, -2]),
    vectors: Uint16Array.from({ length: floats }, (_, index) => seed * 100 + index),
  },
})
const PLENTY = 1_000_000

describe('the cache of vectors', () => {
  it('gives back what was put, by model and hash, after a restart too', () => {
    const bed = makeBed()
    bed.run('cache.put', { model: 'm1', rows: [entry(1), entry(2)], maxBytes: PLENTY })
    bed.reopen()
    const answer = bed.run('cache.get', { model: 'm1', hashes: [entry(2).hash, entry(3).hash, entry(1).hash] })
    expect(answer).toEqual([entry(2).value, null, entry(1).value])
    expect(bed.run('cache.get', { model: 'm2', hashes: [entry(1).hash] })).toEqual([null])
    bed.run('cache.put', { model: 'm1', rows: [entry(1)], maxBytes: PLENTY })
    expect(bed.run('health.figures', {}).cacheBytes).toBeGreaterThan(1_000)
  })

  it('counts hits and misses of every cache over restarts, in a file that was made before, too', () => {
    const path = join(makeFolder(), 'cache.db')
    const cache = new VectorCache(path)
    expect(cache.figures().totals.queries).toEqual({ hits: 0, misses: 0, since: null })
    cache.get({ model: 'unknown', hashes: [entry(1).hash] })
    cache.put({ model: 'm', rows: [entry(1)], maxBytes: PLENTY })
    cache.get({ model: 'm', hashes: [entry(1).hash, entry(2).hash] })
    cache.count({ name: 'queries', hits: 3, misses: 1 })
    cache.close()
    const again = new VectorCache(path)
    again.get({ model: 'm', hashes: [entry(1).hash] })
    again.count({ name: 'queries', hits: 1, misses: 0 })
    again.count({ name: 'results', hits: 0, misses: 0 })
    const { hits, misses, totals } = again.figures()
    expect({ hits, misses }).toEqual({ hits: 1, misses: 0 })
    const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)
    expect(totals).toEqual({
      embeddings: { hits: 2, misses: 2, since },
      queries: { hits: 4, misses: 1, since },
      results: { hits: 0, misses: 0, since: null },
    })
    again.close()
    const db = new Database(path, 'writer')
    db.exec('DROP TABLE counts')
    db.close()
    const old = new VectorCache(path)
    expect(old.get({ model: 'm', hashes: [entry(1).hash] })).toEqual([entry(1).value])
    expect(old.figures().totals.embeddings).toMatchObject({ hits: 1, misses: 0 })
    old.close()
  })

  it('keeps to its size: what was not used for longest goes, never what came last', () => {
    const cache = new VectorCache(join(makeFolder(), 'cache.db'))
    const put = (from: number, to: number) => {
      const rows = Array.from({ length: to - from }, (_, index) => ({
        hash: Buffer.from(`hash-${from + index}`),
        value: entry(1, 400).value,
      }))
      cache.put({ model: 'm', rows, maxBytes: 400_000 })
    }
    const has = (index: number) => cache.get({ model: 'm', hashes: [Buffer.from(`hash-${index}`)] })[0] !== null
    put(0, 300)
    expect(has(0)).toBe(true)
    put(300, 500)
    expect(has(0)).toBe(false)
    expect(has(499)).toBe(true)
    // More than fits at once: all of it is kept, everything before goes.
    put(1_000, 2_000)
    expect([has(499), has(1_000), has(1_999)]).toEqual([false, true, true])
    cache.close()
  })

  it('notes that an entry was used, at most once an hour', () => {
    const path = join(makeFolder(), 'cache.db')
    const cache = new VectorCache(path)
    cache.put({ model: 'm', rows: [entry(1), entry(2)], maxBytes: PLENTY })
    const db = new Database(path, 'writer')
    db.run('UPDATE vectors SET used_at = used_at - 7200')
    const used = () =>
      db
        .all<{ old: number }>('SELECT used_at < unixepoch() - 3600 AS old FROM vectors ORDER BY id')
        .map(({ old }) => old)
    cache.get({ model: 'm', hashes: [entry(2).hash] })
    expect(used()).toEqual([1, 0])
    db.close()
    cache.close()
  })

  it('is made anew when the file is damaged, at the opening or later, and costs no error', () => {
    const dir = makeFolder()
    const path = join(dir, 'cache.db')
    writeFileSync(path, 'this is not a database '.repeat(500))
    const cache = new VectorCache(path)
    cache.put({ model: 'm', rows: Array.from({ length: 200 }, (_, index) => entry(index, 500)), maxBytes: PLENTY * 10 })
    cache.close()
    // The head stays whole, the pages behind it do not.
    const size = statSync(path).size
    const noise = randomBytes(size)
    writeFileSync(path, noise.subarray(0, size - 8_192), { flag: 'r+' })
    const again = new VectorCache(path)
    expect(again.get({ model: 'm', hashes: [entry(1).hash] })).toEqual([null])
    again.put({ model: 'm', rows: [entry(1)], maxBytes: PLENTY })
    expect(again.get({ model: 'm', hashes: [entry(1).hash] })).toEqual([entry(1).value])
    again.close()
  })

  it('is made anew when damage shows only while it is used', () => {
    const path = join(makeFolder(), 'cache.db')
    const cache = new VectorCache(path)
    cache.put({
      model: 'm',
      rows: Array.from({ length: 300 }, (_, index) => ({ hash: Buffer.from(`h${index}`), value: entry(1, 900).value })),
      maxBytes: PLENTY * 10,
    })
    cache.close()
    const size = statSync(path).size
    const reopened = new VectorCache(path)
    // Somebody else's write makes the open file forget the pages it knows.
    const other = new Database(path, 'writer')
    other.run('UPDATE models SET name = name')
    // Everything behind the first page, while the file is open.
    const file = openSync(path, 'r+')
    writeSync(file, randomBytes(size - 4_096), 0, size - 4_096, 4_096)
    closeSync(file)
    expect(
      reopened.get({ model: 'm', hashes: Array.from({ length: 300 }, (_, index) => Buffer.from(`h${index}`)) }),
    ).toEqual(Array.from({ length: 300 }, () => null))
    reopened.put({ model: 'm', rows: [entry(7)], maxBytes: PLENTY })
    expect(reopened.get({ model: 'm', hashes: [entry(7).hash] })).toEqual([entry(7).value])
    reopened.close()
  })

  it('takes a file of another version, or an entry of another shape, for unknown', () => {
    const path = join(makeFolder(), 'cache.db')
    new VectorCache(path).close()
    const db = new Database(path, 'writer')
    db.exec('PRAGMA user_version = 99')
    db.close()
    const cache = new VectorCache(path)
    cache.put({ model: 'm', rows: [entry(1)], maxBytes: PLENTY })
    const other = new Database(path, 'writer')
    other.run('UPDATE vectors SET vectors = ?', Buffer.alloc(3))
    other.close()
    expect(cache.get({ model: 'm', hashes: [entry(1).hash] })).toEqual([null])
    cache.close()
  })
})
