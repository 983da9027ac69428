/**
 * Owns source code and configuration: blocks are what blank lines separate; the language comes from the name or the first line.
 * Refuses: parsing programs.
 */
import { lookUp } from '../../shared/lookup'
import type { Block } from '../../shared/work'
import { languageByExtension, languageByInterpreter, languageByName } from './code-languages'
import { makeBlock, type Format, type Sample } from './format'
import { readItemLines } from './text-source'

/** Parts of a file are passed on from this length on, at a blank line; or at twice that, anywhere between two lines. */
const PART_CHARS = 2_000

/** The programming language of a file, or `null`. */
export const codeLanguage = ({ name, extension, text }: Pick<Sample, 'name' | 'extension' | 'text'>): string | null => {
  const named = lookUp(languageByName, name) ?? lookUp(languageByExtension, extension)
  if (named) return named
  const interpreter = /^#!\s*(?:\S*\/)?([a-z]+)[\d.]*(?:\s+(?:-\S+\s+)*([a-z]+))?/.exec(text?.slice(0, 200) ?? '')
  const program = interpreter?.[1] === 'env' ? interpreter[2] : interpreter?.[1]
  return lookUp(languageByInterpreter, program ?? '') ?? null
}

export const codeFormat: Format = {
  kind: 'code',
  extensions: Object.keys(languageByExtension),
  // A template that begins like a web page is still the source of a program when its name says so.
  detect: (sample) => (sample.text !== null && codeLanguage(sample) !== null ? 0.97 : null),
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const name = context.name.toLowerCase()
    const extension = /\.([^.]+)$/.exec(name)?.[1] ?? ''
    context.describe({
      language: codeLanguage({ name, extension, text: item.head.subarray(0, 200).toString('latin1') }),
    })
    let lines: string[] = []
    let chars = 0
    const take = (): Block | null => {
      const block = lines.length > 0 ? makeBlock('code', lines.join('\n')) : null
      lines = []
      chars = 0
      return block
    }
    for await (const batch of readItemLines(item, context)) {
      for (const line of batch) {
        lines.push(line)
        chars += line.length + 1
        if (chars >= PART_CHARS && (chars >= 2 * PART_CHARS || line.trim() === '')) {
          const block = take()
          if (block) yield block
        }
      }
    }
    const last = take()
    if (last) yield last
  },
}
