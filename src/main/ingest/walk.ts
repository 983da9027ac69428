/**
 * Owns finding every file in what was offered: pages of items in a stable order, each with its fingerprint, and a named problem for
 * everything that is not simply a file. Refuses: opening files (but those that say that a folder is a data folder of Sluice), following links inside
 * folders, walking a data folder of Sluice, whoever's it is.
 */
import type { BigIntStats } from 'node:fs'
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, resolve, sep } from 'node:path'
import { isUtf8 } from 'node:buffer'
import type { OfferedPath } from '../../shared/calls'
import { AppError } from '../../shared/errors'
import type { Locator, Warning } from '../../shared/work'
import { numberIn } from '../paths/disk'
import { realPlaceOfLater } from '../paths/same-place'
import { findDataFolder, refuseOffered, WORD } from './data-folders'
import { createSelection } from './ignore'
import type { Selection } from './ignore'
import { decodeName, displayPath } from './paths'
import { errnoOf, fingerprintOf, hasVanished, problemOfError, problemOfKind } from './walk-stat'

/** One thing that was found: a file to read, or with `problem` something that is counted and left alone. */
export type WalkedItem = {
  /** Begins with the name of what was offered. */
  readonly path: string
  readonly locator: Locator
  readonly sizeBytes: number
  /** `null` for a problem. */
  readonly fingerprint: string | null
  readonly modifiedMs: number | null
  readonly problem: Warning | null
}

export type WalkOptions = {
  readonly offered: OfferedPath
  /** Names of the folders above it, when it was offered as a part of one of them: shown paths and patterns start there. */
  readonly above?: readonly string[]
  readonly globs: readonly string[]
  readonly ignores: readonly string[]
  /** Sluice's own folder: never walked. */
  readonly dataDir: string
  readonly signal: AbortSignal
  /** Gets at most 500 items; the walk goes on when it resolves. */
  readonly onPage: (items: WalkedItem[]) => Promise<void>
}

const PAGE_ITEMS = 500
/** Looked at together: keeps the four threads of the file system busy. */
const BATCH_NAMES = 64
const SEPARATOR = Buffer.from('/')

/** A place below the offered path: what to open it by, and what to call it. */
type Place = { readonly raw: Buffer; readonly names: readonly string[]; readonly location: string }
type Sighting = { readonly place: Place; readonly stats: BigIntStats | Error }
/** A folder that is being walked. Both lists are taken from their ends: names not looked at yet, and what was seen but not visited. */
type Frame = { readonly place: Place; readonly key: string | null; readonly names: Buffer[]; readonly seen: Sighting[] }

const childOf = (parent: Place, name: Buffer): Place => {
  const text = decodeName(name)
  const ends = parent.raw[parent.raw.length - 1] === 0x2f
  return {
    raw: Buffer.concat(ends ? [parent.raw, name] : [parent.raw, SEPARATOR, name]),
    names: [...parent.names, text],
    location: parent.location.endsWith(sep) ? parent.location + text : parent.location + sep + text,
  }
}

const locatorOf = ({ raw, location }: Place): Locator =>
  isUtf8(raw) ? { location, entries: [] } : { location, locationBytes: raw.toString('base64'), entries: [] }

/** Below the offered folder, `/`-separated; of the offered path itself, its name. */
const relativeTo = ({ names }: Place): string => (names.length > 1 ? names.slice(1).join('/') : (names[0] ?? ''))

const placeOf = ({ path, bytes }: OfferedPath, above: readonly string[]): Place => {
  const absolute = resolve(path)
  const raw = bytes === undefined ? Buffer.from(absolute) : trimSlashes(Buffer.from(bytes, 'base64'))
  const location = bytes === undefined ? absolute : decodeName(raw)
  const name = basename(location)
  return { raw, names: [...above, name === '' ? location.replace(/(?<![\\/])[\\/]+$/, '') : name], location }
}

const trimSlashes = (raw: Buffer): Buffer => {
  let end = raw.length
  while (end > 1 && raw[end - 1] === 0x2f) end -= 1
  return raw.subarray(0, end)
}

