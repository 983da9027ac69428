// Pictures in Word documents, slides, e-books and web pages, which a provider's model reads where a collection wants that: a real engine, a real server.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import { AppError } from '../../src/shared/errors'
import { ingest, makeTempDir, startOwner, waitForJob, type TestEngineOptions } from '../support/engine'
import { startFakeProvider, type FakeProvider } from '../support/fake-provider/server'
import { checkedPng, dataUri, ocrFixture, pictureFixture } from '../support/formats/page-pictures'
import { makeLetterModel } from '../support/letter-models'

let temp: ReturnType<typeof makeTempDir>
let fake: FakeProvider
let engine: Engine

const start = async (more: Partial<TestEngineOptions> = {}): Promise<void> => {
  const letters = makeLetterModel('local', 31)
  const embeddings = (ref: string) => (ref === 'local' ? letters : null)
  engine = await startOwner({ dataDir: join(temp.path, 'data'), embeddings, ...more })
}

const put = (files: Readonly<Record<string, Buffer | string>>): string => {
  const folder = join(temp.path, 'papers')
  mkdirSync(folder, { recursive: true })
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
  return folder
}
const sample = (...names: string[]): Record<string, Buffer> =>
  Object.fromEntries(names.map((name) => [name, pictureFixture(name)]))

const choose = async (more: Record<string, unknown> = {}): Promise<void> => {
  const price = { visionInputUsd: 3, visionOutputUsd: 6 }
  const definition = { baseUrl: fake.url, visionModel: 'fake-eyes', needsKey: false, tries: 1, price, ...more }
  await engine.call('providers.add', { name: 'eyes', definition, isVision: true })
  await engine.call('collections.create', { name: 'papers' })
  await engine.call('collections.update', { name: 'papers', figures: 'vision' })
}

const search = async (query: string) =>
  (await engine.call('search', { query, mode: 'keyword', collections: ['papers'] })).results

const pathsOf = async (query: string): Promise<string[]> =>
  [...new Set((await search(query)).map(({ path }) => path))].sort()

const receiptOf = async (name: string) => {
  const { documents } = await engine.call('documents.list', { collection: 'papers', contains: name })
  const { receipt } = await engine.call('documents.receipt', { id: documents[0]?.id ?? '' })
  return {
    parts: receipt.coverage.map(({ from, to, state, message }) => `${from}-${to} ${state} ${message ?? ''}`.trim()),
    warnings: (receipt.warnings ?? []).map(({ message }) => message),
  }
}

beforeEach(async () => {
  temp = makeTempDir('embedded-pictures')
  fake = await startFakeProvider({ see: ({ hash }) => `A chart of zeppelins, ${hash}.` })
})
afterEach(async () => {
  await engine.close()
  await fake.close()
  temp.remove()
})

