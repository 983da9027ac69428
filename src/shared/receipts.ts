/**
 * Owns how the parts of a document become the lines of its receipt that people read, and their sums.
 * Refuses: storing and printing them.
 */
import type { CoverageCounts, ReceiptLine } from './domain'
import { toldMaybe } from './errors'
import type { Coverage, Warning } from './work'

/** Of a document without parts. */
const WHOLE: Coverage = { unit: 'document', from: 1, to: 1, name: null, state: 'indexed', reason: null }

/** The receipt of a text that came without one. */
export const PLAIN_RECEIPT: readonly Coverage[] = [WHOLE]

/** Most documents: one part, and nothing to say about it. It need not be stored. */
export const isPlainReceipt = (coverage: readonly Coverage[]): boolean => {
  const [only] = coverage
  return (
    coverage.length === 1 &&
    only?.unit === 'document' &&
    only.reason === null &&
    only.state === 'indexed' &&
    only.name === null &&
    only.to === 1
  )
}

/** The receipt of what has no text: one part that was skipped, and why. */
export const receiptOfNone = (reason: Warning | null): Coverage[] => [{ ...WHOLE, state: 'skipped', reason }]

export const toReceiptLine = ({ unit, from, to, name, state, reason }: Coverage): ReceiptLine => ({
  unit,
  from,
  to,
  name,
  state,
  ...toldMaybe(reason && reason.code, reason?.details),
})

export const countUnits = (coverage: readonly Pick<Coverage, 'state' | 'from' | 'to'>[]): CoverageCounts => {
  const counts: CoverageCounts = { indexed: 0, ocr: 0, empty: 0, truncated: 0, skipped: 0 }
  for (const { state, from, to } of coverage) counts[state] += to - from + 1
  return counts
}
