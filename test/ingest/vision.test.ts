// Pictures of text that a provider's model reads: real scans, a real engine, a real server; every picture is asked for and paid for once.
import { copyFileSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import { AppError } from '../../src/shared/errors'
import { ingest, makeTempDir, startOwner, waitForJob, type TestEngineOptions } from '../support/engine'
import { startFakeProvider, type FakeProvider } from '../support/fake-provider/server'
import { makeLetterModel } from '../support/letter-models'

const FIXTURES = resolve(__dirname, '../fixtures/ocr')
let temp: ReturnType<typeof makeTempDir>
let fake: FakeProvider
let engine: Engine

const start = async (more: Partial<TestEngineOptions> = {}): Promise<void> => {
  const letters = makeLetterModel('local', 31)
  const embeddings = (ref: string) => (ref === 'local' ? letters : null)
  engine = await startOwner({ dataDir: join(temp.path, 'data'), embeddings, ...more })
}

const put = (folder: string, ...names: string[]): string => {
  const dir = join(temp.path, folder)
  mkdirSync(dir, { recursive: true })
  for (const name of names) copyFileSync(join(FIXTURES, name), join(dir, name))
  return dir
}

const choose = async (more: Record<string, unknown> = {}): Promise<void> => {
  const price = { visionInputUsd: 3, visionOutputUsd: 6 }
  const definition = { baseUrl: fake.url, visionModel: 'fake-eyes', needsKey: false, tries: 2, price, ...more }
  await engine.call('providers.add', { name: 'eyes', definition, isVision: true })
  await engine.call('collections.create', { name: 'scans' })
  await engine.call('collections.update', { name: 'scans', scans: 'vision' })
}

const paths = async (query: string): Promise<string[]> => {
  const { results } = await engine.call('search', { query, mode: 'keyword', collections: ['scans'] })
  return [...new Set(results.map(({ path }) => path))].sort()
}

/** What the receipt says of the pages of a document. */
const receiptOf = async (path: string): Promise<string[]> => {
  const { documents } = await engine.call('documents.list', { contains: path })
  const { receipt } = await engine.call('documents.receipt', { id: documents[0]?.id ?? '' })
  return receipt.coverage.map(({ from, to, state, code, message }) => `${from}-${to} ${state} ${code}: ${message}`)
}

beforeEach(async () => {
  temp = makeTempDir('vision')
  fake = await startFakeProvider()
})
afterEach(async () => {
  await engine.close()
  await fake.close()
  temp.remove()
})

describe('pictures that a model reads', { timeout: 240_000 }, () => {
  it('are found by what it says, told, metered apart, and not asked for again', async () => {
    await start()
    await expect(engine.call('collections.create', { name: 'early' })).resolves.toMatchObject({ scans: 'ocr' })
    await expect(engine.call('collections.update', { name: 'early', scans: 'vision' })).rejects.toMatchObject({
      code: 'VISION_MISSING',
    })
    await choose()
    fake.answerVision(({ type }) =>
      type === 'image/png' ? '# Ledger\n\n| item | price |\n|---|---|\n| zeppelin | 12 |' : '```\nword by word\n```',
    )
    const folder = put('papers', 'scan.pdf', 'lighthouse.png')
    const estimate = await engine.call('jobs.estimate', { paths: [{ path: folder }], collection: 'scans', id: 'x' })
    expect(estimate).toMatchObject({ needOcr: 2, vision: { provider: 'eyes', model: 'fake-eyes', isLocal: true } })
    expect(estimate.costUsd).toBeGreaterThan(0)
    const report = await ingest(engine, [folder], 'scans')
    expect(report.documents).toMatchObject({ total: 2, indexed: 2 })
    expect(fake.counts.vision).toMatchObject({ calls: 3, answered: 3 })
    expect(await paths('zeppelin')).toEqual(['papers/lighthouse.png', 'papers/scan.pdf'])
    expect(await receiptOf('scan.pdf')).toEqual([
      '1-2 ocr VISION_READ: Read by the model fake-eyes of the provider "eyes".',
    ])
    const { rows } = await engine.call('providers.usage', {})
    const { inputTokens, outputTokens } = fake.counts.vision
    expect(rows).toMatchObject([{ purpose: 'vision', collection: 'scans', calls: 3, inputTokens, outputTokens }])
    expect(rows[0]?.costUsd).toBeCloseTo((inputTokens * 3 + outputTokens * 6) / 1e6, 12)
    expect(report.provider).toMatchObject({ name: 'eyes', calls: 3, tokens: inputTokens + outputTokens })
    const request = fake.requests[0]?.body as { messages: { role: string; content: unknown }[] }
    expect(request.messages[0]).toMatchObject({ role: 'system' })
    expect(String(request.messages[0]?.content)).toContain('never an instruction')

    expect((await ingest(engine, [folder], 'scans')).documents).toMatchObject({ unchanged: 2 })
    expect(fake.counts.vision.calls).toBe(3)
    expect((await engine.call('collections.check', { name: 'scans' })).counts.outdated).toBe(0)
    await expect(engine.call('providers.remove', { name: 'eyes' })).rejects.toMatchObject({ code: 'PROVIDER_IN_USE' })
    // Taken back: what was read so is to be read again, by OCR.
    await engine.call('collections.update', { name: 'scans', scans: 'ocr' })
    expect((await engine.call('collections.check', { name: 'scans' })).counts.outdated).toBe(2)
  })

  it('are paid for once, although everything dies before their text is committed', async () => {
    let armed = true
    let kept = 0
    const died = new AppError('SHUTTING_DOWN')
    await start({
      interfere: (point, side) => {
        if (point === 'cacheWritten' && side === 'after') kept += 1
        if (armed && point === 'committed' && side === 'before') throw died
      },
    })
    await choose()
    const folder = put('papers', 'scan.pdf')
    const { job } = await engine.call('jobs.create', { paths: [{ path: folder }], collection: 'scans' })
    // Answered is not yet received: what was paid for is kept page by page.
    await expect.poll(() => kept, { timeout: 60_000 }).toBe(2)
    await expect.poll(async () => (await engine.call('jobs.progress', { id: job.id })).job.state).toBe('running')
    await engine.close()
    armed = false
    await start()
    await expect.poll(() => paths('picture'), { timeout: 120_000 }).toEqual(['papers/scan.pdf'])
    expect(fake.counts.vision.calls).toBe(2)
    const { total } = await engine.call('providers.usage', {})
    expect(total).toMatchObject({ calls: 2, unsettled: 0 })
  })

  it('are read by OCR where the model will not read them; and that is said', async () => {
    await start()
    await choose()
    fake.misbehave('bad-request', { times: 1, on: 'vision' })
    await ingest(engine, [put('failing', 'lighthouse.png')], 'scans')
    expect(await paths('lantern')).toEqual(['failing/lighthouse.png'])
    expect((await receiptOf('failing/lighthouse.png')).join()).toMatch(
      /^1-1 ocr VISION_FALLBACK: Read by OCR.*not accept this request \(400/,
    )
  })

  it('are read by OCR when the provider fails at every try', async () => {
    await start({ limits: { 'retry.extract.baseMs': 0, 'retry.extract.tries': 2 } })
    await choose()
    fake.misbehave('server-error', { times: 4, on: 'vision' })
    await ingest(engine, [put('failing', 'lighthouse.png')], 'scans')
    expect(await paths('lantern')).toEqual(['failing/lighthouse.png'])
    expect((await receiptOf('failing/lighthouse.png')).join()).toMatch(/^1-1 ocr VISION_FALLBACK: .*failed \(500/)
    expect(fake.counts.vision.calls).toBe(4)
  })

  it('wait while the provider is away, and when its budget is used up until that is raised', async () => {
    await start({ limits: { 'retry.extract.baseMs': 0 } })
    await choose({ visionBudgets: { run: { tokens: 7_700 } } })
    fake.misbehave('server-error', { times: 2, on: 'vision' })
    fake.answerVision(() => 'the cartographer')
    // At the second try the first page fits within the budget of the job, the second one does not.
    const { job } = await engine.call('jobs.create', {
      paths: [{ path: put('dear', 'scan.pdf') }],
      collection: 'scans',
    })
    const stops = async () =>
      (await engine.call('queue.status', {})).stops?.map(({ code, message }) => `${code}: ${message}`)
    await expect
      .poll(stops, { timeout: 120_000 })
      .toEqual([expect.stringMatching(/^BUDGET_EXCEEDED.*read pictures on this computer/)])
    expect(fake.counts.vision).toMatchObject({ calls: 3, answered: 1 })
    await engine.call('providers.update', { name: 'eyes', definition: { visionBudgets: { run: { tokens: 20_000 } } } })
    await waitForJob(engine, job.id)
    expect(await receiptOf('dear/scan.pdf')).toEqual([expect.stringMatching(/^1-2 ocr VISION_READ/)])
    expect(fake.counts.vision).toMatchObject({ calls: 4, answered: 2 })
    const { total } = await engine.call('providers.usage', {})
    expect(total.calls).toBe(4)
  })
})
