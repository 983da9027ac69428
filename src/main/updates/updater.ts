/**
 * Owns updating from inside the program: asking a feed, believing it only when it is signed and newer, fetching what a person agreed to, and handing
 * it to the system when they agreed to that, too. Refuses: doing any of it by itself but asking, where that is set; going to an older version;
 * and installing: what the system has for that is handed in.
 */
import { mkdir, readdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, told, toAppError } from '../../shared/errors'
import { compareVersions, type PackageKind, type UpdateChannel, type UpdateState } from '../../shared/updates'
import { fetchSmall, type ConnectionParts } from './connection'
import { downloadPackage, isFull, isWhole, partialFileOf, sizeOf } from './download'
import { readFeedFile, writeFeedFile } from './feed-file'
import { checkKept, keepManifest, removeKept, type SignedBytes } from './kept-manifest'
import {
  channelFileOf,
  MAX_MANIFEST_BYTES,
  MAX_SIGNATURE_BYTES,
  packageOf,
  readManifest,
  systemName,
  versionFileOf,
  type Manifest,
  type Package,
  type System,
} from './manifest'
import { INSTALLER_FOLDER } from './places'
import { isSigned, readUpdateKeys } from './signature'
import type { Log } from '../../shared/log'

/** What is in force when something is asked for. */
export type UpdateRules = {
  /** Empty: none is set. With a slash at its end. */
  readonly feed: string
  readonly channel: UpdateChannel
  readonly isFeedManaged: boolean
  /** Whether it is asked for by itself. */
  readonly asksByItself: boolean
  /** Why there is no updating in this copy; `null`: there is. */
  readonly unavailable: AppError | null
  /** The text of the keys that are believed. */
  readonly keys: string
  readonly isMetered: boolean
  /** Left free on the disk, in bytes. */
  readonly reserveBytes: number
}

export type UpdaterParts = {
  readonly dataDir: string
  readonly version: string
  readonly system: System
  readonly rules: () => Promise<UpdateRules>
  readonly connection: ConnectionParts
  readonly kind: () => Promise<PackageKind>
  /** Whether a person went back from that version. */
  readonly isSkipped: (version: string) => Promise<boolean>
  /** The package that the version which runs was installed from; `null`: it is not at hand. */
  readonly keptPackage: () => Promise<string | null>
  readonly freeBytes?: ((folder: string) => Promise<number>) | undefined
  readonly nowMs: () => number
  readonly onChange: () => void
  readonly log: Log
}

/** What is given to whoever installs it. */
export type Ready = {
  readonly from: string
  readonly to: string
  readonly kind: PackageKind
  readonly packageFile: string
  /** Of `packageFile`, as it was signed. */
  readonly sha512: string
  /** What was signed of it lies beside it, and it was that. `null`: going back would be done by hand. */
  readonly previousFile: string | null
}

/** What a feed says of a version, and the bytes that were signed. */
type Signed = SignedBytes & { readonly manifest: Manifest }
type Found = { readonly signed: Signed; readonly wanted: Package; readonly kind: PackageKind; readonly feed: URL }
/** The package of the version that runs. `coming`: as the feed has it; `null`: it is there, and so is what was signed of it. */
type Previous = {
  readonly file: string
  readonly coming: { readonly wanted: Package; readonly signed: Signed; readonly isThere: boolean } | null
}

const freeBytesOf = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** A class because it owns what is under way: one step at a time. */
export class Updater {
  private phase: UpdateState['phase'] = 'idle'
  private found: Found | null = null
  private ready: Ready | null = null
  private progress: UpdateState['progress'] = null
  private stop: AbortController | null = null
  /** The feed and channel for which `found` holds. */
  private foundFor = ''

  constructor(private readonly parts: UpdaterParts) {}

  private get folder(): string {
    return join(this.parts.dataDir, 'updates')
  }

  private fileOf(version: string, { name }: Package): string {
    return join(this.folder, 'packages', version, name)
  }

