/**
 * Owns the containers that one thread has open: the next entry of the same archive finds its table of contents read and its bytes at
 * hand. Refuses: trusting an archive that changed on disk, and keeping more than a few, or any for long.
 */
import { performance } from 'node:perf_hooks'
import { AppError } from '../../shared/errors'
import type { ContainerKind } from '../../shared/kinds'
import type { Limits } from '../../shared/limits'
import type { Locator } from '../../shared/work'
import { requireNoOtherStart } from '../formats/polyglot'
import { readBytes } from '../source/byte-source'
import type { ByteSource } from '../source/byte-source'
import { identifyFile, openFile, requireUnchanged, toFileError } from '../source/file'
import type { FileIdentity } from '../source/file'
import { Spool, createTempUse } from '../source/spool'
import type { SpoolOptions, TempUse } from '../source/spool'
import { requireLeft, requireTotal } from './archive-guards'
import type { Container, ContainerEntry, ReadOptions, Unpack } from './container'
import { sniffContainer } from './container-kind'
import { containerTable } from './container-table'
import { judgeEntry } from './entry-guards'

/** An archive in an archive, and what was unpacked as a whole, stays in memory up to this size. */
const SPOOL_MEMORY_BYTES = 16 * 1024 * 1024
/** Enough to tell what stands before a zip. */
const START_BYTES = 64 * 1024
const ZIP_START = Buffer.from('PK', 'latin1')
const MAX_IDLE = 4
const IDLE_MS = 2_000
/** What took long to open is kept longer: this many times as long, up to a minute. */
const IDLE_FACTOR = 10
const MAX_IDLE_MS = 60_000

export type ArchiveRequest = {
  readonly locator: Locator
  readonly limits: Limits
  readonly tempDir: string
  /** Bytes that may still be inflated, over all levels of the offered archive. */
  readonly inflateBudgetBytes: number | null
  readonly signal: AbortSignal
  readonly beat: () => void
  /** To try; none when left out. */
  readonly passwords?: readonly string[] | undefined
}

export type OpenArchive = {
  readonly kind: ContainerKind
  readonly container: Container
  /** The file on disk that everything is in. */
  readonly offered: FileIdentity
}

/** An archive in use. `release` must be called; the archive may stay open for the next one who asks. */
export type ArchiveLease = OpenArchive & { readonly release: () => void }

/** What `open` is asked beside the archive. */
export type OpenOptions = {
  /** The kind of an archive whose bytes say nothing; by default it is refused. */
  readonly otherwise?: ContainerKind
  /** Told how much was unpacked, of archives whose size is only known by that; may throw. */
  readonly onUnpack?: (bytes: number) => void
}

type Kept = OpenArchive & {
  readonly key: string
  readonly close: () => void
  readonly idleMs: number
  leases: number
  idleSinceMs: number
}

const parentOf = (locator: Locator): Locator => ({ ...locator, entries: locator.entries.slice(0, -1) })

const keyOf = (identity: FileIdentity, { location, entries }: Locator): string =>
  `${identity.key} ${entries.map(({ index }) => index).join('/')} ${location}`

/** The last part of the path of what a locator leads to. */
const nameOf = ({ location, entries }: Locator): string =>
  (entries[entries.length - 1]?.name ?? location).split(/[\\/]/).pop() ?? ''

/** @throws FILE_CHANGED when there is another entry at this position than when the archive was listed */
const requireEntry = ({ entries }: Container, { index, name }: { index: number; name: string }): ContainerEntry => {
  const entry = entries[index]
  if (entry === undefined || entry.name.name !== name) throw new AppError('FILE_CHANGED')
  return entry
}

/** A zip is found by its end: what it begins with is looked at as that of any file is. @throws EXECUTABLE_FILE, POLYGLOT_FILE */
const requireHonestStart = async (source: ByteSource): Promise<void> => {
  const head = readBytes(source, 0, START_BYTES)
  if (!head.subarray(0, ZIP_START.length).equals(ZIP_START)) await requireNoOtherStart(head)
}

