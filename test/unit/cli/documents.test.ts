// Proves that a command over many documents asks the engine as it should.
import { expect, it } from 'vitest'
import type { CommandContext } from '../../../src/main/cli/context'
import { remove } from '../../../src/main/cli/commands/documents'
import type { RemovalProof } from '../../../src/shared/domain'

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
