/**
 * Owns how bytes become text: which encoding they have, and decoding them as a stream.
 * Refuses: guessing for bytes that are no text at all (`null`: binary).
 */
import { isAscii, isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { guessEncoding } from './encoding-guess'

const BYTE_ORDER_MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

/** Share of control characters above which bytes are binary. Old text files have some. */
const CONTROLS_ALLOWED = { 'utf-8': 0.02, legacy: 0.003 } as const
/** Bells, backspaces and shifts: logs of terminals have one or two in every line, with their escape sequences and overstrikes. */
const TERMINAL_CONTROLS: readonly number[] = [0x07, 0x08, 0x0e, 0x0f]
const TERMINAL_ALLOWED = 0.2

/** Looked at for control characters. */
const CONTROLS_BYTES = 64 * 1024

/** Those of terminals count only where there are more than any terminal is sent. */
const controlShare = (bytes: Buffer): number => {
  let controls = 0
  let terminal = 0
  for (const byte of bytes) {
    if (byte > 31 || (byte >= 9 && byte <= 13) || byte === 0x1b || byte === 0x1a) continue
    if (TERMINAL_CONTROLS.includes(byte)) terminal += 1
    else controls += byte === 0 ? 3 : 1
  }
  if (terminal > TERMINAL_ALLOWED * bytes.length) controls += terminal
  return bytes.length === 0 ? 0 : controls / bytes.length
}

/** Scripts that a text is written in; digits, punctuation and Latin words go with all of them. */
const SCRIPTS: readonly RegExp[] = [
  /\p{Script=Latin}/gu,
  /\p{Script=Cyrillic}/gu,
  /\p{Script=Greek}/gu,
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  /\p{Script=Hangul}/gu,
  /\p{Script=Arabic}/gu,
  /\p{Script=Hebrew}/gu,
  /\p{Script=Thai}/gu,
  /\p{Script=Devanagari}/gu,
]
const TEXT_SHARE = 0.98
const SCRIPT_SHARE = 0.95
const WIDE_SAMPLE_BYTES = 4_096

/** Whether characters are those of a text in one script, or in one and Latin. */
const readsAsText = (text: string): boolean => {
  const written = text.match(/[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\n\r\t]/gu)?.length ?? 0
  const all = [...text].length
  if (all === 0 || written / all < TEXT_SHARE || /\p{Co}|\p{Cn}|\p{Cs}/u.test(text)) return false
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  const [latin = 0, ...others] = SCRIPTS.map((script) => text.match(script)?.length ?? 0)
  return latin + Math.max(...others) >= SCRIPT_SHARE * letters
}

/** UTF-16 without a mark: spaces, line ends and Latin letters have a zero in every second byte, and no other byte is one. */
const guessUtf16 = (bytes: Buffer): string | null => {
  const length = Math.min(bytes.length, WIDE_SAMPLE_BYTES) & ~1
  if (length < 4) return null
  const zeros = [0, 0]
  for (let i = 0; i < length; i += 1) if (bytes[i] === 0) zeros[i & 1] = (zeros[i & 1] ?? 0) + 1
  const [even = 0, odd = 0] = zeros.map((count) => count / (length / 2))
  if (odd > 0.4 && even < 0.05) return 'utf-16le'
  if (even > 0.4 && odd < 0.05) return 'utf-16be'
  const encoding = even === 0 && odd > 0 ? 'utf-16le' : odd === 0 && even > 0 ? 'utf-16be' : null
  return encoding && readsAsText(iconv.decode(bytes.subarray(0, length), encoding)) ? encoding : null
}

/** UTF-32 without a mark: of every four bytes the upper two are all but zero. */
const guessUtf32 = (bytes: Buffer): string | null => {
  const length = Math.min(bytes.length, WIDE_SAMPLE_BYTES) & ~3
  if (length < 8 || bytes[0] === bytes[3]) return null
  const encoding = bytes[0] === 0 ? 'utf-32be' : 'utf-32le'
  for (let at = 0; at < length; at += 4) {
    const point = encoding === 'utf-32be' ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)
    if (point === 0 || point > 0x10ffff) return null
  }
  return readsAsText(iconv.decode(bytes.subarray(0, length), encoding)) ? encoding : null
}

/** Japanese mail of old is ASCII to the eye: escape sequences switch the characters. */
const SWITCHES = ['$B', '$@', '(J'].map((end) => Buffer.from(`\u001b${end}`))
export const switchesCharacters = (bytes: Buffer): boolean => SWITCHES.some((mark) => bytes.includes(mark))

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
  if (name === 'iso-2022-jp') return name
  return name !== '' && iconv.encodingExists(name) ? name : null
}

/**
 * The encoding of a sample from the start of a file (`complete`: the sample is the whole file), or `null` when the bytes are not text.
 * A byte order mark decides; then valid UTF-8; then what the document declares; then statistics.
 */
export const sniffEncoding = (sample: Buffer, complete: boolean, declared: string | null = null): string | null => {
  for (const [name, mark] of BYTE_ORDER_MARKS) if (mark.every((byte, i) => sample[i] === byte)) return name
  const wide = guessUtf32(sample) ?? guessUtf16(sample)
  if (wide) return wide
  if (isAscii(sample) && switchesCharacters(sample)) return 'iso-2022-jp'
  const controls = controlShare(sample.subarray(0, CONTROLS_BYTES))
  if (isUtf8(complete ? sample : withoutCutTail(sample))) return controls <= CONTROLS_ALLOWED['utf-8'] ? 'utf-8' : null
  if (controls > CONTROLS_ALLOWED.legacy) return null
  if (isMostlyUtf8(sample)) return 'utf-8'
  const named = knownEncoding(declared)
  return named && named !== 'utf-8' ? named : guessEncoding(sample, complete)
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
  const inner = utf8 || encoding === 'iso-2022-jp' ? new TextDecoder(encoding) : iconv.getDecoder(encoding)
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
  if (!isAscii(options.head) || options.head.includes(0) || switchesCharacters(options.head))
    decoder = decide(options.head, options.complete)
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
