/**
 * Owns receipts as people and programs read them on the command line: lines of text, and records of CSV.
 * Refuses: leaving parts out; what is plainly indexed is one line, everything else is named.
 */
import type { CoverageCounts, DocumentReceipt, JobReceipt, ReceiptLine } from '../../../shared/domain'
import { coverageStates, type CoverageUnit } from '../../../shared/work'
import { toCsvRecord } from './csv'
import { padTo, toOneLine } from './display-text'
import { formatCount } from './units'

const plurals: Readonly<Record<CoverageUnit, string>> = {
  document: 'documents',
  page: 'pages',
  sheet: 'sheets',
  slide: 'slides',
  chapter: 'chapters',
  part: 'parts',
  attachment: 'attachments',
}

const UNIT_COLUMNS = 16

/** `12 indexed, 1 skipped`: parts by what became of them. */
export const describeCoverage = (counts: CoverageCounts): string =>
  coverageStates
    .filter((state) => counts[state] > 0)
    .map((state) => `${formatCount(counts[state])} ${state}`)
    .join(', ')

const nameOf = ({ unit, from, to, name }: ReceiptLine): string => {
  if (unit === 'document') return 'document'
  const place = from === to ? `${unit} ${from}` : `${plurals[unit]} ${from}–${to}`
  return name === null ? place : `${place} (${toOneLine(name)})`
}

const describeLine = (line: ReceiptLine): string => {
  const why = line.code === null ? '' : `  ${toOneLine(line.message ?? '')} (${line.code})`
  return `  ${padTo(nameOf(line), UNIT_COLUMNS)}  ${line.state}${why}`
}

/** One document of a job: a line, and one for each part that is not plainly indexed. */
export const formatJobReceipt = ({ path, outcome, code, counts, coverage }: JobReceipt): string[] => {
  const head = `${padTo(outcome, 9)}  ${toOneLine(path)}`
  const named = coverage.filter(({ state, code: why }) => state !== 'indexed' || why !== null)
  const [only] = coverage
  // One part without text says no more than why there is none.
  if (coverage.length === 1 && only?.unit === 'document' && only.state === 'skipped' && only.code === code)
    return [`${head}  ${toOneLine(only.message ?? '')} (${only.code ?? ''})`]
  return [`${head}  ${describeCoverage(counts)}`, ...named.map(describeLine)]
}

/** The receipt of one document, all of it. */
export const formatDocumentReceipt = (receipt: DocumentReceipt): string[] => {
  const { path, state, kind, code, message, warnings = [], counts, coverage, items } = receipt
  return [
    `${toOneLine(path)}  ${state}${kind === null ? '' : `, ${kind}`}`,
    ...(code === null ? [] : [`  ${toOneLine(message ?? '')} (${code})`]),
    ...(coverage.length > 0 ? [`  ${describeCoverage(counts)}`] : []),
    ...coverage.map(describeLine),
    ...warnings
      .filter((one) => !coverage.some((line) => line.code === one.code && line.message === one.message))
      .map((one) => `  ${toOneLine(one.message)} (${one.code})`),
    ...(items.length > 0 ? ['  In it:'] : []),
    ...items.map(
      (item) =>
        `  ${padTo(item.state, UNIT_COLUMNS)}  ${toOneLine(item.path)}${item.code === null ? '' : `  ${toOneLine(item.message ?? '')} (${item.code})`}`,
    ),
  ]
}

/** Names of the columns; later versions only add some. */
export const RECEIPT_COLUMNS = toCsvRecord([
  'path',
  'documentId',
  'outcome',
  'kind',
  'unit',
  'from',
  'to',
  'name',
  'state',
  'code',
  'message',
  'documentCode',
  'location',
])

type Head = {
  path: string
  documentId: string | null
  outcome: string
  kind: string | null
  code: string | null
  location: string
}

/** A record for each line. */
export const toReceiptRecords = (head: Head, lines: readonly ReceiptLine[]): string =>
  lines
    .map((line) =>
      toCsvRecord([
        head.path,
        head.documentId,
        head.outcome,
        head.kind,
        line.unit,
        line.from,
        line.to,
        line.name,
        line.state,
        line.code,
        line.message,
        head.code,
        head.location,
      ]),
    )
    .join('')

/** A record for each item within a document; its own receipt tells its parts. */
export const toItemRecords = (location: string, items: DocumentReceipt['items']): string =>
  items
    .map(({ path, documentId, state, code, message }) =>
      toCsvRecord([path, documentId, state, null, 'item', null, null, null, null, code, message, code, location]),
    )
    .join('')
