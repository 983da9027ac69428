/**
 * Owns how bytes become text: which encoding they have, and decoding them as a stream.
 * Refuses: guessing for bytes that are no text at all (`null`: binary).
 */
import { isAscii, isUtf8 } from 'node:buffer'
import { analyse } from 'chardet'
import iconv from 'iconv-lite'

const BYTE_ORDER_MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

/** Bytes that chardet looks at: more changes little but the time it takes (16 KiB: 170 ms). */
const GUESS_BYTES = 4 * 1024
/** Below this confidence (0-100) a guess is no better than the most common single-byte encoding. */
const LEAST_CONFIDENCE = 30
/** Western text has accents here and there; where more of all letters are not ASCII, another script is written. */
const WESTERN_SHARE = 0.4
/** Share of control characters above which bytes are binary. Old text files have some (escape sequences, overstrikes). */
const CONTROLS_ALLOWED = { 'utf-8': 0.02, legacy: 0.003 } as const

/** Looked at for control characters. */
const CONTROLS_BYTES = 64 * 1024

const controlShare = (bytes: Buffer): number => {
  let controls = 0
  for (const byte of bytes) {
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 0x1b && byte !== 0x1a)) controls += byte === 0 ? 3 : 1
  }
  return bytes.length === 0 ? 0 : controls / bytes.length
}

/** UTF-16 without a mark: Latin text has a zero in every second byte. */
const guessUtf16 = (bytes: Buffer): string | null => {
  const length = Math.min(bytes.length, 4096) & ~1
  if (length < 4) return null
  const zeros = [0, 0]
  for (let i = 0; i < length; i += 1) if (bytes[i] === 0) zeros[i & 1] = (zeros[i & 1] ?? 0) + 1
  const [even = 0, odd = 0] = zeros.map((count) => count / (length / 2))
  if (odd > 0.4 && even < 0.05) return 'utf-16le'
  if (even > 0.4 && odd < 0.05) return 'utf-16be'
  return null
}

/** Cuts an unfinished UTF-8 sequence off the end of a sample that was cut anywhere. */
const withoutCutTail = (bytes: Buffer): Buffer => {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte >= 0xc0) return bytes.subarray(0, bytes.length - back)
    if (byte < 0x80) break
  }
  return bytes
}

/** Damaged UTF-8 is still UTF-8: several whole sequences for each broken one do not come about by chance. */
const isMostlyUtf8 = (bytes: Buffer): boolean => {
  let whole = 0
  let broken = 0
  for (let i = 0; i < bytes.length;) {
    const byte = bytes[i] ?? 0
    const length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 0
    let fits = length > 0
    for (let k = 1; k < length; k += 1) fits &&= ((bytes[i + k] ?? 0) & 0xc0) === 0x80
    if (length > 1 && fits) whole += 1
    else if (!fits) broken += 1
    i += fits ? length : 1
  }
  return whole >= 4 * broken
}

/** The name of a declared encoding (HTML `charset`, XML `encoding`) as we know it, or `null`. */
export const knownEncoding = (declared: string | null): string | null => {
  const name = declared?.trim().toLowerCase() ?? ''
  if (name === 'latin1' || name === 'iso-8859-1' || name === 'us-ascii' || name === 'ascii') return 'windows-1252'
  return name !== '' && iconv.encodingExists(name) ? name : null
}

const guessLegacy = (sample: Buffer): string => {
  const firstHigh = sample.findIndex((byte) => byte > 0x7f)
  const from = Math.max(0, Math.min(firstHigh - 256, sample.length - GUESS_BYTES))
  const excerpt = sample.subarray(from, from + GUESS_BYTES)
  const letters = excerpt.filter((byte) => byte > 0x7f || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a))
  const western = letters.filter((byte) => byte > 0x7f).length <= WESTERN_SHARE * letters.length
  const best = analyse(excerpt).find((match) => match.name !== 'UTF-8' && match.name !== 'ASCII')
  if (!best || best.confidence < (western ? LEAST_CONFIDENCE : 1)) return 'windows-1252'
  return knownEncoding(best.name) ?? 'windows-1252'
}

