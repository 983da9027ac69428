/**
 * Owns `sluice documents receipt` and `sluice jobs receipt`: what became of every part of every document.
 * Refuses: reading them; that goes page by page in `receipt-pages.ts`.
 */
import { AppError } from '../../../shared/errors'
import type { CommandRun } from '../context'
import { exitCodes } from '../exit-code'
import { isSet, type TypedOptions } from '../options'
import { formatDocumentReceipt } from '../output/receipt'
import { readReceipt, receiptTable, writeReceipts, type ReceiptForm } from '../output/receipt-pages'

const chooseForm = (json: boolean, options: TypedOptions): ReceiptForm => {
  const csv = isSet(options, 'csv')
  if (json && csv) throw new AppError('USAGE', { reason: 'Give --json or --csv, not both.' })
  if (csv) return 'csv'
  return json ? 'json' : 'text'
}

export const ofDocument: CommandRun = async ({ terminal, json, open }, [id = ''], options) => {
  const form = chooseForm(json, options)
  const receipt = await readReceipt((await open()).call, id)
  if (form === 'json') await terminal.writeJson(receipt)
  else if (form === 'text') await terminal.writeLines(formatDocumentReceipt(receipt))
  else await terminal.write(receiptTable(receipt))
  return exitCodes.done
}

export const ofJob: CommandRun = async ({ terminal, json, open }, [id = ''], options) => {
  const form = chooseForm(json, options)
  const session = await open()
  for await (const text of writeReceipts(session.call, id, form)) {
    await terminal.write(text)
    if (terminal.isClosed) return exitCodes.done
  }
  return exitCodes.done
}
