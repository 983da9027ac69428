/**
 * Owns cutting a stream of text into lines. Refuses: keeping more than one line in memory; a line that never ends is cut at a space.
 */
import { splitsPair } from './clean'

/** A longer line is cut: a file of one endless line must not fill the memory. */
const LINE_CHARS = 32_768

/** Where to cut an endless line: at its last white space, else anywhere but inside a surrogate pair. */
const cutPosition = (line: string): number => {
  for (let i = LINE_CHARS; i > LINE_CHARS / 2; i -= 1) {
    const code = line.charCodeAt(i)
    if (code === 32 || code === 9) return i
  }
  return splitsPair(line, LINE_CHARS) ? LINE_CHARS - 1 : LINE_CHARS
}

/** Lines without their ends, in batches as the text arrives. */
export async function* readLines(texts: AsyncIterable<string>): AsyncGenerator<string[], void, void> {
  let rest = ''
  for await (const text of texts) {
    // A carriage return at the end of a piece may be half a line end.
    const whole = rest + text
    const held = whole.endsWith('\r') ? 1 : 0
    const lines = whole.slice(0, whole.length - held).split(/\r\n|[\n\r\f\u0085\u2028\u2029]/)
    rest = (lines.pop() ?? '') + (held ? '\r' : '')
    const batch: string[] = []
    for (const line of lines) pushBounded(batch, line)
    while (rest.length > LINE_CHARS) {
      const cut = cutPosition(rest)
      batch.push(rest.slice(0, cut))
      rest = rest.slice(cut)
    }
    if (batch.length > 0) yield batch
  }
  const last: string[] = []
  pushBounded(last, rest.endsWith('\r') ? rest.slice(0, -1) : rest)
  if (rest !== '') yield last
}

const pushBounded = (batch: string[], line: string): void => {
  let rest = line
  while (rest.length > LINE_CHARS) {
    const cut = cutPosition(rest)
    batch.push(rest.slice(0, cut))
    rest = rest.slice(cut)
  }
  batch.push(rest)
}
