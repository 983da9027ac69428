/**
 * Owns cutting delimited text (CSV, TSV and their kin) into records, as it streams. Refuses: nothing: what breaks the rules of
 * quoting is read as well as can be, because people's files do.
 */

/** A quote that is still open after this many characters was no quote. */
const QUOTED_CHARS = 100_000
/** A record that is longer is passed on in parts. */
const RECORD_CHARS = 200_000

export type RecordParser = {
  /** Takes the next piece of text; returns the records that are complete now. */
  write: (text: string) => string[][]
  end: () => string[][]
}

type Mode = 'start' | 'plain' | 'quoted' | 'closed'

export const createRecordParser = (delimiter: string): RecordParser => {
  let mode: Mode = 'start'
  let field = ''
  let record: string[] = []
  let recordChars = 0
  let out: string[][] = []
  let lastWasReturn = false

  const endField = (): void => {
    record.push(field)
    recordChars += field.length
    field = ''
    mode = 'start'
  }
  const endRecord = (): void => {
    endField()
    if (record.some((cell) => cell.trim() !== '')) out.push(record)
    record = []
    recordChars = 0
  }
  const writeOutside = (char: string): void => {
    if (char === delimiter) endField()
    else if (char === '\n' || char === '\r') endRecord()
    else if (char === '"' && mode === 'start') mode = 'quoted'
    else if (char === '"' && mode === 'closed') {
      field += '"'
      mode = 'quoted'
    } else {
      field += char
      if (mode === 'closed' || char.trim() !== '') mode = 'plain'
    }
    if (field.length + recordChars > RECORD_CHARS) endRecord()
  }
  const write = (text: string): string[][] => {
    for (let i = 0; i < text.length; i += 1) {
      const char = text.charAt(i)
      if (char === '\n' && lastWasReturn && mode !== 'quoted') {
        lastWasReturn = false
        continue
      }
      lastWasReturn = char === '\r'
      if (mode !== 'quoted') writeOutside(char)
      else if (char === '"') mode = 'closed'
      else {
        field += char
        if (field.length > QUOTED_CHARS) endRecord()
      }
    }
    const done = out
    out = []
    return done
  }
  return {
    write,
    end: () => {
      if (field !== '' || record.length > 0) endRecord()
      const done = out
      out = []
      return done
    },
  }
}

const DELIMITERS = [',', ';', '\t', '|'] as const
const SAMPLE_RECORDS = 50
/** `sep=;` on the first line, as Excel writes it. */
export const SEPARATOR_LINE = /^\ufeff?sep=(.)(?:\r\n?|\n)/i

/**
 * The delimiter of a sample: the one that cuts most of its first records into the same number of fields, two at least.
 * A separator line decides.
 */
export const guessDelimiter = (sample: string, preferred: string): string => {
  const stated = SEPARATOR_LINE.exec(sample)?.[1]
  if (stated) return stated
  let best = { delimiter: preferred, score: 0 }
  for (const delimiter of [preferred, ...DELIMITERS.filter((other) => other !== preferred)]) {
    const counts = createRecordParser(delimiter)
      .write(sample)
      .slice(0, SAMPLE_RECORDS)
      .map((record) => record.length)
    const usual = [...counts].sort((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 1
    const same = counts.filter((count) => count === usual).length / Math.max(1, counts.length)
    const score = usual < 2 ? 0 : same + Math.min(usual, 10) / 100
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}
