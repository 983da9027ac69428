// Vectors that a server is paid for: where it refuses one text of a batch, or a budget ends within it, what was answered is kept, found, and never
// asked for again; with a real engine and a real server.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import { makeTempDir, reportOf, startOwner, waitForJob } from '../support/engine'
import { startFakeProvider, type FakeProvider } from '../support/fake-provider/server'

const COLLECTION = 'paid'
const NAMES = ['ferry', 'mill', 'orchard', 'quarry', 'lighthouse', 'bakery', 'station', 'harbor']
let temp: ReturnType<typeof makeTempDir>
let fake: FakeProvider
let engine: Engine

beforeEach(async () => {
  temp = makeTempDir('partly-paid')
  fake = await startFakeProvider({ dimensions: 8 })
  engine = await startOwner({ dataDir: join(temp.path, 'data') })
})
afterEach(async () => {
  await engine.close()
  await fake.close()
  temp.remove()
})

const choose = async (more: Record<string, unknown> = {}): Promise<void> => {
  const price = { embeddingUsd: 2 }
  const served = { embeddingModel: 'fake-embedder', dimensions: 8 }
  const definition = { baseUrl: fake.url, needsKey: false, tries: 1, price, ...served, ...more }
  await engine.call('providers.add', { name: 'fake', definition })
  await engine.call('collections.create', { name: COLLECTION, model: 'fake' })
}

const offer = async (texts: Readonly<Record<string, string>>): Promise<string> => {
  const folder = join(temp.path, 'papers')
  mkdirSync(folder)
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, `${name}.txt`), text)
  const { job } = await engine.call('jobs.create', { paths: [{ path: folder }], collection: COLLECTION })
  return job.id
}

const documentsOf = async () => (await engine.call('documents.list', { collection: COLLECTION })).documents

const lacking = async (): Promise<string[]> =>
  (await documentsOf()).filter(({ pendingVectors }) => pendingVectors > 0).map(({ path }) => path)

const isOfQuarry = (text: string): boolean => text.includes('quarry')

/** Texts of requests, each as often as it was asked for; those of requests with a text that is refused apart. */
const asked = (): { refused: string[]; answered: string[] } => {
  const inputs = fake.requests.map(({ body }) => (body as { input: string[] }).input)
  const refused = inputs.filter((input) => input.some(isOfQuarry))
  return { refused: refused.flat(), answered: inputs.filter((input) => !refused.includes(input)).flat() }
}

const isMeteredAsServed = async (): Promise<void> => {
  const { total } = await engine.call('providers.usage', {})
  const { calls, inputTokens } = fake.counts.embeddings
  expect(total).toMatchObject({ calls, inputTokens, unsettled: 0 })
  expect(total.costUsd).toBeCloseTo((inputTokens * 2) / 1e6, 12)
}

it('keeps what was answered beside a text that is refused, and pays for it once', { timeout: 120_000 }, async () => {
  // Each text is cut into two windows, a request holds two of them, and a call two texts: so parts of calls are refused.
  await choose({ batchTexts: 2, maxInputTokens: 16 })
  fake.refuseTexts(isOfQuarry)
  // No window is like one of another text.
  const textOf = (name: string): string =>
    ['stands', 'opens', 'closes', 'waits', 'is painted']
      .map((verb) => `The ${name} ${verb} beside the ${name}.`)
      .join(' ')
  const id = await offer(Object.fromEntries(NAMES.map((name) => [name, textOf(name)])))
  await waitForJob(engine, id)
  const report = await reportOf(engine, id)
  expect(report.documents).toMatchObject({ total: 8, indexed: 7, partial: 1 })
  expect(report.problems).toMatchObject([{ path: 'papers/quarry.txt', outcome: 'partial' }])
  expect(await lacking()).toEqual(['papers/quarry.txt'])
  const before = asked()
  expect(before.refused.length).toBeGreaterThan(0)
  // Of the seven others, whoever was refused beside them: none was asked for twice.
  expect(before.answered.length).toBeGreaterThan(10)
  expect([...before.answered].sort()).toEqual([...new Set(before.answered)].sort())
  expect(fake.counts.embeddings.texts).toBe(before.answered.length)
  fake.refuseTexts(null)
  await engine.call('jobs.retry', { id })
  await waitForJob(engine, id)
  expect(await lacking()).toEqual([])
  expect(asked().answered).toEqual(before.answered)
  await isMeteredAsServed()
})

it('finds what of a document a budget had room for, while the rest waits for it', { timeout: 120_000 }, async () => {
  await choose({ batchTexts: 64, budgets: { run: { tokens: 1_200 } } })
  const sentence = (part: number, at: number): string => `Mill ${at} of part ${part} stands beside the water. `
  const part = (at: number): string =>
    `## Part ${at}\n\n${Array.from({ length: 40 }, (_, of) => sentence(at, of)).join('')}`
  const id = await offer({ long: Array.from({ length: 8 }, (_, at) => part(at)).join('\n\n') })
  await expect.poll(async () => (await engine.call('queue.status', {})).stops?.length ?? 0, { timeout: 60_000 }).toBe(1)
  const [document] = await documentsOf()
  const { chunks = 0, pendingVectors = 0 } = document ?? {}
  expect(pendingVectors).toBeGreaterThan(0)
  expect(pendingVectors).toBeLessThan(chunks)
  const paid = fake.counts.embeddings.texts
  expect(paid).toBe(chunks - pendingVectors)
  await engine.call('providers.update', { name: 'fake', definition: { budgets: { run: { tokens: 100_000 } } } })
  await waitForJob(engine, id)
  expect((await reportOf(engine, id)).documents).toMatchObject({ total: 1, indexed: 1 })
  const { answered } = asked()
  expect(answered).toHaveLength(chunks)
  expect(new Set(answered).size).toBe(chunks)
  await isMeteredAsServed()
})
