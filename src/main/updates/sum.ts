/**
 * Owns the sum of a whole package. Refuses: judging it.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

const PIECE_BYTES = 1024 * 1024

/** The reason where a package is another one than was signed. */
export const CHANGED_PACKAGE = 'its package has changed'

/** What a file has to be: its sum, in hex. */
export type Sum = { readonly algorithm: 'sha256' | 'sha512'; readonly hex: string }

/** The sum of a file, in hex. @throws what the file system throws */
export const sumOf = async (path: string, algorithm: Sum['algorithm'] = 'sha256'): Promise<string> => {
  const hash = createHash(algorithm)
  for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES })) hash.update(piece as Buffer)
  return hash.digest('hex')
}
