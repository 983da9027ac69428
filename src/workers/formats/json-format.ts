/**
 * Owns JSON: every value with the path that leads to it. Refuses: schemas. What is not valid JSON is read as plain text.
 */
import type { Block } from '../../shared/work'
import { readLines } from '../text/lines'
import { sniffEncoding, createDecoder } from '../text/encoding'
import { makeBlock, throwIfAborted, type Format, type FormatContext, type ItemBytes } from './format'
import { readText } from './text-source'
import { textFormat } from './text-format'

/** Larger files are read line by line: parsed JSON takes about ten times its size in memory. */
const PARSE_BYTES = 16 * 1024 * 1024
/** Lines of one record stay together up to this length. */
const BLOCK_CHARS = 1_200
const PATH_CHARS = 120

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const childPath = (path: string, key: string | number): string => {
  const next = typeof key === 'number' ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
  return next.length > PATH_CHARS ? `…${next.slice(-PATH_CHARS)}` : next
}

/** The leaves of a value, in order, without recursion: depth costs no stack. */
function* leavesOf(root: unknown): Generator<{ path: string; value: string; record: number }, void, void> {
  const stack: { path: string; value: unknown; record: number }[] = [{ path: '', value: root, record: 0 }]
  let records = 0
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { path, value } = next
    if (!isObject(value)) {
      if (value !== null && value !== '')
        yield { path, value: typeof value === 'string' ? value : JSON.stringify(value), record: next.record }
      continue
    }
    // Every object is a record of its own: what belongs together stays together.
    const record = Array.isArray(value) ? next.record : (records += 1)
    const children = Array.isArray(value)
      ? value.map((child: unknown, i) => [i, child] as const)
      : Object.entries(value)
    for (let i = children.length - 1; i >= 0; i -= 1) {
      const child = children[i]
      if (child) stack.push({ path: childPath(path, child[0]), value: child[1], record })
    }
  }
}

/** The blocks of one parsed value. */
export function* blocksOfJson(root: unknown): Generator<Block, void, void> {
  let lines: string[] = []
  let chars = 0
  let current = -1
  const take = (): Block | null => {
    const block = lines.length > 0 ? makeBlock('table-row', lines.join('\n')) : null
    lines = []
    chars = 0
    return block
  }
  for (const { path, value, record } of leavesOf(root)) {
    const line = path === '' ? value : `${path}: ${value}`
    if (chars + line.length > BLOCK_CHARS || (record !== current && chars > BLOCK_CHARS / 4)) {
      const block = take()
      if (block) yield block
    }
    current = record
    lines.push(line)
    chars += line.length + 1
  }
  const last = take()
  if (last) yield last
}

/** Blocks of what is parsed already cost no reading: signs of life and looks at the signal go in between. */
export function* watched(blocks: Iterable<Block>, { signal, beat }: FormatContext): Generator<Block, void, void> {
  for (const block of blocks) {
    throwIfAborted(signal)
    beat()
    yield block
  }
}

export const parseJson = (text: string): { value: unknown } | null => {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return null
  }
}

const titleIn = (value: unknown): string | null => {
  if (!isObject(value) || Array.isArray(value)) return null
  const title = value['title'] ?? value['name']
  return typeof title === 'string' ? title : null
}

/** The value that an item holds, if it is no larger than that and valid; tells the context its encoding. @throws CANCELLED */
export const readJson = async (
  item: ItemBytes,
  context: FormatContext,
  maxBytes: number,
): Promise<{ value: unknown } | null> => {
  if (item.sizeBytes > maxBytes) return null
  const bytes = await item.read()
  const encoding = sniffEncoding(bytes, true) ?? 'utf-8'
  const decoder = createDecoder(encoding)
  const parsed = parseJson((decoder.write(bytes) + decoder.end()).replace(/^\ufeff/, ''))
  throwIfAborted(context.signal)
  if (!parsed) return null
  context.describe({ encoding })
  if (decoder.replaced() > 0)
    context.warn({ code: 'TEXT_UNDECODABLE', details: { count: decoder.replaced(), encoding } })
  return parsed
}

/** One value a line; what is none is text. */
export async function* extractJsonLines(item: ItemBytes, context: FormatContext): AsyncGenerator<Block, void, void> {
  for await (const batch of readLines(readText(item, context))) {
    for (const line of batch) {
      if (line.trim() === '') continue
      const parsed = parseJson(line)
      if (parsed && isObject(parsed.value)) yield* watched(blocksOfJson(parsed.value), context)
      else {
        const block = makeBlock('paragraph', line)
        if (block) yield block
      }
    }
  }
}

const beginsLikeJson = (text: string): boolean => /^\s*(?:\{\s*["}]|\[\s*(?:[[{"\]\d-]|true|false|null))/.test(text)

export const jsonFormat: Format = {
  kind: 'json',
  extensions: ['json', 'geojson', 'webmanifest', 'har', 'json5', 'jsonc'],
  detect: ({ text, extension, complete }) => {
    if (text === null) return null
    if (jsonFormat.extensions.includes(extension)) return 0.96
    // Without a name that says so, only what parses is JSON.
    return extension === '' && complete && beginsLikeJson(text) && parseJson(text) ? 0.8 : null
  },
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const parsed = await readJson(item, context, PARSE_BYTES)
    if (parsed) {
      context.describe({ title: titleIn(parsed.value) })
      yield* watched(blocksOfJson(parsed.value), context)
      return
    }
    const firstLine = item.head
      .subarray(0, item.head.indexOf(10) + 1 || item.head.length)
      .toString()
      .trim()
    // Several values one a line, whatever the name; else as it is written: comments, a cut-off end, or too large to parse.
    if (firstLine.startsWith('{') && parseJson(firstLine)) yield* extractJsonLines(item, context)
    else yield* textFormat.extract(item, context)
  },
}
