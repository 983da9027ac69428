/**
 * Owns the few questions that are asked of a disk about a path, at once or later, so that what decides by the answers is written once and is tried
 * with answers that no disk at hand gives. Refuses: changing anything; telling why there is no answer: a place that cannot be looked at is not there.
 */
import type { BigIntStats } from 'node:fs'
import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { lstat, readdir, realpath, stat } from 'node:fs/promises'

export type Disk = {
  readonly isThere: (path: string) => boolean
  /** The names in a folder as the disk lists them; `null` where it tells none. */
  readonly namesIn: (folder: string) => readonly string[] | null
  /** With links followed; `null` where nothing is. */
  readonly realPathOf: (path: string) => string | null
  /** The same for one file or folder, whatever path leads to it; `null` where nothing is, or the disk numbers nothing. */
  readonly numberOf: (path: string) => string | null
}

/** The same questions of a disk that may be slow: nothing else has to wait for its answers. */
export type SlowDisk = { readonly [K in keyof Disk]: (path: string) => Promise<ReturnType<Disk[K]>> }

type Question = { readonly kind: keyof Disk; readonly path: string }

/** What is found out by asking a disk. */
export type Inquiry<T> = Generator<Question, T, unknown>

export function* ask<K extends keyof Disk>(kind: K, path: string): Inquiry<ReturnType<Disk[K]>> {
  return (yield { kind, path }) as ReturnType<Disk[K]>
}

export const findOut = <T>(inquiry: Inquiry<T>, disk: Disk = disks): T => {
  for (let step = inquiry.next(); ; step = inquiry.next(disk[step.value.kind](step.value.path)))
    if (step.done === true) return step.value
}

export const findOutLater = async <T>(inquiry: Inquiry<T>, disk: SlowDisk = slowDisks): Promise<T> => {
  for (let step = inquiry.next(); ; step = inquiry.next(await disk[step.value.kind](step.value.path)))
    if (step.done === true) return step.value
}

/** Some disks of a network number nothing, and say 0 of everything. */
export const numberIn = ({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>): string | null =>
  ino === 0n ? null : `${dev}:${ino}`

const isOfTheSystem = (thrown: unknown): boolean =>
  thrown instanceof Error && typeof (thrown as NodeJS.ErrnoException).code === 'string'

const orElse = <T, E>(look: () => T, none: E): T | E => {
  try {
    return look()
  } catch (thrown) {
    if (isOfTheSystem(thrown)) return none
    throw thrown
  }
}

const orElseLater = async <T, E>(look: Promise<T>, none: E): Promise<T | E> => {
  try {
    return await look
  } catch (thrown) {
    if (isOfTheSystem(thrown)) return none
    throw thrown
  }
}

const disks: Disk = {
  isThere: (path) => orElse(() => lstatSync(path, { throwIfNoEntry: false }) !== undefined, false),
  namesIn: (folder) => orElse(() => readdirSync(folder), null),
  realPathOf: (path) => orElse(() => realpathSync.native(path), null),
  numberOf: (path) => orElse(() => numberIn(statSync(path, { bigint: true })), null),
}

export const slowDisks: SlowDisk = {
  isThere: (path) =>
    orElseLater(
      lstat(path).then(() => true),
      false,
    ),
  namesIn: (folder) => orElseLater(readdir(folder), null),
  realPathOf: (path) => orElseLater(realpath(path), null),
  numberOf: (path) => orElseLater(stat(path, { bigint: true }).then(numberIn), null),
}