/**
 * The encoding of a sample from the start of a file (`complete`: the sample is the whole file), or `null` when the bytes are not text.
 * A byte order mark decides; then valid UTF-8; then what the document declares; then statistics.
 */
export const sniffEncoding = (sample: Buffer, complete: boolean, declared: string | null = null): string | null => {
  for (const [name, mark] of BYTE_ORDER_MARKS) if (mark.every((byte, i) => sample[i] === byte)) return name
  const utf16 = guessUtf16(sample)
  if (utf16) return utf16
  const controls = controlShare(sample.subarray(0, CONTROLS_BYTES))
  if (isUtf8(complete ? sample : withoutCutTail(sample))) return controls <= CONTROLS_ALLOWED['utf-8'] ? 'utf-8' : null
  if (controls > CONTROLS_ALLOWED.legacy) return null
  if (isMostlyUtf8(sample)) return 'utf-8'
  const named = knownEncoding(declared)
  return named && named !== 'utf-8' ? named : guessLegacy(sample)
}

export type Decoder = {
  write: (bytes: Buffer) => string
  end: () => string
  /** Sequences that could not be decoded and became U+FFFD. */
  replaced: () => number
}

const REPLACEMENT_BYTES = Buffer.from([0xef, 0xbf, 0xbd])

const countOf = (
  haystack: { indexOf: (needle: never, from: number) => number },
  needle: string | Buffer,
  step: number,
): number => {
  let found = 0
  for (let at = haystack.indexOf(needle as never, 0); at >= 0; at = haystack.indexOf(needle as never, at + step))
    found += 1
  return found
}

export const createDecoder = (encoding: string): Decoder => {
  let replaced = 0
  const utf8 = encoding === 'utf-8'
  const inner = utf8 ? new TextDecoder('utf-8') : iconv.getDecoder(encoding)
  const count = (text: string, bytes: Buffer): string => {
    if (text.includes('\ufffd')) {
      replaced += Math.max(0, countOf(text, '\ufffd', 1) - (utf8 ? countOf(bytes, REPLACEMENT_BYTES, 3) : 0))
    }
    return text
  }
  return {
    write: (bytes) =>
      count(inner instanceof TextDecoder ? inner.decode(bytes, { stream: true }) : inner.write(bytes), bytes),
    end: () => count((inner instanceof TextDecoder ? inner.decode() : inner.end()) ?? '', Buffer.alloc(0)),
    replaced: () => replaced,
  }
}

export type Decoded = { encoding: string; replaced: number }

/**
 * Decodes a stream of bytes. While the bytes are plain ASCII nothing is decided: the first piece with anything else decides, so a file
 * whose first accent comes after a megabyte is read as well as one that begins with it. `onEnd` is told what was found.
 */
export async function* decodeStream(
  source: AsyncIterable<Buffer>,
  options: { head: Buffer; complete: boolean; declared?: string | null; onEnd: (decoded: Decoded) => void },
): AsyncGenerator<string, void, void> {
  let decoder: Decoder | null = null
  let encoding = 'utf-8'
  const decide = (sample: Buffer, complete: boolean): Decoder => {
    encoding = sniffEncoding(sample, complete, options.declared ?? null) ?? 'windows-1252'
    return createDecoder(encoding)
  }
  if (!isAscii(options.head) || options.head.includes(0)) decoder = decide(options.head, options.complete)
  try {
    for await (const bytes of source) {
      if (!decoder && isAscii(bytes)) yield bytes.toString('latin1')
      else yield (decoder ??= decide(bytes, false)).write(bytes)
    }
    if (decoder) yield decoder.end()
  } finally {
    options.onEnd({ encoding, replaced: decoder?.replaced() ?? 0 })
  }
}
