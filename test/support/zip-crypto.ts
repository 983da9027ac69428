/**
 * Owns encrypting an entry of a zip as PKWARE did at first, for tests of passwords. Refuses: secrecy; the method is broken.
 * Source: PKWARE APPNOTE 6.3.10, 6.1.
 */
import { deflateRawSync } from 'node:zlib'
import { computeCrc32 } from '../../src/workers/archive/crc32'
import { ENCRYPTED_FLAG, type ForgedEntry } from './zip-forge'

const HEADER_BYTES = 12

const crcStep = (crc: number, byte: number): number => {
  let value = (crc ^ byte) & 0xff
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return ((crc >>> 8) ^ value) >>> 0
}

const encrypt = (plain: Buffer, password: string): Buffer => {
  let keys: [number, number, number] = [0x12345678, 0x23456789, 0x34567890]
  const update = (byte: number): void => {
    const first = crcStep(keys[0], byte)
    const second = (Math.imul((keys[1] + (first & 0xff)) >>> 0, 134_775_813) + 1) >>> 0
    keys = [first, second, crcStep(keys[2], second >>> 24)]
  }
  for (const byte of Buffer.from(password)) update(byte)
  return Buffer.from(
    plain.map((byte) => {
      const mask = (keys[2] | 2) & 0xffff
      const cipher = byte ^ ((Math.imul(mask, mask ^ 1) >>> 8) & 0xff)
      update(byte)
      return cipher
    }),
  )
}

/** An entry that opens with `password` only; deflated. */
export const forgeEncrypted = (name: string, text: string | Buffer, password: string): ForgedEntry => {
  const data = Buffer.from(text)
  const crc32 = computeCrc32(data)
  const header = Buffer.alloc(HEADER_BYTES, 0x5a)
  // The last byte of the header tells a wrong password in 255 of 256 cases.
  header[HEADER_BYTES - 1] = crc32 >>> 24
  const raw = encrypt(Buffer.concat([header, deflateRawSync(data)]), password)
  return { name, data, flags: ENCRYPTED_FLAG, raw, crc32, sizeBytes: data.length, compressedBytes: raw.length }
}
