/**
 * Owns the wiring: lock, store, vector index, pool, queue, phases, search and calls of one data folder.
 * Refuses: any logic of theirs, Electron, and a second engine on the same folder.
 */
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import {
  callTable,
  type Caller,
  type CallName,
  type CallParams,
  type CallResult,
  type ChangeEvent,
} from '../shared/calls'
import { AppError, toAppError } from '../shared/errors'
import { finalJobStates } from '../shared/domain'
import type { Limits } from '../shared/limits'
import type { Log } from '../shared/log'
import { createCalls } from './calls'
import { createChanges } from './calls/changes'
import { runDoctor } from './calls/doctor'
import { createEstimates } from './calls/estimates'
import { createProgressTracker } from './calls/progress'
import { createGate } from './ingest/gate'
import { ocrHostOptions } from './ingest/ocr'
import type { IngestParts } from './ingest/parts'
import { createPasswords } from './ingest/passwords'
import { createQuiet } from './ingest/quiet'
import { collectGarbage } from './ingest/reconcile'
import { createIngest } from './ingest/runner'
import { clearTemp, jobTempBytes } from './ingest/temp'
import { createQueue, type Clock, type Queue } from './jobs/queue'
import { retriesOf } from './jobs/retry'
import { createPool, type HostName, type LaunchHost, type Pool } from './pool/pool'
import { createLocalProvider } from './providers/local'
import type { EmbeddingProvider } from './providers/provider'
import { createSearch } from './search'
import { acquireOwnerLock, type OwnerLock } from './store/owner-lock'
import { openStore } from './store/store'
import type { Store } from './store/contract'
import { openVectors, removeVectors, type Vectors } from './vectors'
import { loadLanceDb } from './vectors/library'

export type EngineFiles = { hostFile: string; workerFile: string; storeThreadFile: string }

export type EngineOptions = {
  dataDir: string
  files: EngineFiles
  modelDir: string
  launch: LaunchHost
  log: Log
  logFile: string
  version: string
  limits: Limits
  clock: Clock
  random: () => number
  /** The host that is needed first: it is started beside the store, not after it. */
  soon?: HostName | null
}

export type Engine = {
  /** Runs a call; parameters are checked against its schema. Rejects with an AppError. */
  call: Caller
  onEvent: (listener: (event: ChangeEvent) => void) => () => void
  /** Starts working on the queue. Before it the engine only answers: a search that owns the folder for a moment does not start on old work. */
  work: () => void
  /** Starts no new work and waits up to `timeoutMs` for what runs; reading goes on. */
  drain: (timeoutMs: number) => Promise<void>
  /** Interrupts what still runs, closes everything and gives the data folder back. */
  close: () => Promise<void>
}

/** Tasks of one embedding claim: their texts share calls of the model and commits of the index. */
const EMBED_BATCH = 64
const EXPAND_CONCURRENCY = 2
/** Documents claimed beyond the threads that read: one is ready when a thread is, while the text of another is stored. */
const EXTRACT_AHEAD = 2
const LOOK_AFTER_MS = 1_000
const FORGET_EVERY_MS = 3_600_000
const POOL_CLOSE_MS = 2_000
const CLOSING_GARBAGE_PAGES = 4
/** The model itself takes about 220 MB with all threads; a cap made for documents must not forbid it. */
const EMBED_MEMORY_BYTES = 512 * 1024 * 1024

/** What is opened at first use and then kept; a failure is not kept. */
const once = <T>(open: () => Promise<T>) => {
  let opened: Promise<T> | null = null
  return {
    get: (): Promise<T> => {
      opened ??= open().catch((thrown: unknown) => {
        opened = null
        throw thrown
      })
      return opened
    },
    opened: (): Promise<T> | null => opened,
    /** Closes what was opened, if anything was; the next use opens it again. */
    forget: async (close: (value: T) => Promise<void>): Promise<void> => {
      const value = await opened?.catch(() => null)
      opened = null
      if (value) await close(value)
    },
  }
}

const makePool = ({ files, launch, log, limits }: EngineOptions): Pool => {
  const shared = {
    memoryBytes: limits['task.memoryBytes'],
    heartbeatMs: limits['task.heartbeatMs'],
    timeMs: limits['task.timeMs'],
    recycleTasks: limits['worker.recycleTasks'],
    idleMs: limits['worker.idleMs'],
  }
  const faults = process.env['SLUICE_FAULTS']
  const env: Record<string, string> = faults === undefined ? {} : { SLUICE_FAULTS: faults }
  return createPool({
    hostFile: files.hostFile,
    workerFile: files.workerFile,
    launch,
    clock: { now: () => performance.now() },
    log,
    hosts: {
      parse: { ...shared, threads: limits['worker.parseThreads'], env },
      ocr: ocrHostOptions({ ...shared, threads: 1, env }, limits),
      embed: {
        ...shared,
        threads: limits['worker.embedThreads'],
        urgentThreads: 1,
        memoryBytes: Math.max(EMBED_MEMORY_BYTES, limits['task.memoryBytes']),
        env,
      },
    },
  })
}

