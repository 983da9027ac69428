// Owns damaging good files: bytes flipped, cut and spliced. Refuses to know any format.
import type { Random } from './random'

export type GoodFile = { readonly name: string; readonly bytes: Buffer }

/** Values that readers trip over: signs, limits of sizes, ends of text, marks of formats. */
const AWKWARD = [
  0x00, 0x01, 0x7f, 0x80, 0xff, 0x0a, 0x20, 0x22, 0x26, 0x28, 0x2f, 0x3c, 0x3e, 0x50, 0x5b, 0x7b,
] as const
const MAX_BYTES = 4 * 1024 * 1024

type Mutation = (bytes: Buffer, random: Random, others: readonly GoodFile[]) => Buffer

const flipBits: Mutation = (bytes, random) => {
  const out = Buffer.from(bytes)
  for (let i = 1 + random.below(24); i > 0 && out.length > 0; i -= 1) {
    const at = random.below(out.length)
    out[at] = (out[at] ?? 0) ^ (1 << random.below(8))
  }
  return out
}
const setBytes: Mutation = (bytes, random) => {
  const out = Buffer.from(bytes)
  for (let i = 1 + random.below(12); i > 0 && out.length > 0; i -= 1)
    out[random.below(out.length)] = random.pick(AWKWARD)
  return out
}
const setNumber: Mutation = (bytes, random) => {
  const out = Buffer.from(bytes)
  if (out.length < 4) return out
  const value = random.pick([0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0x10000, out.length, out.length * 2])
  const at = random.below(out.length - 3)
  if (random.below(2) === 0) out.writeUInt32LE(value, at)
  else out.writeUInt32BE(value, at)
  return out
}
const cutEnd: Mutation = (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1))
const cutStart: Mutation = (bytes, random) => bytes.subarray(random.below(bytes.length + 1))
const cutMiddle: Mutation = (bytes, random) => {
  const from = random.below(bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + random.below(bytes.length - from + 1))])
}
const repeatPart: Mutation = (bytes, random) => {
  const from = random.below(bytes.length + 1)
  const part = bytes.subarray(from, from + random.below(Math.min(4_096, bytes.length - from) + 1))
  const times = 1 + random.below(40)
  return Buffer.concat([bytes.subarray(0, from), ...Array.from({ length: times }, () => part), bytes.subarray(from)])
}
const swapParts: Mutation = (bytes, random) => {
  const [a = 0, b = 0, c = 0] = [0, 0, 0].map(() => random.below(bytes.length + 1)).sort((x, y) => x - y)
  return Buffer.concat([bytes.subarray(0, a), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(c)])
}
const splice: Mutation = (bytes, random, others) => {
  const other = random.pick(others).bytes
  const from = random.below(other.length + 1)
  return Buffer.concat([bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(from)])
}
const insert: Mutation = (bytes, random, others) => {
  const other = random.pick(others).bytes
  const from = random.below(other.length + 1)
  const at = random.below(bytes.length + 1)
  const part = other.subarray(from, from + random.below(1_024))
  return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)])
}
const prepend: Mutation = (bytes, random, others) => Buffer.concat([random.pick(others).bytes, bytes])

const mutations: readonly Mutation[] = [
  ...[flipBits, flipBits, flipBits, setBytes, setBytes, setNumber, setNumber],
  ...[cutEnd, cutEnd, cutStart, cutMiddle, repeatPart, swapParts, splice, insert, prepend],
]

/** One damaged file. Now and then it also gets the extension of another. */
export const mutate = (good: readonly GoodFile[], random: Random): GoodFile => {
  const { name, bytes } = random.pick(good)
  let out = bytes
  for (let i = 1 + random.below(3); i > 0; i -= 1)
    out = random.pick(mutations)(out, random, good).subarray(0, MAX_BYTES)
  const named = random.below(20) === 0 ? random.pick(good).name : name
  return { name: named, bytes: out }
}