describe('pictures in documents that a model reads', { timeout: 240_000 }, () => {
  it('are counted before, sent once each, found in their place and told in the receipt', async () => {
    await start()
    const web = `<html><body><p>Tides of the year.</p><img src="${dataUri(checkedPng(90))}"><img src="https://127.0.0.1:1/x.png"></body></html>`
    const folder = put({ ...sample('harbour.docx', 'harbour.pptx', 'harbour.epub'), 'tides.html': web })
    await choose()
    const estimate = await engine.call('jobs.estimate', { paths: [{ path: folder }], collection: 'papers', id: 'x' })
    expect(estimate).toMatchObject({ figures: 7, needOcr: 0, vision: { provider: 'eyes' } })
    expect(fake.counts.vision.calls).toBe(0)

    const done = await ingest(engine, [folder], 'papers')
    expect(done).toMatchObject({ documents: { indexed: 4, partial: 0 }, provider: { name: 'eyes', calls: 7 } })
    expect(fake.counts.vision).toMatchObject({ calls: 7, answered: 7 })
    expect(await pathsOf('zeppelins')).toEqual(
      ['docx', 'epub', 'pptx'].map((type) => `papers/harbour.${type}`).concat('papers/tides.html'),
    )
    const two = '2 figures were read by the model fake-eyes of the provider "eyes", beside its own text.'
    const one = 'One figure was read by the model fake-eyes of the provider "eyes", beside its own text.'
    expect(await receiptOf('harbour.docx')).toEqual({ parts: [`1-1 indexed ${two}`], warnings: [two] })
    expect(await receiptOf('harbour.pptx')).toEqual({
      parts: ['1-1 indexed', `2-3 indexed ${one}`, '4-4 indexed'],
      warnings: [two],
    })
    expect(await receiptOf('tides.html')).toEqual({
      parts: [`1-1 indexed ${one}`],
      warnings: [
        one,
        '1 figure(s) were not read (they are not in the document, and nothing is fetched); the text of the document is whole.',
      ],
    })
    expect((await ingest(engine, [folder], 'papers')).documents).toMatchObject({ unchanged: 4 })
    expect(fake.counts.vision.calls).toBe(7)
  })

  it('make a document found that has no words of its own, unless nothing is said of them', async () => {
    await start()
    await choose()
    const page = (shade: number): string => `<html><body><img src="${dataUri(checkedPng(shade))}"></body></html>`
    fake.answerVision(() => (fake.counts.vision.calls === 1 ? 'The zeppelins of May' : ''))
    expect((await ingest(engine, [put({ 'a.html': page(1) })], 'papers')).documents).toMatchObject({ indexed: 1 })
    expect(await pathsOf('zeppelins')).toEqual(['papers/a.html'])
    const { documents, problems } = await ingest(engine, [put({ 'b.html': page(2) })], 'papers')
    expect(documents).toMatchObject({ total: 2, unchanged: 1 })
    expect(problems.map(({ path, code }) => [path, code])).toEqual([['papers/b.html', 'DOCUMENT_NO_TEXT']])
  })

  it('are left alone where nobody is to read them', async () => {
    await start()
    const folder = put(sample('harbour.docx', 'harbour.pptx'))
    await engine.call('collections.create', { name: 'papers' })
    expect((await ingest(engine, [folder], 'papers')).documents).toMatchObject({ indexed: 2 })
    expect(await receiptOf('harbour.docx')).toEqual({ parts: ['1-1 indexed'], warnings: [] })
    expect(fake.counts.vision.calls).toBe(0)
  })

  it('are paid for once, although everything dies before their text is committed', async () => {
    let armed = true
    const died = new AppError('SHUTTING_DOWN')
    let deaths = 0
    await start({
      interfere: (point, side) => {
        if (!armed || fake.counts.vision.answered < 2 || point !== 'committed' || side !== 'before') return
        deaths += 1
        throw died
      },
    })
    await choose()
    const folder = put(sample('harbour.docx'))
    await engine.call('jobs.create', { paths: [{ path: folder }], collection: 'papers' })
    await expect.poll(() => deaths, { timeout: 120_000 }).toBeGreaterThan(0)
    await engine.close()
    armed = false
    await start()
    await expect.poll(() => pathsOf('zeppelins'), { timeout: 120_000 }).toEqual(['papers/harbour.docx'])
    expect(fake.counts.vision.calls).toBe(2)
    expect((await engine.call('providers.usage', {})).total).toMatchObject({ calls: 2, unsettled: 0 })
  })

  it('are read by OCR where the model will not read them; and that is said', async () => {
    await start()
    await choose()
    fake.misbehave('bad-request', { times: 1, on: 'vision' })
    const folder = put({
      'letter.html': `<p>What was written:</p><img src="${dataUri(ocrFixture('lighthouse.jpg'), 'image/jpeg')}">`,
    })
    await ingest(engine, [folder], 'papers')
    expect(await pathsOf('lantern')).toEqual(['papers/letter.html'])
    expect((await receiptOf('letter.html')).parts.join()).toMatch(
      /^1-1 indexed One figure was read by OCR, not by the model of the provider "eyes": .*\(400/,
    )
  })

  it('hold their document at a used-up budget until a person decides, its words found meanwhile', async () => {
    await start({ limits: { 'retry.extract.baseMs': 0 } })
    await choose({ visionBudgets: { run: { tokens: 5_000 } } })
    const { job } = await engine.call('jobs.create', {
      paths: [{ path: put(sample('harbour.docx')) }],
      collection: 'papers',
    })
    const stopped = async () => (await engine.call('queue.status', {})).stops?.map(({ code }) => code)
    await expect.poll(stopped, { timeout: 120_000 }).toEqual(['BUDGET_EXCEEDED'])
    expect(fake.counts.vision).toMatchObject({ calls: 1, answered: 1 })
    expect(await pathsOf('keeper')).toEqual(['papers/harbour.docx'])
    await engine.call('providers.update', { name: 'eyes', definition: { visionBudgets: { run: { tokens: 20_000 } } } })
    await waitForJob(engine, job.id)
    expect(fake.counts.vision).toMatchObject({ calls: 2, answered: 2 })
    expect(await pathsOf('zeppelins')).toEqual(['papers/harbour.docx'])
  })
})
