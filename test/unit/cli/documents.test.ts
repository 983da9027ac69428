// Proves that a command over many documents asks the engine as it should.
import { expect, it } from 'vitest'
import type { CommandContext } from '../../../src/main/cli/context'
import { list, remove } from '../../../src/main/cli/commands/documents'
import type { DocumentRow, RemovalProof } from '../../../src/shared/domain'

const proof: RemovalProof = {
  proven: true,
  removed: { texts: 1, passages: 1, cacheEntries: 1 },
  left: { texts: 0, passages: 0, summaries: 0, vectors: 0, words: 0, cacheEntries: 0, pictures: 0, vectorFiles: 0 },
  searched: 1,
  found: 0,
}

type Asked = { ids: string[]; prove: boolean }

/** A context whose engine removes whatever it is asked to; only what the command uses is there. */
const makeContext = () => {
  const asked: Asked[] = []
  const call = async (_name: string, { ids, prove }: Asked): Promise<unknown> => {
    asked.push({ ids, prove })
    return { removed: ids.length, ...(prove ? { proof } : {}) }
  }
  const written: unknown[] = []
  const context = {
    json: true,
    terminal: { writeJson: async (value: unknown) => written.push(value) },
    open: async () => ({ call }),
  }
  return { asked, written, context: context as unknown as CommandContext }
}

const ids = Array.from({ length: 2_500 }, (_, at) => String(at + 1))

it('has a removal of many documents proven once, and without proof goes page by page', async () => {
  const proving = makeContext()
  expect(await remove(proving.context, ids, { prove: true })).toBe(0)
  expect(proving.asked).toEqual([{ ids, prove: true }])
  expect(proving.written).toEqual([{ removed: 2_500, proof }])
  const plain = makeContext()
  await remove(plain.context, ids, {})
  expect(plain.asked.map((page) => [page.ids.length, page.prove])).toEqual([
    [1_000, false],
    [1_000, false],
    [500, false],
  ])
  expect(plain.written).toEqual([{ removed: 2_500 }])
})

const ROW: DocumentRow = {
  id: '',
  path: 'papers/a.txt',
  location: '/in/papers/a.txt',
  collection: 'default',
  state: 'indexed',
  kind: 'text',
  title: null,
  bytes: 9,
  chunks: 1,
  pages: null,
  pendingVectors: 0,
  indexedAt: null,
  code: null,
  message: null,
}

/** A context whose engine lists so many documents; one comes to the front after the first page. */
const makeListing = (count: number) => {
  const offsets: number[] = []
  const rowOf = (id: string) => ({ ...ROW, id })
  const rows = Array.from({ length: count }, (_, at) => rowOf(`d${at}`))
  const call = async (_name: string, { offset, limit }: { offset: number; limit: number }): Promise<unknown> => {
    if (offsets.length === 1) rows.unshift(rowOf('new'))
    offsets.push(offset)
    return { documents: rows.slice(offset, offset + limit), total: rows.length }
  }
  let out = ''
  const terminal = {
    isClosed: false,
    write: async (text: string): Promise<void> => {
      out += text
    },
  }
  const context = { json: false, terminal, open: async () => ({ call }) } as unknown as CommandContext
  return { context, offsets, printed: () => out }
}

it('prints all documents page by page, and none of them twice when others come meanwhile', async () => {
  const all = makeListing(1_203)
  expect(await list(all.context, [], { format: 'json' })).toBe(0)
  const value = JSON.parse(all.printed()) as { documents: { id: string }[]; total: number }
  expect(all.offsets).toEqual([0, 500, 1_000])
  expect(value.total).toBe(1_203)
  expect(value.documents.map(({ id }) => id)).toEqual(Array.from({ length: 1_203 }, (_, at) => `d${at}`))
  const some = makeListing(1_203)
  await list(some.context, [], { format: 'csv', limit: '600' })
  expect(some.offsets).toEqual([0, 500, 600])
  expect(some.printed().split('\r\n')).toHaveLength(602)
})
