/**
 * Owns delimited tables: each record becomes one row with the names of its columns. Refuses: types and formulas.
 */
import type { Block } from '../../shared/work'
import { createRecordParser, guessDelimiter, SEPARATOR_LINE } from './delimited'
import { makeBlock, type Format } from './format'
import { looksLikeHeader, rowText } from './table-row'
import { readText } from './text-source'

const TAB_EXTENSIONS: readonly string[] = ['tsv', 'tab']
const SAMPLE_CHARS = 32_768

export const csvFormat: Format = {
  kind: 'csv',
  extensions: ['csv', 'tsv', 'tab', 'psv'],
  detect: ({ text, extension }) => (text !== null && csvFormat.extensions.includes(extension) ? 0.96 : null),
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const preferred = TAB_EXTENSIONS.some((extension) => context.name.toLowerCase().endsWith(`.${extension}`))
      ? '\t'
      : ','
    let parser: ReturnType<typeof createRecordParser> | null = null
    let header: readonly string[] | null = null
    let first = true

    const blockOf = (record: readonly string[]): Block | null => {
      if (first) {
        first = false
        if (looksLikeHeader(record)) {
          header = record.map((name) => name.replace(/^\ufeff/, ''))
          return makeBlock('table-row', rowText(header, null).replaceAll('; ', ' | '))
        }
      }
      return makeBlock('table-row', rowText(record, header))
    }

    let held = ''
    const open = (sample: string): ReturnType<typeof createRecordParser> => {
      const opened = createRecordParser(guessDelimiter(sample, preferred))
      held = held.replace(SEPARATOR_LINE, '')
      return opened
    }
    for await (const piece of readText(item, context)) {
      held += piece
      // The delimiter is told from the beginning, which may come in pieces.
      if (!parser && held.length < SAMPLE_CHARS) continue
      parser ??= open(held.slice(0, SAMPLE_CHARS))
      for (const record of parser.write(held)) {
        const block = blockOf(record)
        if (block) yield block
      }
      held = ''
    }
    parser ??= open(`${held}\n`)
    for (const record of [...parser.write(held), ...parser.end()]) {
      const block = blockOf(record)
      if (block) yield block
    }
  },
}
