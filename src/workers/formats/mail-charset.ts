/**
 * Owns how the bytes of mail become text: the character set that a part declares, where that can be true, else what the bytes say.
 * Refuses: transfer encodings (mail-transfer).
 */
import { isAscii, isUtf8 } from 'node:buffer'
import { createDecoder, knownEncoding, sniffEncoding } from '../text/encoding'

const OTHERWISE = 'windows-1252'

/** Names that old programs give to character sets. */
const aliases: Readonly<Record<string, string>> = {
  'unicode-1-1-utf-7': 'utf-7',
  'x-unknown': '',
  unknown: '',
  '8bit': '',
  'ks_c_5601-1987': 'euc-kr',
  'x-gbk': 'gbk',
  'x-sjis': 'shift_jis',
  'x-mac-roman': 'macintosh',
}

/** Reads pieces of text that are encoded alike. */
export type TextReader = {
  readonly encoding: string
  readonly write: (bytes: Buffer) => string
  readonly end: () => string
  /** Sequences that could not be decoded and became U+FFFD. */
  readonly replaced: () => number
}

/** Encodings that escape into others and back, which only the runtime itself can read. */
const createRuntimeReader = (label: string): TextReader | null => {
  try {
    const decoder = new TextDecoder(label)
    let replaced = 0
    const count = (text: string): string => {
      replaced += text.split('\ufffd').length - 1
      return text
    }
    return {
      encoding: decoder.encoding,
      write: (bytes) => count(decoder.decode(bytes, { stream: true })),
      end: () => count(decoder.decode()),
      replaced: () => replaced,
    }
  } catch {
    // A name that nobody knows: the bytes have to tell.
    return null
  }
}

const createKnownReader = (encoding: string): TextReader => ({ encoding, ...createDecoder(encoding) })

/** UTF-8 with something in it that is not ASCII, which does not come about by chance. */
const isSurelyUtf8 = (sample: Buffer, complete: boolean): boolean => {
  if (isAscii(sample)) return false
  if (isUtf8(sample)) return true
  return !complete && [1, 2, 3].some((back) => isUtf8(sample.subarray(0, sample.length - back)))
}

/**
 * A reader for text that begins with `sample` and says that it is in `declared`. What is no text at all is read as Windows-1252: a part of a
 * mail that says that it is text is shown as text.
 */
export const createTextReader = (declared: string | null, sample: Buffer, complete: boolean): TextReader => {
  const stated = declared?.trim().toLowerCase() ?? ''
  const label = aliases[stated] ?? stated
  if (isSurelyUtf8(sample, complete)) return createKnownReader('utf-8')
  if (/^(?:iso-2022|hz-gb)/.test(label)) return createRuntimeReader(label) ?? createKnownReader(OTHERWISE)
  const known = knownEncoding(label)
  if (known !== null && known !== 'utf-8' && !(known === 'windows-1252' && label.includes('ascii'))) {
    return createKnownReader(known)
  }
  if (known === null && label !== '') {
    const runtime = createRuntimeReader(label)
    if (runtime !== null && runtime.encoding !== 'utf-8') return runtime
  }
  return createKnownReader(isAscii(sample) ? 'utf-8' : (sniffEncoding(sample, complete) ?? OTHERWISE))
}

/** The text of a few bytes (a header, a name). */
export const decodeBytes = (bytes: Buffer, declared: string | null): string => {
  const reader = createTextReader(declared, bytes, true)
  return reader.write(bytes) + reader.end()
}
