// Owns an engine for tests of the owner: jobs live in a file of the data folder, so that whoever owns it next goes on with them.
// Refuses: being fast; a job takes `steps` steps of `stepMs`.
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OwnedEngine } from '../../../../src/main/owner/session'
import { parseParams } from '../../../../src/shared/call-border'
import type { Caller, ChangeEvent, JobProgress, ParsedParams } from '../../../../src/shared/calls'
import type { Collection, Job, OutcomeCounts } from '../../../../src/shared/domain'
import { AppError } from '../../../../src/shared/errors'

type StoredJob = { id: string; key: string | null; stepsDone: number; steps: number }

const counts: OutcomeCounts = {
  total: 0,
  indexed: 0,
  unchanged: 0,
  duplicate: 0,
  partial: 0,
  skipped: 0,
  rejected: 0,
  failed: 0,
  cancelled: 0,
}

export const collectionNamed = (name: string): Collection => ({
  id: '1',
  name,
  createdAt: '2026-01-01T00:00:00.000Z',
  documents: 0,
  chunks: 0,
  pendingVectors: 0,
  bytes: 0,
})

const toJob = ({ id, key, stepsDone, steps }: StoredJob): Job => ({
  id,
  key,
  collection: 'default',
  state: stepsDone >= steps ? 'completed' : 'running',
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: null,
  finishedAt: null,
  elapsedMs: 0,
  keywordReadyMs: null,
  pendingVectors: 0,
  label: 'x',
  progress: stepsDone / steps,
})

const toProgress = (stored: StoredJob): JobProgress => ({
  job: toJob(stored),
  documents: counts,
  found: stored.steps,
  discovering: false,
  phases: { expand: { done: 0, total: 0 }, extract: { done: 0, total: 0 }, embed: { done: 0, total: 0 } },
  documentsPerSecond: 0,
  windowsPerSecond: 0,
  remainingMs: null,
  current: [],
})

export type FileEngineOptions = { dataDir: string; steps?: number; stepMs?: number; release: () => void }

/** Appended to at every step: which process did it, of which job. */
export const stepsFile = (dataDir: string): string => join(dataDir, 'steps.log')

export const createFileEngine = ({ dataDir, steps = 20, stepMs = 10, release }: FileEngineOptions): OwnedEngine => {
  const file = join(dataDir, 'jobs.json')
  const read = (): StoredJob[] => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StoredJob[]) : [])
  const write = (jobs: StoredJob[]): void => {
    writeFileSync(`${file}.new`, JSON.stringify(jobs))
    renameSync(`${file}.new`, file)
  }
  const listeners = new Set<(event: ChangeEvent) => void>()
  let timer: NodeJS.Timeout | null = null
  const step = (): void => {
    const jobs = read()
    const next = jobs.find(({ stepsDone }) => stepsDone < steps)
    if (next === undefined) return
    next.stepsDone += 1
    appendFileSync(stepsFile(dataDir), `${process.pid} ${next.id} ${next.stepsDone}\n`)
    write(jobs)
    for (const listener of listeners) listener({ type: 'changed', topics: ['jobs'] })
  }
  const find = (id: string): StoredJob => {
    const found = read().find((job) => job.id === id)
    if (found === undefined) throw new AppError('NOT_FOUND', { what: 'job', id })
    return found
  }
  const create = ({ key }: ParsedParams<'jobs.create'>): { job: Job; created: boolean } => {
    const jobs = read()
    const known = key === null ? undefined : jobs.find((job) => job.key === key)
    if (known !== undefined) return { job: toJob(known), created: false }
    const job = { id: String(jobs.length + 1), key, stepsDone: 0, steps }
    write([...jobs, job])
    return { job: toJob(job), created: true }
  }
  const wait = async ({ id, timeoutMs }: ParsedParams<'jobs.wait'>): Promise<JobProgress> => {
    const deadline = performance.now() + timeoutMs
    while (find(id).stepsDone < steps && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, stepMs))
    }
    return toProgress(find(id))
  }
  const answer = async (name: string, params: unknown): Promise<unknown> => {
    if (name === 'jobs.create') return create(parseParams('jobs.create', params))
    if (name === 'jobs.wait') return wait(parseParams('jobs.wait', params))
    if (name === 'jobs.progress') return toProgress(find(parseParams('jobs.progress', params).id))
    if (name === 'app.info') return { version: '0', dataDir, ownerPid: process.pid, logFile: '' }
    if (name === 'collections.create') {
      // Never answers: for the owner that dies in the middle of a call.
      await new Promise((resolve) => setTimeout(resolve, 60_000))
    }
    throw new AppError('NOT_FOUND', { what: 'call', id: name })
  }
  return {
    call: answer as unknown as Caller,
    onEvent: (fn) => {
      listeners.add(fn)
      return () => listeners.delete(fn)
    },
    drain: async () => {
      if (timer !== null) clearInterval(timer)
    },
    close: async () => {
      if (timer !== null) clearInterval(timer)
      release()
    },
    work: () => {
      timer ??= setInterval(step, stepMs)
    },
  }
}
