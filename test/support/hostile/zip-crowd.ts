// Owns making zips of very many tiny entries without an object for each. Refuses anything else: see zip-forge.
import { computeCrc32 } from '../../../src/workers/archive/crc32'

const LOCAL = 30
const CENTRAL = 46
const NAME = 8
const DOS_DATE = ((2024 - 1980) << 9) | (5 << 5) | 17

/** A zip of `count` stored entries of one byte, named `0000000a` and so on; with 64-bit end records where their number needs them. */
export const crowdZip = (count: number): Buffer => {
  const data = Buffer.from('x')
  const crc = computeCrc32(data)
  const localBytes = LOCAL + NAME + data.length
  const centralAt = count * localBytes
  const endAt = centralAt + count * (CENTRAL + NAME)
  const zip = Buffer.alloc(endAt + 56 + 20 + 22)
  for (let i = 0; i < count; i += 1) {
    const at = i * localBytes
    const name = i.toString(36).padStart(NAME, '0')
    zip.writeUInt32LE(0x04034b50, at)
    zip.writeUInt16LE(20, at + 4)
    zip.writeUInt16LE(DOS_DATE, at + 12)
    zip.writeUInt32LE(crc, at + 14)
    zip.writeUInt32LE(1, at + 18)
    zip.writeUInt32LE(1, at + 22)
    zip.writeUInt16LE(NAME, at + 26)
    zip.write(name, at + LOCAL, 'latin1')
    zip[at + LOCAL + NAME] = 0x78
    const row = centralAt + i * (CENTRAL + NAME)
    zip.writeUInt32LE(0x02014b50, row)
    zip.writeUInt16LE(3 << 8, row + 4)
    zip.writeUInt16LE(20, row + 6)
    zip.writeUInt16LE(DOS_DATE, row + 14)
    zip.writeUInt32LE(crc, row + 16)
    zip.writeUInt32LE(1, row + 20)
    zip.writeUInt32LE(1, row + 24)
    zip.writeUInt16LE(NAME, row + 28)
    zip.writeUInt32LE((0o100644 << 16) >>> 0, row + 38)
    zip.writeUInt32LE(at, row + 42)
    zip.write(name, row + CENTRAL, 'latin1')
  }
  zip.writeUInt32LE(0x06064b50, endAt)
  zip.writeBigUInt64LE(44n, endAt + 4)
  zip.writeUInt16LE(45, endAt + 12)
  zip.writeUInt16LE(45, endAt + 14)
  zip.writeBigUInt64LE(BigInt(count), endAt + 24)
  zip.writeBigUInt64LE(BigInt(count), endAt + 32)
  zip.writeBigUInt64LE(BigInt(count * (CENTRAL + NAME)), endAt + 40)
  zip.writeBigUInt64LE(BigInt(centralAt), endAt + 48)
  zip.writeUInt32LE(0x07064b50, endAt + 56)
  zip.writeBigUInt64LE(BigInt(endAt), endAt + 64)
  zip.writeUInt32LE(1, endAt + 72)
  const end = endAt + 76
  zip.writeUInt32LE(0x06054b50, end)
  zip.writeUInt16LE(Math.min(count, 0xffff), end + 8)
  zip.writeUInt16LE(Math.min(count, 0xffff), end + 10)
  zip.writeUInt32LE(count * (CENTRAL + NAME), end + 12)
  zip.writeUInt32LE(count > 0xffff ? 0xffffffff : centralAt, end + 16)
  return zip
}
