/**
 * Owns what OpenDocument packages have in common: opening them, opening encrypted parts with a password, title and language.
 * Refuses: ciphers that OpenSSL no longer has (Blowfish), keys by Argon2, signatures. Source: OpenDocument 1.3 part 2, 3.4.
 */
import { createDecipheriv, createHash, pbkdf2 } from 'node:crypto'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { createInflateRaw } from 'node:zlib'
import { AppError } from '../../shared/errors'
import type { FormatContext, FormatFacts, ItemBytes } from './format'
import { optional, readProperties, type Reading } from './ooxml-package'
import { attribute, readXml, type XmlAttributes } from './xml'
import { openZipPackage, type ZipPackage } from './zip-package'

const MiB = 1024 * 1024
const MANIFEST = 'META-INF/manifest.xml'
/** Rounds that take longer are meant to. LibreOffice uses 100,000. */
const MAX_ROUNDS = 10_000_000
/** An encrypted part stands in memory. */
const MAX_ENCRYPTED_BYTES = 64 * MiB

/** How a part is encrypted. */
type Lock = {
  checksumType: string
  checksum: Buffer
  cipher: string
  iv: Buffer
  startKey: string
  derivation: string
  keyBytes: number
  rounds: number
  salt: Buffer
}

const bytesOf = (attributes: XmlAttributes, name: string): Buffer =>
  Buffer.from(attribute(attributes, name) ?? '', 'base64')