const requireBudget = (entry: ContainerEntry, offered: FileIdentity, request: ArchiveRequest): void => {
  const { limits, inflateBudgetBytes: left } = request
  requireTotal(entry.sizeBytes, offered.sizeBytes, limits)
  requireLeft(entry.sizeBytes, left, offered.sizeBytes, limits)
}

export class OpenArchives {
  /** The temporary disk in use by this thread's archives and items. */
  readonly temp: TempUse = createTempUse()
  readonly #kept = new Map<string, Kept>()
  #timer: NodeJS.Timeout | null = null
  #timerAtMs = 0
  #maxIdle = MAX_IDLE

  /**
   * Opens an archive, or finds it open.
   * @throws what reading its file, every archive before it, and its table of contents can throw
   */
  async open(request: ArchiveRequest, options: OpenOptions = {}): Promise<ArchiveLease> {
    const key = keyOf(identifyFile(request.locator), request.locator)
    const kept = this.#kept.get(key) ?? (await this.#load(request, key, options))
    // Last used, last in the map: the first ones are the first to go.
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    kept.leases += 1
    let leased = true
    return {
      kind: kept.kind,
      container: kept.container,
      offered: kept.offered,
      release: () => {
        if (!leased) return
        leased = false
        kept.leases -= 1
        kept.idleSinceMs = performance.now()
        if (this.#kept.size > this.#maxIdle) this.#trim(this.#maxIdle)
        if (this.#timer === null || kept.idleSinceMs + kept.idleMs < this.#timerAtMs) this.#closeLater()
      },
    }
  }

  /**
   * Gives the bytes of an entry, the last one of the locator, to the sink that `accept` returns; `accept` may refuse it by throwing.
   * @throws what `open` throws for the archive it is in; every guard's refusal; ARCHIVE_ENTRY_CORRUPT; PASSWORD_WRONG; FILE_CHANGED
   */
  async readEntry(request: ArchiveRequest, accept: (entry: ContainerEntry) => (chunk: Buffer) => void): Promise<void> {
    const { locator, limits, passwords = [] } = request
    const last = locator.entries[locator.entries.length - 1]
    if (last === undefined) throw new AppError('INTERNAL_BUG', { reason: 'an entry was asked for without a position' })
    // The archive it is in was counted when it was listed: opened again for one more entry, it must not be refused for that.
    const parent = { ...request, inflateBudgetBytes: null, locator: parentOf(locator) }
    // Of all that hold items only a mail has no mark of its own; that this is one was found out when it was read.
    const lease = await this.open(parent, { otherwise: 'eml' })
    try {
      const entry = requireEntry(lease.container, last)
      const problem = judgeEntry(entry, limits, passwords)
      if (problem !== null) throw new AppError(problem.code, problem.details)
      requireBudget(entry, lease.offered, request)
      await lease.container.read(entry.index, this.#readOptions(parent, lease.offered), accept(entry))
      requireUnchanged(locator, lease.offered)
    } catch (thrown) {
      // Whatever is wrong with an archive that is being rewritten says nothing about it: look again when it has settled.
      if (thrown instanceof AppError && thrown.code.startsWith('ARCHIVE_')) requireUnchanged(locator, lease.offered)
      throw toFileError(thrown, locator.location)
    } finally {
      lease.release()
    }
  }

  /** Closes everything that is not in use, and the rest as soon as it is released. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#maxIdle = 0
    this.#trim(0)
  }

  async #load(request: ArchiveRequest, key: string, { otherwise, onUnpack }: OpenOptions): Promise<Kept> {
    const startedMs = performance.now()
    const { source, offered } =
      request.locator.entries.length === 0 ? this.#loadFile(request) : await this.#loadNested(request)
    try {
      const name = nameOf(request.locator)
      const kind = sniffContainer(source, name) ?? otherwise
      if (kind === undefined) throw new AppError('UNSUPPORTED_FORMAT', { kind: 'no archive' })
      if (kind === 'zip') await requireHonestStart(source)
      const options = this.#readOptions(request, offered, onUnpack)
      const container = await containerTable[kind](source, { ...options, name })
      const close = (): void => {
        container.close()
        source.close()
      }
      const raced = this.#kept.get(key)
      if (raced !== undefined) {
        close()
        return raced
      }
      const nowMs = performance.now()
      const idleMs = Math.min(MAX_IDLE_MS, Math.max(IDLE_MS, IDLE_FACTOR * (nowMs - startedMs)))
      return { key, kind, container, offered, close, idleMs, leases: 0, idleSinceMs: nowMs }
    } catch (thrown) {
      source.close()
      if (thrown instanceof AppError && thrown.code.startsWith('ARCHIVE_')) requireUnchanged(request.locator, offered)
      throw toFileError(thrown, request.locator.location)
    }
  }

  #readOptions(request: ArchiveRequest, offered: FileIdentity, onUnpack?: OpenOptions['onUnpack']): ReadOptions {
    const { limits, signal, beat, passwords = [] } = request
    return { limits, signal, beat, passwords, unpack: this.#createUnpack(request, offered, onUnpack) }
  }

  #spoolOptions({ limits, tempDir }: ArchiveRequest): SpoolOptions {
    return {
      tempDir,
      use: this.temp,
      memoryBytes: SPOOL_MEMORY_BYTES,
      tempBytes: limits['job.tempBytes'],
      freeBytes: limits['disk.freeBytes'],
    }
  }

  #createUnpack(request: ArchiveRequest, offered: FileIdentity, onUnpack: OpenOptions['onUnpack']): Unpack {
    const { limits, inflateBudgetBytes: left } = request
    return async (write) => {
      const spool = new Spool(this.#spoolOptions(request))
      let bytes = 0
      try {
        await write((chunk) => {
          bytes += chunk.length
          requireTotal(bytes, offered.sizeBytes, limits)
          requireLeft(bytes, left, offered.sizeBytes, limits)
          onUnpack?.(bytes)
          spool.write(chunk)
        })
      } catch (thrown) {
        spool.discard()
        throw toFileError(thrown, request.tempDir)
      }
      const { source, close } = spool.finish()
      return { ...source, close }
    }
  }

  #loadFile({ locator }: ArchiveRequest): { source: ByteSource; offered: FileIdentity } {
    const { source, identity } = openFile(locator)
    return { source, offered: identity }
  }

  async #loadNested(request: ArchiveRequest): Promise<{ source: ByteSource; offered: FileIdentity }> {
    const offered = identifyFile(request.locator)
    const spool = new Spool(this.#spoolOptions(request))
    try {
      await this.readEntry(request, () => (chunk) => spool.write(chunk))
    } catch (thrown) {
      spool.discard()
      throw thrown
    }
    const { source, close } = spool.finish()
    return { source: { ...source, close }, offered }
  }

  #idle(): Kept[] {
    return [...this.#kept.values()].filter(({ leases }) => leases === 0)
  }

  #trim(keep: number): void {
    const idle = this.#idle()
    for (const kept of idle.slice(0, Math.max(0, idle.length - keep))) this.#drop(kept)
  }

  #drop(kept: Kept): void {
    this.#kept.delete(kept.key)
    kept.close()
  }

  /** An archive that nobody reads is not held open: on some systems its owner could not delete it. */
  #closeLater(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const idle = this.#idle()
    if (this.#maxIdle === 0 || idle.length === 0) return
    const leftMs = (kept: Kept): number => kept.idleSinceMs + kept.idleMs - performance.now()
    const nextMs = Math.max(1, Math.min(...idle.map(leftMs)))
    this.#timerAtMs = performance.now() + nextMs
    this.#timer = setTimeout(() => {
      for (const kept of this.#idle().filter((each) => leftMs(each) <= 0)) this.#drop(kept)
      this.#closeLater()
    }, nextMs)
    this.#timer.unref()
  }
}

/** The archives that this thread has open. One a thread, because threads share no descriptors' positions and no memory. */
export const threadArchives = new OpenArchives()
