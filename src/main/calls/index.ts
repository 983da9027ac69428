/**
 * Owns the engine's side of every call: one function a row of the call table.
 * Refuses: validating (the border does) and doing the work itself; each function asks the part that can.
 */
import { performance } from 'node:perf_hooks'
import { basename, resolve } from 'node:path'
import { finalJobStates, type Collection, type Job } from '../../shared/domain'
import { AppError, told } from '../../shared/errors'
import type { MachineFacts, PoliteState } from '../../shared/politeness'
import { remark, textOf, type Remark } from '../../shared/remarks'
import type { RestReason } from '../../shared/rest'
import type { CallHandlers, JobProgress, OfferedPath } from '../../shared/calls'
import type { Limits } from '../../shared/limits'
import { removeCollection, removeDocuments } from '../ingest/forgetting'
import { removeWithNotes } from '../ingest/notes'
import { parseKinds } from '../ingest/left-out'
import { spellOffered } from '../ingest/offered'
import { ROOT_LOCATOR_ENTRIES } from '../ingest/parts'
import type { Passwords } from '../ingest/passwords'
import type { Search } from '../search'
import type { HiddenDocuments } from '../search/hidden-documents'
import { parseQuery } from '../search/query'
import type { NewTask, Store } from '../store/contract'
import { requireNoOldFolder } from '../store/whereabouts'
import type { AnswerCalls } from './answer-calls'
import type { CheckCalls } from './check-calls'
import type { DoctorOptions } from './doctor'
import type { Estimates } from './estimates'
import type { ProgressTracker } from './progress'
import type { QueueSnapshot } from '../jobs/contract'
import { createPreviewCalls } from './preview-calls'
import type { ProviderCalls } from './provider-calls'
import { stopsOf } from './provider-stops'
import type { Erasure } from './erasure'
import { createQueueCalls } from './queue-calls'
import { createSearchCalls } from './search-calls'
import type { GenerationCalls } from './generation-calls'
import type { LedgerCalls } from './ledger-calls'
import type { MetricCalls } from './metric-calls'
import type { ReadingCalls } from './reading-calls'
import type { UnpackedEntries } from './unpacked-entries'
import type { WorkerCalls } from './worker-calls'

export type CallParts = {
  store: Store
  search: Search
  hidden: Pick<HiddenDocuments, 'hide'>
  limits: () => Limits
  /** Whether a value of a setting may hold for one task. @throws NOT_FOUND, SETTING_INVALID, SETTING_LOCKED */
  checkSetting: (name: string, value: number) => void
  tracker: ProgressTracker
  passwords: Passwords
  entries: UnpackedEntries
  estimates: Pick<Estimates, 'run' | 'stop'>
  info: { version: string; dataDir: string; ownerPid: number; logFile: string }
  model: () => { model: string; dimensions: number }
  doctor: (options: DoctorOptions) => ReturnType<CallHandlers['doctor']>
  queue: {
    /** New work may be there. */
    notify: () => void
    /** Stops these running tasks; they end soon after. */
    abort: (taskIds: readonly number[]) => void
    interrupt: (taskIds: readonly number[]) => void
    /** What waits for a provider is tried at once. */
    tryHeld: () => void
    rest: (reason: RestReason | null, forMs: number) => void
    /** What work may take of the computer now; `null`: what it needs. */
    polite: () => PoliteState | null
    tellMachine: (facts: MachineFacts) => void
    /** What runs and why lanes stand still. */
    status: () => QueueSnapshot
    /** Resolves when nothing runs and nothing can start, or the time is over. */
    settle: (timeoutMs: number) => Promise<void>
  }
  /** Resolves at the next change of this job, or after `timeoutMs`. */
  changeOf: (jobId: string, timeoutMs: number) => Promise<void>
  onChange: (topics: ('jobs' | 'documents' | 'collections')[]) => void
  wallMs: () => number
  /** Begins to queue documents of collections that just began to want summaries. */
  queueSummaries: () => Promise<void>
  erasure: Erasure
  /** That texts of a collection are of an older version, by its name. */
  outdatedOf: (collection: string) => AppError | null
  /** Whether a provider is chosen that reads pictures. */
  hasVision: () => boolean
  /** Gives a collection without documents another model. @throws PROVIDER_UNKNOWN */
  setModel: (name: string, model: string) => Promise<void>
}

