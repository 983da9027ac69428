// Owns the tests of files that a person asks for: whole, in pieces, safe in a spreadsheet, and nothing of them when they are stopped.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exportDocuments } from '../../../src/main/app/document-file'
import { exportReceipts } from '../../../src/main/app/receipt-file'
import { exportReport } from '../../../src/main/app/report-file'
import { AppError } from '../../../src/shared/errors'
import type { Caller } from '../../../src/shared/calls'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-exports-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const documentAt = (at: number) => ({
  id: String(at),
  path: at === 1 ? '=HYPERLINK("http://evil").md' : `notes/${at}, "final".md`,
  location: `/home/${at}`,
  collection: 'default',
  state: 'indexed',
  kind: 'markdown',
  language: 'en',
  title: null,
  bytes: 10,
  chunks: 1,
  pages: null,
  pendingVectors: 0,
  indexedAt: '2026-01-01T00:00:00.000Z',
  code: null,
  message: null,
})

type Asked = { readonly offset?: number; readonly limit?: number; readonly contains?: string }

/** Answers `documents.list` for so many; `onPage` is told what was asked. */
const lister =
  (count: number, onPage: (asked: Asked) => void = () => undefined): Caller =>
  async (name, params) => {
    if (name !== 'documents.list') throw new AppError('NOT_FOUND', { what: name })
    const asked = params as Asked
    onPage(asked)
    const { offset = 0, limit = 0 } = asked
    const length = Math.max(0, Math.min(limit, count - offset))
    return { documents: Array.from({ length }, (_, at) => documentAt(offset + at)), total: count } as never
  }

describe('an exported list of documents', () => {
  it.each([0, 1, 400, 401])('has all of %i, as JSON and as a table', async (count) => {
    const json = join(folder, 'list.json')
    const csv = join(folder, 'list.csv')
    await exportDocuments(lister(count), {}, 'json', json)
    await exportDocuments(lister(count), {}, 'csv', csv)
    const { documents } = JSON.parse(readFileSync(json, 'utf8')) as { documents: { id: string }[] }
    expect(documents.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, at) => String(at)))
    const lines = readFileSync(csv, 'utf8').split('\r\n')
    expect(lines[0]).toMatch(/^id,path,location,collection,state,/)
    expect(lines).toHaveLength(count + 2)
  })

  it('is no formula in a spreadsheet, and keeps commas and quotes in their cells', async () => {
    const csv = join(folder, 'list.csv')
    await exportDocuments(lister(3), {}, 'csv', csv)
    const text = readFileSync(csv, 'utf8')
    expect(text).toContain(`1,"'=HYPERLINK(""http://evil"").md",`)
    expect(text).toContain('2,"notes/2, ""final"".md",/home/2,')
  })

  it('asks for what the list is narrowed to, a page at a time', async () => {
    const asked: Asked[] = []
    const narrowed = { contains: 'notes', sort: 'size', descending: true } as const
    await exportDocuments(
      lister(900, (page) => asked.push(page)),
      narrowed,
      'csv',
      join(folder, 'list.csv'),
    )
    expect(asked).toEqual([0, 400, 800].map((offset) => ({ ...narrowed, offset, limit: 400 })))
  })

  it('leaves what was there before when it is stopped, and nothing of itself', async () => {
    const csv = join(folder, 'list.csv')
    writeFileSync(csv, 'of yesterday')
    const control = new AbortController()
    const call = lister(2_000, ({ offset }) => {
      if (offset === 800) control.abort()
    })
    await expect(exportDocuments(call, {}, 'csv', csv, control.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(readdirSync(folder)).toEqual(['list.csv'])
    expect(readFileSync(csv, 'utf8')).toBe('of yesterday')
  })

  it('leaves nothing when the engine fails in the midst', async () => {
    const call = lister(2_000, ({ offset }) => {
      if (offset === 800) throw new AppError('OWNER_LOST')
    })
    await expect(exportDocuments(call, {}, 'json', join(folder, 'list.json'))).rejects.toMatchObject({
      code: 'OWNER_LOST',
    })
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('an exported report', () => {
  it('is a table of its problems, too', async () => {
    const call: Caller = async (_name, params) => {
      const { offset = 0 } = params as Asked
      const problem = {
        path: '@cmd.txt',
        documentId: null,
        phase: 'extract',
        outcome: 'failed',
        code: 'FILE_EMPTY',
        message: 'Empty, alas.',
        transient: false,
        attempts: 1,
        warnings: [{ code: 'ENCODING_GUESSED', message: 'Guessed.' }],
      }
      return { problems: offset === 0 ? [problem] : [], total: 1 } as never
    }
    const csv = join(folder, 'report.csv')
    await exportReport(call, '7', csv, 'csv')
    expect(readFileSync(csv, 'utf8')).toBe(
      `path,documentId,outcome,phase,code,message,attempts,warnings\r\n'@cmd.txt,,failed,extract,FILE_EMPTY,"Empty, alas.",1,ENCODING_GUESSED: Guessed.\r\n`,
    )
  })
})

describe('exported receipts', () => {
  const line = { unit: 'page', from: 1, to: 3, name: null, state: 'indexed', code: null, message: null }
  const counts = { indexed: 3, ocr: 0, empty: 0, truncated: 0, skipped: 0 }
  const head = { path: 'a.pdf', documentId: '1', kind: 'pdf', code: null, location: '/a.pdf', counts }
  const call: Caller = async (name) => {
    if (name === 'jobs.receipts')
      return { receipts: [{ ...head, outcome: 'indexed', coverage: [line] }], total: 1, next: null } as never
    const receipt = { ...head, state: 'indexed', message: null, coverage: [line], items: [] }
    return { receipt, total: 1, nextOffset: null } as never
  }

  it.each(['job', 'document'] as const)('of a %s are a table, and JSON', async (of) => {
    const csv = join(folder, 'receipt.csv')
    const json = join(folder, 'receipt.json')
    await exportReceipts(call, of, '1', 'csv', csv)
    await exportReceipts(call, of, '1', 'json', json)
    expect(readFileSync(csv, 'utf8').split('\r\n')[1]).toBe('a.pdf,1,indexed,pdf,page,1,3,,indexed,,,,/a.pdf')
    const written = JSON.parse(readFileSync(json, 'utf8')) as { receipts?: unknown[]; coverage: unknown }
    expect(of === 'job' ? written.receipts : [written]).toMatchObject([{ path: 'a.pdf', coverage: [line] }])
  })
})
