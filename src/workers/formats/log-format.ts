/**
 * Owns logs: entries stay whole, with the lines that belong to them (a stack trace), and stand together in parts. Refuses: fields and levels.
 */
import { createOpenBlock, readLineBlocks } from './line-blocks'
import type { Format } from './format'

/** Entries are passed on together from this length on, at the beginning of one. */
const PART_CHARS = 1_200
/** An entry that is longer is cut at a line. */
const ENTRY_CHARS = 8_000

/** How entries begin: a date and a time, a time, a Unix time, or `[…]` around one; syslog's `Jan  2 10:11:12`; Apache's address. */
const STAMP =
  /^(?:<\d{1,3}>)?[[({]?(?:\d{4}[-/.]\d{2}[-/.]\d{2}(?:[T ,_]|\b)|\d{2}[-/.]\d{2}[-/.]\d{4}[ T,]|\d{2}:\d{2}:\d{2}\b|\d{10}(?:\.\d+|\d{3})?\b|(?:\w{3} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d{2}:\d{2}|\d{1,2}\/(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\/\d{4}|\w{3}, \d{1,2} \w{3} \d{4})|^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]{3,39}|[\w.-]+) \S+ \S+ \[\d{2}\/\w{3}\/\d{4}:|^(?:\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\]?)[: ]/
const LOG_NAME = /\.log(?:[.-]\d[\d.-]*)?$/
/** Extensions under which programs write logs, and which say nothing by themselves. */
const VAGUE_EXTENSIONS = /^(?:|out|err|\d+)$/
const SAMPLE_LINES = 40

/** Whether most of the first lines begin as log entries do. */
const readsAsLog = (text: string): boolean => {
  const lines = text
    .slice(0, 16_384)
    .split(/\r?\n/, SAMPLE_LINES)
    .filter((line) => line !== '' && !/^\s/.test(line))
  return lines.length >= 3 && lines.filter((line) => STAMP.test(line)).length >= 0.6 * lines.length
}

export const logFormat: Format = {
  kind: 'log',
  extensions: ['log'],
  detect: ({ text, name, extension }) => {
    if (text === null) return null
    if (LOG_NAME.test(name)) return 0.6
    return VAGUE_EXTENSIONS.test(extension) && readsAsLog(text) ? 0.55 : null
  },
  extract: (item, context) =>
    readLineBlocks(item, context, (emit) => {
      const open = createOpenBlock(emit, () => [], ENTRY_CHARS)
      return {
        line: (line) => {
          const begins = STAMP.test(line) || (line !== '' && !/^\s/.test(line))
          if (begins && open.chars() >= PART_CHARS) open.end()
          if (line.trim() !== '') open.add('paragraph', line)
        },
        end: open.end,
      }
    }),
}
