import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, Index } from '@lancedb/lancedb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeFloat16 } from '../../../src/shared/float16'
import {
  openVectorIndex,
  removeVectors,
  type TableName,
  type VectorBatch,
  type VectorIndex,
  type Vectors,
} from '../../../src/main/vectors'
import { withoutScratch, withScratch } from '../../../src/main/vectors/scratch'

const DIMENSIONS = 8
let dir: string
let open: VectorIndex[]

const SPACE: TableName = { table: 'windows_test_model_v1', dimensions: DIMENSIONS }

const openIndex = async (): Promise<VectorIndex> => {
  const index = await openVectorIndex({ dir: join(dir, 'index'), tempDir: join(dir, 'temp'), nowMs: Date.now })
  open.push(index)
  return index
}

/** One table, and its index closed with it. */
const openHere = async (): Promise<Vectors> => {
  const index = await openIndex()
  const vectors = await index.space(SPACE)
  return { ...vectors, close: index.close }
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
  for (const index of open) await index.close()
  rmSync(dir, { recursive: true, force: true })
})

describe('an erasure', () => {
  /** No two vectors are alike, so that their bytes can be looked for. */
  const random = (seed: number): Float32Array =>
    Float32Array.from({ length: DIMENSIONS }, (_, at) => Math.sin(seed * 12.9898 + at * 78.233))
  const fill = (from: number, count: number): VectorBatch => {
    const ids = Array.from({ length: count }, (_, at) => from + at)
    return {
      ...batchOf(ids.map((id) => ({ chunk: id, content: id, collection: 1, axis: 0 }))),
      vectors: encodeFloat16(Float32Array.from(ids.flatMap((id) => [...random(id)]))),
    }
  }
  const listFiles = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
      const path = join(folder, one.name)
      return one.isDirectory() ? listFiles(path) : [path]
    })
  const filesWith = (id: number): string[] => {
    const bytes = encodeFloat16(random(id))
    return listFiles(join(dir, 'index')).filter((path) =>
      readFileSync(path).includes(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
    )
  }
  const find = (vectors: Vectors, id: number) =>
    vectors.search({ vector: random(id), limit: 1, collectionIds: null, contentIds: null, chunkIds: null })

  it('leaves no byte of a deleted vector in any file, while searches go on', async () => {
    const vectors = await openHere()
    await vectors.append(fill(1, 300))
    await vectors.append(fill(301, 50))
    await vectors.optimize()
    await vectors.deleteContents([7])
    await vectors.optimize()
    expect(filesWith(7)).not.toEqual([])
    let erased = false
    const erasing = vectors.erase().then(() => (erased = true))
    const hits: number[] = []
    for (let id = 20; !erased; id = 20 + ((id + 1) % 100)) hits.push(((await find(vectors, id))[0]?.chunkId ?? -1) - id)
    await erasing
    expect(hits.filter((hit) => hit !== 0)).toEqual([])
    expect(filesWith(7)).toEqual([])
    expect(filesWith(8)).not.toEqual([])
    expect(await vectors.count()).toBe(349)
    expect((await vectors.figures()).versions).toBe(1)
    await vectors.append(fill(7, 1))
    expect((await find(vectors, 7))[0]?.chunkId).toBe(7)
    await vectors.close()
    expect(await (await openHere()).count()).toBe(350)
  })

  it('leaves nothing of its own when its process dies in between', async () => {
    const before = await openHere()
    await before.append(fill(1, 20))
    await before.close()
    // What it writes first, so that the files are written anew.
    const connection = await connect(join(dir, 'index'))
    const table = await connection.openTable(SPACE.table)
    const [row] = await table.query().limit(1).toArray()
    await table.add([
      { ...row, vector: [...axis(0)], chunk_id: 0n, window: 0, content_id: 0n, collection_id: 0n, start: 0, end: 0 },
    ])
    expect(await table.countRows()).toBe(21)
    table.close()
    const after = await openHere()
    expect([await after.count(), [...(await after.countByContent()).values()]]).toEqual([20, Array(20).fill(1)])
    const rows = await (await connect(join(dir, 'index'))).openTable(SPACE.table)
    expect(await rows.countRows()).toBe(20)
  })

  it('waits for whoever reads', async () => {
    const vectors = await openHere()
    await vectors.append(fill(1, 2_000))
    await vectors.deleteContents([3])
    const reads = Array.from({ length: 20 }, (_, at) => find(vectors, 100 + at))
    await vectors.erase()
    expect((await Promise.all(reads)).map(([hit]) => hit?.chunkId)).toEqual(reads.map((_, at) => 100 + at))
    expect(filesWith(3)).toEqual([])
  })
})

