/**
 * Owns the file that receipts are exported to: of one document, or of everything that a job has counted.
 * Refuses: asking where; and words for them, which are those of the command line.
 */
import { readReceipt, receiptTable, writeReceipts } from '../cli/output/receipt-pages'
import { writePieces } from './whole-file'
import type { ExportFormat, ReceiptOwner } from '../../shared/app-calls'
import type { Caller } from '../../shared/calls'

async function* ofDocument(call: Caller, id: string, format: ExportFormat): AsyncGenerator<string> {
  const receipt = await readReceipt(call, id)
  yield format === 'csv' ? receiptTable(receipt) : `${JSON.stringify(receipt, null, 2)}\n`
}

/**
 * Writes receipts to `path`, whole or not at all.
 * @throws AppError CANCELLED, FILE_UNWRITABLE, or what the engine said.
 */
export const exportReceipts = (
  call: Caller,
  of: ReceiptOwner,
  id: string,
  format: ExportFormat,
  path: string,
  signal?: AbortSignal,
): Promise<void> =>
  writePieces(path, of === 'job' ? writeReceipts(call, id, format) : ofDocument(call, id, format), signal)
