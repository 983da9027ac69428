/**
 * Owns the engine's side of every call: one function a row of the call table.
 * Refuses: validating (the border does) and doing the work itself; each function asks the part that can.
 */
import { basename, resolve } from 'node:path'
import { finalJobStates, type Job } from '../../shared/domain'
import { AppError } from '../../shared/errors'
import type { CallHandlers, JobProgress, OfferedPath, ParsedParams } from '../../shared/calls'
import { documentKinds, kindOfType, isDocumentKind } from '../../shared/kinds'
import { parseKinds } from '../ingest/left-out'
import { ROOT_LOCATOR_ENTRIES } from '../ingest/parts'
import type { Passwords } from '../ingest/passwords'
import type { SearchRequest } from '../search'
import type { KeywordFilter, NewTask, Store } from '../store/contract'
import type { SearchResult } from '../../shared/domain'
import type { DoctorOptions } from './doctor'
import type { Estimates } from './estimates'
import type { ProgressTracker } from './progress'

export type CallParts = {
  store: Store
  search: (request: SearchRequest) => Promise<SearchResult>
  tracker: ProgressTracker
  passwords: Passwords
  estimates: Pick<Estimates, 'run' | 'stop'>
  info: { version: string; dataDir: string; ownerPid: number; logFile: string }
  model: () => { model: string; dimensions: number }
  doctor: (options: DoctorOptions) => ReturnType<CallHandlers['doctor']>
  queue: {
    /** New work may be there. */
    notify: () => void
    /** Stops these running tasks; they end soon after. */
    abort: (taskIds: readonly number[]) => void
    /** Why the whole queue stands still; `null` when it does not. */
    blocked: () => string | null
    /** Resolves when nothing runs and nothing can start, or the time is over. */
    settle: (timeoutMs: number) => Promise<void>
  }
  /** Resolves at the next change of this job, or after `timeoutMs`. */
  changeOf: (jobId: string, timeoutMs: number) => Promise<void>
  onChange: (topics: ('jobs' | 'documents' | 'collections')[]) => void
  wallMs: () => number
}

const REMOVE_PAGE = 200
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