  async state(): Promise<UpdateState> {
    const rules = await this.parts.rules()
    this.forget(rules)
    const { lastCheck } = readFeedFile(this.parts.dataDir, this.broken)
    const { found, ready } = this
    return {
      phase: this.phase,
      version: this.parts.version,
      feed: rules.feed,
      isFeedManaged: rules.isFeedManaged,
      channel: rules.channel,
      asksByItself: rules.asksByItself,
      unavailable: rules.unavailable === null ? null : told(rules.unavailable.code, rules.unavailable.details),
      lastCheck:
        lastCheck === null
          ? null
          : {
              ...lastCheck,
              error: lastCheck.error && told(lastCheck.error.code, lastCheck.error.details),
              isNewer: lastCheck.version !== null && (await this.isOffered(lastCheck.version)),
            },
      found:
        found === null
          ? null
          : {
              version: found.signed.manifest.version,
              notes: found.signed.manifest.releaseNotes ?? '',
              date: found.signed.manifest.releaseDate ?? null,
              bytes: found.wanted.sizeBytes,
              canGoBack: ready === null ? null : ready.previousFile !== null,
              kind: found.kind,
              file: ready?.packageFile ?? null,
              previousFile: ready?.previousFile ?? null,
            },
      progress: this.progress,
      isMetered: rules.isMetered,
    }
  }

  private readonly broken = (error: unknown): void => this.parts.log.warn('update.feed.unreadable', { error })

  /** What was found at another feed, or in another channel, counts no more. */
  private forget({ feed, channel, unavailable }: UpdateRules): void {
    const at = unavailable === null ? `${channel} ${feed}` : ''
    if (this.found === null || at === this.foundFor || this.stop !== null) return
    this.found = null
    this.ready = null
    this.phase = 'idle'
  }

  private async open(): Promise<UpdateRules & { readonly place: URL }> {
    const rules = await this.parts.rules()
    if (rules.unavailable !== null) throw rules.unavailable
    if (rules.feed === '') throw new AppError('UPDATE_NO_FEED')
    return { ...rules, place: new URL(rules.feed) }
  }

  /** One step at a time; `phase` while it runs, and the phase before when it fails. */
  private async run<T>(phase: UpdateState['phase'], work: (stop: AbortSignal) => Promise<T>): Promise<T> {
    if (this.stop !== null) throw new AppError('UPDATE_BUSY')
    const before = this.phase
    const stop = new AbortController()
    this.stop = stop
    this.phase = phase
    this.parts.onChange()
    try {
      return await work(stop.signal)
    } finally {
      this.stop = null
      this.progress = null
      if (this.phase === phase) this.phase = before
      this.parts.onChange()
    }
  }

  /** What a feed says in a file, once its signature was looked at; `null`: there is no such file. */
  private async readSigned(
    { place, keys }: { readonly place: URL; readonly keys: string },
    file: string,
    stop: AbortSignal,
  ): Promise<Signed | null> {
    const { connection } = this.parts
    const { host } = place
    const trusted = readUpdateKeys(keys)
    const bytes = await fetchSmall(connection, new URL(file, place), { mostBytes: MAX_MANIFEST_BYTES, stop })
    if (bytes === null) return null
    const signature = await fetchSmall(connection, new URL(`${file}.sig`, place), {
      mostBytes: MAX_SIGNATURE_BYTES,
      stop,
    })
    if (signature === null) throw new AppError('UPDATE_UNSIGNED', { host, file })
    if (!isSigned(bytes, signature.toString('latin1'), trusted)) throw new AppError('UPDATE_SIGNATURE', { host, file })
    const manifest = readManifest(bytes, { host, file })
    if (manifest.system !== systemName(this.parts.system))
      throw new AppError('UPDATE_UNREADABLE', { host, file, reason: 'it is for another system' })
    return { manifest, bytes, signature }
  }