describe('the vector index', () => {
  it('finds the nearest window first and says where it is', async () => {
    const vectors = await openHere()
    await vectors.append(
      batchOf([0, 1, 2, 3].map((number) => ({ chunk: number + 10, content: number, collection: 1, axis: number }))),
    )
    const [first] = await vectors.search({
      vector: axis(2),
      limit: 4,
      collectionIds: null,
      contentIds: null,
      chunkIds: null,
    })
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
    const ask = async (
      collectionIds: number[] | null,
      contentIds: number[] | null,
      chunkIds: number[] | null = null,
    ): Promise<number[]> =>
      (await vectors.search({ vector: axis(0), limit: 10, collectionIds, contentIds, chunkIds }))
        .map((hit) => hit.chunkId)
        .sort()
    expect(await ask([2], null)).toEqual([2, 3])
    expect(await ask(null, [1, 3])).toEqual([1, 3])
    expect(await ask([2], [1])).toEqual([])
    expect(await ask([], null)).toEqual([])
    expect(await ask(null, null, [2, 3, 4])).toEqual([2, 3])
    expect(await ask([1], null, [2, 3])).toEqual([])
    expect(await ask(null, null, [])).toEqual([])
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

describe('tables of several spaces', () => {
  const other: TableName = { table: 'windows_other', dimensions: 3 }
  const row = (vectors: number[]): VectorBatch => ({
    ...batchOf([{ chunk: 7, content: 7, collection: 2, axis: 0 }]),
    vectors: encodeFloat16(Float32Array.from(vectors)),
  })

  it('have dimensions of their own, and know nothing of each other', async () => {
    const index = await openIndex()
    const [here, there] = [await index.space(SPACE), await index.space(other)]
    await here.append(batchOf([{ chunk: 1, content: 1, collection: 1, axis: 0 }]))
    await there.append(row([0, 1, 0]))
    const ask = { limit: 9, collectionIds: null, contentIds: null, chunkIds: null }
    expect((await here.search({ vector: axis(0), ...ask })).map(({ chunkId }) => chunkId)).toEqual([1])
    const vector = Float32Array.from([0, 1, 0])
    expect((await there.search({ vector, ...ask })).map(({ chunkId }) => chunkId)).toEqual([7])
    expect(await index.space(other)).toBe(there)
  })

  it('lose a collection, or go as a whole, alone', async () => {
    const index = await openIndex()
    const [here, there] = [await index.space(SPACE), await index.space(other)]
    await here.append(batchOf([1, 2, 3].map((chunk) => ({ chunk, content: chunk, collection: chunk % 2, axis: 0 }))))
    await there.append(row([1, 0, 0]))
    await here.deleteCollection(1)
    expect(await here.count()).toBe(1)
    await index.drop(other.table)
    await index.drop('never_there')
    expect(await here.count()).toBe(1)
    expect(await (await index.space(other)).count()).toBe(0)
  })

  it('tell their rows, fragments and versions', async () => {
    const here = await openHere()
    await here.append(batchOf([{ chunk: 1, content: 1, collection: 1, axis: 0 }]))
    await here.append(batchOf([{ chunk: 2, content: 2, collection: 1, axis: 1 }]))
    expect(await here.figures()).toMatchObject({
      table: SPACE.table,
      rows: 2,
      fragments: 2,
      versions: 3,
      indexed: 0,
      unindexed: 0,
    })
  })

  it('have an index once they are many, which is made anew before it falls into many parts', async () => {
    const here = await openHere()
    let made = 0
    const add = async (rows: number): Promise<void> => {
      const from = made
      made += rows
      await here.append(
        batchOf(
          Array.from({ length: rows }, (_, row) => ({
            chunk: from + row + 1,
            content: 1,
            collection: 1,
            axis: row % 8,
          })),
        ),
      )
      await here.optimize()
    }
    await add(20_000)
    expect(await here.figures()).toMatchObject({ indexed: 20_000, unindexed: 0, parts: 1 })
    const parts: number[] = []
    for (let turn = 0; turn < 6; turn += 1) {
      await add(200)
      parts.push((await here.figures()).parts)
    }
    expect(Math.max(...parts)).toBeGreaterThan(1)
    expect(Math.max(...parts)).toBeLessThanOrEqual(4)
    expect(parts.some((count, turn) => count < (parts[turn - 1] ?? 0))).toBe(true)
    // The scratch files of making it are gone; what is left is the folder of the connection.
    expect(readdirSync(join(dir, 'temp')).length).toBe(1)
    expect(await here.figures()).toMatchObject({ rows: 21_200, indexed: 21_200, unindexed: 0 })
  })

  it('take over a coarse index of an earlier version, and have a fine one after they were put in order', async () => {
    const before = await openHere()
    const rows = Array.from({ length: 20_000 }, (_, row) => ({
      chunk: row + 1,
      content: 1,
      collection: 1,
      axis: row % 8,
    }))
    await before.append(batchOf(rows))
    await before.close()
    const connection = await withScratch(join(dir, 'temp'), () => connect(join(dir, 'index')))
    const table = await connection.openTable(SPACE.table)
    const bits = async (): Promise<unknown> => {
      await table.checkoutLatest()
      const index = (await table.listIndices()).find(({ columns }) => columns.includes('vector'))
      return (index?.indexDetails as { compression: { num_bits: number } }).compression.num_bits
    }
    const config = Index.ivfRq({ distanceType: 'cosine' })
    await withoutScratch(join(dir, 'temp'), () => table.createIndex('vector', { config }))
    expect(await bits()).toBe(1)

    const here = await openHere()
    const nearest = async () =>
      (await here.search({ vector: axis(3), limit: 5, collectionIds: null, contentIds: null, chunkIds: null })).map(
        ({ chunkId, distance }) => ({ axis: (chunkId - 1) % 8, isSame: distance < 0.05 }),
      )
    const same = Array.from({ length: 5 }, () => ({ axis: 3, isSame: true }))
    expect(await nearest()).toEqual(same)
    expect(here.needsOptimize()).toBe(false)
    expect(here.needsOptimize(true)).toBe(true)
    await here.optimize()
    expect(await bits()).toBe(5)
    expect(here.needsOptimize(true)).toBe(false)
    expect(await nearest()).toEqual(same)
    table.close()
    connection.close()
  })

  it('of other dimensions under the same name are told as damaged, never as an error of LanceDB', async () => {
    const first = await openIndex()
    await (await first.space(SPACE)).append(batchOf([{ chunk: 1, content: 1, collection: 1, axis: 0 }]))
    await first.close()
    const second = await openIndex()
    await expect(second.space({ ...SPACE, dimensions: 5 })).rejects.toMatchObject({ code: 'VECTORS_CORRUPT' })
    expect(await (await second.space(SPACE)).count()).toBe(1)
  })
})
