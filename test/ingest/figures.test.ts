// Figures in documents that have text, which a provider's model reads where a collection wants that: a real engine, a real server.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import type { LimitName } from '../../src/shared/limits'
import { ingest, makeTempDir, startOwner, type TestEngineOptions } from '../support/engine'
import { startFakeProvider, type FakeProvider } from '../support/fake-provider/server'
import { chart, figurePdf, lighthouse, type FigurePage } from '../support/formats/figure-pdf'
import { makeLetterModel } from '../support/letter-models'

let temp: ReturnType<typeof makeTempDir>
let fake: FakeProvider
let engine: Engine

const start = async (more: Partial<TestEngineOptions> = {}): Promise<void> => {
  const letters = makeLetterModel('local', 31)
  const embeddings = (ref: string) => (ref === 'local' ? letters : null)
  engine = await startOwner({ dataDir: join(temp.path, 'data'), embeddings, ...more })
}

const put = (name: string, pages: readonly FigurePage[]): string => {
  const folder = join(temp.path, 'papers')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), figurePdf(pages))
  return folder
}

const choose = async (more: Record<string, unknown> = {}): Promise<void> => {
  const price = { visionInputUsd: 3, visionOutputUsd: 6 }
  const definition = { baseUrl: fake.url, visionModel: 'fake-eyes', needsKey: false, tries: 1, price, ...more }
  await engine.call('providers.add', { name: 'eyes', definition, isVision: true })
  await engine.call('collections.create', { name: 'papers' })
  await engine.call('collections.update', { name: 'papers', figures: 'vision' })
}

const search = async (query: string) =>
  (await engine.call('search', { query, mode: 'keyword', collections: ['papers'] })).results

/** Pages of the passages that are found. */
const pagesOf = async (query: string): Promise<(number | null)[]> =>
  (await search(query))
    .flatMap((hit) => [hit, ...(hit.more ?? [])])
    .map(({ page }) => page)
    .sort()

/** How the best passage begins. */
const firstLine = async (query: string): Promise<string | undefined> => (await search(query))[0]?.text.split('\n')[0]

const receipt = async (): Promise<string[]> => {
  const { documents } = await engine.call('documents.list', { collection: 'papers' })
  const told = await engine.call('documents.receipt', { id: documents[0]?.id ?? '' })
  return told.receipt.coverage.map(({ from, to, state, message }) => `${from}-${to} ${state} ${message ?? ''}`.trim())
}

const report: readonly FigurePage[] = [
  { text: 'The harbour in words' },
  { text: 'The harbour in numbers', pictures: [chart(60)] },
  { text: 'What was written', pictures: [lighthouse] },
]

beforeEach(async () => {
  temp = makeTempDir('figures')
  fake = await startFakeProvider({
    see: ({ hash }) => `A chart of ships, ${hash}.\n\n| month | zeppelins |\n|--|--|\n| May | 12 |`,
  })
})
afterEach(async () => {
  await engine.close()
  await fake.close()
  temp.remove()
})

describe('figures of documents that have text', { timeout: 240_000 }, () => {
  it('are sent only where that is chosen; what is said of them is found with its page, beside the text', async () => {
    await start()
    const folder = put('report.pdf', report)
    await choose()
    await engine.call('collections.create', { name: 'plain' })
    expect((await engine.call('collections.show', { name: 'papers' })).figures).toBe('vision')
    expect((await engine.call('collections.show', { name: 'plain' })).figures).toBe('off')
    const estimate = await engine.call('jobs.estimate', { paths: [{ path: folder }], collection: 'papers', id: 'x' })
    expect(estimate).toMatchObject({ figures: 2, needOcr: 0, vision: { provider: 'eyes', scans: false } })
    expect(estimate.costUsd).toBeGreaterThan(0)
    expect(fake.counts.vision.calls).toBe(0)

    const done = await ingest(engine, [folder], 'papers')
    expect(done).toMatchObject({ documents: { indexed: 1, partial: 0 }, provider: { name: 'eyes', calls: 2 } })
    expect(fake.counts.vision).toMatchObject({ calls: 2, answered: 2 })
    expect(await pagesOf('ships')).toEqual([2, 3])
    expect(await firstLine('ships')).toMatch(/^Figure on page [23], read by a model:$/)
    expect(await pagesOf('numbers')).toEqual([2])
    expect(await firstLine('numbers')).toBe('The harbour in words')
    expect(await receipt()).toEqual([
      '1-1 indexed',
      '2-3 indexed Its figures were read by the model fake-eyes of the provider "eyes", beside its own text.',
    ])
    expect((await engine.call('providers.usage', {})).rows).toMatchObject([{ purpose: 'vision', calls: 2 }])
    expect((await ingest(engine, [folder], 'papers')).documents).toMatchObject({ unchanged: 1 })
    expect(fake.counts.vision.calls).toBe(2)
    await expect(engine.call('providers.remove', { name: 'eyes' })).rejects.toMatchObject({ code: 'PROVIDER_IN_USE' })
  })

  it('wait for a provider that is away for a moment, and for a budget until a person decides', async () => {
    const limits: Partial<Record<LimitName, number>> = { 'retry.extract.baseMs': 0 }
    await start({ limits })
    await choose({ visionBudgets: { run: { tokens: 5_000 } } })
    fake.misbehave('rate-limit', { times: 1, on: 'vision' })
    const { job } = await engine.call('jobs.create', {
      paths: [{ path: put('report.pdf', report) }],
      collection: 'papers',
    })
    const stopped = async () => (await engine.call('queue.status', {})).stops?.map(({ code }) => code)
    await expect.poll(stopped, { timeout: 120_000 }).toEqual(['BUDGET_EXCEEDED'])
    // The first figure was asked for again, and is kept.
    expect(fake.counts.vision).toMatchObject({ calls: 2, answered: 1 })
    expect(await search('words')).toHaveLength(1)
    await engine.call('collections.update', { name: 'papers', figures: 'off' })
    await expect
      .poll(async () => (await engine.call('jobs.show', { id: job.id })).report.job.state, { timeout: 120_000 })
      .toBe('completed')
    expect(fake.counts.vision.calls).toBe(2)
    expect(await search('written')).toHaveLength(1)
  })
})
