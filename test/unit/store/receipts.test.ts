import { describe, expect, it } from 'vitest'
import { RECEIPTS } from '../../../src/main/store/receipts'
import { told } from '../../../src/shared/errors'
import type { CoverageCounts, JobReceipt } from '../../../src/shared/domain'
import type { Coverage } from '../../../src/shared/work'
import { claim, commit, document, factsOf, finish, makeBed, startJob, work, type Bed } from './bed'

const ROOM = 100_000

const page = (from: number, to: number, state: Coverage['state'], code?: 'PDF_PAGES_WITHOUT_TEXT'): Coverage => ({
  unit: 'page',
  from,
  to,
  name: null,
  state,
  reason: code === undefined ? null : { code, details: {} },
})

const SCAN = [
  page(1, 3, 'indexed'),
  page(4, 4, 'empty'),
  page(5, 6, 'skipped', 'PDF_PAGES_WITHOUT_TEXT'),
  page(7, 7, 'ocr'),
]

const commitWith = (bed: Bed, path: string, coverage: Coverage[], texts = [`text of ${path}`]): void => {
  const task = claim(bed, 'extract', 1)[0]
  if (task?.path !== path) throw new Error(`${path} was not claimed`)
  commit(bed, task, texts, { facts: { ...factsOf(), kind: 'pdf', coverage } })
}

const all = (bed: Bed, id: number, limit = 100, maxBytes = ROOM): JobReceipt[] => {
  const receipts: JobReceipt[] = []
  for (let next: { offset: number; line: number } | null = { offset: 0, line: 0 }; next !== null;) {
    const part: ReturnType<typeof bed.run<'jobs.receipts'>> = bed.run('jobs.receipts', { id, ...next, limit, maxBytes })
    receipts.push(...part.receipts)
    next = part.next
  }
  return receipts
}

/** As a caller puts them together: a page that starts within a receipt goes on with the last one of the page before. */
const join = (bed: Bed, id: number, maxBytes: number): JobReceipt[] => {
  const receipts: JobReceipt[] = []
  for (let next: { offset: number; line: number } | null = { offset: 0, line: 0 }; next !== null;) {
    const part: ReturnType<typeof bed.run<'jobs.receipts'>> = bed.run('jobs.receipts', {
      id,
      ...next,
      limit: 3,
      maxBytes,
    })
    for (const [at, receipt] of part.receipts.entries()) {
      const last = receipts[receipts.length - 1]
      if (at === 0 && next.line > 0 && last) last.coverage = [...last.coverage, ...receipt.coverage]
      else receipts.push({ ...receipt })
    }
    next = part.next
  }
  return receipts
}

const sumOf = (receipts: readonly JobReceipt[]): CoverageCounts => {
  const sum: CoverageCounts = { indexed: 0, ocr: 0, empty: 0, truncated: 0, skipped: 0 }
  for (const { coverage } of receipts) for (const { state, from, to } of coverage) sum[state] += to - from + 1
  return sum
}

const reportOf = (bed: Bed, id: number) => bed.run('jobs.report', { id, model: 'm', dimensions: 1 })?.report

