/**
 * Owns refusing PDFs with a stream that inflates to more than anybody writes, before pdf.js keeps all of it in memory.
 * Refuses: understanding PDF. Pictures are measured by their pixels; what is encrypted shows nothing, and only the cap of memory holds for it.
 */
import { inflateSync } from 'node:zlib'
import { AppError } from '../../shared/errors'

/** DEFLATE cannot do more. */
const MAX_RATIO = 1_032
/** Filters may be applied one upon another. */
const MAX_LEVELS = 4
/** A dictionary right before its stream is looked for in so many bytes. */
const DICTIONARY_BYTES = 1_024
const IMAGE = /\/Subtype\s*\/Image\b/

/** The first two bytes of zlib data (RFC 1950). */
const isZlib = (bytes: Buffer): boolean => {
  const [first = 0, second = 0] = bytes
  return (first & 0x0f) === 8 && (first << 8) + second > 0 && ((first << 8) + second) % 31 === 0
}

const isOver = (thrown: unknown): boolean =>
  thrown instanceof RangeError && 'code' in thrown && thrown.code === 'ERR_BUFFER_TOO_LARGE'

const exceeds = (bytes: Buffer, limit: number, level: number): boolean => {
  if (level > MAX_LEVELS || !isZlib(bytes)) return false
  try {
    const inflated = inflateSync(bytes, { maxOutputLength: limit })
    return exceeds(inflated, limit, level + 1)
  } catch (thrown) {
    if (isOver(thrown)) return true
    // Damaged data is for pdf.js, which makes something of it.
    return false
  }
}

/** Whether the stream before whose data `dictionary` stands inflates to more than `limit` bytes. */
const isBomb = (data: Buffer, dictionary: string, limit: number): boolean => {
  const own = dictionary.slice(dictionary.lastIndexOf(' obj'))
  // Small ones cannot hold so much, unless they were packed twice.
  const twice = /\[[^[\]]*\/Fl[^[\]]*\/Fl/.test(own)
  return (twice || data.length * MAX_RATIO > limit) && !IMAGE.test(own) && exceeds(data, limit, 1)
}

/** @throws DOCUMENT_BOMB when a stream inflates to more than `limit` bytes */
export const requireStreamSizes = (bytes: Buffer, limit: number, beat: () => void): void => {
  for (let at = bytes.indexOf('stream'); at !== -1; at = bytes.indexOf('stream', at)) {
    const start = at + (bytes[at + 6] === 0x0d ? 8 : 7)
    const found = bytes.indexOf('endstream', start)
    const end = found === -1 ? bytes.length : found
    if (isZlib(bytes.subarray(start, start + 2))) {
      const dictionary = bytes.toString('latin1', Math.max(0, at - DICTIONARY_BYTES), at)
      if (isBomb(bytes.subarray(start, end), dictionary, limit)) {
        const reason = 'holds a stream that unpacks to more than is allowed'
        throw new AppError('DOCUMENT_BOMB', { reason, limit, setting: 'pdf.streamBytes' })
      }
      beat()
    }
    at = end + 'endstream'.length
  }
}
