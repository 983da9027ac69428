/**
 * Owns finding the files beside an ONNX file that hold its weights. Reads as much of the format (protocol buffers) as that takes; see
 * `onnx.proto` of the ONNX project for the numbers of the fields.
 * Refuses: judging the model; the library does.
 */

type Field = { readonly number: number; readonly start: number; readonly end: number }

/** Which fields of a message lead to tensors, by the kind of message. */
const paths = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'location' },
  location: {},
} as const
type Kind = keyof typeof paths

const KEY = 1
const VALUE = 2
/** Graphs within graphs. */
const MAX_DEPTH = 64

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 }

/** @throws RangeError where it is no message */
const readVarint = (bytes: Buffer, at: number): { value: number; next: number } => {
  let value = 0
  for (let scale = 1, next = at; next < at + 10; scale *= 128) {
    const byte = bytes.readUInt8(next)
    next += 1
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return { value, next }
  }
  throw new RangeError('a number without an end')
}

/** The fields of a message that have bytes; the others are passed over. */
function* fieldsOf(bytes: Buffer, start: number, end: number): Generator<Field> {
  for (let at = start; at < end;) {
    const tag = readVarint(bytes, at)
    at = tag.next
    const wire = tag.value % 8
    if (wire === WIRE.varint) at = readVarint(bytes, at).next
    else if (wire === WIRE.fixed64) at += 8
    else if (wire === WIRE.fixed32) at += 4
    else if (wire === WIRE.bytes) {
      const size = readVarint(bytes, at)
      at = size.next + size.value
      if (at > end) throw new RangeError('a field that is longer than its message')
      yield { number: Math.floor(tag.value / 8), start: size.next, end: at }
    } else throw new RangeError('a field of no known kind')
  }
}

const readEntry = (bytes: Buffer, { start, end }: Field): { key: string; value: string } => {
  const entry = { key: '', value: '' }
  for (const field of fieldsOf(bytes, start, end)) {
    const text = bytes.toString('utf8', field.start, field.end)
    if (field.number === KEY) entry.key = text
    if (field.number === VALUE) entry.value = text
  }
  return entry
}

/** Names of the files, relative to the one that was given, without repeats. @throws RangeError when it is no ONNX file */
export const findExternalData = (bytes: Buffer): string[] => {
  const found = new Set<string>()
  const visit = (kind: Kind, start: number, end: number, depth: number): void => {
    if (depth > MAX_DEPTH) throw new RangeError('too many graphs within each other')
    const next: Readonly<Record<number, Kind | undefined>> = paths[kind]
    for (const field of fieldsOf(bytes, start, end)) {
      const inner = next[field.number]
      if (inner === 'location') {
        const { key, value } = readEntry(bytes, field)
        if (key === 'location') found.add(value)
      } else if (inner) visit(inner, field.start, field.end, depth + 1)
    }
  }
  visit('model', 0, bytes.length, 0)
  return [...found]
}
