/**
 * Owns TOML, line by line: each table is a block under its name, as it is written, comments included. Refuses: values.
 */
import type { Format } from './format'
import { createOpenBlock, readLineBlocks } from './line-blocks'

const TABLE = /^\s*\[{1,2}\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*\]{1,2}\s*(?:#.*)?$/
const NAME = /"([^"]*)"|'([^']*)'|([\w-]+)/g
const TITLE = /^(?:title|name)\s*=\s*(["'])(.*)\1\s*$/
/** Quotes of texts that go over several lines. */
const LONG_QUOTES = ['"""', "'''"] as const

const namesOf = (table: string): string[] =>
  [...table.matchAll(NAME)].map(([, double, single, bare]) => double ?? single ?? bare ?? '')

/** The quote that is open after a line, when `quote` is open before it. */
const quoteAfter = (line: string, quote: string | null): string | null => {
  let open = quote
  for (let at = 0; at < line.length;) {
    const ends: number[] = (open === null ? LONG_QUOTES : [open])
      .map((mark) => line.indexOf(mark, at))
      .filter((found) => found >= 0)
    if (ends.length === 0) break
    const next = Math.min(...ends)
    open = open === null ? line.slice(next, next + 3) : null
    at = next + 3
  }
  return open
}

export const tomlFormat: Format = {
  kind: 'toml',
  extensions: ['toml'],
  detect: ({ text, extension, name }) =>
    text !== null && (extension === 'toml' || /^(?:cargo|poetry|uv|pdm)\.lock$/.test(name)) ? 0.975 : null,
  extract: (item, context) =>
    readLineBlocks(item, context, (emit) => {
      let headings: readonly string[] = []
      let quote: string | null = null
      let titled = false
      const open = createOpenBlock(emit, () => headings)
      return {
        line: (line) => {
          const table = quote === null ? TABLE.exec(line)?.[1] : undefined
          quote = quoteAfter(line, quote)
          const title = headings.length === 0 && !titled ? TITLE.exec(line)?.[2] : undefined
          if (title !== undefined) {
            titled = true
            context.describe({ title })
          }
          if (table !== undefined) {
            open.end()
            headings = namesOf(table)
          }
          open.add('code', line)
        },
        end: open.end,
      }
    }),
}
