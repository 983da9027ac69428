/**
 * Owns the tables of reStructuredText: grids (`+---+`) and simple ones (`=== ===`), as rows with the names of their columns.
 * Refuses: cells that span columns; their text stays, in the cell where it begins.
 */
import { rowText } from './table-row'

const GRID_RULE = /^\s*\+(?:[-=]+\+)+\s*$/
const SIMPLE_RULE = /^\s*={2,}(?:\s+={2,})+\s*$/

export const isGridRule = (line: string): boolean => GRID_RULE.test(line)
export const isSimpleRule = (line: string): boolean => SIMPLE_RULE.test(line)

/** Where the columns of a simple table begin. */
const columnsOf = (rule: string): number[] => [...rule.matchAll(/=+/g)].map((match) => match.index)

export type RstTable = {
  readonly active: () => boolean
  readonly line: (line: string) => void
  readonly blank: () => void
  readonly end: () => void
}

/** @param emit Takes each row as text */
export const createRstTable = (emit: (text: string) => void): RstTable => {
  let columns: readonly number[] | null = null
  let grid = false
  let header: readonly string[] | null = null
  let row: string[] = []
  let rules = 0

  const endRow = (): void => {
    if (row.some((cell) => cell.trim() !== ''))
      emit(header ? rowText(row, header) : rowText(row, null).replaceAll('; ', ' | '))
    row = []
  }
  const addCells = (cells: readonly string[]): void => {
    row = Array.from({ length: Math.max(row.length, cells.length) }, (_, i) =>
      [row[i] ?? '', cells[i]?.trim() ?? ''].filter((part) => part !== '').join(' '),
    )
  }
  const end = (): void => {
    endRow()
    columns = null
    header = null
    rules = 0
  }
  const readRule = (line: string): void => {
    rules += 1
    // A rule of equals signs ends the heads: in a grid the only one, in a simple table the second of three.
    const heads = grid ? line.includes('=') : rules === 2
    if (heads && header === null && row.length > 0 && rules > 1) {
      const names = row
      endRow()
      header = names
    } else endRow()
    if (!grid && rules >= 3) end()
  }
  return {
    active: () => columns !== null,
    line: (line) => {
      if (columns === null) {
        grid = isGridRule(line)
        columns = grid ? [] : columnsOf(line)
      }
      if (isGridRule(line) || isSimpleRule(line)) return readRule(line)
      if (grid)
        return addCells(
          line
            .trim()
            .replace(/^\||\|$/g, '')
            .split(/(?<!\\)[|+]/),
        )
      const starts = columns
      const cells = starts.map((from, i) => line.slice(from, starts[i + 1] ?? line.length))
      // A line whose first column is empty goes on with the row above.
      if (cells[0]?.trim() !== '') {
        if (row.length > 0 && header !== null) endRow()
      }
      addCells(cells)
    },
    blank: () => {
      if (columns === null) return
      if (grid) end()
      else endRow()
    },
    end,
  }
}
