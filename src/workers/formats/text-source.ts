/**
 * Owns reading an item as decoded lines, for all formats that are text. Refuses: holding the whole text.
 */
import { decodeStream } from '../text/encoding'
import { readLines } from '../text/lines'
import { throwIfAborted, type FormatContext, type ItemBytes } from './format'

type TextOptions = { /** The encoding that the document itself declares. */ declared?: string | null }

async function* counted(
  stream: AsyncIterable<Buffer>,
  { consumed }: FormatContext,
): AsyncGenerator<Buffer, void, void> {
  for await (const bytes of stream) {
    consumed?.(bytes.length)
    yield bytes
  }
}

/** The decoded text in pieces; tells the context the encoding and what could not be decoded. */
export async function* readText(
  item: ItemBytes,
  context: FormatContext,
  options: TextOptions = {},
): AsyncGenerator<string, void, void> {
  const stream = item.stream()
  try {
    const pieces = decodeStream(counted(stream, context), {
      head: item.head,
      complete: item.sizeBytes <= item.head.length,
      declared: options.declared ?? null,
      onEnd: ({ encoding, replaced }) => {
        context.describe({ encoding })
        if (replaced > 0) context.warn({ code: 'TEXT_UNDECODABLE', details: { count: replaced, encoding } })
      },
    })
    for await (const piece of pieces) {
      throwIfAborted(context.signal)
      context.beat()
      yield piece
    }
  } finally {
    stream.destroy()
  }
}

/** The lines of an item, in batches. */
export const readItemLines = (item: ItemBytes, context: FormatContext): AsyncGenerator<string[], void, void> =>
  readLines(readText(item, context))
