/**
 * Owns opening Office documents (OOXML) that are protected by a password: agile and standard encryption with AES.
 * Refuses: older ciphers, rights management, guessing passwords. Source: [MS-OFFCRYPTO] 2.3.4.
 */
import { createDecipheriv, createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { AppError } from '../../shared/errors'
import { breathe } from '../source/pace'
import type { FormatContext } from './format'
import type { OleFile } from './ole-file'
import { attribute, readXml, type XmlAttributes } from './xml'

type Reading = Pick<FormatContext, 'limits' | 'signal' | 'beat' | 'passwords'>

/** Excel protects workbooks that only have a write password with this one, and opens them without asking. */
const DEFAULT_PASSWORD = 'VelvetSweatshop'
/** The most that [MS-OFFCRYPTO] allows. */
const MAX_SPINS = 10_000_000
/** Rounds of hashing between two turns of the event loop. */
const BREATH_SPINS = 50_000
const STANDARD_SPINS = 50_000
const SEGMENT_BYTES = 4096

const purposes = {
  verifierInput: Buffer.from('fea7d2763b4b9e79', 'hex'),
  verifierHash: Buffer.from('d7aa0f6d3061344e', 'hex'),
  key: Buffer.from('146e0be7abacd0d6', 'hex'),
} as const
const hashNames: Readonly<Record<string, string>> = {
  SHA1: 'sha1',
  'SHA-1': 'sha1',
  SHA256: 'sha256',
  'SHA-256': 'sha256',
  SHA384: 'sha384',
  'SHA-384': 'sha384',
  SHA512: 'sha512',
  'SHA-512': 'sha512',
}

const broken = (reason: string): AppError => new AppError('DOCUMENT_CORRUPT', { reason })
const hashOf = (name: string, ...parts: Buffer[]): Buffer => {
  const hash = createHash(name)
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
/** Cut or filled up with 0x36 to a length. */
const fit = (bytes: Buffer, length: number): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(Math.max(0, length - bytes.length), 0x36)]).subarray(0, length)

const decrypt = (mode: 'cbc' | 'ecb', key: Buffer, iv: Buffer | null, bytes: Buffer): Buffer => {
  const cipher = createDecipheriv(`aes-${key.length * 8}-${mode}`, key, iv)
  cipher.setAutoPadding(false)
  return Buffer.concat([cipher.update(bytes), cipher.final()])
}

/** The slow hash of a password. */
const spin = async (
  name: string,
  salt: Buffer,
  password: string,
  spins: number,
  { signal, beat }: Reading,
): Promise<Buffer> => {
  let hash = hashOf(name, salt, Buffer.from(password, 'utf16le'))
  for (let i = 0; i < spins; i += 1) {
    hash = hashOf(name, uint32(i), hash)
    if (i % BREATH_SPINS === BREATH_SPINS - 1) await breathe(signal, beat)
  }
  return hash
}

type Opener = (password: string) => Promise<((content: Buffer) => Promise<Buffer>) | null>

type CipherFacts = { salt: Buffer; blockBytes: number; keyBytes: number; hashBytes: number; hash: string }

const cipherFacts = (attributes: XmlAttributes): CipherFacts => {
  const number = (name: string): number => Number(attribute(attributes, name) ?? Number.NaN)
  const hash = hashNames[attribute(attributes, 'hashAlgorithm') ?? '']
  const facts = {
    salt: Buffer.from(attribute(attributes, 'saltValue') ?? '', 'base64'),
    blockBytes: number('blockSize'),
    keyBytes: number('keyBits') / 8,
    hashBytes: number('hashSize'),
  }
  const aes = attribute(attributes, 'cipherAlgorithm') === 'AES'
  const cbc = attribute(attributes, 'cipherChaining') === 'ChainingModeCBC'
  if (!hash || !aes || !cbc || facts.blockBytes !== 16 || ![16, 24, 32].includes(facts.keyBytes))
    throw new AppError('DOCUMENT_ENCRYPTED', { reason: 'its encryption is not supported' })
  return { ...facts, hash }
}

