/**
 * Owns what protects zip entries by a password: the cipher of old ("ZipCrypto") and WinZip's AES. Refuses: every other one.
 * Sources: PKWARE APPNOTE 6.3.10, 6.1; "AES Encryption Information" of WinZip (AE-1, AE-2).
 */
import { createCipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import { AppError } from '../../shared/errors'
import { crc32Byte } from './crc32'
import type { Encryption } from './directory'

const ZIPCRYPTO_HEADER_BYTES = 12
const VERIFIER_BYTES = 2
const CODE_BYTES = 10
const ROUNDS = 1_000
const AES_BLOCK_BYTES = 16
/** Blocks of key stream that are made at a time. */
const STREAM_BLOCKS = 4_096

const saltBytes = (strength: number): number => 4 + 4 * strength
const keyBytes = (strength: number): number => 8 + 8 * strength

/** Bytes before the data of an entry, by which a password is checked. */
export const prefixOf = (encryption: Encryption | null): number =>
  encryption?.kind === 'zipcrypto'
    ? ZIPCRYPTO_HEADER_BYTES
    : encryption?.kind === 'aes'
      ? saltBytes(encryption.strength) + VERIFIER_BYTES
      : 0

/** Bytes after the data of an entry. */
export const suffixOf = (encryption: Encryption | null): number => (encryption?.kind === 'aes' ? CODE_BYTES : 0)

/** How many bytes longer an entry is for its protection. */
export const overheadOf = (encryption: Encryption | null): number => prefixOf(encryption) + suffixOf(encryption)

export type Decryption = {
  /** In order; the result is new memory. */
  readonly update: (chunk: Buffer) => Buffer
  /** @throws ARCHIVE_ENTRY_CORRUPT when the bytes are not those that were protected */
  readonly finish: (suffix: Buffer) => void
}

class ZipCrypto {
  #one = 0x12345678
  #two = 0x23456789
  #three = 0x34567890

  constructor(password: Buffer) {
    for (const byte of password) this.#mix(byte)
  }

  #mix(byte: number): void {
    this.#one = crc32Byte(this.#one, byte)
    this.#two = (Math.imul((this.#two + (this.#one & 0xff)) | 0, 134_775_813) + 1) | 0
    this.#three = crc32Byte(this.#three, this.#two >>> 24)
  }

  update(chunk: Buffer): Buffer {
    const plain = Buffer.allocUnsafe(chunk.length)
    for (let at = 0; at < chunk.length; at += 1) {
      const seed = (this.#three & 0xffff) | 2
      const byte = (chunk[at] ?? 0) ^ ((Math.imul(seed, seed ^ 1) >>> 8) & 0xff)
      plain[at] = byte
      this.#mix(byte)
    }
    return plain
  }
}

const openZipCrypto = (password: string, prefix: Buffer, checks: readonly number[]): Decryption | null => {
  const cipher = new ZipCrypto(Buffer.from(password, 'utf8'))
  const header = cipher.update(prefix)
  if (!checks.includes(header[ZIPCRYPTO_HEADER_BYTES - 1] ?? -1)) return null
  return { update: (chunk) => cipher.update(chunk), finish: () => undefined }
}

/** AES in counter mode, the counter little-endian and from 1, which no mode of Node's is: its blocks are made by ECB. */
const createKeyStream = (key: Buffer): (() => Buffer) => {
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null)
  cipher.setAutoPadding(false)
  const counters = Buffer.alloc(STREAM_BLOCKS * AES_BLOCK_BYTES)
  let count = 0n
  return () => {
    for (let at = 0; at < counters.length; at += AES_BLOCK_BYTES) counters.writeBigUInt64LE((count += 1n), at)
    return cipher.update(counters)
  }
}

const openAes = (password: string, prefix: Buffer, strength: number): Decryption | null => {
  const size = keyBytes(strength)
  const salt = prefix.subarray(0, saltBytes(strength))
  const derived = pbkdf2Sync(password, salt, ROUNDS, 2 * size + VERIFIER_BYTES, 'sha1')
  if (!timingSafeEqual(derived.subarray(2 * size), prefix.subarray(salt.length))) return null
  const nextBlocks = createKeyStream(derived.subarray(0, size))
  const code = createHmac('sha1', derived.subarray(size, 2 * size))
  let blocks: Buffer = Buffer.alloc(0)
  let used = 0
  return {
    update: (chunk) => {
      code.update(chunk)
      const plain = Buffer.allocUnsafe(chunk.length)
      for (let at = 0; at < chunk.length; at += 1) {
        if (used === blocks.length) {
          blocks = nextBlocks()
          used = 0
        }
        plain[at] = (chunk[at] ?? 0) ^ (blocks[used++] ?? 0)
      }
      return plain
    },
    finish: (suffix) => {
      if (!code.digest().subarray(0, CODE_BYTES).equals(suffix))
        throw new AppError('ARCHIVE_ENTRY_CORRUPT', { reason: 'its authentication code does not match' })
    },
  }
}

/** How to read an entry with this password; `null` when it does not open it. Of ZipCrypto, one wrong password in 256 seems to. */
export const tryPassword = (encryption: Encryption, password: string, prefix: Buffer): Decryption | null => {
  if (prefix.length < prefixOf(encryption)) return null
  if (encryption.kind === 'zipcrypto') return openZipCrypto(password, prefix, encryption.checks)
  return encryption.kind === 'aes' ? openAes(password, prefix, encryption.strength) : null
}
