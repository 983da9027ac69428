/**
 * Owns unpacking the compressed RTF of Outlook ([MS-OXRTFCP]). Refuses: reading RTF, and more bytes than it says.
 */
const COMPRESSED = 0x75465a4c
const UNCOMPRESSED = 0x414c454d
const HEADER_BYTES = 16
const WINDOW_BYTES = 4096
const START_TEXT =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx'
/** A reference gives at most 17 bytes for 2, and 8 of them share one more. */
const MAX_RATIO = 9

/** The RTF, or `null` when the bytes are none. What is cut off ends where it is cut. */
export const unpackRtf = (bytes: Buffer): Buffer | null => {
  if (bytes.length < HEADER_BYTES) return null
  const kind = bytes.readUInt32LE(8)
  const rawBytes = bytes.readUInt32LE(4)
  if (kind === UNCOMPRESSED) return bytes.subarray(HEADER_BYTES, HEADER_BYTES + rawBytes)
  if (kind !== COMPRESSED) return null
  const out = Buffer.alloc(Math.min(rawBytes, bytes.length * MAX_RATIO))
  const window = Buffer.alloc(WINDOW_BYTES, 0x20)
  let write = window.write(START_TEXT, 'latin1')
  let done = 0
  let at = HEADER_BYTES
  const put = (byte: number): void => {
    out[done++] = byte
    window[write] = byte
    write = (write + 1) % WINDOW_BYTES
  }
  while (at < bytes.length && done < out.length) {
    const control = bytes[at++] ?? 0
    for (let bit = 0; bit < 8 && at < bytes.length && done < out.length; bit += 1) {
      if ((control & (1 << bit)) === 0) {
        put(bytes[at++] ?? 0)
        continue
      }
      if (at + 1 >= bytes.length) return out.subarray(0, done)
      const reference = bytes.readUInt16BE(at)
      at += 2
      const offset = reference >>> 4
      // A reference to where the next byte will stand is the end.
      if (offset === write) return out.subarray(0, done)
      const length = (reference & 15) + 2
      for (let step = 0; step < length && done < out.length; step += 1) put(window[(offset + step) % WINDOW_BYTES] ?? 0)
    }
  }
  return out.subarray(0, done)
}
