/**
 * Owns the sum of a whole package. Refuses: judging it.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

const PIECE_BYTES = 1024 * 1024

/** The SHA-256 of a file, in hex. @throws what the file system throws */
export const sumOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES })) hash.update(piece as Buffer)
  return hash.digest('hex')
}
