/**
 * Owns making a zip whose only entry is the zip itself, to the byte: who unpacks without counting levels never ends. Refuses: other contents.
 * The program of stored blocks and repetitions is R. Cox's ("Zip Files All The Way Down", 2010); the checksum, which is in what it is the
 * checksum of, is solved for: CRC-32 is linear.
 */
import { computeCrc32 } from '../../../src/workers/archive/crc32'

/** Every instruction has this size, so that instructions can be repeated by count. */
const UNIT = 5
/** What a repetition of prefix and one unit, and of one unit and suffix, must be for its code to fill a unit. */
const PREFIX_BYTES = 60
const LAST_BYTE = 0xff

/** Bits as deflate packs them: from the lowest of each byte. */
const packBits = (fields: readonly (readonly [value: number, bits: number, order: 'code' | 'number'])[]): Buffer => {
  const bits = fields.flatMap(([value, count, order]) => {
    const low = Array.from({ length: count }, (_, at) => (value >> at) & 1)
    return order === 'code' ? low.reverse() : low
  })
  if (bits.length !== UNIT * 8) throw new Error(`an instruction of ${bits.length} bits`)
  const bytes = Buffer.alloc(UNIT)
  for (const [at, bit] of bits.entries()) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (bit << (at & 7))
  return bytes
}

/** A stored block of so many bytes, which follow. */
const literal = (bytes: number): Buffer => {
  const block = Buffer.alloc(UNIT)
  block.writeUInt16LE(bytes, 1)
  block.writeUInt16LE(~bytes & 0xffff, 3)
  return block
}

const START = [1, 2, 'number'] as const
const END = [0, 7, 'code'] as const
const more = [0, 1, 'number'] as const
const last = [1, 1, 'number'] as const

/** Four units again: twice ten bytes from twenty back. */
const REPEAT_4 = ((): Buffer => {
  const ten = [[264 - 256, 7, 'code'] as const, [8, 5, 'code'] as const, [20 - 17, 3, 'number'] as const]
  return packBits([more, START, ...ten, ...ten, END])
})()
/** 65 bytes again, then an empty block. */
const REPEAT_PREFIX = packBits([
  ...[more, START, [276 - 256, 7, 'code'] as const, [65 - 59, 3, 'number'] as const],
  ...[[12, 5, 'code'] as const, [65 - 65, 5, 'number'] as const, END, more, START, END],
])
/** So many bytes again (68 to 83), of which the last one is told: the end of the stream. */
const repeatSuffix = (bytes: number): Buffer =>
  packBits([
    ...[last, START, [277 - 256, 7, 'code'] as const, [bytes - 1 - 67, 4, 'number'] as const],
    ...[[12, 5, 'code'] as const, [bytes - 65, 5, 'number'] as const],
    ...[[0b110010000 + LAST_BYTE - 144, 9, 'code'] as const, END],
  ])

type Facts = {
  readonly name: Buffer
  readonly crc32: number
  readonly compressedBytes: number
  readonly sizeBytes: number
}

/** Method, date, checksum, sizes, length of the name: the same in both headers. */
const sharedFields = ({ name, crc32, compressedBytes, sizeBytes }: Facts): Buffer => {
  const fields = Buffer.alloc(22)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(8, 4)
  fields.writeUInt16LE(0x21, 8)
  fields.writeUInt32LE(crc32 >>> 0, 10)
  fields.writeUInt32LE(compressedBytes, 14)
  fields.writeUInt32LE(sizeBytes, 18)
  return Buffer.concat([fields, Buffer.from([name.length, 0])])
}

const makePrefix = (facts: Facts, filler: number): Buffer => {
  const extra = Buffer.alloc(PREFIX_BYTES - 30 - facts.name.length)
  extra.writeUInt16LE(0x7777, 0)
  extra.writeUInt16LE(extra.length - 4, 2)
  extra.writeUInt16LE(filler, 4)
  const length = Buffer.from([extra.length, 0])
  return Buffer.concat([Buffer.from('PK\x03\x04'), sharedFields(facts), length, facts.name, extra])
}

const makeSuffix = (facts: Facts): Buffer => {
  const entry = Buffer.concat([
    ...[Buffer.from('PK\x01\x02\x14\x00'), sharedFields(facts), Buffer.alloc(16), facts.name],
  ])
  const end = Buffer.alloc(23)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(entry.length, 12)
  end.writeUInt32LE(PREFIX_BYTES + facts.compressedBytes, 16)
  end.writeUInt16LE(1, 20)
  end[22] = LAST_BYTE
  return Buffer.concat([entry, end])
}

const makeProgram = (prefix: Buffer, suffix: Buffer): Buffer => {
  const [none, one, four] = [literal(0), literal(UNIT), literal(4 * UNIT)]
  const all = literal(prefix.length + UNIT)
  const rest = literal(suffix.length + UNIT)
  const again = REPEAT_PREFIX
  const finish = repeatSuffix(suffix.length + UNIT)
  return Buffer.concat([
    ...[all, prefix, all, again, one, again, one, one],
    ...[four, again, one, one, four, REPEAT_4, four, REPEAT_4, four, REPEAT_4, four, REPEAT_4],
    ...[four, REPEAT_4, none, none, rest, REPEAT_4, none, none, rest, finish, suffix, finish],
  ])
}

const makeWhole = (name: Buffer, crc32: number, filler: number): Buffer => {
  const build = (compressedBytes: number, sizeBytes: number): Buffer[] => {
    const facts = { name, crc32, compressedBytes, sizeBytes }
    const [prefix, suffix] = [makePrefix(facts, filler), makeSuffix(facts)]
    return [prefix, makeProgram(prefix, suffix), suffix]
  }
  const [prefix, program, suffix] = build(0, 0).map(({ length }) => length) as [number, number, number]
  return Buffer.concat(build(program, prefix + program + suffix))
}

/** The checksum that a file has which holds it; `null` when there is none. By elimination over the 32 bits of the checksum. */
const solveCrc32 = (crcOf: (crc32: number) => number): number | null => {
  const start = crcOf(0)
  const rows: { pivot: number; effect: number; cause: number }[] = []
  const reduce = (effect: number, cause: number): { effect: number; cause: number } => {
    for (const row of rows)
      if ((effect & row.pivot) !== 0) [effect, cause] = [(effect ^ row.effect) >>> 0, (cause ^ row.cause) >>> 0]
    return { effect, cause }
  }
  for (let bit = 0; bit < 32; bit += 1) {
    const one = (1 << bit) >>> 0
    // What this bit changes in the checksum, beside being itself in it.
    const { effect, cause } = reduce((crcOf(one) ^ start ^ one) >>> 0, one)
    if (effect !== 0) rows.push({ pivot: (effect & -effect) >>> 0, effect, cause })
  }
  const { effect, cause } = reduce(start, 0)
  return effect === 0 ? cause : null
}

/** A zip that holds itself under `name` (of five letters: `a.zip`). */
export const forgeQuine = (name: string): Buffer => {
  const bytes = Buffer.from(name)
  for (let filler = 0; filler < 0x10000; filler += 1) {
    const crc32 = solveCrc32((guess) => computeCrc32(makeWhole(bytes, guess, filler)))
    if (crc32 !== null) return makeWhole(bytes, crc32, filler)
  }
  throw new Error('no zip of this name holds itself')
}
