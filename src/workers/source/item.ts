/**
 * Owns the bytes of one item, a file on disk or an entry in nested archives: its size, its sha256, its beginning, and reading it as
 * often as a format needs. Refuses: knowing formats, and temporary files that outlive the item.
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { AppError } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import type { Locator } from '../../shared/work'
import { threadArchives } from '../archive/open-archives'
import type { OpenArchives } from '../archive/open-archives'
import { openMemorySource, readBytes } from './byte-source'
import type { ByteSource } from './byte-source'
import { openFile, requireUnchanged, toFileError } from './file'
import { breathe, requireGoingOn } from './pace'
import { Spool } from './spool'
import type { SpoolOptions, Spooled } from './spool'

const KiB = 1024
const MiB = 1024 * KiB

/** Bytes from the beginning that type detection gets. */
export const HEAD_BYTES = 64 * KiB
/** Files up to this size are read once, while they are hashed, and stay in memory. */
const FILE_MEMORY_BYTES = 8 * MiB
/** Entries up to this size are inflated once into memory; larger ones into a temporary file. */
const ENTRY_MEMORY_BYTES = 16 * MiB
const READ_BYTES = MiB
const STREAM_BYTES = 256 * KiB

export type ItemOptions = {
  readonly locator: Locator
  readonly limits: Limits
  /** The job's temporary folder; made when it is missing. */
  readonly tempDir: string
  /** Bytes the offered archive may still inflate to; `null` for a plain file. */
  readonly inflateBudgetBytes: number | null
  /** To try, for the archives it is in. */
  readonly passwords?: readonly string[] | undefined
  readonly signal: AbortSignal
  readonly beat: () => void
  /** Where opened archives are kept; by default those of this thread. */
  readonly archives?: OpenArchives
}

export type Item = {
  readonly sizeBytes: number
  /** Lower-case hex. */
  readonly sha256: string
  /** The first 64 KiB, or all when there is less. */
  readonly head: Buffer
  /** All bytes. The same buffer each time while it is in memory: it must not be changed. @throws FILE_CHANGED */
  readonly read: () => Promise<Buffer>
  /** All bytes from the beginning; each call starts anew. Fails with FILE_CHANGED when the original changed meanwhile. */
  readonly stream: () => Readable
  /** A path under which a program can read the bytes until `close`; never the name of an entry. @throws TEMP_DISK_LIMIT, DISK_FULL */
  readonly filePath: () => Promise<string>
  /** Gives back memory, descriptors and temporary files. May be called again. */
  readonly close: () => Promise<void>
}

/** What an item stands on: bytes that can be read again, and how to make sure that they are still the same. */
type Holding = {
  readonly source: ByteSource
  readonly memory: Buffer | null
  /** Where the bytes can be read by path already. */
  readonly path: string | null
  readonly requireUnchanged: () => void
  readonly close: () => void
}

type Digest = { readonly sha256: string; readonly head: Buffer }

const requireSize = (sizeBytes: number, limits: Limits): void => {
  const limit = limits['document.bytes']
  if (sizeBytes > limit) throw new AppError('FILE_TOO_LARGE', { actual: sizeBytes, limit, setting: 'document.bytes' })
}

const digestMemory = (bytes: Buffer): Digest => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  head: bytes.subarray(0, HEAD_BYTES),
})

const digestSource = async (source: ByteSource, { signal, beat }: ItemOptions): Promise<Digest> => {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(READ_BYTES)
  let head = Buffer.alloc(0)
  for (let position = 0; position < source.sizeBytes;) {
    const count = source.readInto(buffer, position)
    if (count === 0) throw new AppError('FILE_CHANGED')
    if (position === 0) head = Buffer.from(buffer.subarray(0, Math.min(count, HEAD_BYTES)))
    hash.update(buffer.subarray(0, count))
    position += count
    await breathe(signal, beat)
  }
  return { sha256: hash.digest('hex'), head }
}

/** Reads a file on disk once, hashing it; what is small stays in memory, so that the file itself is done with. */
const holdFile = async (options: ItemOptions): Promise<{ holding: Holding; digest: Digest }> => {
  const { locator, limits } = options
  const { source, identity } = openFile(locator)
  const unchanged = (): void => requireUnchanged(locator, identity)
  // A path that is not Unicode cannot be handed to other programs as a string.
  const path = locator.locationBytes === undefined ? locator.location : null
  try {
    requireSize(source.sizeBytes, limits)
    if (source.sizeBytes <= FILE_MEMORY_BYTES) {
      const memory = readBytes(source, 0, source.sizeBytes)
      unchanged()
      source.close()
      const holding = {
        source: openMemorySource(memory),
        memory,
        path,
        requireUnchanged: unchanged,
        close: () => undefined,
      }
      return { holding, digest: digestMemory(memory) }
    }
    const digest = await digestSource(source, options)
    unchanged()
    return { holding: { source, memory: null, path, requireUnchanged: unchanged, close: source.close }, digest }
  } catch (thrown) {
    source.close()
    throw toFileError(thrown, locator.location)
  }
}