describe('the receipt of a document', () => {
  it('tells every part, with the reason of what is not indexed', () => {
    const bed = makeBed()
    const jobId = startJob(bed, [document('scan.pdf')])
    commitWith(bed, 'scan.pdf', SCAN)
    work(bed, jobId)
    const given = bed.run('documents.receipt', { id: 1, offset: 0, limit: 100, maxBytes: ROOM })
    expect(given).toMatchObject({ total: 4, nextOffset: null })
    expect(given?.receipt).toMatchObject({
      path: 'scan.pdf',
      state: 'indexed',
      kind: 'pdf',
      counts: { indexed: 3, ocr: 1, empty: 1, truncated: 0, skipped: 2 },
      items: [],
    })
    expect(given?.receipt.coverage[2]).toMatchObject({
      unit: 'page',
      from: 5,
      to: 6,
      state: 'skipped',
      code: 'PDF_PAGES_WITHOUT_TEXT',
      message: expect.stringMatching(/\w/) as string,
    })
    expect(bed.run('documents.show', { id: 1 })?.coverage).toEqual(given?.receipt.counts)
  })

  it('tells the reason of its state with its facts, and what else was said', () => {
    const bed = makeBed()
    const jobId = startJob(bed, [document('book.docx')])
    const [task] = claim(bed, 'extract', 1)
    if (!task) throw new Error('the book was not claimed')
    const read = { code: 'FIGURE_READ', details: { model: 'm', provider: 'p', count: 2 } } as const
    const cut = { code: 'TEXT_LIMIT', details: { limit: 5, leftOutChars: 7, setting: 'document.chars' } } as const
    commit(bed, task, ['dear'], { facts: { ...factsOf(), warnings: [read, cut] } })
    work(bed, jobId)
    const receipt = bed.run('documents.receipt', { id: 1, offset: 0, limit: 9, maxBytes: ROOM })?.receipt
    expect(receipt).toMatchObject({ state: 'partial', ...told(cut.code, cut.details) })
    expect(receipt?.warnings).toEqual([told(read.code, read.details)])
  })

  it('comes in pages, of lines and of bytes, none of which is empty', () => {
    const bed = makeBed()
    startJob(bed, [document('scan.pdf')])
    commitWith(bed, 'scan.pdf', SCAN)
    const first = bed.run('documents.receipt', { id: 1, offset: 0, limit: 3, maxBytes: ROOM })
    expect([first?.receipt.coverage.length, first?.total, first?.nextOffset]).toEqual([3, 4, 3])
    const second = bed.run('documents.receipt', { id: 1, offset: 3, limit: 3, maxBytes: ROOM })
    expect([second?.receipt.coverage.length, second?.nextOffset]).toEqual([1, null])
    const tight = bed.run('documents.receipt', { id: 1, offset: 1, limit: 3, maxBytes: 1 })
    expect([tight?.receipt.coverage.map(({ state }) => state), tight?.nextOffset]).toEqual([['empty'], 2])
    expect(bed.run('documents.receipt', { id: 99, offset: 0, limit: 3, maxBytes: ROOM })).toBeNull()
  })

  it('is one line that says why, when there is no text', () => {
    const bed = makeBed()
    const problem = { outcome: 'skipped', code: 'FILE_EMPTY', details: {} } as const
    startJob(bed, [document('empty', { problem }), document('waits')])
    const read = (id: number) =>
      bed.run('documents.receipt', { id, offset: 0, limit: 9, maxBytes: ROOM })?.receipt.coverage
    expect(read(1)).toMatchObject([{ unit: 'document', state: 'skipped', code: 'FILE_EMPTY' }])
    // Not looked at yet.
    expect(read(2)).toEqual([])
  })

  it('names the items in it, at any depth, with what became of them', () => {
    const bed = makeBed()
    const place = (...names: string[]) => ({
      location: '/in/mail',
      entries: names.map((name, index) => ({ index, name })),
    })
    const jobId = startJob(bed, [document('mail', { locator: place() }), document('mail-2')])
    const [mail] = claim(bed, 'extract', 1)
    if (!mail) throw new Error('the mail was not claimed')
    const problem = { outcome: 'rejected', code: 'ARCHIVE_ENTRY_LIMIT', details: {} } as const
    const items = [
      document('mail!/a.txt', { locator: place('a.txt'), depth: 1 }),
      document('mail!/z.zip!/b.txt', { locator: place('a.txt', 'b.txt'), depth: 2, problem }),
    ]
    bed.run('tasks.insert', { jobId, parentId: mail.id, items })
    commit(bed, mail, ['dear'])
    work(bed, jobId)
    const given = bed.run('documents.receipt', { id: 1, offset: 0, limit: 9, maxBytes: ROOM })
    expect(given?.total).toBe(3)
    expect(given?.receipt.items.map(({ path, state, code }) => [path, state, code])).toEqual([
      ['mail!/a.txt', 'indexed', null],
      ['mail!/z.zip!/b.txt', 'rejected', 'ARCHIVE_ENTRY_LIMIT'],
    ])
    const rest = bed.run('documents.receipt', { id: 1, offset: 2, limit: 9, maxBytes: ROOM })
    expect([rest?.receipt.coverage.length, rest?.receipt.items.length]).toEqual([0, 1])
    expect(bed.run('documents.receipt', { id: 2, offset: 0, limit: 9, maxBytes: ROOM })?.receipt.items).toEqual([])
  })
})

