/**
 * Owns how a process works on a data folder: as its owner when nobody else is, else as a client of the owner; and what happens when
 * the owner goes away (take over, or connect to whoever did, and repeat what is safe to repeat).
 * Refuses: knowing the engine; it is given a function that starts one, or finds that another process owns the folder.
 */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UPGRADE_SIGN } from '../../shared/backups'
import type { Caller, CallName, CallParams, CallResult, ChangeEvent } from '../../shared/calls'
import { changeTopics, GENERATED_KEY } from '../../shared/calls'
import { AppError, toAppError } from '../../shared/errors'
import type { Log } from '../../shared/log'
import { ownerAddress } from './address'
import type { ChannelTiming } from './channel'
import { connectOwner, type OwnerConnection } from './client'
import { isRepeatable } from './repeatable'
import { serveOwner, type OwnerServer } from './server'

/** What a session needs of an engine. */
export type OwnedEngine = {
  readonly call: Caller
  readonly onEvent: (fn: (event: ChangeEvent) => void) => () => void
  /** Starts nothing new and waits for what runs, at most `timeoutMs`. */
  readonly drain: (timeoutMs: number) => Promise<void>
  readonly close: () => Promise<void>
  /**
   * Starts claiming tasks; called at the first call that waits for work, or at once with `work: true`. An engine without it works
   * from its start. So a search that happens to own the folder for a moment does not start on last week's queue.
   */
  readonly work?: () => void
}

export type SessionRole = 'owner' | 'client'

export type SessionOptions = {
  readonly dataDir: string
  readonly version: string
  /**
   * Takes the owner lock and starts the engine; `null` when another process holds the lock.
   * @throws AppError when the folder cannot be used at all
   */
  readonly startEngine: () => Promise<OwnedEngine | null>
  readonly log: Log
  /** Work on the queue from the start, not only when a call waits for it. */
  readonly work?: boolean
  /** How long an owner that holds the lock may take to listen. */
  readonly busyMs?: number
  /** How long it may take that brings a folder of an older version up to date first. */
  readonly upgradeMs?: number
  readonly timing?: ChannelTiming
}

export type Session = {
  /** In this process as the owner, over the socket as a client. */
  readonly call: Caller
  /** `client` as well between a lost owner and the next. */
  readonly role: () => SessionRole
  /** Calls `fn` at every change, and when the owner changes, until the returned function is called. */
  readonly onEvent: (fn: (event: ChangeEvent) => void) => () => void
  /** As the owner: starts nothing new and waits for what runs, at most `timeoutMs`. As a client: nothing. */
  readonly drain: (timeoutMs: number) => Promise<void>
  /** Leaves. As the owner: drains (at most `drainMs`), lets the clients go, closes the engine. */
  readonly close: (drainMs?: number) => Promise<void>
}

type OwnerRole = { role: 'owner'; call: Caller; engine: OwnedEngine; server: OwnerServer; unsubscribe: () => void }
type ClientRole = { role: 'client'; connection: OwnerConnection }
type Place = OwnerRole | ClientRole

const BUSY_MS = 10_000
/** An owner that starts asks its disk so many times as much as whoever finds that the lock is taken. Of a usual disk that is less than a second or two. */
const START_OVER_LOCK = 100
const MOST_SLOWNESS_MS = 60_000
/** Half a minute a gigabyte; a person who waits can leave at any time. */
const UPGRADE_MS = 600_000
const HELLO_MS = 2_000
const RETRY_MS = { first: 20, last: 250 }
/** Owners that may be lost during one call before it fails. */
const MAX_LOST_OWNERS = 5
/** How long an owner that refuses calls because it closes may take to go. */
const LEAVING_MS = 15_000
const DRAIN_MS = 5_000
/** Calls that somebody makes who waits for work to be done. */
const WORK_CALLS: ReadonlySet<CallName> = new Set(['jobs.wait'])
const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A session; a class because it owns the engine or the connection. */
class FolderSession {
  private readonly listeners = new Set<(event: ChangeEvent) => void>()
  private place: Place | null = null
  private settling: Promise<Place> | null = null
  private closing: Promise<void> | null = null

  constructor(private readonly options: SessionOptions) {}

  get role(): SessionRole {
    return this.place?.role ?? 'client'
  }

  listen(fn: (event: ChangeEvent) => void): () => void {
    this.listeners.add(fn)
    return () => this.listeners.delete(fn)
  }

  /** The place this process has now, or the next one. */
  settle(): Promise<Place> {
    if (this.place !== null) return Promise.resolve(this.place)
    this.settling ??= this.findPlace().finally(() => {
      this.settling = null
    })
    return this.settling
  }

  private async findPlace(): Promise<Place> {
    const { dataDir, busyMs = BUSY_MS, upgradeMs = UPGRADE_MS } = this.options
    const begunMs = performance.now()
    let lockMs = Number.POSITIVE_INFINITY
    for (let waitMs = RETRY_MS.first; ; waitMs = Math.min(RETRY_MS.last, waitMs * 1.5)) {
      if (this.closing !== null) throw new AppError('SHUTTING_DOWN')
      // The socket comes first: asking costs a millisecond, the lock loads the database.
      let place: Place | null = await this.becomeClient()
      if (place === null) {
        const askedMs = performance.now()
        place = await this.becomeOwner()
        // The quickest: the first one loads what is needed as well.
        lockMs = Math.min(lockMs, performance.now() - askedMs)
      }
      if (place !== null) {
        this.place = place
        if (place.role === 'client') this.watch(place)
        this.emit({ type: 'changed', topics: [...changeTopics] })
        return place
      }
      const waitedMs = performance.now() - begunMs
      if (waitedMs > busyMs + Math.min(MOST_SLOWNESS_MS, lockMs * START_OVER_LOCK)) {
        const upgrading = existsSync(join(dataDir, UPGRADE_SIGN))
        if (!upgrading || waitedMs > upgradeMs) throw new AppError('OWNER_BUSY', { path: dataDir, upgrading })
      }
      // Two starters that meet here must not stay in step.
      await delay(waitMs * (0.5 + Math.random()))
    }
  }

