/**
 * Owns the wiring: lock, store, vector index, pool, queue, phases, search and calls of one data folder.
 * Refuses: any logic of theirs, Electron, and a second engine on the same folder.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import {
  callTable,
  type Caller,
  type CallHandlers,
  type CallName,
  type CallParams,
  type CallResult,
  type ChangeEvent,
} from '../shared/calls'
import { AppError, toAppError } from '../shared/errors'
import type { Interference } from '../shared/fault-points'
import type { Log } from '../shared/log'
import { noPolicy } from '../shared/no-policy'
import type { Policy } from '../shared/policy'
import type { SettingValues } from '../shared/settings'
import { TEXT_VERSION } from '../shared/versions'
import { createAnswers } from './answers'
import { createSources } from './answers/sources'
import { createAnswerStreams } from './answers/streams'
import { createSummaries } from './answers/summaries'
import { createCalls } from './calls'
import { createAnswerCalls } from './calls/answer-calls'
import { createCheckCalls } from './calls/check-calls'
import { createCacheCounter } from './calls/cache-figures'
import { createChanges, type Changes } from './calls/changes'
import { runDoctor } from './calls/doctor'
import { createErasure } from './calls/erasure'
import { createEstimates } from './calls/estimates'
import { createGenerationCalls } from './calls/generation-calls'
import { createLedgerCalls } from './calls/ledger-calls'
import { createMetricCalls, createMetricSources } from './calls/metric-calls'
import { createProgressTracker } from './calls/progress'
import { createProviderCalls } from './calls/provider-calls'
import { createReadingCalls, listOutdated } from './calls/reading-calls'
import { createUnpackedEntries } from './calls/unpacked-entries'
import { createWorkerCalls } from './calls/worker-calls'
import { boundsOf, createEmbeddingRuns, describeWorker, hostsOf, lanesOf } from './engine-settings'
import { interfereWithProvider, interfereWithStore, interfereWithVectors, interfereWithWork } from './fault-injection'
import { collectGarbage, countVectors, dropTables, dropVectors, eraseVectors } from './ingest/clearing'
import { goOnRemoving } from './ingest/forgetting'
import { createGate } from './ingest/gate'
import { createIntents } from './ingest/intents'
import { choiceOf, isSame, modelChanged, readServing, refOfTask } from './ingest/models'
import { settingsKeyOf, type IngestParts, type RunParsing } from './ingest/parts'
import { removeUnwantedNotes, removeWithNotes } from './ingest/notes'
import { createPasswords } from './ingest/passwords'
import { createQuiet } from './ingest/quiet'
import { createIngest } from './ingest/runner'
import { queueOwedSummaries } from './ingest/summarize'
import { clearTemp } from './ingest/temp'
import { createUpkeep } from './ingest/upkeep'
import { eyesOf } from './ingest/vision'
import { createQueue, type Clock, type Queue } from './jobs/queue'
import { retriesOf } from './jobs/retry'
import { createSampler } from './observe/sampler'
import { createGovernor, type Governor, type GovernorOptions } from './polite/governor'
import { createPool, guardsOf, type HostName, type LaunchHost, type Pool, type PoolPace } from './pool/pool'
import { openVaults, type KeyVault } from './providers/keys'
import { LOCAL, type EmbeddingProvider } from './providers/provider'
import { createProviders } from './providers/registry'
import { createSearch } from './search'
import { createQueryVectors } from './search/query-vectors'
import { createHiddenDocuments } from './search/hidden-documents'
import { createResultCache, watchStore } from './search/result-cache'
import { createSpaces } from './search/spaces'
import { checkFlags, openSettings, type Settings } from './settings/settings'
import { acquireOwnerLock, type OwnerLock } from './store/owner-lock'
import { noteProgram } from './store/program-note'
import { finishRestore } from './store/restoring'
import { openStore } from './store/store'
import { noteOpened } from './store/whereabouts'
import type { Store } from './store/contract'
import { refuseNewer } from './store/upgrade'
import { openVectorIndex, removeVectors, type VectorIndex } from './vectors'
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
  /** Where variables of settings are read from. */
  environment: Readonly<Record<string, string | undefined>>
  /** Settings of this run alone; they go before all others. */
  flags?: SettingValues
  /** Of the organization that this computer belongs to; without it nobody's. */
  policy?: Policy
  clock: Clock
  random: () => number
  /** The host that is needed first: it is started beside the store, not after it. */
  soon?: HostName | null
  /** Where keys of providers are kept instead of a private file. */
  keychain?: KeyVault | null
  /** Tests bring faults to the boundaries between steps; without it nothing is wrapped. */
  interfere?: Interference | null
  /** Tests say what the computer and its network are like. */
  computer?: Pick<GovernorOptions, 'machine' | 'askMetered'>
  /** Tests say by which version texts are read. */
  textVersion?: number
  /** Tests bring models of their own, which go before all others. */
  embeddings?: (ref: string) => EmbeddingProvider | null
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