/**
 * Starts the engine of a data folder: takes the lock, repairs what a crash left, and goes on with what is queued.
 * @returns `null` when another process owns the folder
 * @throws DATA_DIR_UNWRITABLE, DATA_DIR_NEWER, DATABASE_CORRUPT, DISK_FULL
 */
export const createEngine = async (options: EngineOptions): Promise<Engine | null> => {
  const { dataDir, log } = options
  const lock = acquireOwnerLock(dataDir)
  if (!lock) return null
  const pool = makePool(options)
  if (options.soon) pool.warm(options.soon)
  const tempRoot = join(dataDir, 'temp')
  let store: Store | null = null
  try {
    const opening = openStore({ dir: dataDir, threadFile: options.files.storeThreadFile })
    // Code that a search by meaning needs is loaded while the threads of the store start.
    const loading = options.soon === 'embed' ? loadLanceDb() : null
    loading?.catch((thrown: unknown) => log.debug('vectors-not-loaded', { error: thrown }))
    store = await opening
    const recovered = await store.run('tasks.recover', {})
    clearTemp(tempRoot)
    log.info('owner-started', { ...recovered, dataDir, version: options.version })
    return runEngine(options, { lock, pool, store, tempRoot })
  } catch (thrown) {
    await pool.close({ timeoutMs: 0 })
    await store?.close()
    lock.release()
    throw thrown
  }
}

type Opened = { lock: OwnerLock; pool: Pool; store: Store; tempRoot: string }