/** Links resolved where the path exists. */
const realPathOf = async (path: Buffer): Promise<string> => {
  try {
    return await realpath(path)
  } catch (thrown) {
    if (errnoOf(thrown) === null) throw thrown
    return decodeName(path)
  }
}

const keyOfFolder = async (path: string): Promise<string | null> => {
  try {
    return numberIn(await stat(path, { bigint: true }))
  } catch (thrown) {
    if (errnoOf(thrown) === null) throw thrown
    return null
  }
}

/** One walk through one offered path. */
class Walk {
  readonly #options: WalkOptions
  readonly #selection: Selection
  #page: WalkedItem[] = []
  #dataKey: string | null = null
  #dataPlace = ''
  #realRoot = ''
  #depthOfRoot = 0
  readonly #stack: Frame[] = []

  constructor(options: WalkOptions) {
    this.#options = options
    this.#selection = createSelection(options.globs, options.ignores)
  }

  async run(): Promise<void> {
    const { offered, above = [], dataDir } = this.#options
    const place = placeOf(offered, above)
    this.#dataKey = await keyOfFolder(dataDir)
    this.#dataPlace = await realPlaceOfLater(dataDir)
    this.#realRoot = await realPlaceOfLater(await realPathOf(place.raw))
    this.#depthOfRoot = place.names.length
    const found = await this.#lookAt(place, stat)
    const problem =
      found instanceof Error ? this.#problemOfOffered(found, place) : await refuseOffered(this.#realRoot, dataDir)
    if (problem !== null) await this.#addProblem(place, problem)
    else await this.#visitOffered(place, found as BigIntStats)
    while (this.#stack.length > 0) await this.#step()
    await this.#flush()
  }

  #problemOfOffered(thrown: Error, { location }: Place): Warning {
    return hasVanished(thrown)
      ? { code: 'PATH_MISSING', details: { path: location } }
      : problemOfError(thrown, location)
  }

