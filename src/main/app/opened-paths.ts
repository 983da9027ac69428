/**
 * Owns what was opened with the app (by its start, a second one, or the system) until the page takes it, as it takes a drop.
 * Refuses: adding anything; a person is asked. What is not there is named, and no path.
 */
import { lstat } from 'node:fs/promises'
import { basename } from 'node:path'
import { toAppError, type AppError } from '../../shared/errors'
import type { AppCallResult } from '../../shared/app-calls'
import type { OfferedPath } from '../../shared/calls'

/** Of one taking, so that it fits a message: characters of paths. */
const TAKE_CHARS = 300_000
/** Names that are told of what is missing. */
const NAMED = 5
/** Looks at the disk at once. */
const AT_ONCE = 32

const isThere = async ({ path, bytes }: OfferedPath): Promise<boolean> => {
  try {
    await lstat(bytes === undefined ? path : Buffer.from(bytes, 'base64'))
    return true
  } catch {
    // Gone, not reachable, or no path at all: it is named as missing.
    return false
  }
}

/** Those of `paths` that are there, and the names of the others. */
export const sortThere = async (
  paths: readonly OfferedPath[],
): Promise<{ paths: OfferedPath[]; missing: string[] }> => {
  const sorted = { paths: [] as OfferedPath[], missing: [] as string[] }
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const some = paths.slice(from, from + AT_ONCE)
    const there = await Promise.all(some.map(isThere))
    sorted.paths.push(...some.filter((_, at) => there[at] === true))
    sorted.missing.push(...some.filter((_, at) => there[at] !== true).map(({ path }) => basename(path)))
  }
  return sorted
}

export class OpenedPaths {
  readonly #onOpened: () => void
  #paths: OfferedPath[] = []
  #missing: string[] = []
  #failure: AppError | null = null

  /** @param onOpened told when there is something to take */
  constructor(onOpened: () => void) {
    this.#onOpened = onOpened
  }

  /** Keeps those of `paths` that are there until they are taken. */
  async add(paths: readonly OfferedPath[]): Promise<void> {
    const sorted = await sortThere(paths)
    // There may be more of them than a call has room for arguments.
    this.#paths = [...this.#paths, ...sorted.paths]
    this.#missing = [...this.#missing, ...sorted.missing]
    if (paths.length > 0) this.#onOpened()
  }

  /** What could not be taken in is told by the page. */
  fail(thrown: unknown): void {
    this.#failure = toAppError(thrown)
    this.#onOpened()
  }

  /** Gives what was opened, once. @throws AppError what it was told of by `fail`, once */
  take(): AppCallResult<'intake.take'> {
    const failure = this.#failure
    this.#failure = null
    if (failure !== null) {
      // What else was opened is taken after it.
      if (this.#paths.length > 0 || this.#missing.length > 0) this.#onOpened()
      throw failure
    }
    let chars = 0
    const rest = this.#paths.findIndex(({ path, bytes = '' }) => (chars += path.length + bytes.length) > TAKE_CHARS)
    // One path alone always fits.
    const paths = this.#paths.splice(0, rest < 0 ? this.#paths.length : Math.max(1, rest))
    const missing = this.#missing
    this.#missing = []
    return { paths, missing: missing.slice(0, NAMED), missingCount: missing.length, more: this.#paths.length > 0 }
  }
}
