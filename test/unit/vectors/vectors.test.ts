import { mkdtempSync, rmSync, writeFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeFloat16 } from '../../../src/shared/float16'
import { openVectors, removeVectors, type VectorBatch, type Vectors } from '../../../src/main/vectors'

const DIMENSIONS = 8
let dir: string
let open: Vectors[]

const openHere = async (): Promise<Vectors> => {
  const vectors = await openVectors({
    dir: join(dir, 'index'),
    model: 'test/model v1',
    dimensions: DIMENSIONS,
    tempDir: join(dir, 'temp'),
    nowMs: Date.now,
  })
  open.push(vectors)
  return vectors
}

/** The unit vector along one axis. */
const axis = (number: number): Float32Array =>
  Float32Array.from({ length: DIMENSIONS }, (_, index) => (index === number ? 1 : 0))

const batchOf = (rows: { chunk: number; content: number; collection: number; axis: number }[]): VectorBatch => ({
  chunkIds: rows.map((row) => row.chunk),
  windows: rows.map(() => 0),
  contentIds: rows.map((row) => row.content),
  collectionIds: rows.map((row) => row.collection),
  starts: rows.map(() => 0),
  ends: rows.map((row) => row.chunk),
  vectors: encodeFloat16(Float32Array.from(rows.flatMap((row) => [...axis(row.axis)]))),
})

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-vectors-'))
  open = []
})
afterEach(async () => {
  for (const vectors of open) await vectors.close()
  rmSync(dir, { recursive: true, force: true })
})

describe('the vector index', () => {
  it('finds the nearest window first and says where it is', async () => {
    const vectors = await openHere()
    await vectors.append(
      batchOf([0, 1, 2, 3].map((number) => ({ chunk: number + 10, content: number, collection: 1, axis: number }))),
    )
    const [first] = await vectors.search({ vector: axis(2), limit: 4, collectionIds: null, contentIds: null })
    expect(first).toMatchObject({ chunkId: 12, contentId: 2, start: 0, end: 12 })
    expect(first?.distance).toBeCloseTo(0, 3)
  })

  it('looks only into the collections and contents it is told', async () => {
    const vectors = await openHere()
    await vectors.append(
      batchOf([
        { chunk: 1, content: 1, collection: 1, axis: 0 },
        { chunk: 2, content: 2, collection: 2, axis: 1 },
        { chunk: 3, content: 3, collection: 2, axis: 2 },
      ]),
    )
    const ask = async (collectionIds: number[] | null, contentIds: number[] | null) =>
      (await vectors.search({ vector: axis(0), limit: 10, collectionIds, contentIds })).map((hit) => hit.chunkId).sort()
    expect(await ask([2], null)).toEqual([2, 3])
    expect(await ask(null, [1, 3])).toEqual([1, 3])
    expect(await ask([2], [1])).toEqual([])
    expect(await ask([], null)).toEqual([])
  })

  it('deletes by chunk and by content, and counts by content', async () => {
    const vectors = await openHere()
    await vectors.append(batchOf([1, 2, 3, 4].map((chunk) => ({ chunk, content: chunk % 2, collection: 1, axis: 0 }))))
    await vectors.deleteChunks([1])
    expect(await vectors.countByContent()).toEqual(
      new Map([
        [1, 1],
        [0, 2],
      ]),
    )
    await vectors.deleteContents([0])
    expect(await vectors.count()).toBe(1)
  })

  it('keeps what was written when it is opened again', async () => {
    const first = await openHere()
    await first.append(batchOf([{ chunk: 5, content: 5, collection: 1, axis: 3 }]))
    await first.close()
    const second = await openHere()
    expect(await second.count()).toBe(1)
  })

  it('keeps its rows through many small commits and an optimization', async () => {
    const vectors = await openHere()
    for (let chunk = 0; chunk < 30; chunk += 1) {
      await vectors.append(batchOf([{ chunk, content: chunk, collection: 1, axis: chunk % DIMENSIONS }]))
    }
    expect(vectors.needsOptimize()).toBe(true)
    await vectors.optimize()
    expect(vectors.needsOptimize()).toBe(false)
    expect(await vectors.count()).toBe(30)
    expect((await vectors.figures()).fragments).toBeLessThan(30)
  })

  it('is put in order on the way out, and knows at its start how much is not', async () => {
    const first = await openHere()
    for (let chunk = 0; chunk < 10; chunk += 1) {
      await first.append(batchOf([{ chunk, content: chunk, collection: 1, axis: chunk % DIMENSIONS }]))
    }
    expect(first.needsOptimize()).toBe(false)
    await first.close()
    const second = await openHere()
    expect(second.needsOptimize(true)).toBe(true)
    await second.tidy()
    expect((await second.figures()).fragments).toBe(10)
    await second.append(batchOf([{ chunk: 11, content: 11, collection: 1, axis: 1 }]))
    await second.tidy()
    expect((await second.figures()).fragments).toBe(1)
    expect(second.needsOptimize(true)).toBe(false)
    expect(await second.count()).toBe(11)
  })

  it('takes writes and an optimization asked for at the same time', async () => {
    const vectors = await openHere()
    const writes = Array.from({ length: 8 }, (_, chunk) =>
      vectors.append(batchOf([{ chunk, content: 1, collection: 1, axis: 0 }])),
    )
    await Promise.all([...writes, vectors.optimize(), vectors.deleteChunks([0])])
    expect(await vectors.count()).toBe(7)
  })

  it('can be removed and made anew', async () => {
    const vectors = await openHere()
    await vectors.append(batchOf([{ chunk: 1, content: 1, collection: 1, axis: 0 }]))
    await vectors.close()
    removeVectors(join(dir, 'index'))
    const next = await openHere()
    expect(await next.count()).toBe(0)
    await next.append(batchOf([{ chunk: 2, content: 1, collection: 1, axis: 0 }]))
    expect(await next.count()).toBe(1)
  })

  it('refuses a batch whose values do not fit its rows', async () => {
    const vectors = await openHere()
    const batch = batchOf([{ chunk: 1, content: 1, collection: 1, axis: 0 }])
    await expect(vectors.append({ ...batch, vectors: new Uint16Array(3) })).rejects.toThrow(RangeError)
  })

  it('says that a damaged index is damaged and what to do', async () => {
    const vectors = await openHere()
    await vectors.append(batchOf([{ chunk: 1, content: 1, collection: 1, axis: 0 }]))
    await vectors.close()
    const index = join(dir, 'index')
    const [table] = readdirSync(index)
    const versions = join(index, table ?? '', '_versions')
    for (const name of readdirSync(versions)) writeFileSync(join(versions, name), 'garbage')
    await expect(openHere()).rejects.toMatchObject({ code: 'VECTORS_CORRUPT' })
  })

  it('refuses work after it was closed', async () => {
    const vectors = await openHere()
    await vectors.close()
    await expect(vectors.append(batchOf([{ chunk: 1, content: 1, collection: 1, axis: 0 }]))).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
    })
  })
})
