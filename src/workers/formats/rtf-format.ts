/**
 * Owns RTF documents as they are read: as a stream, however large their pictures are. Refuses: what they embed.
 */
import type { Block } from '../../shared/work'
import { throwIfAborted, type Format } from './format'
import { createRtfBlocks } from './rtf-blocks'

/** Between two signs of life. */
const PIECE_BYTES = 65_536

export const rtfFormat: Format = {
  kind: 'rtf',
  extensions: ['rtf'],
  detect: ({ signature }) => (signature === 'rtf' ? 0.99 : null),
  async *extract(item, context): AsyncGenerator<Block, void, void> {
    const reading = createRtfBlocks()
    const stream = item.stream()
    try {
      for await (const bytes of stream as AsyncIterable<Buffer>)
        for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
          throwIfAborted(context.signal)
          context.beat()
          yield* reading.write(bytes.subarray(at, at + PIECE_BYTES))
        }
      yield* reading.end()
      context.describe({ title: reading.title() })
    } finally {
      stream.destroy()
    }
  },
}
