import { describe, expect, it } from 'vitest'
import { toCsvRecord } from '../../../src/main/cli/output/csv'
import { describeCoverage, formatDocumentReceipt, formatJobReceipt } from '../../../src/main/cli/output/receipt'
import type { DocumentReceipt, JobReceipt, ReceiptLine } from '../../../src/shared/domain'

describe('a record of CSV', () => {
  it('quotes what would end a cell or a record, and doubles quotes', () => {
    expect(toCsvRecord(['a', 'b,c', 'say "no"', 'two\r\nlines', ' spaced ', null, 3])).toBe(
      'a,"b,c","say ""no""","two\r\nlines"," spaced ",,3\r\n',
    )
  })

  it('is no formula for a spreadsheet, whatever a file is called', () => {
    const names = ['=cmd|x', '+1', '-1', '@sum', '\tx', '\rx', ' =1', '|x', '%x', 'a=b']
    expect(toCsvRecord(names)).toBe(`'=cmd|x,'+1,'-1,'@sum,'\tx,"'\rx",' =1,'|x,'%x,a=b\r\n`)
    expect(toCsvRecord(['=a,"b'])).toBe(`"'=a,""b"\r\n`)
  })
})

const line = (more: Partial<ReceiptLine>): ReceiptLine => ({
  unit: 'page',
  from: 1,
  to: 1,
  name: null,
  state: 'indexed',
  code: null,
  message: null,
  ...more,
})
const why = { state: 'skipped', code: 'PDF_PAGES_WITHOUT_TEXT', message: 'It is a picture.' } as const
const receipt: JobReceipt = {
  documentId: '1',
  path: 'scan\u001B[2J.pdf',
  location: '/scan.pdf',
  outcome: 'partial',
  kind: 'pdf',
  code: 'PDF_PAGES_WITHOUT_TEXT',
  message: 'Pictures.',
  counts: { indexed: 3, ocr: 0, empty: 0, truncated: 0, skipped: 2 },
  coverage: [line({ to: 3 }), line({ from: 4, to: 5, ...why })],
}

describe('a receipt for people', () => {
  it('names every part that is not plainly indexed, and obeys no file name', () => {
    expect(formatJobReceipt(receipt)).toEqual([
      'partial    scan\uFFFD[2J.pdf  3 indexed, 2 skipped',
      '  pages 4–5         skipped  It is a picture. (PDF_PAGES_WITHOUT_TEXT)',
    ])
    const none: JobReceipt = {
      ...receipt,
      path: 'x',
      outcome: 'skipped',
      code: 'FILE_EMPTY',
      coverage: [line({ unit: 'document', state: 'skipped', code: 'FILE_EMPTY', message: 'Empty.' })],
    }
    expect(formatJobReceipt(none)).toEqual(['skipped    x  Empty. (FILE_EMPTY)'])
  })

  it('of one document tells all parts and what is in it', () => {
    const { outcome: _outcome, ...head } = receipt
    const document: DocumentReceipt = {
      ...head,
      path: 'mail.eml',
      documentId: '1',
      collection: 'default',
      state: 'indexed',
      code: null,
      message: null,
      coverage: [line({ unit: 'sheet', name: 'Costs' })],
      items: [{ documentId: '2', path: 'mail.eml!/a.exe', state: 'skipped', code: 'BINARY_FILE', message: 'Binary.' }],
    }
    expect(formatDocumentReceipt(document)).toEqual([
      'mail.eml  indexed, pdf',
      '  3 indexed, 2 skipped',
      '  sheet 1 (Costs)   indexed',
      '  In it:',
      '  skipped           mail.eml!/a.exe  Binary. (BINARY_FILE)',
    ])
  })

  it('leaves out states without a part', () => {
    expect(describeCoverage({ indexed: 1_200, ocr: 0, empty: 1, truncated: 0, skipped: 0 })).toBe(
      '1,200 indexed, 1 empty',
    )
  })
})
