// Proves the way of pictures and scanned pages through the whole engine: found by their words, told in the receipt, read once.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../src/main/engine'
import { finalJobStates } from '../../src/shared/domain'
import { ingest, makeTempDir, reportOf, startOwner, waitForJob } from '../support/engine'

const FIXTURES = resolve(__dirname, '../fixtures/ocr')
const temp = makeTempDir('pictures')
const folder = join(temp.path, 'scans')
let engine: Engine

const paths = async (query: string): Promise<string[]> => {
  const { results } = await engine.call('search', { query, mode: 'keyword', collections: [] })
  return [...new Set(results.map(({ path }) => path))].sort()
}

const documentOf = async (path: string) => {
  const { documents } = await engine.call('documents.list', { contains: path })
  const [document] = documents
  if (!document || documents.length > 1) throw new Error(`${documents.length} documents contain ${path}`)
  return document
}

const put = (name: string, as = name): void => copyFileSync(join(FIXTURES, name), join(folder, as))

beforeAll(async () => {
  mkdirSync(folder)
  for (const name of ['lighthouse.png', 'scan.pdf', 'mixed.pdf']) put(name)
  engine = await startOwner({ dataDir: join(temp.path, 'data') })
})

afterAll(async () => {
  await engine.close()
  temp.remove()
})

describe('pictures of text', { timeout: 90_000 }, () => {
  it('are found by their words; what is text is found before them', async () => {
    const { job } = await engine.call('jobs.create', { paths: [{ path: folder }], collection: 'default' })
    await expect.poll(() => paths('minutes'), { interval: 20, timeout: 30_000 }).toEqual(['scans/mixed.pdf'])
    const progress = await engine.call('jobs.wait', { id: job.id, timeoutMs: 0 })
    expect(finalJobStates).not.toContain(progress.job.state)
    expect(await documentOf('mixed.pdf')).toMatchObject({ state: 'partial', code: 'OCR_MISSING' })
    expect(await paths('lantern')).toEqual([])

    await waitForJob(engine, job.id)
    const report = await reportOf(engine, job.id)
    expect(report.job.state).toBe('completed')
    expect(report.documents).toMatchObject({ total: 3, indexed: 3 })
    expect(report.phases.ocr.items).toBe(3)
    expect(report.coverage).toMatchObject({ indexed: 1, ocr: 4, empty: 1, skipped: 0, truncated: 0 })
    expect(await paths('lantern')).toEqual(['scans/lighthouse.png', 'scans/mixed.pdf', 'scans/scan.pdf'])
    expect(await paths('foghorn')).toEqual(['scans/scan.pdf'])
    expect(await paths('minutes')).toEqual(['scans/mixed.pdf'])
    expect(await documentOf('mixed.pdf')).toMatchObject({ state: 'indexed', code: null })
  })

  it('say of each page what became of it', async () => {
    const { id } = await documentOf('mixed.pdf')
    const { receipt } = await engine.call('documents.receipt', { id })
    expect(receipt.coverage.map(({ unit, from, to, state }) => [unit, from, to, state])).toEqual([
      ['page', 1, 1, 'indexed'],
      ['page', 2, 2, 'ocr'],
      ['page', 3, 3, 'empty'],
    ])
  })

  it('are not read again when they come again, nor when a copy of them comes', async () => {
    put('scan.pdf', 'copy-of-scan.pdf')
    const report = await ingest(engine, [folder])
    expect(report.documents).toMatchObject({ total: 4, unchanged: 3, duplicate: 1 })
    expect(report.phases.ocr.items).toBe(0)
    expect(await paths('foghorn')).toEqual(['scans/copy-of-scan.pdf', 'scans/scan.pdf'])
  })
})

describe('a picture without text', { timeout: 60_000 }, () => {
  it('is told as that, and not looked through again when it comes again', async () => {
    const photo = join(temp.path, 'photo.pgm')
    writeFileSync(photo, Buffer.concat([Buffer.from('P5\n300 200\n255\n'), Buffer.alloc(300 * 200, 255)]))
    const phases = []
    for (const round of [1, 2]) {
      const { documents, problems } = await ingest(engine, [photo])
      expect(documents, `round ${round}`).toMatchObject({ total: 1, skipped: 1 })
      expect(problems).toMatchObject([{ code: 'DOCUMENT_NO_TEXT' }])
      phases.push(problems[0]?.phase)
    }
    expect(phases).toEqual(['ocr', 'extract'])
  })
})

describe('pictures of text when reading them is turned off', { timeout: 60_000 }, () => {
  it('are told, page by page, as what was left out', async () => {
    const dataDir = join(temp.path, 'off')
    const off = await startOwner({ dataDir, limits: { 'ocr.enabled': 0 } })
    try {
      const report = await ingest(off, [folder])
      expect(report.documents).toMatchObject({ partial: 1, skipped: 3, indexed: 0 })
      expect(report.problems.map(({ path, code }) => [path, code]).sort()).toEqual([
        ['scans/copy-of-scan.pdf', 'DOCUMENT_NO_TEXT'],
        ['scans/lighthouse.png', 'DOCUMENT_NO_TEXT'],
        ['scans/mixed.pdf', 'PDF_PAGES_WITHOUT_TEXT'],
        ['scans/scan.pdf', 'DOCUMENT_NO_TEXT'],
      ])
    } finally {
      await off.close()
    }
  })
})
