/**
 * Owns `sluice documents receipt` and `sluice jobs receipt`: what became of every part of every document.
 * Refuses: holding more than one document's receipt in memory; a job may have a hundred thousand.
 */
import type { CallResult } from '../../../shared/calls'
import type { CoverageCounts, DocumentReceipt, JobReceipt } from '../../../shared/domain'
import { AppError } from '../../../shared/errors'
import type { Session } from '../../owner/session'
import type { CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { isSet, type TypedOptions } from '../options'
import {
  describeCoverage,
  formatDocumentReceipt,
  formatJobReceipt,
  RECEIPT_COLUMNS,
  toItemRecords,
  toReceiptRecords,
} from '../output/receipt'
import { formatNoun } from '../output/units'

const PAGE = 1_000

const chooseForm = (json: boolean, options: TypedOptions): 'json' | 'csv' | 'text' => {
  const csv = isSet(options, 'csv')
  if (json && csv) throw new AppError('USAGE', { reason: 'Give --json or --csv, not both.' })
  if (csv) return 'csv'
  return json ? 'json' : 'text'
}

/** The receipt of one document, from all of its pages. */
const readReceipt = async (session: Session, id: string): Promise<DocumentReceipt> => {
  const first = await session.call('documents.receipt', { id, limit: PAGE })
  const receipt: DocumentReceipt = { ...first.receipt }
  for (let offset = first.nextOffset; offset !== null;) {
    const page: CallResult<'documents.receipt'> = await session.call('documents.receipt', { id, offset, limit: PAGE })
    receipt.coverage = [...receipt.coverage, ...page.receipt.coverage]
    receipt.items = [...receipt.items, ...page.receipt.items]
    offset = page.nextOffset
  }
  return receipt
}

export const ofDocument: CommandRun = async ({ terminal, json, open }, [id = ''], options) => {
  const form = chooseForm(json, options)
  const receipt = await readReceipt(await open(), id)
  if (form === 'json') await terminal.writeJson(receipt)
  else if (form === 'text') await terminal.writeLines(formatDocumentReceipt(receipt))
  else {
    const head = { ...receipt, outcome: receipt.state }
    const records = toReceiptRecords(head, receipt.coverage) + toItemRecords(receipt.location, receipt.items)
    await terminal.write(RECEIPT_COLUMNS + records)
  }
  return exitCodes.done
}

/** Every receipt of a job, one after the other; one that came in several pages is whole again. */
async function* readReceipts(session: Session, id: string): AsyncGenerator<JobReceipt> {
  let held: JobReceipt[] = []
  for (let from: { offset: number; line: number } | null = { offset: 0, line: 0 }; from !== null;) {
    const page: CallResult<'jobs.receipts'> = await session.call('jobs.receipts', { id, ...from, limit: PAGE })
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

const writers: Readonly<Record<'json' | 'csv' | 'text', (id: string) => Writer>> = {
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

/** Written together: one write a receipt would take longer than reading them. */
const BATCH_CHARS = 64 * 1024

export const ofJob: CommandRun = async ({ terminal, json, open }, [id = ''], options) => {
  const writer = writers[chooseForm(json, options)](id)
  const session = await open()
  // A job that is not there is an error before anything is printed.
  await session.call('jobs.receipts', { id, limit: 1 })
  const coverage: CoverageCounts = { indexed: 0, ocr: 0, empty: 0, truncated: 0, skipped: 0 }
  let total = 0
  let waiting = writer.begin
  for await (const receipt of readReceipts(session, id)) {
    waiting += writer.receipt(receipt, total === 0)
    total += 1
    for (const state of Object.keys(coverage) as (keyof CoverageCounts)[]) coverage[state] += receipt.counts[state]
    if (waiting.length < BATCH_CHARS) continue
    await terminal.write(waiting)
    waiting = ''
    if (terminal.isClosed) return exitCodes.done
  }
  await terminal.write(waiting + writer.end(total, coverage))
  return exitCodes.done
}
