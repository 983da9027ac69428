import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  documentReceiptSchema,
  extractLineSchema,
  jobReceiptSchema,
  jobReportSchema,
  type JobReport,
  type SearchResult,
} from '../../../src/shared/domain'
import { filePart, groupPart, makeMail, textPart } from '../../support/mail/mail-maker'
import { endAll, run, runJson } from './support/command'

const root = mkdtempSync(join(tmpdir(), 'sluice-receipts-'))
const dataDir = join(root, 'data')
const papers = join(root, 'papers')
const receiptsSchema = z.strictObject({
  job: z.string(),
  receipts: z.array(jobReceiptSchema.strict()),
  total: z.number(),
  coverage: z.record(z.string(), z.number()),
})

let report: JobReport

beforeAll(async () => {
  mkdirSync(papers)
  writeFileSync(join(papers, '=sum(1,2).txt'), 'The walrus rests on the ice.')
  writeFileSync(join(papers, 'walrus.py'), 'print("walrus")')
  writeFileSync(join(papers, 'walrus.js'), 'print("walrus")\n')
  writeFileSync(
    join(papers, 'latin.txt'),
    Buffer.from('Caf\xe9 au lait, s\xe9ance de cin\xe9ma, \xe9t\xe9 \xe0 No\xebl.', 'latin1'),
  )
  writeFileSync(join(papers, 'empty.txt'), '')
  const files = [filePart('note.txt', Buffer.from('The seal swims.')), filePart('nothing.txt', Buffer.alloc(0))]
  writeFileSync(
    join(papers, 'news.eml'),
    makeMail('News', groupPart('mixed', 'b', [textPart('Dear reader.'), ...files])),
  )
  report = (await runJson<JobReport>(dataDir, ['ingest', papers])).value
})

afterAll(async () => {
  await endAll()
  rmSync(root, { recursive: true, force: true })
})

describe('sluice jobs receipt', () => {
  it('tells every document that the report counts, and the same sums, as JSON', async () => {
    const { value, code } = await runJson(dataDir, ['jobs', 'receipt', report.job.id])
    const { receipts, total, coverage } = receiptsSchema.parse(value)
    expect(code).toBe(0)
    expect(jobReportSchema.parse(report).gone).toBe(0)
    expect([receipts.length, total]).toEqual([report.documents.total, report.documents.total])
    expect(coverage).toEqual(report.coverage)
    const paths = receipts.map(({ path }) => path)
    expect(paths).toContain('papers/news.eml!/note.txt')
    const empty = receipts.find(({ path }) => path === 'papers/empty.txt')
    expect(empty).toMatchObject({
      outcome: 'skipped',
      code: 'FILE_EMPTY',
      coverage: [{ state: 'skipped', code: 'FILE_EMPTY' }],
    })
  })

  it('is safe as CSV: quoted, and no formula', async () => {
    const { stdout, code } = await run(dataDir, ['jobs', 'receipt', report.job.id, '--csv'])
    expect(code).toBe(0)
    const [head, ...records] = stdout.trimEnd().split('\r\n')
    expect(head).toBe('path,documentId,outcome,kind,unit,from,to,name,state,code,message,documentCode,location')
    expect(records.some((record) => record.startsWith('"papers/=sum(1,2).txt",'))).toBe(true)
    expect(records.every((record) => !/(^|,)"?[=+@]/.test(record))).toBe(true)
    expect(records.length).toBeGreaterThanOrEqual(report.documents.total)
  })

  it('prints a line a document for people, and says what is no job', async () => {
    const { stdout } = await run(dataDir, ['jobs', 'receipt', report.job.id])
    expect(stdout).toMatch(/^skipped {4}papers\/empty\.txt {2}The file is empty/m)
    expect(stdout).toMatch(/\d+ documents; parts: \d+ indexed, .*\.\n$/)
    const missing = await runJson<{ error: { code: string } }>(dataDir, ['jobs', 'receipt', '999'])
    expect([missing.code, missing.value.error.code]).toEqual([1, 'NOT_FOUND'])
    expect((await run(dataDir, ['jobs', 'receipt', '1', '--csv', '--json'])).code).toBe(1)
  })
})

describe('sluice documents receipt', () => {
  it('tells the parts of a document and what is in it', async () => {
    const list = await runJson<{ documents: { id: string; path: string }[] }>(dataDir, ['documents', 'list'])
    const id = list.value.documents.find(({ path }) => path === 'papers/news.eml')?.id ?? ''
    const { value } = await runJson(dataDir, ['documents', 'receipt', id])
    const receipt = documentReceiptSchema.strict().parse(value)
    expect(receipt.coverage[0]).toMatchObject({ unit: 'part', state: 'indexed' })
    expect(receipt.coverage.map(({ unit, state }) => [unit, state])).toContainEqual(['attachment', 'empty'])
    expect(receipt.items.map(({ path }) => path)).toEqual(['papers/news.eml!/note.txt'])
    const text = (await run(dataDir, ['documents', 'receipt', id])).stdout
    expect(text).toContain('papers/news.eml!/note.txt')
    const csv = (await run(dataDir, ['documents', 'receipt', id, '--csv'])).stdout
    expect(csv).toContain('papers/news.eml!/note.txt')
    const shown = await runJson<{ coverage: unknown }>(dataDir, ['documents', 'show', id])
    expect(shown.value.coverage).toEqual(receipt.counts)
  })
})

describe('sluice extract', () => {
  it('says the encoding and the parts', async () => {
    const { stdout } = await run(join(root, 'none'), ['extract', '--ndjson', papers])
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => extractLineSchema.strict().parse(JSON.parse(line)))
    const latin = lines.find(({ path }) => path === 'papers/latin.txt')
    expect(latin?.encoding).toMatch(/1252|8859/)
    expect(latin?.coverage).toMatchObject([{ unit: 'document', state: 'indexed' }])
    expect(lines.find(({ path }) => path === 'papers/empty.txt')?.coverage).toMatchObject([{ code: 'FILE_EMPTY' }])
  })
})

describe('sluice search --type', () => {
  const pathsOf = async (...types: string[]): Promise<string[]> => {
    const words = ['search', 'walrus', '--mode', 'keyword', ...types.flatMap((type) => ['--type', type])]
    return (await runJson<SearchResult>(dataDir, words)).value.results.map(({ path }) => path).sort()
  }

  it('takes an extension as what a file is named by, and a kind as all of its kind', async () => {
    expect(await pathsOf('py')).toEqual(['papers/walrus.py'])
    expect(await pathsOf('code')).toEqual(['papers/walrus.js', 'papers/walrus.py'])
    expect(await pathsOf('.JS', 'text')).toEqual(['papers/=sum(1,2).txt', 'papers/walrus.js'])
  })
})

describe('what is gone', () => {
  it('is said in the report and listed, and is found no more', async () => {
    rmSync(join(papers, 'walrus.py'))
    rmSync(join(papers, 'news.eml'))
    const again = await run(dataDir, ['ingest', papers])
    expect(again.stdout).toContain('3 documents not there any more')
    const words = ['documents', 'list', '--state', 'gone']
    const { value } = await runJson<{ documents: { path: string; state: string }[] }>(dataDir, words)
    expect(value.documents.map(({ path, state }) => [path, state])).toEqual([
      ['papers/news.eml', 'gone'],
      ['papers/news.eml!/note.txt', 'gone'],
      ['papers/walrus.py', 'gone'],
    ])
    const found = await runJson<SearchResult>(dataDir, ['search', 'seal', '--mode', 'keyword'])
    expect(found.value.results).toEqual([])
  })
})