  async #visitOffered(place: Place, stats: BigIntStats): Promise<void> {
    // The built-in rules are for what lies around in folders; what a person names is meant.
    if (stats.isDirectory()) return this.#enter(place, stats)
    if (this.#options.ignores.length > 0) {
      const rule = this.#selection.ruleAgainst(relativeTo(place), '')
      if (rule !== null) return this.#add(place, stats, { code: 'IGNORED', details: { rule } })
    }
    return this.#visitFile(place, stats)
  }

  /** Visits the next thing in the folder on top; what a folder holds comes before the names after it. */
  async #step(): Promise<void> {
    const frame = this.#stack[this.#stack.length - 1]
    if (frame === undefined) return
    const next = frame.seen.pop()
    if (next !== undefined) await this.#visit(next)
    else if (frame.names.length > 0) await this.#lookAhead(frame)
    else this.#stack.pop()
  }

  async #lookAhead({ place, names, seen }: Frame): Promise<void> {
    this.#requireGoingOn()
    const places = names.splice(-BATCH_NAMES).map((name) => childOf(place, name))
    const stats = await Promise.all(places.map((each) => this.#lookAt(each, lstat)))
    for (const [index, found] of stats.entries()) {
      const each = places[index]
      if (each !== undefined) seen.push({ place: each, stats: found })
    }
  }

  async #visit({ place, stats }: Sighting): Promise<void> {
    const name = place.names[place.names.length - 1] ?? ''
    const rule = this.#selection.ruleAgainst(relativeTo(place), name)
    if (rule !== null) return this.#add(place, null, { code: 'IGNORED', details: { rule } })
    if (stats instanceof Error) {
      // It came and went while its folder was read: there is nothing to tell about it.
      return hasVanished(stats) ? undefined : this.#add(place, null, problemOfError(stats, place.location))
    }
    if (stats.isDirectory()) return this.#enter(place, stats)
    return this.#visitFile(place, stats)
  }

  async #visitFile(place: Place, stats: BigIntStats): Promise<void> {
    if (!this.#selection.takes(relativeTo(place))) return
    if (stats.isFile()) return this.#add(place, stats, null)
    if (stats.isSymbolicLink()) return this.#add(place, null, await this.#problemOfLink(place))
    return this.#add(place, null, problemOfKind(stats))
  }

  async #problemOfLink(place: Place): Promise<Warning> {
    const target = await this.#lookAt(place, stat)
    const loop = target instanceof Error ? errnoOf(target) === 'ELOOP' : this.#isAbove(target)
    return { code: loop ? 'FOLDER_LOOP' : 'LINK_SKIPPED', details: { path: place.location } }
  }

  #isAbove(stats: BigIntStats): boolean {
    const number = numberIn(stats)
    return number !== null && stats.isDirectory() && this.#stack.some(({ key }) => key === number)
  }

  /** By its number, else by where it is: some disks number nothing, or the same folder differently for each way to write it. */
  #isDataFolder({ names }: Place, key: string | null): boolean {
    if (key !== null && key === this.#dataKey) return true
    return join(this.#realRoot, ...names.slice(this.#depthOfRoot)) === this.#dataPlace
  }

  async #enter(place: Place, stats: BigIntStats): Promise<void> {
    const key = numberIn(stats)
    const details = { path: place.location }
    if (this.#isDataFolder(place, key)) return this.#add(place, null, { code: 'OWN_DATA_FOLDER', details })
    // Without links a folder can still hold itself: by a mount of a part of it.
    if (this.#isAbove(stats)) return this.#add(place, null, { code: 'FOLDER_LOOP', details })
    let names: Buffer[]
    try {
      names = await readdir(place.raw, { encoding: 'buffer' })
    } catch (thrown) {
      if (place.names.length > 1 && hasVanished(thrown)) return
      return this.#addProblem(place, problemOfError(thrown, place.location))
    }
    const found = await findDataFolder({ raw: place.raw, names })
    if (found?.whole === true) return this.#addProblem(place, found.problem)
    if (found !== null) {
      await this.#addProblem(childOf(place, WORD), found.problem)
      names = names.filter((name) => !name.equals(WORD))
    }
    this.#stack.push({ place, key, names: names.sort((a, b) => Buffer.compare(b, a)), seen: [] })
  }

  #addProblem(place: Place, { code, details }: Warning): Promise<void> {
    return this.#add(place, null, { code, details: { path: place.location, ...details } })
  }

  async #lookAt(place: Place, look: typeof stat): Promise<BigIntStats | Error> {
    try {
      return await look(place.raw, { bigint: true })
    } catch (thrown) {
      if (thrown instanceof Error && errnoOf(thrown) !== null) return thrown
      throw thrown
    }
  }

  async #add(place: Place, stats: BigIntStats | null, problem: Warning | null): Promise<void> {
    this.#page.push({
      path: displayPath(place.names),
      locator: locatorOf(place),
      sizeBytes: stats === null ? 0 : Number(stats.size),
      fingerprint: stats === null || problem !== null ? null : fingerprintOf(stats),
      modifiedMs: stats === null ? null : Number(stats.mtimeMs),
      problem,
    })
    if (this.#page.length >= PAGE_ITEMS) await this.#flush()
  }

  async #flush(): Promise<void> {
    if (this.#page.length === 0) return
    this.#requireGoingOn()
    const page = this.#page
    this.#page = []
    await this.#options.onPage(page)
  }

  #requireGoingOn(): void {
    const { signal } = this.#options
    if (signal.aborted) throw signal.reason instanceof AppError ? signal.reason : new AppError('CANCELLED')
  }
}

/**
 * Walks one offered path: a file, a folder, or a link to one of them (which is followed, unlike links inside folders).
 * Items come in pages of at most 500, names in the order of their bytes, memory bounded by the largest single folder. What is
 * missing, unreadable or left out is an item with a problem; what no glob takes was not offered and does not appear.
 * @throws CANCELLED or the reason of the signal
 */
export const walk = (options: WalkOptions): Promise<void> => new Walk(options).run()
