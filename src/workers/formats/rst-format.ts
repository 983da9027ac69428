/**
 * Owns reStructuredText, line by line: sections, lists, literal blocks, directives, tables. Refuses: resolving references, substitutions, includes.
 * Source: Docutils, reStructuredText Markup Specification.
 */
import { collapseSpace } from '../text/clean'
import { createOutline, makeBlock, type Format, type FormatContext } from './format'
import { createOpenBlock, readLineBlocks, type Emit, type LineReader } from './line-blocks'
import { plainRst } from './markup-inline'
import { createRstTable, isGridRule, isSimpleRule } from './rst-table'

const ADORNMENT = /^([!-/:-@[-`{-~])\1{2,}\s*$/
const LIST_ITEM = /^(\s*)(?:[-*+•‣⁃]|(?:\d{1,9}|[a-zA-Z]|#)[.)]|\((?:\d{1,9}|[a-zA-Z]|#)\))\s+(\S.*)$/
const EXPLICIT = /^(\s*)\.\.(?:\s+(?!\s)(.*))?$/
const DIRECTIVE = /^(?:\|([^|]+)\|\s+)?([\w:.+-]+)::(?:\s+(?!\s)(.*))?$/
const FIELD = /^\s*:([^:`]+):(?:\s+(?!\s)(.*))?$/
const CODE_DIRECTIVES =
  /^(?:code|code-block|sourcecode|literalinclude|parsed-literal|highlight|math|doctest|testcode|prompt|productionlist)$/

const indentOf = (line: string): number => line.length - line.trimStart().length

/** Lines that are indented more than `indent` belong to something above them, until one is not. */
type Inside = { readonly indent: number; readonly kind: 'code' | 'text' }

const createReader =
  (context: FormatContext) =>
  (emit: Emit): LineReader => {
    const outline = createOutline()
    const open = createOpenBlock(emit, outline.path)
    const table = createRstTable((text) => emit(makeBlock('table-row', text, outline.path())))
    /** Styles of sections in the order in which they first came: that is their level. */
    const styles: string[] = []
    let inside: Inside | null = null
    let overline: string | null = null
    let titled = false

    const enterSection = (text: string, style: string): void => {
      let level = styles.indexOf(style) + 1
      if (level === 0) level = styles.push(style)
      const title = collapseSpace(plainRst(text))
      if (!titled) context.describe({ title })
      titled = true
      const above = outline.enter(level, title)
      emit(makeBlock('heading', title, above))
    }
    const enterDirective = (indent: number, rest: string): void => {
      open.end()
      const [, substitution, name, value = ''] = DIRECTIVE.exec(rest) ?? []
      if (name === undefined) {
        // A footnote, a target, a comment: what it says is kept.
        const text = rest.replace(/^_[^:]*:\s*$/, '').replace(/^\[([^\]]+)\]\s+/, '[$1] ')
        inside = { indent, kind: 'text' }
        if (text.trim() !== '') open.add('paragraph', plainRst(text))
        return
      }
      const code = CODE_DIRECTIVES.test(name)
      inside = { indent, kind: code ? 'code' : 'text' }
      const said = [substitution, code && !value.includes(' ') ? '' : value].filter(Boolean).join(': ')
      if (said !== '') open.add(code ? 'code' : 'paragraph', code ? said : plainRst(said))
    }
    const readInside = (line: string, { kind }: Inside): void => {
      if (kind === 'code') {
        if (!FIELD.test(line) || open.kind() === 'code') open.add('code', line)
        return
      }
      const option = FIELD.exec(line)
      if (option) return option[2] ? open.add('paragraph', `${option[1] ?? ''}: ${plainRst(option[2])}`) : undefined
      readText(line)
    }
    /** A line of adornment: below its text it makes that a section, above it announces one, alone it is a rule. */
    const readAdornment = (line: string): boolean => {
      const mark = line.charAt(0)
      const [above, ...others] = open.lines()
      if (overline !== null) {
        const under = overline
        overline = null
        if (above !== undefined && others.length === 0 && under.charAt(0) === mark) {
          open.take()
          enterSection(above, `${mark}${mark}`)
          return true
        }
      }
      if (
        above !== undefined &&
        others.length === 0 &&
        open.kind() === 'paragraph' &&
        line.trimEnd().length >= Math.min(above.length, 4)
      ) {
        open.take()
        enterSection(above, mark)
        return true
      }
      if (open.lines().length > 0) return false
      overline = line
      return true
    }
    const readText = (line: string): void => {
      const explicit = EXPLICIT.exec(line)
      if (explicit) return enterDirective(explicit[1]?.length ?? 0, explicit[2] ?? '')
      const item = LIST_ITEM.exec(line)
      if (item?.[2] !== undefined) {
        open.end()
        return open.add('list-item', plainRst(item[2]))
      }
      const field = open.lines().length === 0 || open.kind() === 'list-item' ? FIELD.exec(line) : null
      if (field?.[2]) return open.add('list-item', `${field[1] ?? ''}: ${plainRst(field[2])}`)
      const literal = /(?:^|\s|(\S))::\s*$/.exec(line)
      const kind = open.kind() === 'list-item' && /^\s/.test(line) ? 'list-item' : 'paragraph'
      const text = literal ? line.replace(/::\s*$/, literal[1] ? ':' : '') : line
      if (text.trim() !== '') open.add(kind, plainRst(text.trim()))
      if (literal) inside = { indent: indentOf(line), kind: 'code' }
    }
    return {
      line: (line) => {
        if (line.trim() === '') {
          table.blank()
          overline = null
          if (inside?.kind === 'code' && open.kind() === 'code') return open.add('code', '')
          return open.end()
        }
        if (inside && indentOf(line) > inside.indent) return readInside(line, inside)
        if (inside?.kind === 'code') open.end()
        inside = null
        if (table.active() || ((isGridRule(line) || isSimpleRule(line)) && open.lines().length === 0))
          return table.line(line)
        if (ADORNMENT.test(line) && readAdornment(line)) return
        readText(line)
      },
      end: () => {
        table.end()
        open.end()
      },
    }
  }

const SECTION = /(?:^|\n)\S[^\n]{0,200}\r?\n([=\-~^"#*+])\1{3,}[ \t]*\r?\n/
const DIRECTIVE_LINE = /(?:^|\n)\.\. [\w-]+::/

export const rstFormat: Format = {
  kind: 'rst',
  extensions: ['rst', 'rest'],
  detect: ({ text, extension }) => {
    if (text === null) return null
    if (rstFormat.extensions.includes(extension)) return 0.96
    // READMEs of programs are often written so and named nothing or `.txt`.
    return (extension === '' || extension === 'txt') && DIRECTIVE_LINE.test(text) && SECTION.test(text) ? 0.6 : null
  },
  extract: (item, context) => readLineBlocks(item, context, createReader(context)),
}
