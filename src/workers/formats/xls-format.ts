/**
 * Owns workbooks of Excel 5 to 2003: converted by LibreOffice and read as what it makes of them. Refuses: reading their own format.
 */
import { AppError } from '../../shared/errors'
import type { Block } from '../../shared/work'
import type { Format } from './format'
import { convertOffice } from './legacy-office'
import { openOleFile } from './ole-file'
import { xlsxFormat } from './xlsx-format'

const record = { encrypted: 0x2f, end: 0x0a } as const
/** The record about encryption stands among the first. */
const MAX_RECORDS = 50

/** Whether a stream of records (each with its number, its length and so many bytes) says that a password is needed. */
const needsPassword = (stream: Buffer): boolean => {
  for (let at = 0, i = 0; at + 4 <= stream.length && i < MAX_RECORDS; i += 1) {
    const kind = stream.readUInt16LE(at)
    if (kind === record.encrypted || kind === record.end) return kind === record.encrypted
    at += 4 + stream.readUInt16LE(at + 2)
  }
  return false
}

export const xlsFormat: Format = {
  kind: 'xls',
  extensions: ['xls', 'xlt'],
  detect: ({ signature }) => (signature === 'xls' ? 0.99 : null),
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const file = await openOleFile(item)
    const stream = file.read('Workbook') ?? file.read('Book')
    if (!stream) throw new AppError('DOCUMENT_CORRUPT', { reason: 'its main part is missing' })
    if (needsPassword(stream)) throw new AppError('DOCUMENT_ENCRYPTED')
    yield* convertOffice(item, { from: 'xls', to: 'xlsx', filter: 'MS Excel 97' }, context, (made) =>
      xlsxFormat.extract(made, context),
    )
  },
}