const LOOK_AFTER_MS = 1_000
const POOL_CLOSE_MS = 2_000

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

const makePool = (
  { files, launch, log, clock }: EngineOptions,
  settings: Settings,
  pace: PoolPace,
  onChange: () => void,
): Pool =>
  createPool({
    pace,
    hostFile: files.hostFile,
    workerFile: files.workerFile,
    launch,
    clock: { now: () => performance.now(), wallMs: clock.nowMs },
    log,
    hosts: hostsOf(settings),
    guards: () => guardsOf(settings.limits()),
    onChange,
  })

/**
 * Starts the engine of a data folder: takes the lock, repairs what a crash left, and goes on with what is queued.
 * @returns `null` when another process owns the folder
 * @throws DATA_DIR_UNWRITABLE, DATA_DIR_NEWER, UPGRADE_NO_ROOM, UPGRADE_FAILED, DATABASE_CORRUPT, DISK_FULL, SETTING_LOCKED
 */
export const createEngine = async (options: EngineOptions): Promise<Engine | null> => {
  const { dataDir, log, policy = noPolicy } = options
  // Before anything is held.
  checkFlags(options.flags ?? {}, policy)
  refuseNewer(dataDir)
  const lock = acquireOwnerLock(dataDir)
  if (!lock) return null
  try {
    if (finishRestore(dataDir)) log.info('restore-finished', { dataDir })
    // What was put back, or written until just now, may be newer after all.
    refuseNewer(dataDir)
  } catch (thrown) {
    lock.release()
    throw thrown
  }
  const settings = openSettings({ dataDir, environment: options.environment, flags: options.flags, policy, log })
  const changes = createChanges(options.clock.setTimer)
  let making: Pool | null = null
  let rest: GovernorOptions['rest'] = () => undefined
  const governor = createGovernor({
    limits: settings.limits,
    nowMs: () => performance.now(),
    setTimer: options.clock.setTimer,
    log,
    usedMs: () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1_000 + (making?.cpuMs() ?? 0)
    },
    rest: (reason, forMs) => rest(reason, forMs),
    onChange: () => changes.mark(['jobs', 'workers']),
    ...options.computer,
  })
  const pool = makePool(options, settings, governor.pace, () => changes.mark(['workers']))
  making = pool
  if (options.soon) pool.warm(options.soon)
  const tempRoot = join(dataDir, 'temp')
  const interfere = options.interfere ?? null
  let store: Store | null = null
  try {
    const opening = openStore({
      dir: dataDir,
      threadFile: options.files.storeThreadFile,
      onUpgrade: (upgrade) => log.info('data-upgraded', upgrade),
    })
    // Code that a search by meaning needs is loaded while the threads of the store start.
    const loading = options.soon === 'embed' ? loadLanceDb() : null
    loading?.catch((thrown: unknown) => log.debug('vectors-not-loaded', { error: thrown }))
    const plain = await opening
    store = interfere ? interfereWithStore(plain, interfere) : plain
    leaveWord(options)
    noteOpened(dataDir)
    const recovered = await store.run('tasks.recover', {})
    const { unsettled } = await store.run('usage.recover', {})
    if (unsettled > 0) log.info('provider-calls-unsettled', { unsettled })
    await store.run('connections.recover', {})
    await tidyRemoved(store, options).catch((thrown: unknown) => log.warn('removal-not-resumed', { error: thrown }))
    clearTemp(tempRoot)
    log.info('owner-started', { ...recovered, dataDir, version: options.version })
    const onRest = (listen: GovernorOptions['rest']): void => {
      rest = listen
    }
    return runEngine(options, { lock, settings, changes, pool, governor, onRest, store, tempRoot, interfere })
  } catch (thrown) {
    governor.close()
    await pool.close({ timeoutMs: 0 })
    await store?.close()
    lock.release()
    throw thrown
  }
}

