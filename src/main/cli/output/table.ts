/**
 * Owns tables on the command line: aligned columns, one of which gives way when the terminal is narrow.
 * Refuses: control characters in cells.
 */
import { displayWidth, fitMiddle, padTo, toOneLine } from './display-text'

export type Column<Row> = {
  readonly title: string
  readonly value: (row: Row) => string
  readonly align?: 'left' | 'right'
  /** Cut to fit the terminal. At most one column. */
  readonly flexible?: boolean
}

const GAP = '  '
const MIN_FLEXIBLE = 16

/** The lines of a table with its head. `columns` is the width of the terminal, `null` when there is none: then nothing is cut. */
export const formatTable = <Row>(
  rows: readonly Row[],
  layout: readonly Column<Row>[],
  columns: number | null,
): string[] => {
  const cells = [
    layout.map(({ title }) => title),
    ...rows.map((row) => layout.map(({ value }) => toOneLine(value(row)))),
  ]
  const widths = layout.map((_, at) => Math.max(...cells.map((line) => displayWidth(line[at] ?? ''))))
  const flexibleAt = layout.findIndex(({ flexible }) => flexible === true)
  if (columns !== null && flexibleAt >= 0) {
    const others = widths.reduce((sum, width, at) => sum + (at === flexibleAt ? 0 : width + GAP.length), 0)
    widths[flexibleAt] = Math.min(widths[flexibleAt] ?? 0, Math.max(MIN_FLEXIBLE, columns - others))
  }
  return cells.map((line) =>
    layout
      .map(({ align }, at) => {
        const width = widths[at] ?? 0
        return padTo(fitMiddle(line[at] ?? '', width), width, align)
      })
      .join(GAP)
      .trimEnd(),
  )
}
