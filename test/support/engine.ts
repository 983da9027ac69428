// Owns how tests start a real engine on a temp folder: real store threads, hosts, model and index. Fakes nothing.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createEngine, type Engine, type EngineOptions } from '../../src/main/engine'
import type { Clock } from '../../src/main/jobs/queue'
import { createForkLauncher } from '../../src/main/pool/fork-launcher'
import type { LaunchHost } from '../../src/main/pool/pool'
import type { EmbeddingProvider } from '../../src/main/providers/provider'
import type { JobProgress } from '../../src/shared/calls'
import type { JobReport, Problem } from '../../src/shared/domain'
import { finalJobStates } from '../../src/shared/domain'
import type { Interference } from '../../src/shared/fault-points'
import type { LimitName } from '../../src/shared/limits'
import type { Log } from '../../src/shared/log'
import { silentLog } from './silent-log'

const out = resolve(__dirname, '../../out/main')

export const engineFiles = {
  hostFile: join(out, 'host.js'),
  workerFile: join(out, 'worker.js'),
  storeThreadFile: join(out, 'store-thread.js'),
}
export const modelDir = resolve(__dirname, '../../resources/model')

const refuse = (): void => undefined

export { silentLog }

export const makeTempDir = (name: string): { path: string; remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), `sluice-${name}-`))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) }
}

/** The time of the system. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  setTimer: (ms, fire) => {
    const timer = setTimeout(fire, ms)
    return () => clearTimeout(timer)
  },
}

export type TestEngineOptions = {
  dataDir: string
  limits?: Partial<Record<LimitName, number>>
  modelDir?: string
  log?: Log
  /** Faults at the boundaries of the pipeline. */
  interfere?: Interference
  /** The system's without it. */
  clock?: Clock
  /** Models of its own, by reference. */
  embeddings?: (ref: string) => EmbeddingProvider | null
  /** The version by which it reads texts, instead of the program's. */
  textVersion?: number
  /** What the computer is like, instead of this one. */
  computer?: EngineOptions['computer']
  /** Instead of forking. */
  launch?: LaunchHost
}

/** Starts an engine that works on its queue; `null` when another one owns the folder. */
export const startEngine = async (options: TestEngineOptions): Promise<Engine | null> => {
  const engine = await createEngine({
    dataDir: options.dataDir,
    files: engineFiles,
    modelDir: options.modelDir ?? modelDir,
    version: '0.0.0-test',
    launch: options.launch ?? createForkLauncher({ onOutput: refuse }),
    log: options.log ?? silentLog,
    logFile: join(options.dataDir, 'logs', 'sluice.log'),
    environment: {},
    flags: options.limits ?? {},
    random: Math.random,
    interfere: options.interfere ?? null,
    clock: options.clock ?? systemClock,
    ...(options.textVersion === undefined ? {} : { textVersion: options.textVersion }),
    ...(options.computer === undefined ? {} : { computer: options.computer }),
    ...(options.embeddings ? { embeddings: options.embeddings } : {}),
  })
  engine?.work()
  return engine
}

/** As `startEngine`, for a folder that is surely free. */
export const startOwner = async (options: TestEngineOptions): Promise<Engine> => {
  const engine = await startEngine(options)
  if (!engine) throw new Error(`another process owns ${options.dataDir}`)
  return engine
}

/** Waits until the job has ended. */
export const waitForJob = async (engine: Engine, id: string): Promise<JobProgress> => {
  for (;;) {
    const progress = await engine.call('jobs.wait', { id, timeoutMs: 20_000 })
    if (finalJobStates.includes(progress.job.state)) return progress
  }
}

/** The whole report, problems included. */
export const reportOf = async (engine: Engine, id: string): Promise<JobReport> => {
  const { report, problemsTotal } = await engine.call('jobs.show', { id })
  const problems: Problem[] = []
  while (problems.length < problemsTotal) {
    const page = await engine.call('jobs.problems', { id, offset: problems.length, limit: 500 })
    if (page.problems.length === 0) throw new Error('fewer problems than counted')
    problems.push(...page.problems)
  }
  return { ...report, problems }
}

/** Ingests paths and waits for the report. */
export const ingest = async (engine: Engine, paths: readonly string[], collection = 'default'): Promise<JobReport> => {
  const { job } = await engine.call('jobs.create', { paths: paths.map((path) => ({ path })), collection })
  await waitForJob(engine, job.id)
  return reportOf(engine, job.id)
}