  /**
   * Asks the feed; whether there is a newer version is in `state()`. Fetches two small files and nothing else.
   * @throws UPDATE_OFF, UPDATE_NO_KEY, UPDATE_NO_FEED, UPDATE_UNREACHABLE, UPDATE_UNSIGNED, UPDATE_SIGNATURE, UPDATE_UNREADABLE, UPDATE_ELSEWHERE,
   * UPDATE_NO_PACKAGE, UPDATE_BUSY, CANCELLED
   */
  async check(): Promise<void> {
    const rules = await this.open()
    this.forget(rules)
    await this.run('checking', async (stop) => {
      let version: string | null = null
      try {
        const file = channelFileOf(rules.channel, this.parts.system)
        const signed = await this.readSigned(rules, file, stop)
        const { host } = rules.place
        if (signed === null) throw new AppError('UPDATE_UNREACHABLE', { host, reason: `it has no ${file}` })
        const { manifest } = signed
        // One that was signed to be tried first is none that is finished, whatever name it lies under.
        if (rules.channel === 'stable' && manifest.channel !== 'stable')
          throw new AppError('UPDATE_UNREADABLE', { host, file, reason: 'it is for another channel' })
        ;({ version } = manifest)
        await this.take(signed, rules)
        this.note({ version, error: null })
      } catch (thrown) {
        const { code, details } = toAppError(thrown)
        if (code !== 'CANCELLED') this.note({ version, error: { code, details } })
        throw thrown
      }
    })
  }

  private note(check: {
    version: string | null
    error: { code: AppError['code']; details: AppError['details'] } | null
  }) {
    const { dataDir, nowMs, log } = this.parts
    const { feed } = readFeedFile(dataDir, this.broken)
    log.info('update.checked', { version: check.version, code: check.error?.code ?? null })
    writeFeedFile(dataDir, { feed, lastCheck: { at: new Date(nowMs()).toISOString(), ...check } })
  }

  /** Whether a version is newer than what runs, and none that somebody went back from. */
  private async isOffered(version: string): Promise<boolean> {
    return compareVersions(version, this.parts.version) > 0 && !(await this.parts.isSkipped(version))
  }

  private async take(signed: Signed, { place, channel, feed }: UpdateRules & { place: URL }): Promise<void> {
    const { version, log } = this.parts
    const { manifest } = signed
    if (!(await this.isOffered(manifest.version))) {
      const isNewer = compareVersions(manifest.version, version) > 0
      log.info('update.none', { offered: manifest.version, running: version, skipped: isNewer })
      this.found = null
      this.ready = null
      this.phase = 'idle'
      return
    }
    const kind = await this.parts.kind()
    const wanted = packageOf(manifest, kind, place)
    if (this.found?.wanted.sha512 === wanted.sha512) return
    this.found = { signed, wanted, kind, feed: place }
    this.foundFor = `${channel} ${feed}`
    this.ready = null
    this.phase = 'idle'
  }

  /**
   * Fetches the version that was found, and that which runs where its package is not at hand, to be able to go back. Goes on where it broke off.
   * @throws UPDATE_NO_FEED (nothing was found), UPDATE_NO_ROOM, and as `downloadPackage`
   */
  async download(): Promise<void> {
    const rules = await this.open()
    this.forget(rules)
    const { found } = this
    if (found === null) throw new AppError('UPDATE_NOTHING')
    if (this.ready !== null) return
    await this.run('downloading', async (stop) => {
      const { version } = this.parts
      const previous = await this.findPrevious(rules, found, stop)
      const { manifest } = found.signed
      const file = this.fileOf(manifest.version, found.wanted)
      const coming = previous?.coming ?? null
      const wanted = [found.wanted, ...(coming === null || coming.isThere ? [] : [coming.wanted])]
      // What a download before a restart has brought whole is there already.
      const absent = (await isWhole(file, found.wanted)) ? wanted.slice(1) : wanted
      await this.requireRoom(absent, found.wanted.sizeBytes, rules.reserveBytes)
      const totalBytes = wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      const { connection } = this.parts
      const fetchOne = async (
        one: Pick<Found, 'wanted' | 'signed'>,
        to: string,
        beforeBytes: number,
      ): Promise<void> => {
        await downloadPackage({
          connection,
          wanted: one.wanted,
          folder: this.folder,
          file: to,
          stop,
          onProgress: (doneBytes) => (this.progress = { doneBytes: beforeBytes + doneBytes, totalBytes }),
        })
        try {
          keepManifest(to, one.signed)
        } catch (thrown) {
          throw isFull(thrown) ? new AppError('UPDATE_NO_ROOM', {}, { cause: thrown }) : thrown
        }
      }
      await fetchOne(found, file, 0)
      let previousFile = previous?.file ?? null
      if (previous !== null && coming !== null) {
        try {
          await fetchOne(coming, previous.file, found.wanted.sizeBytes)
        } catch (thrown) {
          const error = toAppError(thrown)
          if (error.code === 'CANCELLED') throw error
          // Told before it is installed: going back would be done by hand.
          this.parts.log.warn('update.previous.missing', { version, error })
          previousFile = null
        }
      }
      const { kind } = found
      this.ready = {
        from: version,
        to: manifest.version,
        kind,
        packageFile: file,
        sha512: found.wanted.sha512,
        previousFile,
      }
      this.phase = 'downloaded'
      await this.clean([version, manifest.version])
      this.parts.log.info('update.downloaded', { version: manifest.version, canGoBack: previousFile !== null })
    })
  }