/** Inflates an entry once, hashing it, into memory or a temporary file. */
const holdEntry = async (options: ItemOptions): Promise<{ holding: Holding; digest: Digest }> => {
  const { locator, limits } = options
  const archives = options.archives ?? threadArchives
  const spool = new Spool(spoolOptions(options, ENTRY_MEMORY_BYTES))
  const hash = createHash('sha256')
  let spooled: Spooled
  try {
    await archives.readEntry(options, (entry) => {
      requireSize(entry.sizeBytes, limits)
      return (chunk) => {
        hash.update(chunk)
        spool.write(chunk)
      }
    })
    spooled = spool.finish()
  } catch (thrown) {
    spool.discard()
    throw toFileError(thrown, locator.location)
  }
  const digest = { sha256: hash.digest('hex'), head: readBytes(spooled.source, 0, HEAD_BYTES) }
  // Spooled bytes are ours: the original may change now.
  return { holding: { ...spooled, requireUnchanged: () => undefined }, digest }
}

const spoolOptions = (
  { archives = threadArchives, limits, tempDir }: ItemOptions,
  memoryBytes: number,
): SpoolOptions => ({
  tempDir,
  use: archives.temp,
  memoryBytes,
  tempBytes: limits['job.tempBytes'],
  freeBytes: limits['disk.freeBytes'],
})

/** An item over what it stands on. */
class HeldItem implements Item {
  readonly sizeBytes: number
  readonly sha256: string
  readonly head: Buffer
  readonly #holding: Holding
  readonly #options: ItemOptions
  #copy: Spooled | null = null
  #closed = false

  constructor(holding: Holding, digest: Digest, options: ItemOptions) {
    this.#holding = holding
    this.#options = options
    this.sizeBytes = holding.source.sizeBytes
    this.sha256 = digest.sha256
    this.head = digest.head
  }

  read = async (): Promise<Buffer> => {
    const { memory } = this.#holding
    if (memory !== null) return memory
    const bytes = Buffer.allocUnsafe(this.sizeBytes)
    for await (const chunk of this.#chunks()) chunk.bytes.copy(bytes, chunk.position)
    return bytes
  }

  stream = (): Readable => {
    const chunks = this.#chunks()
    const each = async function* (): AsyncGenerator<Buffer> {
      for await (const { bytes } of chunks) yield bytes
    }
    return Readable.from(each(), { objectMode: false })
  }

  filePath = async (): Promise<string> => {
    const { path } = this.#holding
    if (path !== null) return path
    if (this.#copy === null) {
      const spool = new Spool(spoolOptions(this.#options, -1))
      try {
        for await (const { bytes } of this.#chunks()) spool.write(bytes)
        spool.write(Buffer.alloc(0))
        this.#copy = spool.finish()
      } catch (thrown) {
        spool.discard()
        throw thrown
      }
    }
    return this.#copy.path ?? ''
  }

  close = async (): Promise<void> => {
    if (this.#closed) return
    this.#closed = true
    this.#copy?.close()
    this.#holding.close()
  }

  async *#chunks(): AsyncGenerator<{ position: number; bytes: Buffer }> {
    const { source } = this.#holding
    const { signal, beat } = this.#options
    for (let position = 0; position < source.sizeBytes;) {
      if (this.#closed) throw new AppError('INTERNAL_BUG', { reason: 'an item was read after it was closed' })
      requireGoingOn(signal)
      const bytes = readBytes(source, position, STREAM_BYTES)
      if (bytes.length === 0) throw new AppError('FILE_CHANGED')
      beat()
      yield { position, bytes }
      position += bytes.length
    }
    if (this.#holding.memory === null) this.#holding.requireUnchanged()
  }
}

/**
 * Opens an item and reads it once. The caller closes it.
 * @throws FILE_CHANGED, FILE_UNREADABLE, FILE_BUSY, NOT_A_FILE, FILE_TOO_LARGE; for entries also ARCHIVE_ENCRYPTED, PASSWORD_WRONG, ARCHIVE_METHOD,
 * ARCHIVE_ENTRY_CORRUPT, ARCHIVE_ENTRY_LIMIT, ARCHIVE_BOMB_RATIO, ARCHIVE_TOTAL_LIMIT, TEMP_DISK_LIMIT, DISK_FULL and what opening
 * the archives before it can throw; CANCELLED or the reason of the signal
 */
export const openItem = async (options: ItemOptions): Promise<Item> => {
  requireGoingOn(options.signal)
  const { holding, digest } = await (options.locator.entries.length === 0 ? holdFile(options) : holdEntry(options))
  return new HeldItem(holding, digest, options)
}
