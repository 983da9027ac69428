/**
 * Owns JSON Lines: every line a record, its values with the paths that lead to them. Refuses: schemas.
 */
import type { Format } from './format'
import { extractJsonLines, isObject, parseJson } from './json-format'

/** Lines that are looked at: two records make JSON Lines of a file without a name that says so. */
const SAMPLE_LINES = 3

const beginsWithRecords = (text: string): boolean => {
  const lines = text.split(/\r?\n/, SAMPLE_LINES + 1).slice(0, SAMPLE_LINES)
  const whole = lines.filter((line) => line.startsWith('{') && isObject(parseJson(line)?.value))
  return whole.length >= 2 && whole.length >= lines.filter((line) => line.trim() !== '').length - 1
}

export const jsonlFormat: Format = {
  kind: 'jsonl',
  extensions: ['jsonl', 'ndjson'],
  detect: ({ text, extension }) => {
    if (text === null) return null
    if (jsonlFormat.extensions.includes(extension)) return 0.96
    return (extension === '' || extension === 'json') && beginsWithRecords(text) ? 0.965 : null
  },
  extract: (item, context) => extractJsonLines(item, context),
}
