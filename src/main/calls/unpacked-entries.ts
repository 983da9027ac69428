/**
 * Owns documents inside archives as files of their own, below the temp folder: a few for the preview, and copies that a person opened. They go
 * when others take their place, and all of them when the engine ends.
 * Refuses: names from archives as they are, what limits forbid, and keeping a copy of an archive that is another one by now.
 */
import { chmod, copyFile, mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, toAppError } from '../../shared/errors'
import type { Limits } from '../../shared/limits'
import type { Log } from '../../shared/log'
import { isOpenable } from '../../shared/openable'
import type { Locator, UnpackParams, UnpackResult } from '../../shared/work'
import type { Store } from '../store/contract'

/** Where an entry lies now. `changed`: it is not what was indexed. */
export type Unpacked = { readonly path: string; readonly sizeBytes: number; readonly changed: boolean }

export type UnpackedEntries = {
  /** @throws NOT_FOUND, ORIGINAL_MISSING, FILE_CHANGED, ARCHIVE_ENCRYPTED and whatever else opening its archives throws */
  readonly open: (documentId: number) => Promise<Unpacked>
  /** A copy under its own name that is read-only, for the program of the system. @throws ORIGINAL_INSIDE where that could run; as `open` */
  readonly copy: (documentId: number) => Promise<Unpacked>
}

export type UnpackedParts = {
  readonly store: Pick<Store, 'run'>
  readonly unpack: (params: UnpackParams, label: string) => Promise<UnpackResult>
  readonly limits: () => Limits
  readonly passwordsOf: (locator: Locator) => readonly string[]
  readonly tempRoot: string
  readonly log: Log
}

/** A person looks at one, and may go back to another. */
const KEPT = 4
/** Programs may still have them open. */
const KEPT_COPIES = 20
const NAME_CHARS = 80

/** Names that Windows keeps for devices, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

/** The last part of a path, as a name that every system takes; its extension stays. */
export const plainName = (path: string): string => {
  const last = path.split(/[/\\]/).pop() ?? ''
  const dot = last.lastIndexOf('.')
  const [stem, extension] = dot > 0 ? [last.slice(0, dot), last.slice(dot)] : [last, '']
  const plain = stem
    .replace(/[^\p{L}\p{N} ._()-]+/gu, '_')
    .slice(0, NAME_CHARS)
    .replace(/^[. ]+|(?<![. ])[. ]+$/g, '')
  return `${DEVICE.test(plain) ? '_' : ''}${plain === '' ? 'document' : plain}${extension.replace(/[^.A-Za-z0-9]+/g, '')}`
}

/** Tells an archive on disk from another one at its place. @throws ORIGINAL_MISSING */
const stampOf = async ({ location, locationBytes }: Locator): Promise<string> => {
  try {
    const { size, mtimeMs, ino } = await stat(
      locationBytes === undefined ? location : Buffer.from(locationBytes, 'base64'),
    )
    return `${size} ${mtimeMs} ${ino}`
  } catch (cause) {
    throw new AppError('ORIGINAL_MISSING', { path: location }, { cause })
  }
}

type Kept = { readonly key: string; readonly unpacked: Promise<Unpacked> }

export const createUnpackedEntries = (parts: UnpackedParts): UnpackedEntries => {
  const root = join(parts.tempRoot, 'entries')
  const kept = new Map<number, Kept>()
  const copies: string[] = []
  let last = 0

  const remove = (path: string): void => {
    rm(path, { recursive: true, force: true, maxRetries: 3 }).catch((thrown: unknown) =>
      parts.log.debug('entry-not-removed', { path, error: thrown }),
    )
  }
  const nextPath = (): string => {
    last += 1
    return join(root, String(last))
  }

  const unpack = async (locator: Locator, path: string, sha256: string | null): Promise<Unpacked> => {
    const target = nextPath()
    const limits = parts.limits()
    const inside = { locator, limits, tempDir: join(root, 'spool'), inflateBudgetBytes: limits['archive.totalBytes'] }
    const found = await parts.unpack({ ...inside, passwords: [...parts.passwordsOf(locator)], target }, path)
    return { path: target, sizeBytes: found.sizeBytes, changed: sha256 !== null && found.sha256 !== sha256 }
  }

  const find = async (documentId: number) => {
    const place = await parts.store.run('documents.place', { id: documentId })
    if (place === null) throw new AppError('NOT_FOUND', { what: 'document', id: String(documentId) })
    return place
  }

  const open: UnpackedEntries['open'] = async (documentId) => {
    const { locator, path, sha256 } = await find(documentId)
    const key = JSON.stringify([await stampOf(locator), locator, sha256])
    const before = kept.get(documentId)
    if (before?.key === key) {
      // Last looked at, last in the map: the first ones are the first to go.
      kept.delete(documentId)
      kept.set(documentId, before)
      return before.unpacked
    }
    const drop = (id: number, { unpacked }: Kept): void => {
      kept.delete(id)
      unpacked
        .then((done) => remove(done.path))
        .catch((thrown: unknown) => parts.log.debug('entry-not-kept', { error: thrown }))
    }
    if (before) drop(documentId, before)
    const entry: Kept = { key, unpacked: unpack(locator, path, sha256) }
    kept.set(documentId, entry)
    for (const [id, oldest] of kept) if (kept.size > KEPT) drop(id, oldest)
    try {
      return await entry.unpacked
    } catch (thrown) {
      if (kept.get(documentId) === entry) kept.delete(documentId)
      throw toAppError(thrown)
    }
  }

  const copy: UnpackedEntries['copy'] = async (documentId) => {
    const { path } = await find(documentId)
    const name = plainName(path)
    if (!isOpenable(name, true)) throw new AppError('ORIGINAL_INSIDE', { path })
    const unpacked = await open(documentId)
    const folder = nextPath()
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const target = join(folder, name)
    await copyFile(unpacked.path, target)
    // What is changed in a copy would be lost: programs say so when it cannot be written.
    await chmod(target, 0o400)
    copies.push(folder)
    for (const oldest of copies.splice(0, Math.max(0, copies.length - KEPT_COPIES))) remove(oldest)
    return { ...unpacked, path: target }
  }

  return { open, copy }
}