describe('the receipts of a job', () => {
  const fill = (bed: Bed): number => {
    const problem = { outcome: 'skipped', code: 'IGNORED', details: { rule: '.git' } } as const
    const jobId = startJob(bed, [
      document('scan.pdf'),
      document('copy.pdf'),
      document('bad'),
      document('.git', { problem }),
    ])
    commitWith(bed, 'scan.pdf', SCAN, ['the same'])
    commitWith(bed, 'copy.pdf', SCAN, ['the same'])
    const [bad] = claim(bed, 'extract', 1)
    if (!bad) throw new Error('bad was not claimed')
    bed.run('tasks.fail', {
      taskId: bad.id,
      code: 'DOCUMENT_CORRUPT',
      details: { reason: 'cut' },
      stack: null,
      attempt: { phase: 'extract', ms: 1, worker: null },
      retryAtMs: null,
      outcome: 'failed',
    })
    work(bed, jobId)
    return jobId
  }

  it('are one for every item that is counted, and their sums are those of the report', () => {
    const bed = makeBed()
    const jobId = fill(bed)
    const receipts = all(bed, jobId)
    const report = reportOf(bed, jobId)
    expect(receipts.map(({ path, outcome, code }) => [path, outcome, code])).toEqual([
      ['scan.pdf', 'indexed', null],
      ['copy.pdf', 'duplicate', null],
      ['bad', 'failed', 'DOCUMENT_CORRUPT'],
      ['.git', 'skipped', 'IGNORED'],
    ])
    expect(receipts.length).toBe(report?.documents.total)
    expect(sumOf(receipts)).toEqual({ indexed: 6, ocr: 2, empty: 2, truncated: 0, skipped: 6 })
    expect(report?.coverage).toEqual(sumOf(receipts))
    const { problems } = bed.run('jobs.problems', { id: jobId, offset: 0, limit: 9 })
    expect(problems.map(({ coverage }) => coverage?.skipped)).toEqual([1, 1])
  })

  it('come in pages that end where a message is full, also within one receipt', () => {
    const bed = makeBed()
    const jobId = fill(bed)
    const whole = all(bed, jobId)
    expect(all(bed, jobId, 1)).toEqual(whole)
    expect(all(bed, jobId, 100, 1).length).toBeGreaterThan(whole.length)
    // In small pages, each of which says where it goes on.
    for (const maxBytes of [1, 400, 700, 1_000, 1_500]) expect(join(bed, jobId, maxBytes)).toEqual(whole)
    expect(() => bed.run('jobs.receipts', { id: 99, offset: 0, line: 0, limit: 1, maxBytes: 1 })).toThrow('no job')
  })

  it('stay what they were when the text is replaced by a later job', () => {
    const bed = makeBed()
    const jobId = fill(bed)
    const before = sumOf(all(bed, jobId))
    const later = startJob(bed, [
      document('scan.pdf', { fingerprint: 'new' }),
      document('copy.pdf', { fingerprint: 'new' }),
    ])
    work(bed, later)
    bed.tidy()
    expect(sumOf(all(bed, jobId))).toEqual(before)
    expect(reportOf(bed, jobId)?.coverage).toEqual(before)
    expect(sumOf(all(bed, later))).toEqual({ indexed: 2, ocr: 0, empty: 0, truncated: 0, skipped: 0 })
  })

  it('follow a retry', () => {
    const bed = makeBed()
    const jobId = fill(bed)
    bed.run('jobs.retry', { id: jobId })
    expect(reportOf(bed, jobId)?.coverage?.skipped).toBe(5)
    work(bed, jobId)
    expect(reportOf(bed, jobId)?.coverage).toEqual({ indexed: 7, ocr: 2, empty: 2, truncated: 0, skipped: 5 })
    expect(sumOf(all(bed, jobId))).toEqual(reportOf(bed, jobId)?.coverage)
  })

  it('hold for a job that was cancelled', () => {
    const bed = makeBed()
    const jobId = startJob(bed, [document('a'), document('b')])
    const [first] = claim(bed, 'extract', 1)
    if (first) commit(bed, first, ['text'])
    bed.run('jobs.cancel', { id: jobId })
    const receipts = all(bed, jobId)
    expect(receipts.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['partial', 'VECTORS_MISSING'],
      ['cancelled', 'CANCELLED'],
    ])
    expect(reportOf(bed, jobId)?.coverage).toEqual(sumOf(receipts))
    expect(sumOf(receipts)).toMatchObject({ indexed: 1, skipped: 1 })
  })

  it('count what was never claimed, and an archive that is refused as a whole', () => {
    const bed = makeBed()
    const jobId = startJob(bed, [document('a.zip', { kind: 'archive', lane: 'expand', phase: 'expand' })])
    const [task] = claim(bed, 'expand', 1)
    if (task) finish(bed, task, { outcome: 'rejected', problem: { code: 'ARCHIVE_OVERLAP', details: {} } })
    expect(all(bed, jobId)).toMatchObject([{ path: 'a.zip', outcome: 'rejected', counts: { skipped: 1 } }])
    expect(reportOf(bed, jobId)?.coverage).toMatchObject({ indexed: 0, skipped: 1 })
  })

  it('are paged through an index, without sorting', () => {
    const bed = makeBed()
    const plan = bed.session.db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${RECEIPTS}`, 1, 1, 0)
    const text = plan.map(({ detail }) => detail).join('\n')
    expect(text).toContain('USING INDEX tasks_receipts')
    expect(text).not.toContain('TEMP B-TREE')
  })
})
