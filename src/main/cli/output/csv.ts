/**
 * Owns tables as CSV: RFC 4180, for whatever program opens them. Refuses: formulas. File names and documents come from strangers, and a
 * spreadsheet calculates what begins like one, so such a text gets an apostrophe in front.
 */

const FORMULA = /^[=+\-@\t\r\n|%]/
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/

const toCell = (value: string | number | null): string => {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  // A NUL ends the text for some readers.
  const text = value.replaceAll('\0', '\uFFFD')
  const safe = FORMULA.test(text.trimStart()) || FORMULA.test(text) ? `'${text}` : text
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One record, with the line end that the format asks for. */
export const toCsvRecord = (values: readonly (string | number | null)[]): string =>
  `${values.map(toCell).join(',')}\r\n`
