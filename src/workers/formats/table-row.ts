/**
 * Owns how a row of a table reads as a line: every value with the name of its column, so that a row found alone is understood.
 * Refuses: deciding what is a header.
 */
import { collapseSpace } from '../text/clean'

/** A longer column name is cut: it is repeated in every row. */
const NAME_CHARS = 80

/** `Name: Ann; Town: Rome`; values without a column name stand alone, empty cells are left out. */
export const rowText = (cells: readonly string[], header: readonly string[] | null): string =>
  cells
    .map((cell, i) => {
      const value = collapseSpace(cell)
      const name = header ? collapseSpace(header[i] ?? '').slice(0, NAME_CHARS) : ''
      return value === '' || name === '' ? value : `${name}: ${value}`
    })
    .filter((text) => text !== '')
    .join('; ')

/** Whether a first row names the columns: several short, different names that are no numbers or dates. */
export const looksLikeHeader = (cells: readonly string[]): boolean => {
  const names = cells.map((cell) => collapseSpace(cell).toLowerCase())
  return (
    names.length >= 2 &&
    new Set(names).size === names.length &&
    names.every(
      (name) => name !== '' && name.length <= NAME_CHARS && /\p{L}/u.test(name) && !/^[-+]?[\d.,:/\s%$€£]+$/.test(name),
    ) &&
    names.every((name) => !/@|^https?:/.test(name))
  )
}
