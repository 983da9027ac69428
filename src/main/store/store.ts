/**
 * Owns the two threads on which SQLite runs, so that the main thread never waits for it.
 * Refuses: SQL, and opening a data folder that this process does not own: take the owner lock first.
 */
import { Worker } from 'node:worker_threads'
import { AppError, fromErrorRecord, toAppError } from '../../shared/errors'
import type { OperationName, Operations, Store } from './contract'
import { operations } from './operations'
import type { Answer, Request, Start, ThreadSettings } from './thread-messages'
import type { Upgrade } from './upgrade'

export type StoreOptions = {
  /** The data folder; it must exist. */
  readonly dir: string
  /** The built entry of the threads (`store-thread.js`). */
  readonly threadFile: string
  /** Background work (deleting garbage) failed; it is tried again later. */
  readonly onUnwell?: ((error: AppError) => void) | undefined
  /** The folder was of an older version, and is up to date now. */
  readonly onUpgrade?: ((upgrade: Upgrade) => void) | undefined
}

/**
 * Of what these threads allocate next to nothing outlives a statement. With the default, of some 16 MB, they keep 5 MB more for nothing while the
 * app is idle, and reading 1,500 documents into the index takes as long.
 */
const YOUNG_MB = 2

type Waiting = { resolve: (result: unknown) => void; reject: (error: AppError) => void }

/** One thread of the store and what was asked of it. */
class StoreThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #ended: Promise<void>
  #failure: AppError | null = null
  #seq = 0
  #opened: Waiting | null = null
  #isOpen = false
  upgrade: Upgrade | null = null

  constructor(threadFile: string, settings: ThreadSettings, onUnwell: (error: AppError) => void) {
    this.#worker = new Worker(threadFile, {
      workerData: settings,
      name: `store-${settings.role}`,
      stdin: false,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    })
    this.#worker.on('message', (answer: Answer) => this.#take(answer, onUnwell))
    this.#worker.on('error', (error) => this.#fail(toAppError(error)))
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#fail(new AppError('INTERNAL_BUG', { reason: `the ${settings.role} thread of the store has ended` }))
        resolve()
      })
    })
  }

  #take(answer: Answer, onUnwell: (error: AppError) => void): void {
    if (answer.type === 'opened') {
      this.#isOpen = true
      this.upgrade = answer.upgrade
      return this.#opened?.resolve(undefined)
    }
    if (answer.type === 'refused') return this.#fail(fromErrorRecord(answer.error))
    if (answer.type === 'unwell') return onUnwell(fromErrorRecord(answer.error))
    const waiting = this.#waiting.get(answer.seq)
    this.#waiting.delete(answer.seq)
    if (answer.type === 'result') waiting?.resolve(answer.result)
    else waiting?.reject(fromErrorRecord(answer.error))
  }

  /** The first reason counts: everybody who waits, and asks later, gets it. */
  #fail(error: AppError): void {
    this.#failure ??= error
    this.#opened?.reject(this.#failure)
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failure)
    this.#waiting.clear()
  }

  /** Lets a reader open the files; before, it only loads its code. */
  start(): void {
    this.#worker.postMessage({ type: 'start' } satisfies Start)
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#opened = { resolve: () => resolve(), reject }
      if (this.#failure) reject(this.#failure)
      else if (this.#isOpen) resolve()
    })
  }

  run(name: OperationName, params: unknown): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure)
    this.#seq += 1
    const seq = this.#seq
    return new Promise((resolve, reject) => {
      this.#waiting.set(seq, { resolve, reject })
      this.#worker.postMessage({ type: 'run', seq, name, params } satisfies Request)
    })
  }

  /** Resolves when the thread has answered everything, closed its files and ended. */
  async close(): Promise<void> {
    this.#worker.postMessage({ type: 'close' } satisfies Request)
    await this.#ended
  }
}

/**
 * Opens the store of a data folder whose owner lock this process holds.
 * @throws DATA_DIR_NEWER, UPGRADE_NO_ROOM, UPGRADE_FAILED, DATA_DIR_UNWRITABLE, DATABASE_CORRUPT, DATABASE_BUSY, DISK_FULL
 */
export const openStore = async ({
  dir,
  threadFile,
  onUnwell = () => undefined,
  onUpgrade = () => undefined,
}: StoreOptions): Promise<Store> => {
  // Both load their code at once (about 0.1 s each); the reader opens what the writer has made or migrated.
  const writer = new StoreThread(threadFile, { dir, role: 'writer' }, onUnwell)
  const reader = new StoreThread(threadFile, { dir, role: 'reader' }, onUnwell)
  try {
    await writer.opened()
    if (writer.upgrade !== null) onUpgrade(writer.upgrade)
    reader.start()
    await reader.opened()
  } catch (thrown) {
    await Promise.all([reader.close(), writer.close()])
    throw thrown
  }
  let closing: Promise<void> | null = null

  const run = async <N extends OperationName>(
    name: N,
    params: Operations[N]['params'],
  ): Promise<Operations[N]['result']> => {
    if (closing) throw new AppError('SHUTTING_DOWN')
    const thread = operations[name].on === 'reader' ? reader : writer
    return thread.run(name, params) as Promise<Operations[N]['result']>
  }

  const close = async (): Promise<void> => {
    // The reader first: the writer's closing then folds the log into the database, as the last one to have it open.
    await reader.close()
    await writer.close()
  }
  return { run, close: () => (closing ??= close()) }
}
