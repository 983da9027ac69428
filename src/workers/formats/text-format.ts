/**
 * Owns plain text: paragraphs are what blank lines separate. Refuses: guessing at headings and tables.
 */
import type { Block } from '../../shared/work'
import { makeBlock, type Format } from './format'
import { readItemLines } from './text-source'

/** A paragraph without a blank line (a log, a poem, a table) is passed on in parts of about this length, cut at a line. */
const PART_CHARS = 4_000

export const textFormat: Format = {
  kind: 'text',
  extensions: ['txt', 'text', 'asc', 'me', '1st', 'tex', 'bib', 'adoc', 'asciidoc', 'nfo', 'diz'],
  detect: ({ text, extension }) => (text === null ? null : textFormat.extensions.includes(extension) ? 0.5 : 0.1),
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    let lines: string[] = []
    let chars = 0
    const take = (): Block | null => {
      const block = lines.length > 0 ? makeBlock('paragraph', lines.join('\n')) : null
      lines = []
      chars = 0
      return block
    }
    for await (const batch of readItemLines(item, context)) {
      for (const line of batch) {
        const blank = line.trim() === ''
        if (!blank) {
          lines.push(line)
          chars += line.length + 1
        }
        if (blank || chars >= PART_CHARS) {
          const block = take()
          if (block) yield block
        }
      }
    }
    const last = take()
    if (last) yield last
  },
}
