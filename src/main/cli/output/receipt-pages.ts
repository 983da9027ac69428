/**
 * Owns reading receipts page by page, and writing those of a job one after the other: as JSON, as a table, as lines of text.
 * Refuses: holding more than one document's receipt in memory; a job may have a hundred thousand.
 */
import type { Caller, CallResult } from '../../../shared/calls'
import { coverageStates } from '../../../shared/work'
import type { CoverageCounts, DocumentReceipt, JobReceipt } from '../../../shared/domain'
import { describeCoverage, formatJobReceipt, RECEIPT_COLUMNS, toItemRecords, toReceiptRecords } from './receipt'
import { formatNoun } from './units'

const PAGE = 1_000
/** Written together: one write a receipt would take longer than reading them. */
const BATCH_CHARS = 64 * 1024

/** The receipt of one document, from all of its pages. */
export const readReceipt = async (call: Caller, id: string): Promise<DocumentReceipt> => {
  const first = await call('documents.receipt', { id, limit: PAGE })
  const receipt: DocumentReceipt = { ...first.receipt }
  for (let offset = first.nextOffset; offset !== null;) {
    const page: CallResult<'documents.receipt'> = await call('documents.receipt', { id, offset, limit: PAGE })
    receipt.coverage = [...receipt.coverage, ...page.receipt.coverage]
    receipt.items = [...receipt.items, ...page.receipt.items]
    offset = page.nextOffset
  }
  return receipt
}

/** All of it as a table: a record for each part, then one for each item in it. */
export const receiptTable = (receipt: DocumentReceipt): string => {
  const head = { ...receipt, outcome: receipt.state }
  return RECEIPT_COLUMNS + toReceiptRecords(head, receipt.coverage) + toItemRecords(receipt.location, receipt.items)
}

/** Every receipt of a job, one after the other; one that came in several pages is whole again. */
async function* readReceipts(call: Caller, id: string): AsyncGenerator<JobReceipt> {
  let held: JobReceipt[] = []
  for (let from: { offset: number; line: number } | null = { offset: 0, line: 0 }; from !== null;) {
    const page: CallResult<'jobs.receipts'> = await call('jobs.receipts', { id, ...from, limit: PAGE })
    const [first, ...others] = page.receipts
    const begun = from.line > 0 ? held.at(-1) : undefined
    if (first !== undefined && begun !== undefined) {
      yield* held.slice(0, -1)
      held = [{ ...begun, coverage: [...begun.coverage, ...first.coverage] }, ...others]
    } else {
      yield* held
      held = page.receipts
    }
    from = page.next
  }
  yield* held
}

type Writer = {
  begin: string
  receipt: (receipt: JobReceipt, isFirst: boolean) => string
  end: (total: number, coverage: CoverageCounts) => string
}

export type ReceiptForm = 'json' | 'csv' | 'text'

const writers: Readonly<Record<ReceiptForm, (id: string) => Writer>> = {
  // One document of JSON, written piece by piece.
  json: (id) => ({
    begin: `{"job": ${JSON.stringify(id)}, "receipts": [`,
    receipt: (receipt, isFirst) => `${isFirst ? '' : ','}\n  ${JSON.stringify(receipt)}`,
    end: (total, coverage) => `\n], "total": ${total}, "coverage": ${JSON.stringify(coverage)}}\n`,
  }),
  csv: () => ({
    begin: RECEIPT_COLUMNS,
    receipt: (receipt) => toReceiptRecords(receipt, receipt.coverage),
    end: () => '',
  }),
  text: () => ({
    begin: '',
    receipt: (receipt) => `${formatJobReceipt(receipt).join('\n')}\n`,
    end: (total, coverage) => {
      const parts = describeCoverage(coverage)
      return `${formatNoun(total, 'document')}${parts === '' ? '' : `; parts: ${parts}`}.\n`
    },
  }),
}

/** The receipts of a job as text, in pieces of some size. @throws AppError NOT_FOUND before the first of them */
export async function* writeReceipts(call: Caller, id: string, form: ReceiptForm): AsyncGenerator<string> {
  const writer = writers[form](id)
  // A job that is not there is an error before anything is written.
  await call('jobs.receipts', { id, limit: 1 })
  const coverage: CoverageCounts = { indexed: 0, ocr: 0, empty: 0, truncated: 0, skipped: 0 }
  let total = 0
  let waiting = writer.begin
  for await (const receipt of readReceipts(call, id)) {
    waiting += writer.receipt(receipt, total === 0)
    total += 1
    for (const state of coverageStates) coverage[state] += receipt.counts[state]
    if (waiting.length < BATCH_CHARS) continue
    yield waiting
    waiting = ''
  }
  yield waiting + writer.end(total, coverage)
}