  /**
   * The package of the version that runs: kept from its own update with what was signed of it, fetched before, or where the feed has it.
   * `null`: nowhere.
   */
  private async findPrevious(
    rules: { readonly place: URL; readonly keys: string },
    { kind, feed }: Found,
    stop: AbortSignal,
  ): Promise<Previous | null> {
    const { version, system, log } = this.parts
    const kept = await this.parts.keptPackage()
    if (kept !== null) {
      try {
        await checkKept({ packageFile: kept, version, kind }, { keys: () => Promise.resolve(rules.keys), system })
        return { file: kept, coming: null }
      } catch (error) {
        // The feed may have what is missing beside it.
        log.warn('update.previous.unbelieved', { version, error })
      }
    }
    try {
      const signed = await this.readSigned(rules, versionFileOf(version, system), stop)
      if (signed?.manifest.version !== version) return null
      const wanted = packageOf(signed.manifest, kind, feed)
      const file = this.fileOf(version, wanted)
      return { file, coming: { wanted, signed, isThere: await isWhole(file, wanted) } }
    } catch (thrown) {
      const error = toAppError(thrown)
      if (error.code === 'CANCELLED') throw error
      log.warn('update.previous.missing', { version, error })
      return null
    }
  }

  /** What is still to come, the new version again when it is unpacked, and what has to stay free. @throws UPDATE_NO_ROOM */
  private async requireRoom(wanted: readonly Package[], unpackedBytes: number, reserveBytes: number): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    let limit = unpackedBytes + reserveBytes
    for (const one of wanted) limit += one.sizeBytes - ((await sizeOf(partialFileOf(this.folder, one))) ?? 0)
    const actual = await (this.parts.freeBytes ?? freeBytesOf)(this.folder)
    if (actual < limit) throw new AppError('UPDATE_NO_ROOM', { actual, limit })
  }

  /** Packages of other versions go, what was left of their downloads, and the copy that the last installer was given. */
  private async clean(versions: readonly string[]): Promise<void> {
    const packages = join(this.folder, 'packages')
    const leave = (path: string): Promise<void> => rm(path, { recursive: true, force: true })
    try {
      for (const name of await readdir(packages)) if (!versions.includes(name)) await leave(join(packages, name))
      for (const name of await readdir(this.folder))
        if (name === INSTALLER_FOLDER || /^[0-9a-f]{32}\.part(\.mark)?$/.test(name))
          await leave(join(this.folder, name))
    } catch (error) {
      this.parts.log.warn('update.clean.failed', { error })
    }
  }

  /** Ends what is under way; a download goes on from there the next time. */
  cancel(): void {
    this.stop?.abort()
  }

  /**
   * What was downloaded, looked at once more, for whoever installs it.
   * @throws UPDATE_NOTHING, UPDATE_DAMAGED (it has changed since; it is removed), UPDATE_OFF, UPDATE_NO_KEY
   */
  async install(work: (ready: Ready) => Promise<void>): Promise<void> {
    const rules = await this.open()
    this.forget(rules)
    const { ready, found } = this
    if (ready === null || found === null) throw new AppError('UPDATE_NOTHING')
    await this.run('installing', async () => {
      if (!(await isWhole(ready.packageFile, found.wanted))) {
        await removeKept(ready.packageFile)
        this.ready = null
        this.phase = 'idle'
        throw new AppError('UPDATE_DAMAGED', { host: found.feed.host, reason: 'it has changed since' })
      }
      await work(ready)
    })
  }
}
