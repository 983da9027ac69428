/**
 * Owns cutting RTF into its tokens while it streams: groups, control words, bytes of text. Refuses: what they mean.
 * Source: Rich Text Format Specification 1.9.1.
 */

export type RtfHandlers = {
  readonly open: () => void
  readonly close: () => void
  /** A control word or symbol, with its number. */
  readonly control: (word: string, parameter: number | null) => void
  /** Bytes of text in the encoding that is in force. */
  readonly bytes: (bytes: Buffer) => void
}

export type RtfTokens = { readonly write: (bytes: Buffer) => void; readonly end: () => void }

/** The longest control word of the specification has 32 letters; more is rubbish. */
const WORD_CHARS = 32
const PARAMETER_CHARS = 11

const code = { newline: 10, return: 13, space: 32, quote: 39, minus: 45, backslash: 92, open: 123, close: 125 } as const

const isLetter = (byte: number): boolean => (byte | 32) >= 97 && (byte | 32) <= 122
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57
const hexOf = (byte: number): number =>
  isDigit(byte) ? byte - 48 : (byte | 32) >= 97 && (byte | 32) <= 102 ? (byte | 32) - 87 : -1

type State = 'text' | 'backslash' | 'word' | 'parameter' | 'hex'

export const createRtfTokens = (handlers: RtfHandlers): RtfTokens => {
  let state: State = 'text'
  let word = ''
  let parameter = ''
  let hex = -1
  /** Bytes of a picture or an object that are still to come. */
  let binaryBytes = 0

  const endWord = (): void => {
    const number = parameter === '' || parameter === '-' ? null : Number(parameter)
    state = 'text'
    if (word === 'bin') binaryBytes = Math.max(0, number ?? 0)
    else handlers.control(word, number)
    word = ''
    parameter = ''
  }
  /** Whether the byte was taken; if not it begins something else. */
  const takeWord = (byte: number): boolean => {
    if (state === 'word' && isLetter(byte)) {
      if (word.length < WORD_CHARS) word += String.fromCharCode(byte)
      return true
    }
    if (isDigit(byte) || (state === 'word' && byte === code.minus)) {
      state = 'parameter'
      if (parameter.length < PARAMETER_CHARS) parameter += String.fromCharCode(byte)
      return true
    }
    endWord()
    return byte === code.space
  }
  const takeHex = (byte: number): boolean => {
    const digit = hexOf(byte)
    if (digit < 0) {
      state = 'text'
      return false
    }
    if (hex < 0) hex = digit
    else {
      state = 'text'
      handlers.bytes(Buffer.from([hex * 16 + digit]))
    }
    return true
  }
  const takeSymbol = (byte: number): void => {
    if (isLetter(byte)) {
      state = 'word'
      word = String.fromCharCode(byte)
      return
    }
    state = 'text'
    if (byte === code.quote) {
      state = 'hex'
      hex = -1
    } else if (byte === code.newline || byte === code.return) handlers.control('par', null)
    else handlers.control(String.fromCharCode(byte), null)
  }
  const isPlain = (byte: number): boolean =>
    byte !== code.backslash &&
    byte !== code.open &&
    byte !== code.close &&
    byte !== code.newline &&
    byte !== code.return &&
    byte !== 0

  const write = (bytes: Buffer): void => {
    for (let i = 0; i < bytes.length;) {
      if (binaryBytes > 0) {
        const skipped = Math.min(binaryBytes, bytes.length - i)
        binaryBytes -= skipped
        i += skipped
        continue
      }
      const byte = bytes[i] ?? 0
      if (state === 'word' || state === 'parameter') {
        if (takeWord(byte)) i += 1
        continue
      }
      if (state === 'hex') {
        if (takeHex(byte)) i += 1
        continue
      }
      i += 1
      if (state === 'backslash') takeSymbol(byte)
      else if (byte === code.backslash) state = 'backslash'
      else if (byte === code.open) handlers.open()
      else if (byte === code.close) handlers.close()
      else if (isPlain(byte)) {
        const from = i - 1
        while (i < bytes.length && isPlain(bytes[i] ?? 0)) i += 1
        handlers.bytes(bytes.subarray(from, i))
      }
    }
  }
  return {
    write,
    end: () => {
      if (state === 'word' || state === 'parameter') endWord()
    },
  }
}
