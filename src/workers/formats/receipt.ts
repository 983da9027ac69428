/**
 * Owns the receipt of one document while it is read: what became of each page, sheet, slide or part.
 * Refuses: storing and wording it.
 */
import type { Coverage, Warning } from '../../shared/work'

/** A receipt longer than this says nothing to anybody; the last line takes the rest. */
const COVERAGE_LINES = 2_000

const sameFate = (one: Coverage, other: Coverage): boolean =>
  one.unit === other.unit &&
  one.state === other.state &&
  one.name === null &&
  other.name === null &&
  JSON.stringify(one.reason) === JSON.stringify(other.reason)

/** Collects the receipt of a document. What no part was told of is one line for the whole document. */
export const createReceipt = (): { add: (part: Coverage) => void; list: (truncated: Warning | null) => Coverage[] } => {
  const lines: Coverage[] = []
  return {
    add: (part) => {
      const last = lines[lines.length - 1]
      const crowded = lines.length >= COVERAGE_LINES
      if (last && (crowded || (sameFate(last, part) && part.from === last.to + 1)))
        lines[lines.length - 1] = { ...last, to: Math.max(last.to, part.to) }
      else lines.push(part)
    },
    list: (truncated) => {
      const state = truncated === null ? 'indexed' : 'truncated'
      // What was not reached is cut off by whatever cut the document.
      const told = lines.map((line) =>
        line.state === 'truncated' && line.reason === null ? { ...line, reason: truncated } : line,
      )
      return told.length > 0 ? told : [{ unit: 'document', from: 1, to: 1, name: null, state, reason: truncated }]
    },
  }
}
