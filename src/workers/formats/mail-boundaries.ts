/**
 * Owns finding where headers end and where boundaries stand in a mail, line by line. Refuses: what they mean (mail-structure).
 */
import { breathe } from '../source/pace'
import { isFieldLine } from './mail-headers'

const KiB = 1024
const FIRST_READ_BYTES = 4 * KiB
const READ_BYTES = 256 * KiB
const HEADER_STEP_BYTES = 16 * KiB
/** RFC 2046 allows 70 characters; some programs write more. */
export const BOUNDARY_CHARS = 300
const LF = 10
const CR = 13
const DASH = 45

/** The bytes of the mail as they are read, without copies. */
export type Reader = { readonly sizeBytes: number; readonly read: (position: number, length: number) => Buffer }
type Pace = { readonly signal: AbortSignal; readonly beat: () => void }

/** Reads a block of header lines. It ends at an empty line, at a boundary, at a first line that is no field, or at its limit. */
export const readHeaderBlock = (
  reader: Reader,
  start: number,
  maxBytes: number,
  isBoundary: (line: string) => boolean,
): { block: Buffer; bodyStart: number; cut: boolean } => {
  let bytes = reader.read(start, Math.min(maxBytes, HEADER_STEP_BYTES))
  for (let at = 0; ;) {
    let end = bytes.indexOf(LF, at)
    if (end < 0 && start + bytes.length < reader.sizeBytes && bytes.length < maxBytes) {
      bytes = reader.read(start, Math.min(maxBytes, bytes.length * 4))
      continue
    }
    const cut = end < 0 && bytes.length >= maxBytes && start + bytes.length < reader.sizeBytes
    if (cut) return { block: bytes.subarray(0, at), bodyStart: start + at, cut }
    if (end < 0) end = bytes.length
    const line = bytes.toString('latin1', at, Math.min(end, at + BOUNDARY_CHARS + 10)).trimEnd()
    const next = Math.min(end + 1, bytes.length)
    if (line === '') return { block: bytes.subarray(0, at), bodyStart: start + next, cut: false }
    // A blank line was forgotten: this is the body already.
    const noField = at === 0 && !isFieldLine(line) && !/^(?:From |>From )/.test(line)
    if (noField || (line.startsWith('--') && isBoundary(line)))
      return { block: bytes.subarray(0, at), bodyStart: start + at, cut: false }
    if (next >= bytes.length && start + next >= reader.sizeBytes)
      return { block: bytes, bodyStart: start + next, cut: false }
    at = next
  }
}

/** The next line from `from` that begins with two dashes and is a boundary that `match` knows. */
export const findBoundary = async <T>(
  reader: Reader,
  from: number,
  match: (line: string) => T | null,
  { signal, beat }: Pace,
): Promise<{ found: T; lineStart: number; next: number } | null> => {
  // Most parts of a mail of many are small.
  for (let base = from, step = FIRST_READ_BYTES; base < reader.sizeBytes; step = READ_BYTES) {
    const bytes = reader.read(base, step)
    const last = base + bytes.length >= reader.sizeBytes
    // A line that is not whole in this window is looked at in the next.
    const limit = last ? bytes.length : bytes.length - BOUNDARY_CHARS
    let at = bytes.indexOf('--')
    for (; at >= 0 && at < limit; at = bytes.indexOf('--', at + 1)) {
      const lineStart = at === 0 ? base === from || reader.read(base - 1, 1)[0] === LF : bytes[at - 1] === LF
      if (!lineStart) {
        // A row of dashes is looked at once.
        while (bytes[at + 1] === DASH) at += 1
        continue
      }
      const newline = bytes.subarray(at, at + BOUNDARY_CHARS).indexOf(LF)
      if (newline < 0 && !(last && bytes.length - at < BOUNDARY_CHARS)) continue
      const end = newline < 0 ? bytes.length : at + newline
      const found = match(bytes.toString('latin1', at, end).trimEnd())
      if (found !== null) return { found, lineStart: base + at, next: base + Math.min(end + 1, bytes.length) }
    }
    if (last) return null
    base += limit
    await breathe(signal, beat)
  }
  return null
}

/** Where a body ends: before the line end that belongs to the boundary after it. */
export const findBodyEnd = (reader: Reader, start: number, lineStart: number): number => {
  const tail = reader.read(Math.max(start, lineStart - 2), Math.min(2, lineStart - start))
  if (tail[tail.length - 1] !== LF) return lineStart
  return lineStart - (tail.length === 2 && tail[0] === CR ? 2 : 1)
}