const labelOf = (paths: readonly OfferedPath[]): string => {
  const names = paths.slice(0, 3).map(({ path }) => basename(path) || path)
  return paths.length > names.length ? `${names.join(', ')} and ${paths.length - names.length} more` : names.join(', ')
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

const dateOf = (text: string | null, name: string, endOfDay: boolean): number | null => {
  if (text === null) return null
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const ms = Date.parse(day && endOfDay ? `${text}T23:59:59.999` : day ? `${text}T00:00:00` : text)
  if (Number.isNaN(ms))
    throw new AppError('USAGE', { reason: `"${text}" is not a date for ${name}; write it as 2026-01-31.` })
  return ms
}

/** What `--type` means: the name of a kind is the kind, an extension only what is named so. */
const typesOf = (types: readonly string[]): Required<Pick<KeywordFilter, 'kinds' | 'extensions'>> => {
  const names = types.map((type) => type.trim().toLowerCase().replace(/^\./, ''))
  for (const name of names) requireType(name)
  return {
    kinds: [...new Set(names.filter(isDocumentKind))],
    extensions: [...new Set(names.filter((name) => !isDocumentKind(name)))],
  }
}

/** @throws USAGE */
const requireType = (type: string): void => {
  if (kindOfType(type) === null) {
    const possible = documentKinds.join(', ')
    throw new AppError('USAGE', {
      reason: `"${type}" is no type of document; use ${possible}, or an extension of one.`,
    })
  }
}

const isSettled = ({ job }: JobProgress): boolean =>
  finalJobStates.includes(job.state) || job.state === 'awaiting_confirmation' || job.state === 'paused'

export const createCalls = (parts: CallParts): CallHandlers => {
  const { store } = parts

  const collectionIdsOf = async (names: readonly string[]): Promise<number[]> => {
    const ids: number[] = []
    for (const name of names)
      ids.push(Number(found(await store.run('collections.find', { name }), 'collection', name).id))
    return ids
  }

  const filterOf = async (params: ParsedParams<'search'>): Promise<KeywordFilter> => ({
    collectionIds: await collectionIdsOf(params.collections),
    ...typesOf(params.types),
    sinceMs: dateOf(params.since, '--since', false),
    untilMs: dateOf(params.until, '--until', true),
    pathGlob: params.pathGlob,
  })

  const progressOf = async (id: string): Promise<JobProgress> =>
    parts.tracker.track(found(await store.run('jobs.progress', { id: idOf('job', id) }), 'job', id))

  /** The overall figure of a job that is not asked for its progress: what was shown last, or the end. */
  const withProgress = async <T extends Job>(job: T): Promise<T> => {
    if (finalJobStates.includes(job.state)) return { ...job, progress: 1 }
    return { ...job, progress: (await progressOf(job.id)).job.progress }
  }

  /** Cancels a job and waits for its running tasks to stop, so that what comes next finds nothing of it at work. */
  const cancel = async (id: number): Promise<Job> => {
    const cancelled = await store.run('jobs.cancel', { id })
    parts.queue.abort(cancelled.running)
    const deadlineMs = parts.wallMs() + CANCEL_WAIT_MS
    for (;;) {
      const job = (await store.run('jobs.find', { id })) ?? cancelled.job
      const leftMs = deadlineMs - parts.wallMs()
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
    'app.info': async () => parts.info,
    'collections.list': async () => {
      const collections = await store.run('collections.list', {})
      return { collections, total: collections.length }
    },
    'collections.show': async ({ name }) => found(await store.run('collections.find', { name }), 'collection', name),
    'collections.create': async ({ name }) => {
      const collection = await store.run('collections.create', { name })
      parts.onChange(['collections'])
      return collection
    },
    'collections.rename': async ({ name, newName }) => {
      const { id } = found(await store.run('collections.find', { name }), 'collection', name)
      const collection = await store.run('collections.rename', { id: Number(id), newName })
      parts.onChange(['collections', 'jobs', 'documents'])
      return collection
    },
    'collections.remove': async ({ name }) => {
      const id = Number(found(await store.run('collections.find', { name }), 'collection', name).id)
      const { jobs } = await store.run('jobs.list', {
        offset: 0,
        limit: 1000,
        states: ['queued', 'running', 'paused', 'awaiting_confirmation'],
      })
      for (const job of jobs.filter(({ collection }) => collection === name)) {
        await cancel(Number(job.id))
      }
      let documents = 0
      for (let more = true; more;) {
        const page = await store.run('collections.removePage', { id, limit: REMOVE_PAGE })
        documents += page.removed
        more = page.more
      }
      parts.onChange(['collections', 'jobs', 'documents'])
      return { documents }
    },
    'jobs.create': async ({ paths, collection, globs, ignores, key, confirmed, leaveOut }) => {
      const kinds = parseKinds(leaveOut)
      // Asked again, it changes nothing but what the person agrees to: not even a collection is made.
      const known = key === null ? null : await store.run('jobs.findKey', { key })
      if (known) {
        const agrees = confirmed && known.state === 'awaiting_confirmation'
        return { job: agrees ? (await confirm(known.id)).job : await withProgress(known), created: false }
      }
      const { job, created } = await store.run('jobs.create', {
        collectionName: collection,
        key,
        label: labelOf(paths),
        request: { paths, globs, ignores, leaveOut: kinds },
        scans: paths.map(toScan),
        confirmed,
      })
      parts.queue.notify()
      parts.onChange(['jobs', 'collections'])
      return { job: await withProgress(job), created }
    },
    'jobs.estimate': async ({ paths, collection, globs, ignores, leaveOut, confirmed, id }) => {
      const kinds = parseKinds(leaveOut)
      const makeRequest = async () => {
        const known = await store.run('collections.find', { name: collection })
        return {
          paths,
          globs,
          ignores,
          leaveOut: kinds,
          confirmed,
          collectionId: known === null ? null : Number(known.id),
        }
      }
      return parts.estimates.run(makeRequest, id)
    },
    'jobs.stopEstimate': async ({ id }) => {
      parts.estimates.stop(id)
      return {}
    },
    'jobs.list': async ({ offset, limit, states }) => {
      const page = await store.run('jobs.list', { offset, limit, states: states ?? null })
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
      const deadlineMs = parts.wallMs() + timeoutMs
      for (;;) {
        const progress = await progressOf(id)
        const leftMs = deadlineMs - parts.wallMs()
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
      const retried = await store.run('jobs.retry', { id: idOf('job', id) })
      parts.tracker.forget(id)
      parts.queue.notify()
      parts.onChange(['jobs'])
      return { ...retried, job: await withProgress(retried.job) }
    },
    'queue.status': async () => {
      const { queued, running, waiting, nextRunAtMs } = await store.run('queue.status', { nowMs: parts.wallMs() })
      const nextRunAt = nextRunAtMs === null ? null : new Date(nextRunAtMs).toISOString()
      return { queued, running, waiting, nextRunAt, blocked: parts.queue.blocked() }
    },
    'queue.settle': async ({ timeoutMs }) => {
      await parts.queue.settle(timeoutMs)
      return {}
    },
    'documents.list': async ({ offset, limit, collection, states, contains }) => {
      const [collectionId = null] = collection === undefined ? [] : await collectionIdsOf([collection])
      return store.run('documents.list', {
        offset,
        limit,
        collectionId,
        states: states ?? null,
        contains: contains ?? null,
      })
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
    'documents.remove': async ({ ids }) => {
      const removed = await store.run('documents.remove', { ids: ids.map((id) => idOf('document', id)) })
      parts.onChange(['documents', 'collections'])
      return removed
    },
    search: async (params) => {
      const filter = await filterOf(params)
      return parts.search({ query: params.query, mode: params.mode, limit: params.limit, filter })
    },
    doctor: (options) => parts.doctor(options),
  }
}