  private async becomeClient(): Promise<ClientRole | null> {
    const { dataDir, version, timing, log } = this.options
    const connection = await connectOwner({
      address: ownerAddress(dataDir),
      version,
      timeoutMs: HELLO_MS,
      ...(timing === undefined ? {} : { timing }),
    })
    if (connection === null) return null
    log.debug('session-is-client', { owner: connection.ownerPid })
    connection.onEvent((event) => this.emit(event))
    return { role: 'client', connection }
  }

  private watch(place: ClientRole): void {
    place.connection.gone.then(
      (reason) => this.leavePlace(place, reason),
      (error: unknown) => this.options.log.error('session-gone-failed', { error }),
    )
  }

  private async becomeOwner(): Promise<OwnerRole | null> {
    const { dataDir, version, timing, log, startEngine, work = false } = this.options
    const engine = await startEngine()
    if (engine === null) return null
    try {
      const call: Caller = (name, params) => {
        if (WORK_CALLS.has(name)) engine.work?.()
        return engine.call(name, params)
      }
      // The folder exists now, so its real path, and with it the address, is certain.
      const server = await serveOwner({
        address: ownerAddress(dataDir),
        version,
        log,
        call,
        subscribe: (fn) => engine.onEvent(fn),
        ...(timing === undefined ? {} : { timing }),
      })
      if (work) engine.work?.()
      log.debug('session-is-owner')
      return { role: 'owner', call, engine, server, unsubscribe: engine.onEvent((event) => this.emit(event)) }
    } catch (error) {
      await engine.close()
      throw error
    }
  }

  /** The owner is gone: look for the next at once, so that work goes on although nobody asks. */
  private leavePlace(place: ClientRole, reason: string): void {
    if (this.place !== place || this.closing !== null) return
    this.options.log.info('owner-lost', { reason })
    this.place = null
    this.settle().catch((error: unknown) => {
      // The next call tries again and tells whoever makes it.
      this.options.log.warn('no-owner-found', { error })
    })
  }

  private emit(event: ChangeEvent): void {
    for (const listener of this.listeners) {
      try {
        listener(event)
      } catch (error) {
        this.options.log.error('event-listener-failed', { error })
      }
    }
  }

  async call<N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>> {
    let safeParams = params
    for (let lost = 0; ; lost += 1) {
      if (this.closing !== null) throw new AppError('SHUTTING_DOWN')
      const place = await this.settle()
      if (place.role === 'owner') return await place.call(name, safeParams)
      if (lost === 0) safeParams = addJobKey(name, params)
      try {
        return await place.connection.call(name, safeParams)
      } catch (thrown) {
        const error = toAppError(thrown)
        // Refused because the owner closes: the call was not started, whatever it is.
        const isRefused = error.code === 'SHUTTING_DOWN'
        const isLost = error.code === 'OWNER_LOST' && isRepeatable(name)
        if (!(isRefused || isLost) || lost >= MAX_LOST_OWNERS) throw error
        await Promise.race([place.connection.gone, delay(LEAVING_MS)])
        this.leavePlace(place, error.code)
      }
    }
  }

  async drain(timeoutMs: number): Promise<void> {
    if (this.place?.role === 'owner') await this.place.engine.drain(timeoutMs)
  }

  close(drainMs: number): Promise<void> {
    this.closing ??= this.leave(drainMs)
    return this.closing
  }

  private async leave(drainMs: number): Promise<void> {
    const { log } = this.options
    // What is being started has to be there before it can be closed. Its failure was told to whoever waited for it.
    if (this.settling !== null)
      await this.settling.catch((error: unknown) => log.debug('closed-while-starting', { error }))
    const { place } = this
    this.place = null
    if (place === null) return
    if (place.role === 'client') {
      await place.connection.close()
      return
    }
    place.unsubscribe()
    try {
      await place.engine.drain(drainMs)
      // Before the engine lets the lock go: the socket file would be the next owner's afterwards.
      await place.server.close()
    } finally {
      await place.engine.close()
    }
  }
}

/** Creating a job is safe to repeat when it has a key. */
const addJobKey = <N extends CallName>(name: N, params: CallParams<N>): CallParams<N> => {
  if (name !== 'jobs.create') return params
  const creation = params as CallParams<'jobs.create'>
  if (creation.key !== undefined && creation.key !== null) return params
  return { ...creation, key: `${GENERATED_KEY}${randomUUID()}` } as CallParams<N>
}

/**
 * Opens a session: as the owner of the data folder, or as a client of the process that owns it.
 * @throws AppError OWNER_BUSY when the owner does not answer, OWNER_VERSION, DATA_DIR_UNWRITABLE, or what starting the engine threw
 */
export const openSession = async (options: SessionOptions): Promise<Session> => {
  const session = new FolderSession(options)
  await session.settle()
  return {
    call: (name, params) => session.call(name, params),
    role: () => session.role,
    onEvent: (fn) => session.listen(fn),
    drain: (timeoutMs) => session.drain(timeoutMs),
    close: (drainMs = DRAIN_MS) => session.close(drainMs),
  }
}
