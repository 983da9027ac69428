/**
 * Owns the contract of everything that holds items: archives and mails. Refuses: knowing any of them.
 */
import type { Limits } from '../../shared/limits'
import type { Warning } from '../../shared/work'
import type { ByteSource } from '../source/byte-source'
import type { EntryName } from './entry-name'

/** One entry, as its container tells it: nothing of it is to be trusted. */
export type ContainerEntry = {
  /** Position in the container: how the entry is addressed. */
  readonly index: number
  readonly name: EntryName
  readonly folder: boolean
  /** Declared size, or the real one where it is known. Reading more than this fails. */
  readonly sizeBytes: number
  readonly compressedBytes: number
  /** 0 where the container has none. */
  readonly crc32: number
  readonly modifiedMs: number | null
  /** Needs a password: refused while there is none to try. */
  readonly encrypted?: boolean
  /** Why it is refused before a byte of it is read, apart from its name and its sizes, which are judged for all; `null`: it may be read. */
  readonly problem: Warning | null
}

export type ContainerOptions = {
  readonly limits: Limits
  readonly signal: AbortSignal
  readonly beat: () => void
  /** To try; empty when none was entered. */
  readonly passwords: readonly string[]
}

/**
 * Where a container that has to be unpacked as a whole (a compressed tar, a 7z block) puts its bytes. What is written is held against the
 * limits of the offered archive and of the temporary disk; who asked for the bytes closes them.
 */
export type Unpack = (write: (sink: (chunk: Buffer) => void) => Promise<void>) => Promise<ByteSource>

export type ReadOptions = ContainerOptions & { readonly unpack: Unpack }

/** An open container. Its bytes stay open as long as it is kept. */
export type Container = {
  readonly entries: readonly ContainerEntry[]
  readonly warnings: readonly Warning[]
  /**
   * Gives all bytes of an entry to `sink`, in order, never more than its `sizeBytes`.
   * @throws ARCHIVE_ENTRY_CORRUPT, ARCHIVE_METHOD, ARCHIVE_ENCRYPTED, PASSWORD_WRONG
   */
  readonly read: (index: number, options: ReadOptions, sink: (chunk: Buffer) => void) => Promise<void>
  /**
   * What can be told of the entries only by looking at all of them, by position; asked once, when the container is listed.
   * @throws ARCHIVE_OVERLAP
   */
  readonly inspect?: (options: ContainerOptions) => Promise<ReadonlyMap<number, Warning>>
  /** Gives back what it made; `source` stays its owner's to close. */
  readonly close: () => void
}

/**
 * Opens the container in `source` and lists it. `name` is the last part of its path (a compressed file names its only entry by it).
 * @throws UNSUPPORTED_FORMAT (it is no such container), ARCHIVE_CORRUPT, ARCHIVE_TRUNCATED, ARCHIVE_ENCRYPTED, ARCHIVE_ENTRIES_LIMIT, …
 */
export type OpenContainer = (source: ByteSource, options: ReadOptions & { readonly name: string }) => Promise<Container>
