import { describe, expect, it } from 'vitest'
import { chunkMsOf, expectModels, sumCosts, type ModelEstimateParts } from '../../../src/main/ingest/estimate-models'
import { expectTokens } from '../../../src/main/answers/written-summary'
import { sayCost } from '../../../src/shared/costs'
import { resolveLimits } from '../../../src/shared/limits'
import { parseDefinition } from '../../../src/main/providers/definitions'
import type { Provider } from '../../../src/shared/providers'

const limits = resolveLimits()
const server = ({
  price = { embeddingUsd: 2_000, inputUsd: 10, outputUsd: 20 },
  ...more
}: Record<string, unknown> = {}): Provider =>
  ({
    name: 'n',
    kind: 'openai',
    embeddingModel: 'm',
    chatModel: 'c',
    isChat: true,
    isLocal: false,
    price,
    definition: parseDefinition('n', {
      kind: 'openai',
      baseUrl: 'https://models.test/v1',
      embeddingModel: 'm',
      dimensions: 8,
      ...more,
    }),
  }) as unknown as Provider

const partsOf = (
  provider: Provider,
  { ref = 'n', summaries = 'off', past = { chars: 0, tokens: 0 } }: Record<string, unknown> = {},
): ModelEstimateParts => {
  const answers: Record<string, unknown> = {
    'collections.list': [{ id: '7', summaries }],
    'generations.serving': { serving: [{ ref }], hasUnassigned: false },
    'generations.estimate': past,
  }
  return {
    store: { run: async (name: string) => answers[name] },
    provider: () => ({ model: 'm', dimensions: 8 }),
    providers: () => [provider],
    summaries: { expect: (chars: number) => expectTokens(chars, 8_192, limits) },
  } as unknown as ModelEstimateParts
}
const text = { readMs: 0, chars: 40_000, chunks: 40 }
const share = { embedShare: 0.5, documents: 10 }
const expected = (provider: Provider, more: Record<string, unknown> = {}) =>
  expectModels(partsOf(provider, more), { collectionId: 7 }, text, share, limits)

describe('what a job will ask of models', () => {
  it('is nothing of a provider for the built-in model, and for a collection that is not there yet', async () => {
    expect(await expected(server(), { ref: 'local' })).toEqual({ embedding: null, summaries: null, chunkMs: null })
    expect(await expectModels(partsOf(server()), { collectionId: null }, text, share, limits)).toMatchObject({
      embedding: null,
    })
  })

  it('is told of a collection that is not there yet by how it would be made', async () => {
    const { name } = server()
    const settings = { model: name }
    const { embedding } = await expectModels(partsOf(server()), { collectionId: null, settings }, text, share, limits)
    expect(embedding).toMatchObject({ provider: name, tokens: 5_000, costUsd: 10 })
  })

  it('is tokens for vectors at the price of the provider that makes them, by its own past where there is one', async () => {
    const { embedding } = await expected(server())
    expect(embedding).toEqual({ provider: 'n', model: 'm', isLocal: false, tokens: 5_000, costUsd: 10 })
    const { embedding: known } = await expected(server(), { past: { chars: 1_000, tokens: 500 } })
    expect(known).toMatchObject({ tokens: 10_000, costUsd: 20 })
  })

  it('has no cost where the price is not known, and says so of the sum', async () => {
    const provider = server({ price: { embeddingUsd: null, inputUsd: null, outputUsd: null } })
    expect((await expected(provider)).embedding).toMatchObject({ tokens: 5_000, costUsd: null })
    expect(sumCosts([0, 2, null])).toEqual({ costUsd: 2, costKnown: false })
    expect(sumCosts([0, 2, 1])).toEqual({ costUsd: 3, costKnown: true })
    expect([null, 0, 0.004, 16.721].map(sayCost)).toEqual([
      'price unknown',
      'no cost',
      'less than 0.01 USD',
      'about 16.72 USD',
    ])
  })

  it('is summaries, too, where the collection has a chat model make them', async () => {
    const { embedding, summaries } = await expected(server(), { summaries: 'provider', ref: 'local' })
    expect(embedding).toBeNull()
    // 2,000 characters a document, with the frame of a prompt.
    expect(summaries).toMatchObject({ provider: 'n', model: 'c', documents: 10 })
    expect(summaries?.tokens).toBeGreaterThan(10 * 500)
    expect(summaries?.costUsd).toBeGreaterThan((10 * 500 * 10) / 1_000_000)
    expect((await expected(server(), { summaries: 'extractive' })).summaries).toBeNull()
  })

  it('takes the time of requests, or of a slower pace; a model in a folder that of its own trial', () => {
    expect(chunkMsOf(server({ batchTexts: 50, concurrency: 2 }), 250)).toBe(10)
    expect(chunkMsOf(server({ batchTexts: 50, concurrency: 2, requestsPerMinute: 1 }), 250)).toBe(1_200)
    expect(chunkMsOf(server({ tokensPerMinute: 15_000 }), 250)).toBe(1_000)
    const folder = { kind: 'onnx', definition: { kind: 'onnx' } } as unknown as Provider
    expect(chunkMsOf(folder, 250, 1_000)).toBe(250)
    expect(chunkMsOf(folder, 250)).toBeNull()
  })
})

describe('the tokens of a summary', () => {
  it('grow with the text up to what the calls of its size may read', () => {
    const of = (chars: number) => expectTokens(chars, 8_192, limits).inputTokens
    expect(of(8_000)).toBeGreaterThan(2_000)
    expect(of(200_000)).toBeGreaterThan(of(20_000))
    expect(of(400_000_000)).toBeLessThan(limits['summaries.largeCalls'] * 8_192)
  })
})
