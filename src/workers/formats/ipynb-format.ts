/**
 * Owns Jupyter notebooks: cells of Markdown with their headings, cells of code, what they printed. Refuses: pictures and widgets among the outputs.
 * Source: nbformat 3 and 4.
 */
import type { Block } from '../../shared/work'
import { makeBlock, requireSize, type Format, type FormatContext, type ItemBytes } from './format'
import { isObject, readJson, watched } from './json-format'
import { createMarkdownReader } from './markdown-format'
import { textFormat } from './text-format'

/** Pictures make notebooks large: they stand in memory while it is read. */
const PARSE_BYTES = 96 * 1024 * 1024
const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*[A-Za-z]`, 'g')

/** A text as nbformat writes it: whole, or a list of its lines. */
const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? value.filter((line) => typeof line === 'string').join('')
      : ''

const listOf = (value: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isObject) : []

/** The text of an output: printed, a result, or an error. */
const outputText = (output: Record<string, unknown>): string => {
  const data = isObject(output['data']) ? output['data'] : output
  const printed = textOf(output['text']) || textOf(data['text/plain'])
  const error = typeof output['ename'] === 'string' ? `${output['ename']}: ${textOf(output['evalue'])}` : ''
  return [printed, error]
    .filter((text) => text !== '')
    .join('\n')
    .replace(ESCAPES, '')
}

/** All cells; those of version 3 stand in worksheets. */
const cellsOf = (notebook: Record<string, unknown>): readonly Record<string, unknown>[] => [
  ...listOf(notebook['cells']),
  ...listOf(notebook['worksheets']).flatMap((sheet) => listOf(sheet['cells'])),
]

function* blocksOf(notebook: Record<string, unknown>, context: FormatContext): Generator<Block, void, void> {
  let out: Block[] = []
  const emit = (block: Block | null): void => {
    if (block) out.push(block)
  }
  const markdown = createMarkdownReader(emit, context.describe)
  const metadata = notebook['metadata']
  if (isObject(metadata) && typeof metadata['title'] === 'string') context.describe({ title: metadata['title'] })
  for (const cell of cellsOf(notebook)) {
    const source = textOf(cell['source']) || textOf(cell['input'])
    const type = cell['cell_type']
    if (type === 'markdown' || type === 'heading') {
      const level = typeof cell['level'] === 'number' ? Math.min(6, Math.max(1, cell['level'])) : 1
      for (const line of `${type === 'heading' ? `${'#'.repeat(level)} ` : ''}${source}`.split('\n'))
        markdown.line(line)
      markdown.endPart()
    } else {
      emit(makeBlock(type === 'code' ? 'code' : 'paragraph', source, markdown.path()))
      for (const output of listOf(cell['outputs'])) emit(makeBlock('code', outputText(output), markdown.path()))
    }
    yield* out
    out = []
  }
}

const isNotebook = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && (Array.isArray(value['cells']) || Array.isArray(value['worksheets']))

async function* extract(item: ItemBytes, context: FormatContext): AsyncGenerator<Block, void, void> {
  requireSize(item, context.limits, 'document.bytes')
  const parsed = await readJson(item, context, PARSE_BYTES)
  // What is cut off or something else is read as it is written.
  if (parsed && isNotebook(parsed.value)) yield* watched(blocksOf(parsed.value, context), context)
  else yield* textFormat.extract(item, context)
}

export const ipynbFormat: Format = {
  kind: 'ipynb',
  extensions: ['ipynb'],
  detect: ({ text, extension }) => {
    if (text === null) return null
    if (extension === 'ipynb') return 0.97
    return /^\s*\{/.test(text) && /"nbformat"\s*:\s*\d/.test(text) && /"cell_type"/.test(text) ? 0.968 : null
  },
  extract,
}
