/**
 * Owns the app's connection to the engine: starts it, holds the calls back until it stands, tells how the start went, closes it.
 * Refuses: knowing what the engine is made of, and Electron.
 */
import { AppError, toAppError, told } from '../../shared/errors'
import type { AppStatus } from '../../shared/app-calls'
import type { Caller, ChangeEvent } from '../../shared/calls'

/** What a session with the engine can do, whether the engine is in this process or in another. */
export type EngineSession = {
  readonly call: Caller
  readonly role: () => 'owner' | 'client'
  /** Returns what ends it. */
  readonly onEvent: (listen: (event: ChangeEvent) => void) => () => void
  /** Finishes what runs, within a bound of its own, and closes. */
  readonly close: () => Promise<void>
}

export type EngineState = Pick<AppStatus, 'state' | 'role' | 'error'>

/** The one connection; a class because it owns the session. */
export class EngineLink {
  private session: EngineSession | null = null
  private starting: Promise<EngineSession> | null = null
  private failure: AppError | null = null
  private closed = false
  private noteBegun = (): void => undefined
  /** Who asks before the start was begun waits for it, too. */
  private readonly begun = new Promise<void>((resolve) => {
    this.noteBegun = resolve
  })
  private readonly listeners = new Set<(event: ChangeEvent) => void>()

  constructor(
    private readonly open: () => Promise<EngineSession>,
    private readonly onFailure: (error: AppError) => void,
  ) {}

  /** How far the start is. */
  state(): EngineState {
    if (this.session !== null) return { state: 'ready', role: this.session.role(), error: null }
    const error = this.failure === null ? null : told(this.failure.code, this.failure.details)
    return { state: error === null ? 'starting' : 'failed', role: null, error }
  }

  /** Starts, or starts again after a failure. Never rejects: the outcome is in `state()`. */
  async start(): Promise<void> {
    if (this.closed || this.session !== null) return
    this.starting ??= this.begin()
    this.noteBegun()
    try {
      await this.starting
    } catch (thrown) {
      // Told through state() and the log; the next start tries afresh.
      this.failure = toAppError(thrown)
      this.starting = null
      this.onFailure(this.failure)
    }
    this.tell({ type: 'changed', topics: ['owner', 'jobs', 'documents', 'collections'] })
  }

  private async begin(): Promise<EngineSession> {
    this.failure = null
    const session = await this.open()
    if (this.closed) {
      await session.close()
      return session
    }
    session.onEvent((event) => this.tell(event))
    this.session = session
    return session
  }

  /** Calls the engine, as soon as it stands. Rejects with the reason when its start failed, with SHUTTING_DOWN when none comes. */
  readonly call: Caller = async (name, params) => {
    await this.begun
    const session = this.session ?? (await this.starting)
    if (session !== null) return session.call(name, params)
    throw this.failure ?? new AppError('SHUTTING_DOWN')
  }

  /** Listens for changes. Returns what ends it. */
  onEvent(listen: (event: ChangeEvent) => void): () => void {
    this.listeners.add(listen)
    return () => this.listeners.delete(listen)
  }

  private tell(event: ChangeEvent): void {
    for (const listen of this.listeners) listen(event)
  }

  /** Closes the engine if it stands or is about to. */
  async close(): Promise<void> {
    this.closed = true
    this.noteBegun()
    this.listeners.clear()
    if (this.session !== null) await this.session.close()
    else await this.starting
  }
}