/** For the sentence of an older version that meets this folder. */
const leaveWord = ({ dataDir, version, log }: EngineOptions): void => {
  try {
    noteProgram(dataDir, version)
  } catch (thrown) {
    log.warn('version-not-noted', { error: thrown })
  }
}

/** What was begun to be removed goes, with its notes; and notes that nobody wanted. */
const tidyRemoved = async (store: Store, { dataDir, clock, log }: EngineOptions): Promise<void> => {
  await goOnRemoving(
    store,
    (error) => log.warn('removal-not-resumed', { error }),
    (what, remove) => removeWithNotes(store, dataDir, what, remove),
  )
  await removeUnwantedNotes(store, dataDir, clock.nowMs(), log)
}

type Opened = {
  lock: OwnerLock
  settings: Settings
  changes: Changes
  pool: Pool
  governor: Governor
  /** Tells who is asked to rest from now on. */
  onRest: (listen: GovernorOptions['rest']) => void
  store: Store
  tempRoot: string
  interfere: Interference | null
}

/** Wires what was opened; nothing in here can fail. */
const runEngine = (options: EngineOptions, opened: Opened): Engine => {
  const { lock, settings, changes, pool, governor, tempRoot, interfere } = opened
  const { dataDir, clock, log, policy = noPolicy } = options
  const { limits } = settings
  const results = createResultCache(() => limits()['search.cacheBytes'])
  const store = watchStore(opened.store, results.change)
  const tracker = createProgressTracker(clock.nowMs)
  const nowMs = (): number => performance.now()
  const textVersion = options.textVersion ?? TEXT_VERSION

  const providers = createProviders({
    dataDir,
    environment: options.environment,
    vaults: openVaults(dataDir, options.keychain ?? null),
    meter: {
      begin: (asked) =>
        store.run('usage.begin', { ...asked, allBudgets: policy.budgets ?? undefined, nowMs: clock.nowMs() }),
      settle: async (id, took) => {
        await store.run('usage.settle', { id, took })
      },
    },
    ledger: {
      begin: (entry) => store.run('connections.begin', { ...entry }),
      settle: async (id, end) => {
        await store.run('connections.settle', { id, ...end })
        changes.mark(['ledger'])
      },
    },
    policy,
    isMetered: governor.network.isMetered,
    setTimer: clock.setTimer,
    random: options.random,
    modelDir: options.modelDir,
    run: createEmbeddingRuns(pool, limits),
    wrap: (provider) => (interfere ? interfereWithProvider(provider, interfere) : provider),
    guards: () => ({ failures: limits()['worker.breakerFailures'], openMs: limits()['worker.breakerMs'] }),
    nowMs,
    wallMs: clock.nowMs,
    log,
  })
  const getProvider = (ref: string = LOCAL): EmbeddingProvider => options.embeddings?.(ref) ?? providers.embedding(ref)
  const vectorsDir = join(dataDir, 'vectors')
  const vectors = once<VectorIndex>(() =>
    openVectorIndex({
      dir: vectorsDir,
      tempDir: join(tempRoot, 'vectors'),
      nowMs: clock.nowMs,
      wrap: (table) => (interfere ? interfereWithVectors(table, interfere) : table),
    }),
  )
  const intents = createIntents({ store, vectors: vectors.get })
  /** Takes the vector index away, sound or not; the next use makes a new one. */
  const resetVectors = async (): Promise<void> => {
    await vectors.forget((opened) => opened.close())
    removeVectors(vectorsDir)
  }

  const passwords = createPasswords()
  let queue: Queue | null = null
  let closed = false
  const running = () => queue?.status().running ?? { expand: 0, extract: 0, ocr: 0, vision: 0, embed: 0, summarize: 0 }
  const gate = createGate({
    busy: () => running().extract >= limits()['worker.parseThreads'],
    setTimer: clock.setTimer,
  })
  const active = new Set<number>()
  const touch = (jobIds: readonly number[]): void => {
    for (const id of jobIds) active.add(id)
    changes.mark(['jobs', 'documents', 'collections'], jobIds)
  }
  const nonce = (): string => randomBytes(16).toString('hex')
  const ending = new AbortController()
  const summaries = createSummaries({
    store,
    chat: providers.chat,
    limits,
    nonce,
    nowMs,
    log,
    signal: ending.signal,
  })
  const parse: RunParsing = (name, params, run) => pool.run('parse', name, params, run)
  const readPictures: RunParsing = (name, params, run) => pool.run('ocr', name, params, run)
  const parts: IngestParts = {
    store,
    textVersion,
    describeWorker: (lane, ref) => describeWorker({ pool, providers }, lane, ref),
    parse: interfere ? interfereWithWork(parse, interfere) : parse,
    readPictures: interfere ? interfereWithWork(readPictures, interfere) : readPictures,
    provider: getProvider,
    providers: providers.list,
    vision: providers.vision,
    vectors: vectors.get,
    intents,
    savedQueries: async (collectionId) => {
      const saved = await store.run('saved.list', {})
      const collections = await store.run('collections.list', {})
      const name = collections.find(({ id }) => Number(id) === collectionId)?.name
      const concerns = (asked: readonly string[]): boolean =>
        asked.length === 0 || (name !== undefined && asked.includes(name))
      return saved.flatMap(({ query, collections: asked }) => (concerns(asked) ? [query] : []))
    },
    summaries,
    limits,
    passwords,
    gate,
    dataDir,
    tempRoot,
    nowMs,
    log,
    onModelSwitched: () => tryHeld(),
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
  /** A person changed something: what waited for that need not wait any longer. */
  const tryHeld = (): void => {
    if (working && !closed) queue?.tryHeld()
  }
  const ingest = createIngest(parts)
  const workQueue = createQueue({
    store,
    clock,
    random: options.random,
    log,
    lanes: lanesOf(limits, governor.pace.allow),
    run: (lane, tasks, signal) => {
      // What was allowed some of them alone may have been allowed before there was a policy. The queue knows them by identity: no copies.
      if (policy.path !== null) for (const task of tasks) task.settings = settings.within(task.settings ?? {})
      return ingest.run(lane, tasks, signal)
    },
    retries: retriesOf(limits),
    bounds: () => boundsOf(limits()),
    describe: async (task) =>
      describeWorker({ pool, providers }, task.lane, task.lane === 'embed' ? await refOfTask(store, task) : undefined),
    onChange: touch,
  })
  queue = workQueue
  opened.onRest((reason, forMs) => {
    if (working && !closed) workQueue.rest(reason, forMs)
  })
  const stopListening = settings.onChange(() => {
    results.change()
    pool.refresh()
    changes.mark(['settings', 'workers'])
    if (working && !closed) governor.start()
    tryHeld()
  })

  const erasure = createErasure({
    store,
    log,
    collectVectors: async () => {
      const index = { store, vectors: vectors.get }
      await intents.undo()
      while (await collectGarbage(index)) log.debug('vector-garbage-page')
      await dropVectors(index)
      await dropTables(index)
    },
    countVectors: (contentIds) => countVectors({ store, vectors: vectors.get }, contentIds),
    eraseVectors: async () => {
      const failed = await eraseVectors({ store, vectors: vectors.get })
      for (const { table, error } of failed) log.warn('vectors-not-erased', { table, error })
      return failed.length
    },
  })
  const upkeep = createUpkeep({
    store,
    vectors,
    intents,
    pool,
    limits,
    tempRoot,
    nowMs,
    log,
    changes,
    active,
    isEmbedding: () => running().embed > 0,
    heldJobs: () => queue?.status().held.map(({ jobId }) => jobId) ?? [],
    endRemovals: erasure.endCutOff,
    endJob: async (id) => {
      await ingest.endJob(id)
      tracker.forget(String(id))
      await lookForOutdated()
      // There may be room in the line now.
      notify()
    },
  })
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
  let assigned = false
  let outdated: ReadonlyMap<string, AppError> = new Map()
  /** What an older version has read is told, at the start and as long as it is so; nothing is done before a person agrees. */
  const lookForOutdated = async (): Promise<void> => {
    const before = outdated
    outdated = await listOutdated(store, textVersion)
    for (const [collection, { message }] of outdated)
      if (!before.has(collection)) log.warn('texts-outdated', { collection, message })
    if (before.size + outdated.size > 0) changes.mark(['collections'])
  }
  /** Once: vectors of an older version get their place, or nobody would know where what is gone has to be deleted. */
  const assign = async (): Promise<void> => {
    if (assigned) return
    await lookForOutdated()
    try {
      await readServing({ store, provider: getProvider }, null)
      assigned = true
    } catch (thrown) {
      log.debug('vectors-not-assigned', { error: thrown })
    }
  }
  /** What was there when a collection began to want summaries; a process that died left the rest of it to this one. */
  const queueSummaries = async (): Promise<void> => {
    if (!working || (await queueOwedSummaries(parts)) === 0) return
    changes.mark(['jobs'])
    notify()
  }
  const care = (): void => {
    if (closed) return
    caring = quiet
      .unless(() => assign().then(queueSummaries).then(upkeep.look).then(cacheCounter.note))
      .catch((thrown: unknown) => log.warn('maintenance-failed', { error: thrown }))
      .then(() => {
        if (!closed) stopCare = clock.setTimer(LOOK_AFTER_MS, care)
      })
  }
  stopCare = clock.setTimer(LOOK_AFTER_MS, care)

  const estimates = createEstimates(parts)
  const models = { store, provider: getProvider }
  const queryVectors = createQueryVectors()
  const cacheCounter = createCacheCounter({ store, queryVectors, results })
  const spaces = createSpaces({
    serving: (collectionIds) => readServing(models, collectionIds),
    provider: getProvider,
    changed: (serving) => {
      const now = choiceOf(models, serving.ref)
      return isSame(serving, now, false) ? null : modelChanged('', serving, now)
    },
    vectors: vectors.get,
    queryVectors,
  })
  const hidden = createHiddenDocuments(nowMs, results.change)
  const search = createSearch({
    store,
    hidden: hidden.list,
    searchVectors: spaces.search,
    embedQuery: spaces.embedQuery,
    results,
    nowMs,
    setTimer: clock.setTimer,
  })
  const streams = createAnswerStreams(clock.setTimer)
  const calls = createCalls({
    store,
    search,
    hidden,
    limits,
    checkSetting: settings.check,
    tracker,
    passwords,
    entries: createUnpackedEntries({
      store,
      // A person waits for it.
      unpack: (params, label) => pool.run('parse', 'unpack', params, { priority: 1, label }),
      limits,
      passwordsOf: passwords.of,
      tempRoot,
      log,
    }),
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
          intents,
          resetVectors,
          provider: getProvider,
          providers,
          cacheFigures: cacheCounter.figures,
          summaryMaker: summaries.makerOf,
          settingProblems: () => settings.list().problems,
          policy,
          dataDir,
          tempRoot,
          whileQuiet: quiet.during,
          textVersion,
        },
        asked,
      )
      notify()
      return report
    },
    queue: {
      notify,
      tryHeld,
      rest: (reason, forMs) => {
        if (working && !closed) queue?.rest(reason, forMs)
      },
      polite: governor.state,
      tellMachine: governor.tell,
      abort: workQueue.cancel,
      interrupt: workQueue.interrupt,
      status: workQueue.status,
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
    // Of a large collection the rest follows by itself.
    queueSummaries: async () => {
      await queueOwedSummaries(parts, 1)
      tryHeld()
    },
    wallMs: clock.nowMs,
    hasVision: () => providers.vision() !== null,
    setModel: async (name, model) => {
      await generationCalls['collections.changeModel']({ name, model, approve: true, hold: false })
    },
    erasure,
    outdatedOf: (collection) => outdated.get(collection) ?? null,
  })
  const workerCalls = createWorkerCalls({ settings, pool, hosts: hostsOf(settings), wallMs: clock.nowMs })
  const answer = createAnswers({
    ...createSources({
      store,
      search,
      embed: (texts) => pool.run('embed', 'embed', { texts, modelDir: options.modelDir }, { priority: 1 }),
      log,
    }),
    chat: providers.chat,
    limits,
    streams,
    nonce,
    nowMs,
    log,
  })
  const providerCalls = createProviderCalls({
    providers,
    store,
    onChange: () => {
      results.change()
      changes.mark(['providers'])
      tryHeld()
    },
  })
  const checkCalls = createCheckCalls({
    store,
    settingsKey: (collection) => settingsKeyOf(limits(), textVersion, eyesOf(providers, collection)),
    modelOf: getProvider,
    scan: async (collection, paths) => {
      const places = paths.map((path) => ({ path }))
      return (await call('jobs.create', { paths: places, collection })).job.id
    },
    whileQuiet: quiet.during,
    summaryMaker: summaries.makerOf,
    onRepair: notify,
  })
  const answerCalls = createAnswerCalls({ store, answer, streams, summarize: summaries.summarize })
  const pricePerMillion = (ref: string): number | null =>
    options.embeddings?.(ref) ? 0 : providers.prices(ref).embeddingUsd
  const generationCalls = createGenerationCalls({
    ...parts,
    pricePerMillion,
    notify: tryHeld,
    onChange: (topics) => changes.mark(topics),
  })
  const readingCalls = createReadingCalls({
    store,
    textVersion,
    pricePerMillion,
    onStart: () => {
      notify()
      changes.mark(['collections', 'jobs'])
    },
  })
  const measured = {
    store,
    queue: workQueue.status,
    workers: pool.workers,
    caches: cacheCounter.figures,
    providers,
    dataDir,
    wallMs: clock.nowMs,
  }
  const sampler = createSampler({
    ...createMetricSources(measured),
    keep: async (values) => {
      await store.run('metrics.keep', { nowMs: clock.nowMs(), values })
    },
    setTimer: clock.setTimer,
    log,
  })
  const handlers: CallHandlers = {
    ...createMetricCalls(measured),
    ...createLedgerCalls({ store, onChange: () => changes.mark(['ledger']) }),
    ...calls,
    ...workerCalls,
    ...answerCalls,
    ...checkCalls,
    ...providerCalls,
    ...generationCalls,
    ...readingCalls,
    'cache.figures': cacheCounter.figures,
  }

  const call = async <N extends CallName>(name: N, params: CallParams<N>): Promise<CallResult<N>> => {
    if (closed) throw new AppError('SHUTTING_DOWN')
    const parsed = callTable[name].params.safeParse(params)
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      throw new AppError('USAGE', { reason: `${name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'invalid'}` })
    }
    // The table ties the parsed parameters to the handler of the same name; TypeScript cannot follow that through a generic.
    const handler = handlers[name] as unknown as (params: unknown) => Promise<CallResult<N>>
    try {
      return await handler(parsed.data)
    } catch (thrown) {
      // What was asked for may have been done although the answer was lost: nothing may stand still for that.
      notify()
      throw thrown
    }
  }

  return {
    call,
    onEvent: changes.listen,
    work: () => {
      working = true
      sampler.start().catch((thrown: unknown) => log.warn('metrics-not-begun', { error: thrown }))
      governor.start()
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
      governor.close()
      stopListening()
      streams.close()
      ending.abort()
      await estimates.close()
      await workQueue.close()
      await caring
      await sampler.close()
      await pool.close({ timeoutMs: POOL_CLOSE_MS })
      const opened = await vectors.opened()
      if (working)
        await upkeep.forgetSome().catch((thrown: unknown) => log.warn('maintenance-failed', { error: thrown }))
      await upkeep.tidy(opened).catch((thrown: unknown) => log.warn('maintenance-failed', { error: thrown }))
      await cacheCounter.note().catch((thrown: unknown) => log.warn('maintenance-failed', { error: thrown }))
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