/** The last part of a name that may be an address: `http://…#aes256-cbc`. */
const shortName = (name: string | null): string => (name ?? '').replace(/^.*#/, '').toLowerCase()

const readLocks = async (source: ZipPackage, context: Reading): Promise<Map<string, Lock>> => {
  const locks = new Map<string, Lock>()
  let path = ''
  let lock: Lock | null = null
  const open = (tag: string, attributes: XmlAttributes): void => {
    if (tag === 'file-entry') path = attribute(attributes, 'full-path') ?? ''
    else if (tag === 'encryption-data') {
      lock = {
        checksumType: shortName(attribute(attributes, 'checksum-type')),
        checksum: bytesOf(attributes, 'checksum'),
        cipher: '',
        iv: Buffer.alloc(0),
        startKey: 'sha1',
        derivation: '',
        keyBytes: 16,
        rounds: 0,
        salt: Buffer.alloc(0),
      }
      locks.set(path, lock)
    } else if (!lock) return
    else if (tag === 'algorithm') {
      lock.cipher = shortName(attribute(attributes, 'algorithm-name'))
      lock.iv = bytesOf(attributes, 'initialisation-vector')
    } else if (tag === 'start-key-generation')
      lock.startKey = shortName(attribute(attributes, 'start-key-generation-name'))
    else if (tag === 'key-derivation') {
      lock.derivation = shortName(attribute(attributes, 'key-derivation-name'))
      lock.keyBytes = Number(attribute(attributes, 'key-size') ?? 16)
      lock.rounds = Number(attribute(attributes, 'iteration-count') ?? 0)
      lock.salt = bytesOf(attributes, 'salt')
    }
  }
  await readXml(await source.open(MANIFEST), { open, close: () => undefined, text: () => undefined }, context)
  return locks
}

const ciphers: Readonly<Record<string, { name: string; keyBytes: number }>> = {
  'aes128-cbc': { name: 'aes-128-cbc', keyBytes: 16 },
  'aes192-cbc': { name: 'aes-192-cbc', keyBytes: 24 },
  'aes256-cbc': { name: 'aes-256-cbc', keyBytes: 32 },
}

/** The compressed bytes of a part, or `null` when the password does not fit. */
const unlock = async (lock: Lock, bytes: Buffer, password: string): Promise<Buffer | null> => {
  const cipher = ciphers[lock.cipher]
  if (!cipher || lock.derivation !== 'pbkdf2' || lock.keyBytes !== cipher.keyBytes || !(lock.rounds <= MAX_ROUNDS))
    throw new AppError('DOCUMENT_ENCRYPTED', { reason: 'its encryption is not supported' })
  const startHash = lock.startKey === 'sha256' ? 'sha256' : 'sha1'
  const start = createHash(startHash).update(password, 'utf8').digest()
  const key = await promisify(pbkdf2)(start, lock.salt, Math.max(1, lock.rounds), lock.keyBytes, 'sha1')
  const decipher = createDecipheriv(cipher.name, key, lock.iv)
  decipher.setAutoPadding(false)
  const plain = Buffer.concat([decipher.update(bytes), decipher.final()])
  const hash = createHash(lock.checksumType.startsWith('sha256') ? 'sha256' : 'sha1')
  const checked = lock.checksumType.endsWith('1k') ? plain.subarray(0, 1024) : plain
  // Checked with and without the padding of the last block.
  const padding = plain[plain.length - 1] ?? 0
  const unpadded = padding <= 16 ? plain.subarray(0, plain.length - padding) : plain
  const short = lock.checksumType.endsWith('1k') ? unpadded.subarray(0, 1024) : unpadded
  const matches = [checked, short].some((each) => hash.copy().update(each).digest().equals(lock.checksum))
  return matches ? unpadded : null
}

const readWhole = async (stream: Readable): Promise<Buffer> => {
  const pieces: Buffer[] = []
  let sizeBytes = 0
  for await (const piece of stream as AsyncIterable<Buffer>) {
    sizeBytes += piece.length
    if (sizeBytes > MAX_ENCRYPTED_BYTES)
      throw new AppError('FILE_TOO_LARGE', { actual: sizeBytes, limit: MAX_ENCRYPTED_BYTES })
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** A package whose encrypted parts open like others. What they inflate to is bounded like a part. */
const unlocked = (
  source: ZipPackage,
  locks: ReadonlyMap<string, Lock>,
  { passwords, limits, beat }: FormatContext,
): ZipPackage => ({
  ...source,
  open: async (name) => {
    const lock = locks.get(name)
    if (!lock) return source.open(name)
    if (passwords.length === 0) throw new AppError('DOCUMENT_ENCRYPTED')
    const bytes = await readWhole(await source.open(name))
    for (const password of passwords) {
      beat()
      const plain = await unlock(lock, bytes, password).catch((thrown: unknown) => {
        if (thrown instanceof AppError) throw thrown
        throw new AppError('DOCUMENT_CORRUPT', { reason: 'its encryption is damaged' }, { cause: thrown })
      })
      if (plain) return inflate(plain, limits['archive.entryBytes'], limits['archive.entryRatio'])
    }
    throw new AppError('PASSWORD_WRONG')
  },
})

const inflate = (bytes: Buffer, limitBytes: number, limitRatio: number): Readable => {
  const raw = Readable.from([bytes]).pipe(createInflateRaw())
  const guarded = async function* (): AsyncGenerator<Buffer> {
    let sizeBytes = 0
    try {
      for await (const piece of raw as AsyncIterable<Buffer>) {
        sizeBytes += piece.length
        if (sizeBytes > Math.min(limitBytes, Math.max(MiB, bytes.length * limitRatio)))
          throw new AppError('DOCUMENT_BOMB', { limit: limitRatio, setting: 'archive.entryRatio' })
        yield piece
      }
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown
      throw new AppError('DOCUMENT_CORRUPT', { reason: 'a part of it is damaged' }, { cause: thrown })
    }
  }
  return Readable.from(guarded(), { objectMode: false })
}

/**
 * Opens an OpenDocument package; the caller closes it. Parts that need a password say so when they are opened.
 * @throws DOCUMENT_CORRUPT, DOCUMENT_BOMB, DOCUMENT_ENCRYPTED
 */
export const openOdfPackage = async (item: ItemBytes, context: FormatContext): Promise<ZipPackage> => {
  const source = await openZipPackage(item, context)
  try {
    const locks = source.has(MANIFEST) ? await optional(readLocks(source, context), new Map<string, Lock>()) : null
    // A package within the package, under a key that cannot be made here.
    if (source.has('encrypted-package')) throw new AppError('DOCUMENT_ENCRYPTED')
    if (!source.has('content.xml')) throw new AppError('DOCUMENT_CORRUPT', { reason: 'its main part is missing' })
    return locks && locks.size > 0 ? unlocked(source, locks, context) : source
  } catch (thrown) {
    source.close()
    throw thrown
  }
}

/** Title and language, as the document states them. */
export const readOdfFacts = (source: ZipPackage, context: Reading): Promise<Partial<FormatFacts>> =>
  readProperties(source, context, 'meta.xml')
