/**
 * Owns the archives that one thread has open: the next entry of the same archive finds its table of contents read and its bytes at
 * hand. Refuses: trusting an archive that changed on disk, and keeping more than a few, or any for long.
 */
import { AppError } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import type { Locator } from '../../shared/work'
import type { ByteSource } from '../source/byte-source'
import { identifyFile, openFile, requireUnchanged, toFileError } from '../source/file'
import type { FileIdentity } from '../source/file'
import { Spool, createTempUse } from '../source/spool'
import type { TempUse } from '../source/spool'
import { readDirectory } from './directory'
import type { Directory, EntryRecord } from './directory'
import { judgeEntry } from './entry-guards'
import { inflateEntry } from './inflation'
import { requireLeft, requireTotal } from './archive-guards'

/** An archive in an archive stays in memory up to this size. */
const NESTED_MEMORY_BYTES = 16 * 1024 * 1024
const MAX_IDLE = 4
const IDLE_MS = 2_000

export type ArchiveRequest = {
  readonly locator: Locator
  readonly limits: Limits
  readonly tempDir: string
  /** Bytes that may still be inflated, over all levels of the offered archive. */
  readonly inflateBudgetBytes: number | null
  readonly signal: AbortSignal
  readonly beat: () => void
}

export type OpenArchive = {
  readonly directory: Directory
  /** The file on disk that everything is in. */
  readonly offered: FileIdentity
}

/** An archive in use. `release` must be called; the archive may stay open for the next one who asks. */
export type ArchiveLease = OpenArchive & { readonly release: () => void }

type Kept = OpenArchive & { readonly key: string; readonly close: () => void; leases: number }

const parentOf = ({ entries, ...file }: Locator): Locator => ({ ...file, entries: entries.slice(0, -1) })

/** @throws FILE_CHANGED when there is another entry at this position than when the archive was listed */
const requireRecord = ({ records }: Directory, { index, name }: { index: number; name: string }): EntryRecord => {
  const record = records[index]
  if (record === undefined || record.name.name !== name) throw new AppError('FILE_CHANGED')
  return record
}

const requireBudget = (record: EntryRecord, offered: FileIdentity, request: ArchiveRequest): void => {
  const { limits, inflateBudgetBytes: left } = request
  requireTotal(record.sizeBytes, offered.sizeBytes, limits)
  requireLeft(record.sizeBytes, left, offered.sizeBytes, limits)
}

export class OpenArchives {
  /** The temporary disk in use by this thread's archives and items. */
  readonly temp: TempUse = createTempUse()
  readonly #kept = new Map<string, Kept>()
  #timer: NodeJS.Timeout | null = null
  #maxIdle = MAX_IDLE

  /**
   * Opens an archive, or finds it open.
   * @throws what reading its file, every archive before it, and its table of contents can throw
   */
  async open(request: ArchiveRequest): Promise<ArchiveLease> {
    const { locator } = request
    const identity = identifyFile(locator)
    const key = JSON.stringify([identity.key, locator.location, locator.entries.map(({ index }) => index)])
    const kept = this.#kept.get(key) ?? (await this.#load(request, key))
    // Last used, last in the map: the first ones are the first to go.
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    kept.leases += 1
    let leased = true
    return {
      directory: kept.directory,
      offered: kept.offered,
      release: () => {
        if (!leased) return
        leased = false
        kept.leases -= 1
        this.#trim(this.#maxIdle)
        this.#closeLater()
      },
    }
  }

  /**
   * Gives the bytes of an entry, the last one of the locator, to the sink that `accept` returns; `accept` may refuse it by throwing.
   * @throws what `open` throws for the archive it is in; every guard's refusal; ARCHIVE_ENTRY_CORRUPT; FILE_CHANGED
   */
  async readEntry(request: ArchiveRequest, accept: (record: EntryRecord) => (chunk: Buffer) => void): Promise<void> {
    const { locator, limits } = request
    const last = locator.entries[locator.entries.length - 1]
    if (last === undefined) throw new AppError('INTERNAL_BUG', { reason: 'an entry was asked for without a position' })
    // The archive it is in was counted when it was listed: opened again for one more entry, it must not be refused for that.
    const lease = await this.open({ ...request, inflateBudgetBytes: null, locator: parentOf(locator) })
    try {
      const record = requireRecord(lease.directory, last)
      const problem = judgeEntry(record, limits)
      if (problem !== null) throw new AppError(problem.code, problem.details)
      requireBudget(record, lease.offered, request)
      await inflateEntry(lease.directory, record, request, accept(record))
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

  async #load(request: ArchiveRequest, key: string): Promise<Kept> {
    const { source, offered } =
      request.locator.entries.length === 0 ? this.#loadFile(request) : await this.#loadNested(request)
    try {
      const directory = await readDirectory(source, request)
      const raced = this.#kept.get(key)
      if (raced !== undefined) {
        source.close()
        return raced
      }
      return { key, directory, offered, close: source.close, leases: 0 }
    } catch (thrown) {
      source.close()
      if (thrown instanceof AppError && thrown.code.startsWith('ARCHIVE_')) requireUnchanged(request.locator, offered)
      throw toFileError(thrown, request.locator.location)
    }
  }

  #loadFile({ locator }: ArchiveRequest): { source: ByteSource; offered: FileIdentity } {
    const { source, identity } = openFile(locator)
    return { source, offered: identity }
  }

  async #loadNested(request: ArchiveRequest): Promise<{ source: ByteSource; offered: FileIdentity }> {
    const { limits, tempDir } = request
    const offered = identifyFile(request.locator)
    const spool = new Spool({
      tempDir,
      use: this.temp,
      memoryBytes: NESTED_MEMORY_BYTES,
      tempBytes: limits['job.tempBytes'],
    })
    try {
      await this.readEntry(request, () => (chunk) => spool.write(chunk))
    } catch (thrown) {
      spool.discard()
      throw thrown
    }
    const { source, close } = spool.finish()
    return { source: { ...source, close }, offered }
  }

  #trim(keep: number): void {
    const idle = [...this.#kept.values()].filter(({ leases }) => leases === 0)
    for (const kept of idle.slice(0, Math.max(0, idle.length - keep))) {
      this.#kept.delete(kept.key)
      kept.close()
    }
  }

  /** An archive that nobody reads is not held open: on some systems its owner could not delete it. */
  #closeLater(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#maxIdle === 0) return
    this.#timer = setTimeout(() => this.#trim(0), IDLE_MS)
    this.#timer.unref()
  }
}

/** The archives that this thread has open. One a thread, because threads share no descriptors' positions and no memory. */
export const threadArchives = new OpenArchives()