/** Agile encryption: described in XML, the content in segments. */
const agileOpener = async (info: Buffer, context: Reading): Promise<Opener> => {
  let content: XmlAttributes | null = null
  let key: XmlAttributes | null = null
  const open = (name: string, attributes: XmlAttributes): void => {
    if (name === 'keyData') content ??= attributes
    if (name === 'encryptedKey') key ??= attributes
  }
  const handlers = { open, close: () => undefined, text: () => undefined }
  await readXml(Readable.from([info.subarray(8)]), handlers, context)
  // TypeScript does not see what the handler does.
  const found = { content: content as XmlAttributes | null, key: key as XmlAttributes | null }
  // Protected by a certificate only: no password opens it.
  if (!found.content || !found.key) throw new AppError('DOCUMENT_ENCRYPTED')
  const contentFacts = cipherFacts(found.content)
  const keyFacts = cipherFacts(found.key)
  const attributes = found.key
  const spins = Number(attribute(attributes, 'spinCount'))
  if (!(spins >= 0 && spins <= MAX_SPINS)) throw broken('its encryption is described wrongly')
  const value = (name: string): Buffer => Buffer.from(attribute(attributes, name) ?? '', 'base64')

  const openContent = (secret: Buffer) => {
    return async (bytes: Buffer): Promise<Buffer> => {
      const pieces: Buffer[] = []
      for (let at = 8, segment = 0; at + 16 <= bytes.length; at += SEGMENT_BYTES, segment += 1) {
        const iv = fit(hashOf(contentFacts.hash, contentFacts.salt, uint32(segment)), contentFacts.blockBytes)
        const piece = bytes.subarray(at, at + SEGMENT_BYTES)
        pieces.push(decrypt('cbc', secret, iv, piece.subarray(0, piece.length & ~15)))
        if (segment % 1_000 === 999) await breathe(context.signal, context.beat)
      }
      return Buffer.concat(pieces)
    }
  }
  return async (password) => {
    const base = await spin(keyFacts.hash, keyFacts.salt, password, spins, context)
    const open = (purpose: Buffer, bytes: Buffer): Buffer =>
      decrypt('cbc', fit(hashOf(keyFacts.hash, base, purpose), keyFacts.keyBytes), fit(keyFacts.salt, 16), bytes)
    const input = open(purposes.verifierInput, value('encryptedVerifierHashInput'))
    const expected = open(purposes.verifierHash, value('encryptedVerifierHashValue')).subarray(0, keyFacts.hashBytes)
    const actual = hashOf(keyFacts.hash, input.subarray(0, keyFacts.salt.length)).subarray(0, expected.length)
    if (expected.length === 0 || !actual.equals(expected)) return null
    return openContent(open(purposes.key, value('encryptedKeyValue')).subarray(0, contentFacts.keyBytes))
  }
}

/** Standard encryption: AES in ECB mode under a key of SHA-1. */
const standardOpener = (info: Buffer, context: Reading): Opener => {
  const headerBytes = info.readUInt32LE(8)
  const header = info.subarray(12, 12 + headerBytes)
  const verifier = info.subarray(12 + headerBytes)
  const keyBytes = header.readUInt32LE(16) / 8
  const aes = [0x660e, 0x660f, 0x6610].includes(header.readUInt32LE(8))
  if (!aes || ![16, 24, 32].includes(keyBytes) || verifier.length < 72)
    throw new AppError('DOCUMENT_ENCRYPTED', { reason: 'its encryption is not supported' })
  const salt = verifier.subarray(4, 20)
  return async (password) => {
    const base = await spin('sha1', salt, password, STANDARD_SPINS, context)
    const final = hashOf('sha1', base, uint32(0))
    const masked = (mask: number): Buffer => {
      const block = Buffer.alloc(64, mask)
      final.forEach((byte, i) => {
        block[i] = mask ^ byte
      })
      return hashOf('sha1', block)
    }
    const key = Buffer.concat([masked(0x36), masked(0x5c)]).subarray(0, keyBytes)
    const input = decrypt('ecb', key, null, verifier.subarray(20, 36))
    const expected = decrypt('ecb', key, null, verifier.subarray(40, 72)).subarray(0, 20)
    if (!hashOf('sha1', input).equals(expected)) return null
    return async (bytes) => decrypt('ecb', key, null, bytes.subarray(8, 8 + ((bytes.length - 8) & ~15)))
  }
}

/**
 * The zip package in an encrypted document.
 * @throws DOCUMENT_ENCRYPTED (no password was entered, or it cannot be opened by one), PASSWORD_WRONG, DOCUMENT_CORRUPT, CANCELLED
 */
export const decryptPackage = async (file: OleFile, context: Reading): Promise<Buffer> => {
  const info = file.read('EncryptionInfo')
  const content = file.read('EncryptedPackage')
  if (!info || !content || info.length < 8) throw new AppError('DOCUMENT_ENCRYPTED')
  if (content.length < 8) throw broken('it is cut off')
  try {
    const agile = info.readUInt16LE(0) === 4 && info.readUInt16LE(2) === 4
    const open = agile ? await agileOpener(info, context) : standardOpener(info, context)
    for (const password of [...context.passwords, DEFAULT_PASSWORD]) {
      const unlock = await open(password)
      if (unlock) return (await unlock(content)).subarray(0, content.readUInt32LE(0))
    }
  } catch (thrown) {
    // Sizes that do not fit make the cipher or a read fail.
    if (thrown instanceof AppError) throw thrown
    throw new AppError('DOCUMENT_CORRUPT', { reason: 'its encryption is damaged' }, { cause: thrown })
  }
  throw new AppError(context.passwords.length > 0 ? 'PASSWORD_WRONG' : 'DOCUMENT_ENCRYPTED')
}