/** Wires what was opened; nothing in here can fail. */
const runEngine = (options: EngineOptions, { lock, pool, store, tempRoot }: Opened): Engine => {
  const { dataDir, clock, limits, log } = options
  const changes = createChanges(clock.setTimer)
  const tracker = createProgressTracker(clock.nowMs)
  const nowMs = (): number => performance.now()

  let provider: EmbeddingProvider | null = null
  const getProvider = (): EmbeddingProvider => {
    provider ??= createLocalProvider({
      modelDir: options.modelDir,
      run: {
        embed: (params, signal) => pool.run('embed', 'embed', params, { signal }),
        embedQuery: (params, signal) => pool.run('embed', 'embedQuery', params, { signal, priority: 1 }),
      },
    })
    return provider
  }
  const vectorsDir = join(dataDir, 'vectors')
  const vectors = once<Vectors>(() => {
    const { model, dimensions } = getProvider()
    return openVectors({
      dir: vectorsDir,
      model,
      dimensions,
      tempDir: join(tempRoot, 'vectors'),
      nowMs: clock.nowMs,
    })
  })
  const index = { store, vectors: vectors.get }
  /** Takes the vector index away, sound or not; the next use makes a new one. */
  const resetVectors = async (): Promise<void> => {
    await vectors.forget((opened) => opened.close())
    removeVectors(vectorsDir)
  }

  const passwords = createPasswords()
  let queue: Queue | null = null
  let closed = false
  const running = () => queue?.status().running ?? { expand: 0, extract: 0, ocr: 0, embed: 0 }
  const gate = createGate({
    busy: () => running().extract >= limits['worker.parseThreads'],
    setTimer: clock.setTimer,
  })
  const active = new Set<number>()
  const touch = (jobIds: readonly number[]): void => {
    for (const id of jobIds) active.add(id)
    changes.mark(['jobs', 'documents', 'collections'], jobIds)
  }
  const parts: IngestParts = {
    store,
    parse: (name, params, run) => pool.run('parse', name, params, run),
    readPictures: (name, params, run) => pool.run('ocr', name, params, run),
    provider: getProvider,
    vectors: vectors.get,
    limits: () => limits,
    passwords,
    gate,
    dataDir,
    tempRoot,
    nowMs,
    log,
    onChange: (jobId, lane) => {
      touch([jobId])
      if (lane !== undefined) queue?.progressed(lane)
      notify()
    },
  }
  let working = false
  const notify = (): void => {
    if (working && !closed) queue?.notify()
  }
  const ingest = createIngest(parts)
  const workQueue = createQueue({
    store,
    clock,
    random: options.random,
    log,
    lanes: {
      expand: { concurrency: () => EXPAND_CONCURRENCY, batch: 1 },
      extract: { concurrency: () => limits['worker.parseThreads'] + EXTRACT_AHEAD, batch: 1 },
      ocr: { concurrency: () => 1, batch: 1 },
      embed: { concurrency: () => 1, batch: EMBED_BATCH },
    },
    run: ingest.run,
    retries: retriesOf(() => limits['task.attempts']),
    onChange: touch,
  })
  queue = workQueue

  let forgetFromMs = 0
  /** Removes what has been gone for long, about once an hour. */
  const forgetGone = async (): Promise<void> => {
    if (nowMs() < forgetFromMs) return
    forgetFromMs = nowMs() + FORGET_EVERY_MS
    for (let more = true; more;) {
      const forgotten = await store.run('documents.forgetGone', { days: limits['documents.goneDays'] })
      if (forgotten.removed > 0) {
        log.info('gone-documents-removed', { removed: forgotten.removed })
        changes.mark(['documents', 'collections'])
      }
      more = forgotten.more
    }
  }

  /** Notes peaks of the jobs at work and ends those that are done. */
  const lookAfterJobs = async (): Promise<void> => {
    const hosts = pool.workers().reduce((sum, { rssBytes }) => sum + (rssBytes ?? 0), 0)
    const rssBytes = hosts + process.memoryUsage().rss
    for (const id of [...active]) {
      await store.run('jobs.addPeaks', { id, rssBytes, tempDiskBytes: jobTempBytes(tempRoot, id) })
      const job = await store.run('jobs.find', { id })
      if (job && !finalJobStates.includes(job.state)) continue
      active.delete(id)
      // The end of a large job is found by the store itself, not by a task.
      changes.mark(['jobs', 'documents', 'collections'], [id])
      await ingest.endJob(id)
      tracker.forget(String(id))
    }
    if (active.size > 0 || running().embed > 0) return
    await forgetGone()
    while (await collectGarbage(index)) log.debug('vector-garbage-page')
    const opened = await vectors.opened()
    if (opened?.needsOptimize(true)) await opened.optimize()
  }
  /** What the last moment left; much garbage waits for the next owner. */
  const tidyVectors = async (opened: Vectors | null): Promise<void> => {
    if (opened === null) return
    for (let page = 0; page < CLOSING_GARBAGE_PAGES && (await collectGarbage(index)); page += 1)
      log.debug('vector-garbage-page')
    await opened.tidy()
  }
  const quiet = createQuiet({
    queue: workQueue,
    gate,
    resume: () => {
      if (working && !closed) workQueue.resumeClaims()
    },
    setTimer: clock.setTimer,
  })
  let stopCare = (): void => undefined
  let caring: Promise<void> = Promise.resolve()
  const care = (): void => {
    if (closed) return
    caring = quiet
      .unless(lookAfterJobs)
      .catch((thrown: unknown) => log.warn('maintenance-failed', { error: thrown }))
      .then(() => {
        if (!closed) stopCare = clock.setTimer(LOOK_AFTER_MS, care)
      })
  }
  stopCare = clock.setTimer(LOOK_AFTER_MS, care)

  const estimates = createEstimates(parts)
  const handlers = createCalls({
    store,
    search: createSearch({
      store,
      searchVectors: async (query) => (await vectors.get()).search(query),
      embedQuery: (text) => getProvider().embedQuery(text),
      nowMs,
    }),
    tracker,
    passwords,
    estimates,
    info: { version: options.version, dataDir, ownerPid: process.pid, logFile: options.logFile },
    model: () => {
      try {
        const { model, dimensions } = getProvider()
        return { model, dimensions }
      } catch (thrown) {
        log.warn('model-unavailable', { error: thrown })
        return { model: toAppError(thrown).code, dimensions: 0 }
      }
    },
    doctor: async (asked) => {
      const report = await runDoctor(
        {
          store,
          vectors: vectors.get,
          resetVectors,
          provider: getProvider,
          dataDir,
          whileQuiet: quiet.during,
        },
        asked,
      )
      notify()
      return report
    },
    queue: {
      notify,
      abort: workQueue.cancel,
      blocked: () => workQueue.status().blocked?.message ?? null,
      settle: async (timeoutMs) => {
        let takeBack = (): void => undefined
        const late = new Promise<void>((resolve) => {
          takeBack = clock.setTimer(timeoutMs, resolve)
        })
        await Promise.race([workQueue.idle(), late])
        takeBack()
      },
    },
    changeOf: changes.of,
    onChange: (topics) => changes.mark(topics),
    wallMs: clock.nowMs,
  })

  const call = async <N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>> => {
    if (closed) throw new AppError('SHUTTING_DOWN')
    const parsed = callTable[name].params.safeParse(params)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      throw new AppError('USAGE', { reason: `${name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'invalid'}` })
    }
    // The table ties the parsed parameters to the handler of the same name; TypeScript cannot follow that through a generic.
    const handler = handlers[name] as unknown as (params: unknown) => Promise<CallResult<N>>
    return await handler(parsed.data)
  }

  return {
    call,
    onEvent: changes.listen,
    work: () => {
      working = true
      workQueue.resumeClaims()
      notify()
    },
    drain: async (timeoutMs) => {
      await workQueue.drain(timeoutMs)
    },
    close: async () => {
      if (closed) return
      closed = true
      stopCare()
      await estimates.close()
      await workQueue.close()
      await caring
      await pool.close({ timeoutMs: POOL_CLOSE_MS })
      const opened = await vectors.opened()
      await tidyVectors(opened).catch((thrown: unknown) => log.warn('maintenance-failed', { error: thrown }))
      await opened?.close()
      changes.close()
      await store.close()
      try {
        // Jobs that ended within the last moment were not looked after any more; what is open spools again.
        clearTemp(tempRoot)
      } catch (thrown) {
        log.warn('temp-not-cleared', { error: thrown })
      }
      lock.release()
      log.info('owner-ended')
    },
  }
}