/** What a search looks for with the same words, and then for what begins like them. */
const matchesOf = (query: string): string[] => {
  const { match, prefixMatch } = parseQuery(query)
  return [match, prefixMatch].filter((expression) => expression !== null)
}

/** Running workers stop in under a second; this bounds the wait for the slowest. */
const CANCEL_WAIT_MS = 5_000
const CANCEL_LOOK_MS = 100
/** Of one page of receipts; well below the largest message. */
const RECEIPTS_BYTES = 500_000
const TEXT_PIECE_CHARS = 150_000

const idOf = (what: string, id: string): number => {
  if (!/^\d{1,15}$/.test(id)) throw new AppError('NOT_FOUND', { what, id })
  return Number(id)
}

const found = <T>(value: T | null, what: string, id: string): T => {
  if (value === null) throw new AppError('NOT_FOUND', { what, id })
  return value
}

const nameJob = (paths: readonly OfferedPath[]): { label: string; naming: Remark | null } => {
  const names = paths.slice(0, 3).map(({ path }) => basename(path) || path)
  const label = names.join(', ')
  if (paths.length === names.length) return { label, naming: null }
  const naming = remark('JOB_OF_MANY', { names: label, more: paths.length - names.length })
  return { label: textOf(naming), naming }
}

const toScan = ({ path, bytes }: OfferedPath): NewTask => ({
  kind: 'scan',
  lane: 'expand',
  phase: 'expand',
  path: basename(path) || path,
  locator: { location: resolve(path), locationBytes: bytes, entries: ROOT_LOCATOR_ENTRIES },
  depth: 0,
  sizeBytes: 0,
  fingerprint: null,
  modifiedMs: null,
  problem: null,
})

const isSettled = ({ job }: JobProgress): boolean =>
  finalJobStates.includes(job.state) || job.state === 'awaiting_confirmation' || job.state === 'paused'

const momentOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

export const createCalls = (
  parts: CallParts,
): Omit<
  CallHandlers,
  | keyof WorkerCalls
  | keyof AnswerCalls
  | keyof CheckCalls
  | keyof ProviderCalls
  | keyof GenerationCalls
  | keyof ReadingCalls
  | 'cache.figures'
  | keyof MetricCalls
  | keyof LedgerCalls
