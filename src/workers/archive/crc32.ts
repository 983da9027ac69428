/**
 * Owns the checksum of zip entries (CRC-32, the polynomial of zip and PNG). Refuses: any other. Node has it built in from 20.15 on;
 * Node 18 does not.
 */
import * as zlib from 'node:zlib'

const POLYNOMIAL = 0xedb88320
const LANES = 4

/** Slicing-by-4: table `n` advances a byte by `n` further zero bytes (Kounavis and Berry, "Novel table lookup-based algorithms", 2008). */
const createTables = (): Uint32Array[] => {
  const tables = Array.from({ length: LANES }, () => new Uint32Array(256))
  const [first] = tables
  if (first === undefined) return tables
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1
    first[byte] = value
  }
  for (const [lane, table] of tables.entries()) {
    const before = tables[lane - 1]
    if (before === undefined) continue
    for (let byte = 0; byte < 256; byte += 1) {
      const value = before[byte] ?? 0
      table[byte] = (value >>> 8) ^ (first[value & 0xff] ?? 0)
    }
  }
  return tables
}

let tables: Uint32Array[] | null = null

/** The checksum without the help of Node. `before` is the checksum of the bytes so far. */
export const computeCrc32 = (bytes: Uint8Array, before = 0): number => {
  tables ??= createTables()
  const [one, two, three, four] = tables as [Uint32Array, Uint32Array, Uint32Array, Uint32Array]
  let crc = ~before
  let at = 0
  for (; at + LANES <= bytes.length; at += LANES) {
    crc ^= (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
    const low = (four[crc & 0xff] ?? 0) ^ (three[(crc >>> 8) & 0xff] ?? 0)
    crc = low ^ (two[(crc >>> 16) & 0xff] ?? 0) ^ (one[crc >>> 24] ?? 0)
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ (one[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0)
  return ~crc >>> 0
}

/** One step of the checksum, without the inversions at its ends: what ZipCrypto mixes its keys with. */
export const crc32Byte = (crc: number, byte: number): number => {
  tables ??= createTables()
  return (crc >>> 8) ^ (tables[0]?.[(crc ^ byte) & 0xff] ?? 0)
}

const native = (zlib as { crc32?: (bytes: Uint8Array, before?: number) => number }).crc32

/** The CRC-32 of `bytes`, continuing from the checksum of what came before. */
export const crc32: (bytes: Uint8Array, before?: number) => number = native ?? computeCrc32
