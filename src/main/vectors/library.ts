/**
 * Owns loading LanceDB at first use, without holding up the thread that answers people.
 * Refuses: using it.
 */
import { createRequire } from 'node:module'
import type * as LanceDb from '@lancedb/lancedb'

/**
 * Parts of Apache Arrow, the larger half of what LanceDB loads. In one go that blocks the main thread for 0.15 s; in these pieces, each of which
 * needs the ones before it, for 0.03 s at a time (measured on Node 20).
 */
const PIECES = [
  'apache-arrow/fb/schema',
  'apache-arrow/type',
  'apache-arrow/data',
  'apache-arrow/ipc/message',
  'apache-arrow/ipc/reader',
  'apache-arrow',
]

const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

export const loadLanceDb = async (): Promise<typeof LanceDb> => {
  // As LanceDB does: importing them as ES modules would load a second copy.
  const load = createRequire(__filename)
  for (const piece of PIECES) {
    load(piece)
    await breathe()
  }
  return import('@lancedb/lancedb')
}