> => {
  const { store } = parts
  const { erase } = parts.erasure

  const withNotice = (collection: Collection): Collection => {
    const error = parts.outdatedOf(collection.name)
    return { ...collection, outdated: error && told(error.code, error.details) }
  }

  /** @throws VISION_MISSING */
  const requireVision = ({ scans, figures }: Pick<Collection, 'scans' | 'figures'>): void => {
    if ((scans === 'vision' || figures === 'vision') && !parts.hasVision()) throw new AppError('VISION_MISSING')
  }

  const collectionIdsOf = async (names: readonly string[]): Promise<number[]> => {
    const ids: number[] = []
    for (const name of names)
      ids.push(Number(found(await store.run('collections.find', { name }), 'collection', name).id))
    return ids
  }

  const progressOf = async (id: string): Promise<JobProgress> =>
    parts.tracker.track(found(await store.run('jobs.progress', { id: idOf('job', id) }), 'job', id))

  /** The overall figure of a job that is not asked for its progress: what was shown last, or the end. */
  const withProgress = async <T extends Job>(job: T): Promise<T> => {
    if (finalJobStates.includes(job.state)) return { ...job, progress: 1 }
    return { ...job, progress: (await progressOf(job.id)).job.progress }
  }

  const stops = new Set<Promise<unknown>>()

  /** Cancels a job and tells whoever works on it. */
  const stopJob = async (id: number): Promise<{ job: Job }> => {
    const stop = store.run('jobs.cancel', { id }).then(({ job, running }) => {
      parts.queue.abort(running)
      return { job }
    })
    stops.add(stop)
    return stop.finally(() => stops.delete(stop))
  }

  /** What is queued again meanwhile has the same ids as what is being stopped, and must not be stopped in its place. */
  const afterStops = async (): Promise<void> => {
    await Promise.allSettled(stops)
  }

  /** Cancels a job and waits for its running tasks to stop, so that what comes next finds nothing of it at work. */
  const cancel = async (id: number): Promise<Job> => {
    const cancelled = await stopJob(id)
    const deadlineMs = performance.now() + CANCEL_WAIT_MS
    for (;;) {
      const job = (await store.run('jobs.find', { id })) ?? cancelled.job
      const leftMs = deadlineMs - performance.now()
      if (finalJobStates.includes(job.state) || leftMs <= 0) return job
      await parts.changeOf(String(id), Math.min(leftMs, CANCEL_LOOK_MS))
    }
  }

  /** Lets the archives of a job go on that wait for somebody to agree. */
  const confirm = async (id: string): Promise<{ job: Job; tasks: number }> => {
    const confirmed = await store.run('jobs.confirm', { id: idOf('job', id) })
    parts.queue.notify()
    parts.onChange(['jobs'])
    return { ...confirmed, job: await withProgress(confirmed.job) }
  }

  return {
    ...createQueueCalls({
      store,
      logFile: parts.info.logFile,
      idOf,
      withProgress,
      forgetProgress: (id) => parts.tracker.forget(id),
      queue: parts.queue,
      afterStops,
      changeOf: parts.changeOf,
      checkSetting: parts.checkSetting,
      onChange: parts.onChange,
    }),
    ...createPreviewCalls({ store, idOf, matchesOf, limits: parts.limits, entries: parts.entries }),
    ...createSearchCalls({ store, search: parts.search, idOf, collectionIdsOf, limits: parts.limits }),
    'app.info': async () => parts.info,
    'collections.list': async () => {
      const collections = await store.run('collections.list', {})
      return { collections: collections.map(withNotice), total: collections.length }
    },
    'collections.show': async ({ name }) =>
      withNotice(found(await store.run('collections.find', { name }), 'collection', name)),
    'collections.create': async ({ name, model, ...choices }) => {
      requireVision(choices)
      const collection = await store.run('collections.create', { name, ...choices })
      try {
        if (model !== undefined) await parts.setModel(name, model)
      } catch (thrown) {
        await removeCollection(store, Number(collection.id))
        throw thrown
      }
      parts.onChange(['collections'])
      return model === undefined ? collection : found(await store.run('collections.find', { name }), 'collection', name)
    },
    'collections.rename': async ({ name, newName }) => {
      const { id } = found(await store.run('collections.find', { name }), 'collection', name)
      const collection = await store.run('collections.rename', { id: Number(id), newName })
      parts.onChange(['collections', 'jobs', 'documents'])
      return collection
    },
    'collections.update': async ({ name, ...changes }) => {
      const { scans, figures } = changes
      requireVision(changes)
      const { id } = found(await store.run('collections.find', { name }), 'collection', name)
      const collection = await store.run('collections.update', { id: Number(id), ...changes })
      if (changes.summaries !== undefined) await parts.queueSummaries()
      // What waits for a provider may go on without it.
      if (scans !== undefined || figures !== undefined) parts.queue.tryHeld()
      parts.queue.notify()
      parts.onChange(['collections'])
      return collection
    },
    'collections.remove': async ({ name, prove }) => {
      if (prove) requireNoOldFolder(parts.info.dataDir)
      const id = Number(found(await store.run('collections.find', { name }), 'collection', name).id)
      const { jobs } = await store.run('jobs.list', {
        offset: 0,
        limit: 1000,
        states: ['queued', 'running', 'paused', 'awaiting_confirmation'],
      })
      for (const job of jobs.filter(({ collection }) => collection === name)) {
        await cancel(Number(job.id))
      }
      const what = { documentIds: null, collectionId: id }
      const remove = (): Promise<{ documents: number }> =>
        removeWithNotes(store, parts.info.dataDir, what, async () => ({ documents: await removeCollection(store, id) }))
      const removed = prove ? await erase(what, remove) : await remove()
      parts.onChange(['collections', 'jobs', 'documents'])
      return removed
    },
    'jobs.create': async ({
      paths: offered,
      collection,
      globs,
      ignores,
      key,
      confirmed,
      leaveOut,
      client,
      priority,
    }) => {
      const kinds = parseKinds(leaveOut)
      // Asked again, it changes nothing but what the person agrees to: not even a collection is made.
      const known = key === null ? null : await store.run('jobs.findKey', { key })
      if (known) {
        const agrees = confirmed && known.state === 'awaiting_confirmation'
        return { job: agrees ? (await confirm(known.id)).job : await withProgress(known), created: false }
      }
      const paths = await spellOffered(offered)
      const { job, created } = await store.run('jobs.create', {
        collectionName: collection,
        key,
        ...nameJob(paths),
        request: { paths, globs, ignores, leaveOut: kinds },
        scans: paths.map(toScan),
        confirmed,
        client,
        priority,
      })
      parts.queue.notify()
      parts.onChange(['jobs', 'collections'])
      return { job: await withProgress(job), created }
    },
    'jobs.estimate': async ({ paths: offered, collection, globs, ignores, leaveOut, confirmed, id, settings = {} }) => {
      const kinds = parseKinds(leaveOut)
      const makeRequest = async () => {
        const known = await store.run('collections.find', { name: collection })
        return {
          paths: await spellOffered(offered),
          globs,
          ignores: [...ignores, ...(known?.ignores ?? [])],
          leaveOut: kinds,
          confirmed,
          collectionId: known === null ? null : Number(known.id),
          settings,
        }
      }
      return parts.estimates.run(makeRequest, id)
    },
    'jobs.stopEstimate': async ({ id }) => {
      parts.estimates.stop(id)
      return {}
    },
    'jobs.list': async ({ offset, limit, states, collection, order }) => {
      const [collectionId = null] = collection === undefined ? [] : await collectionIdsOf([collection])
      const page = await store.run('jobs.list', { offset, limit, states: states ?? null, collectionId, order })
      const jobs = []
      for (const job of page.jobs) jobs.push(await withProgress(job))
      return { jobs, total: page.total }
    },
    'jobs.show': async ({ id }) => {
      const shown = found(await store.run('jobs.report', { id: idOf('job', id), ...parts.model() }), 'job', id)
      return { ...shown, report: { ...shown.report, job: await withProgress(shown.report.job) } }
    },
    'jobs.problems': ({ id, offset, limit }) => store.run('jobs.problems', { id: idOf('job', id), offset, limit }),
    'jobs.receipts': ({ id, ...from }) =>
      store.run('jobs.receipts', { id: idOf('job', id), ...from, maxBytes: RECEIPTS_BYTES }),
    'jobs.progress': ({ id }) => progressOf(id),
    'jobs.wait': async ({ id, timeoutMs }) => {
      // Not by the clock on the wall: it may be set back by a day meanwhile.
      const deadlineMs = performance.now() + timeoutMs
      for (;;) {
        const progress = await progressOf(id)
        const leftMs = deadlineMs - performance.now()
        if (isSettled(progress) || leftMs <= 0) return progress
        await parts.changeOf(id, leftMs)
      }
    },
    'jobs.cancel': async ({ id }) => {
      const job = await cancel(idOf('job', id))
      parts.onChange(['jobs', 'documents'])
      return withProgress(job)
    },
    'jobs.confirm': ({ id }) => confirm(id),
    'jobs.retry': async ({ id }) => {
      await afterStops()
      const retried = await store.run('jobs.retry', { id: idOf('job', id) })
      parts.tracker.forget(id)
      parts.queue.notify()
      parts.onChange(['jobs'])
      return { ...retried, job: await withProgress(retried.job) }
    },
    'queue.status': async () => {
      const { nextRunAtMs, ...figures } = await store.run('queue.status', { nowMs: parts.wallMs() })
      const { blocked, held, atOnce } = parts.queue.status()
      const block = blocked && {
        code: blocked.code,
        message: blocked.message,
        details: blocked.details,
        lanes: [...blocked.lanes],
        nextTryAt: momentOf(blocked.nextTryAtMs),
      }
      return {
        ...figures,
        nextRunAt: momentOf(nextRunAtMs),
        blocked: blocked && blocked.message,
        block,
        stops: stopsOf(held),
        atOnce,
        polite: parts.queue.polite(),
      }
    },
    'queue.rest': async ({ reason, forMs }) => {
      parts.queue.rest(reason, forMs)
      parts.onChange(['jobs'])
      return {}
    },
    'machine.tell': (facts) => {
      parts.queue.tellMachine(facts)
      return Promise.resolve({})
    },
    'queue.settle': async ({ timeoutMs }) => {
      await parts.queue.settle(timeoutMs)
      return {}
    },
    'documents.list': async ({ collection, states, contains, ...rest }) => {
      const [collectionId = null] = collection === undefined ? [] : await collectionIdsOf([collection])
      return store.run('documents.list', { ...rest, collectionId, states: states ?? null, contains: contains ?? null })
    },
    'documents.facets': async ({ collection, states, contains, ...rest }) => {
      if (collection !== undefined) await collectionIdsOf([collection])
      const collectionName = collection ?? null
      return store.run('documents.facets', {
        ...rest,
        collectionName,
        states: states ?? null,
        contains: contains ?? null,
      })
    },
    'documents.readAgain': async ({ ids }) => {
      const started = await store.run('documents.readAgain', { ids: ids.map((id) => idOf('document', id)) })
      if (started.documents === 0) throw new AppError('NOT_FOUND', { what: 'document', id: ids[0] })
      parts.queue.notify()
      parts.onChange(['jobs', 'documents'])
      return { ...started, jobs: await Promise.all(started.jobs.map(withProgress)) }
    },
    'documents.show': async ({ id }) =>
      found(await store.run('documents.show', { id: idOf('document', id) }), 'document', id),
    'documents.text': async ({ id, offset }) => {
      const piece = { id: idOf('document', id), offset, limitChars: TEXT_PIECE_CHARS }
      return found(await store.run('documents.text', piece), 'document', id)
    },
    'documents.password': async ({ id, password }) => {
      const documentId = idOf('document', id)
      const lock = await store.run('documents.lock', { id: documentId })
      if (lock === null) throw new AppError('NOT_LOCKED')
      parts.passwords.add(lock.scope, password)
      const unlocked = await store.run('documents.unlock', { id: documentId })
      parts.tracker.forget(unlocked.job.id)
      parts.queue.notify()
      parts.onChange(['jobs', 'documents'])
      return { ...unlocked, job: await withProgress(unlocked.job) }
    },
    'documents.receipt': async ({ id, ...from }) => {
      const asked = { id: idOf('document', id), ...from, maxBytes: RECEIPTS_BYTES }
      return found(await store.run('documents.receipt', asked), 'document', id)
    },
    'documents.remove': async ({ ids, prove }) => {
      if (prove) requireNoOldFolder(parts.info.dataDir)
      const documentIds = ids.map((id) => idOf('document', id))
      const what = { documentIds, collectionId: null }
      const remove = (): Promise<{ removed: number }> =>
        removeWithNotes(store, parts.info.dataDir, what, async () => ({
          // A text that is committed before its task is stopped is refused.
          removed: await removeDocuments(store, documentIds, (running) => parts.queue.abort(running)),
        }))
      const removed = prove ? await erase(what, remove) : await remove()
      // Others may have their ids from now on.
      parts.hidden.hide(documentIds, 0)
      parts.onChange(['jobs', 'documents', 'collections'])
      return removed
    },
    'documents.hide': async ({ ids, forMs }) => {
      parts.hidden.hide(
        ids.map((id) => idOf('document', id)),
        forMs,
      )
      parts.onChange(['documents'])
      return {}
    },
    'documents.removals': async ({ end }) => {
      if (end) await parts.erasure.endCutOff(true)
      const removals = await parts.erasure.list()
      return { removals, total: removals.length }
    },
    doctor: (options) => parts.doctor(options),
  }
}
