/**
 * Owns what formats that are read line by line share: a block that grows by lines, and the loop that passes blocks on as they are done.
 * Refuses: knowing any of the formats.
 */
import type { Block, BlockKind } from '../../shared/work'
import { makeBlock, type FormatContext, type ItemBytes } from './format'
import { readItemLines } from './text-source'

/** A block is passed on from this length on, at the next line. */
const PART_CHARS = 4_000

export type Emit = (block: Block | null) => void

/** The block that is being read. */
export type OpenBlock = {
  /** Adds a line to the block of this kind; another kind ends the block. */
  readonly add: (kind: BlockKind, line: string) => void
  /** Ends the block. */
  readonly end: () => void
  /** Takes the lines back: they were something else. */
  readonly take: () => string[]
  readonly kind: () => BlockKind | null
  readonly lines: () => readonly string[]
  readonly chars: () => number
}

/** @param headings The headings above the block, asked for when it ends */
export const createOpenBlock = (
  emit: Emit,
  headings: () => readonly string[],
  partChars: number = PART_CHARS,
): OpenBlock => {
  let kind: BlockKind | null = null
  let lines: string[] = []
  let chars = 0
  const take = (): string[] => {
    const taken = lines
    lines = []
    chars = 0
    kind = null
    return taken
  }
  const end = (): void => {
    if (kind !== null && lines.length > 0) emit(makeBlock(kind, lines.join('\n'), headings()))
    take()
  }
  return {
    add: (next, line) => {
      if (kind !== next || chars > partChars) end()
      kind = next
      lines.push(line)
      chars += line.length + 1
    },
    end,
    take,
    kind: () => kind,
    lines: () => lines,
    chars: () => chars,
  }
}

/** Reads lines and emits blocks. */
export type LineReader = { readonly line: (line: string) => void; readonly end: () => void }

/** The blocks that a reader makes of the lines of an item, as they are done. */
export async function* readLineBlocks(
  item: ItemBytes,
  context: FormatContext,
  open: (emit: Emit) => LineReader,
): AsyncGenerator<Block, void, void> {
  let out: Block[] = []
  const reader = open((block) => {
    if (block) out.push(block)
  })
  let first = true
  for await (const batch of readItemLines(item, context)) {
    for (const line of batch) {
      reader.line(first ? line.replace(/^\ufeff/, '') : line)
      first = false
      if (out.length === 0) continue
      yield* out
      out = []
    }
  }
  reader.end()
  yield* out
}
