/**
 * Owns Org, line by line: headlines, lists, blocks, drawers, tables. Refuses: agendas, evaluation, includes.
 * Source: Org Syntax, orgmode.org.
 */
import type { BlockKind } from '../../shared/work'
import { collapseSpace } from '../text/clean'
import { createOutline, makeBlock, type Format, type FormatContext } from './format'
import { createOpenBlock, readLineBlocks, type Emit, type LineReader } from './line-blocks'
import { plainOrg } from './markup-inline'
import { rowText } from './table-row'

const HEADLINE = /^(\*+)\s+(?:\[#\w\]\s+)?(\S(?:.*?\S)??)(?:\s+(:[\w@#%:]+:))?\s*$/
const KEYWORD = /^\s*#\+(\w+):\s*(?!\s)(.*)$/
const BEGIN = /^\s*#\+begin_(\w+)(?:\s+(?!\s)(.*))?$/i
const END = /^\s*#\+end_(\w+)/i
const DRAWER = /^\s*:(\w[\w-]*):\s*$/
const PROPERTY = /^\s*:([\w-]+\+?):\s+(?!\s)(.*)$/
const LIST_ITEM = /^(?:\s*[-+]|\s+\*|\s*(?:\d{1,9}|[a-zA-Z])[.)])\s+(?:\[[ xX-]\]\s+)?(\S.*)$/
const TABLE_ROW = /^\s*\|(.*)$/
const TABLE_RULE = /^\s*\|[-+|]+\s*$/

const blockKinds: Readonly<Record<string, BlockKind>> = { src: 'code', example: 'code', export: 'code', quote: 'quote' }
/** Settings of the program, which say nothing about the document. */
const SETTINGS =
  /^(?:options|startup|property|setupfile|todo|seq_todo|typ_todo|columns|html_head|latex_header|latex_class|bind|tblfm|attr_\w+|results)$/i

const createReader =
  (context: FormatContext) =>
  (emit: Emit): LineReader => {
    const outline = createOutline()
    const open = createOpenBlock(emit, outline.path)
    /** The kind of the lines up to `#+end_…`. */
    let inside: { readonly name: string; readonly kind: BlockKind } | null = null
    let table: { header: readonly string[] | null; first: readonly string[] | null } | null = null
    let title = ''

    const emitRow = (cells: readonly string[], header: readonly string[] | null): void =>
      emit(makeBlock('table-row', rowText(cells, header), outline.path()))
    const endTable = (): void => {
      if (table?.first) emitRow(table.first, null)
      table = null
    }
    const readTable = (line: string): void => {
      if (TABLE_RULE.test(line)) {
        // A rule below the first row makes that the heads.
        if (!table?.first || table.header) return
        emit(makeBlock('table-row', table.first.join(' | '), outline.path()))
        table = { header: table.first, first: null }
        return
      }
      const row = TABLE_ROW.exec(line)?.[1] ?? ''
      const cells = row
        .replace(/\|\s*$/, '')
        .split('|')
        .map((cell) => plainOrg(cell.trim()))
      if (table === null) {
        open.end()
        table = { header: null, first: cells }
        return
      }
      const { header, first } = table
      if (first) emitRow(first, null)
      table = { header, first: null }
      emitRow(cells, header)
    }
    const readKeyword = (name: string, value: string): void => {
      open.end()
      if (/^title$/i.test(name)) {
        title = collapseSpace(`${title} ${plainOrg(value)}`)
        context.describe({ title })
        emit(makeBlock('heading', plainOrg(value)))
      } else if (/^language$/i.test(name)) context.describe({ language: value.slice(0, 2).toLowerCase() || null })
      else if (/^caption$/i.test(name)) emit(makeBlock('caption', plainOrg(value), outline.path()))
      else if (!SETTINGS.test(name))
        emit(makeBlock('paragraph', `${name.toLowerCase()}: ${plainOrg(value)}`, outline.path()))
    }
    const readHeadline = (stars: string, text: string, tags: string | undefined): void => {
      open.end()
      const heading = collapseSpace(plainOrg(text))
      const above = outline.enter(stars.length, heading)
      emit(makeBlock('heading', heading, above))
      if (tags) emit(makeBlock('paragraph', tags.split(':').filter(Boolean).join(', '), outline.path()))
    }
    const readText = (line: string): void => {
      const item = LIST_ITEM.exec(line)
      if (item?.[1] !== undefined) {
        open.end()
        return open.add('list-item', plainOrg(item[1]).replace(/(?<!\s)\s+::\s+/, ': '))
      }
      const literal = /^\s*:(?: (.*)|$)/.exec(line)
      if (literal) return open.add('code', literal[1] ?? '')
      const property = PROPERTY.exec(line)
      if (property) return open.add('list-item', `${property[1] ?? ''}: ${property[2] ?? ''}`)
      const kind = open.kind() === 'list-item' && /^\s/.test(line) ? 'list-item' : 'paragraph'
      open.add(kind, plainOrg(line.trim().replace(/^# /, '')))
    }
    const line = (text: string): void => {
      if (inside) {
        if (END.exec(text)?.[1]?.toLowerCase() === inside.name) {
          open.end()
          inside = null
        } else if (text.trim() === '' && inside.kind !== 'code') open.end()
        else open.add(inside.kind, inside.kind === 'code' ? text : plainOrg(text.trim()))
        return
      }
      if (TABLE_ROW.test(text)) return readTable(text)
      endTable()
      if (text.trim() === '') return open.end()
      const headline = HEADLINE.exec(text)
      if (headline?.[1] && headline[2]) return readHeadline(headline[1], headline[2], headline[3])
      const begin = BEGIN.exec(text)
      if (begin?.[1]) {
        open.end()
        const name = begin[1].toLowerCase()
        inside = { name, kind: blockKinds[name] ?? 'paragraph' }
        return
      }
      const keyword = KEYWORD.exec(text)
      if (keyword?.[1]) return readKeyword(keyword[1], keyword[2] ?? '')
      if (DRAWER.test(text)) return open.end()
      readText(text)
    }
    return {
      line,
      end: () => {
        endTable()
        open.end()
      },
    }
  }

export const orgFormat: Format = {
  kind: 'org',
  extensions: ['org'],
  detect: ({ text, extension }) => {
    if (text === null) return null
    if (extension === 'org') return 0.96
    return extension === '' && /^#\+title:/im.test(text.slice(0, 1_000)) && /^\*+ \S/m.test(text) ? 0.7 : null
  },
  extract: (item, context) => readLineBlocks(item, context, createReader(context)),
}
