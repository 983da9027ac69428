/**
 * Owns the transfer encodings of mail: base64, quoted-printable, and none. Refuses: holding more than a piece; damage is skipped, as every
 * mail program does.
 */
import { readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { breathe } from '../source/pace'

export type Transfer = 'base64' | 'quoted-printable' | 'none'

/** Bytes of a source that are encoded in one way. */
export type EncodedRange = { readonly start: number; readonly end: number; readonly transfer: Transfer }

type Pace = { readonly signal: AbortSignal; readonly beat: () => void }

const READ_BYTES = 256 * 1024
const CR = 13
const LF = 10
const EQUALS = 61

export const transferOf = (encoding: string | null): Transfer => {
  const name = encoding?.trim().toLowerCase().replace(/["';]/g, '') ?? ''
  return name === 'base64' || name === 'quoted-printable' ? name : 'none'
}

const valueOfByte = new Uint8Array(256).fill(255)
;[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].forEach((char, value) => {
  valueOfByte[char.charCodeAt(0)] = value
})

type Step = { readonly write: (bytes: Buffer) => Buffer; readonly end: () => Buffer }
const NOTHING = Buffer.alloc(0)

const countLineEnds = (bytes: Buffer): number => {
  let count = 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) count += bytes[at - 1] === CR ? 2 : 1
  return count
}

/**
 * What consists of whole groups and line ends only is decoded by the runtime, six times faster; `null` for anything else. The runtime
 * skips what is no letter, so that there was none is seen by how much comes out.
 */
const decodeGroups = (bytes: Buffer): Buffer | null => {
  const letters = bytes.length - countLineEnds(bytes)
  if (letters % 4 !== 0) return null
  const decoded = Buffer.from(bytes.toString('latin1'), 'base64')
  return decoded.length * 4 === letters * 3 ? decoded : null
}

/** What is no letter of the alphabet is skipped. `=` ends a group, so that two texts that were encoded one after the other are both read. */
const createBase64 = (): Step => {
  let bits = 0
  let count = 0
  const flush = (out: Buffer, at: number): number => {
    let next = at
    if (count >= 2) out[next++] = (count === 2 ? bits >> 4 : bits >> 10) & 0xff
    if (count === 3) out[next++] = (bits >> 2) & 0xff
    bits = 0
    count = 0
    return next
  }
  return {
    write: (bytes) => {
      const groups = count === 0 ? decodeGroups(bytes) : null
      if (groups !== null) return groups
      const out = Buffer.allocUnsafe(Math.ceil(bytes.length * 0.75) + 6)
      let at = 0
      for (const byte of bytes) {
        const value = valueOfByte[byte] ?? 255
        if (value < 64) {
          bits = (bits << 6) | value
          count += 1
          if (count === 4) {
            out[at++] = (bits >> 16) & 0xff
            out[at++] = (bits >> 8) & 0xff
            out[at++] = bits & 0xff
            bits = 0
            count = 0
          }
        } else if (byte === EQUALS && count > 0) at = flush(out, at)
      }
      return out.subarray(0, at)
    },
    end: () => {
      const out = Buffer.allocUnsafe(4)
      return out.subarray(0, flush(out, 0))
    },
  }
}

const hexOf = (byte: number | undefined): number => {
  if (byte === undefined) return -1
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | 0x20
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

/** A piece is cut at its last line end, or before an escape that may go on. */
const createQuotedPrintable = (): Step => {
  let rest = NOTHING
  const decode = (bytes: Buffer): Buffer => {
    const out = Buffer.allocUnsafe(bytes.length)
    let at = 0
    for (let i = 0; i < bytes.length; i += 1) {
      const byte = bytes[i] ?? 0
      if (byte !== EQUALS) {
        out[at++] = byte
        continue
      }
      const high = hexOf(bytes[i + 1])
      const low = hexOf(bytes[i + 2])
      if (high >= 0 && low >= 0) {
        out[at++] = high * 16 + low
        i += 2
        continue
      }
      // A soft line end, perhaps with white space that was added on the way.
      let end = i + 1
      while (bytes[end] === 32 || bytes[end] === 9) end += 1
      if (bytes[end] === CR && bytes[end + 1] === LF) i = end + 1
      else if (bytes[end] === LF || end >= bytes.length) i = end
      else out[at++] = byte
    }
    return out.subarray(0, at)
  }
  return {
    write: (bytes) => {
      const whole = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      const line = whole.lastIndexOf(LF)
      const equals = whole.lastIndexOf(EQUALS)
      const cut = line >= 0 ? line + 1 : equals >= 0 && whole.length - equals < 1_000 ? equals : whole.length
      rest = Buffer.from(whole.subarray(cut))
      return decode(whole.subarray(0, cut))
    },
    end: () => decode(rest),
  }
}

const createNone = (): Step => ({ write: (bytes) => bytes, end: () => NOTHING })

const createStep: Readonly<Record<Transfer, () => Step>> = {
  base64: createBase64,
  'quoted-printable': createQuotedPrintable,
  none: createNone,
}

/** The decoded bytes of a range, in pieces of about `stepBytes`; none of them is empty. */
export async function* decodeRange(
  source: ByteSource,
  { start, end, transfer }: EncodedRange,
  { signal, beat }: Pace,
  stepBytes = READ_BYTES,
): AsyncGenerator<Buffer, void, void> {
  const step = createStep[transfer]()
  for (let at = start; at < end;) {
    const piece = readBytes(source, at, Math.min(stepBytes, end - at))
    if (piece.length === 0) break
    // Whole lines, where there are lines: groups and escapes are not cut.
    const line = at + piece.length < end ? piece.lastIndexOf(LF) + 1 : 0
    const bytes = line > 0 ? piece.subarray(0, line) : piece
    at += bytes.length
    const decoded = step.write(bytes)
    if (decoded.length > 0) yield decoded
    if (at < end) await breathe(signal, beat)
  }
  const last = step.end()
  if (last.length > 0) yield last
}

/** How many bytes a range decodes to, exactly. */
export const measureRange = async (source: ByteSource, range: EncodedRange, pace: Pace): Promise<number> => {
  if (range.transfer === 'none') return Math.max(0, Math.min(range.end, source.sizeBytes) - range.start)
  let sizeBytes = 0
  for await (const piece of decodeRange(source, range, pace)) sizeBytes += piece.length
  return sizeBytes
}
