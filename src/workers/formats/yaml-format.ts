/**
 * Owns YAML, line by line: what is written stays as it is written, comments included, under the keys that lead to it.
 * Refuses: values. Nothing is resolved, so aliases cannot multiply, and a file that is not quite YAML is read as well.
 */
import type { Format } from './format'
import { createOpenBlock, readLineBlocks } from './line-blocks'

/** A section below a section begins a block of its own from this length on. */
const SECTION_CHARS = 600
const KEY_CHARS = 80
/** Keys of this many levels lead to a block. */
const LEVELS = 2

const KEY =
  /^((?: |- )*)("[^"]*"|'[^']*'|[^\s#'"[\]{}&*!|>%@`,-](?:[^#]*?[^\s#])??|-[^\s#:](?:[^#]*?[^\s#])??)\s*:(?:\s+(?!\s)(.*))?$/
const BLOCK_SCALAR = /^[|>][-+\d]*\s*(?:#.*)?$/
const OPENS = /^(?:[&!]\S+(?:\s+|$))*(?:#.*)?$/

const unquote = (key: string): string => key.replace(/^(["'])(.*)\1$/, '$2').slice(0, KEY_CHARS)

type Level = { indent: number; key: string }

export const yamlFormat: Format = {
  kind: 'yaml',
  extensions: ['yaml', 'yml'],
  detect: ({ text, extension }) => {
    if (text === null) return null
    if (yamlFormat.extensions.includes(extension)) return 0.93
    return extension === '' && /^%YAML [\d.]+\s/.test(text) ? 0.9 : null
  },
  extract: (item, context) =>
    readLineBlocks(item, context, (emit) => {
      let path: Level[] = []
      /** The path of the block that is open. */
      let headings: readonly string[] = []
      /** Indentation of the key whose text comes now, as it is. */
      let scalar: number | null = null
      let titled = false
      const open = createOpenBlock(emit, () => headings)

      const enterKey = (indent: number, key: string, value: string): void => {
        path = path.filter((level) => level.indent < indent)
        const section = OPENS.test(value)
        const top = indent === 0
        if (top && !titled && !section && /^(?:title|name)$/i.test(key)) {
          titled = true
          context.describe({ title: unquote(value.trim()) })
        }
        const shallow = path.length < LEVELS
        const begins = top ? section || headings.length > 0 : section && shallow && open.chars() >= SECTION_CHARS
        if (section && shallow) path = [...path, { indent, key: unquote(key) }]
        if (!begins) return
        // Comments right above a key are about it.
        open.end()
        headings = path.map((level) => level.key)
      }
      return {
        line: (line) => {
          const indent = line.length - line.trimStart().length
          if (scalar !== null && (line.trim() === '' || indent > scalar)) return open.add('code', line)
          scalar = null
          if (/^(?:---|\.\.\.)(?:\s|$)/.test(line)) {
            open.end()
            path = []
            headings = []
            if (line.slice(3).trim() !== '') open.add('code', line.slice(3).trim())
            return
          }
          const key = KEY.exec(line)
          if (key?.[2] !== undefined) {
            const depth = key[1]?.length ?? 0
            const value = key[3] ?? ''
            enterKey(depth, key[2], value)
            if (BLOCK_SCALAR.test(value)) scalar = depth
          }
          open.add('code', line)
        },
        end: open.end,
      }
    }),
}
