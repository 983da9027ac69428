/**
 * Owns what the settings of this moment mean for the parts of the engine: hosts, lanes, claims. Everything here is asked at each use, so that
 * a changed setting is in force at once.
 * Refuses: keeping values.
 */
import type { Limits } from '../shared/limits'
import type { Lane } from '../shared/phases'
import type { EmbedParams } from '../shared/work'
import { ocrHostOptions } from './ingest/ocr'
import type { LaneOptions } from './jobs/contract'
import type { WorkedBy } from './ingest/parts'
import type { RunEmbedding } from './providers/local'
import { LOCAL } from './providers/provider'
import type { Providers } from './providers/registry'
import type { HostName, HostOptions, Pool } from './pool/pool'
import type { Settings } from './settings/settings'

/** Tasks of one embedding claim: their texts share calls of the model and commits of the index. */
const EMBED_BATCH = 64
/** Documents claimed beyond the threads that read: one is ready when a thread is, while the text of another is stored. */
const EXTRACT_AHEAD = 2
/** The model itself takes about 220 MB with all threads; a cap made for documents must not forbid it. */
const EMBED_MEMORY_BYTES = 512 * 1024 * 1024

/** What bounds the claims of the queue, as the settings of this moment say. */
export const boundsOf = (limits: Limits) => ({
  activeJobs: limits['queue.activeJobs'],
  clientJobs: limits['queue.clientJobs'],
  tasksPerMinute: limits['queue.tasksPerMinute'],
  inFlightBytes: limits['queue.inFlightBytes'],
  longestWaitMs: Math.max(limits['retry.maxMs'], limits['retry.providerMaxMs']),
})

/** `null`: this process itself, or somebody else's computer. */
const HOST_OF: Readonly<Record<Lane, HostName | null>> = {
  expand: 'parse',
  extract: 'parse',
  ocr: 'ocr',
  vision: 'ocr',
  embed: 'embed',
  summarize: null,
}

const describeHost = (pool: Pool, host: HostName): WorkedBy => {
  const running = pool.workers().find((worker) => worker.host === host)
  return { worker: running ? `${host} ${running.pid}` : host, peakRssBytes: running?.rssBytes ?? null }
}

/**
 * The host that works for a lane right now: kind and process, with its resident memory as last seen. Vectors are made by whatever the model
 * of `ref` (`local` without it) runs in; a server has its own computer, of which only its name is known.
 */
export const describeWorker = (
  { pool, providers }: { pool: Pool; providers: Pick<Providers, 'kindOf'> },
  lane: Lane,
  ref: string = LOCAL,
): WorkedBy => {
  const host = HOST_OF[lane]
  if (host === null) return { worker: 'owner', peakRssBytes: null }
  if (lane !== 'embed') return describeHost(pool, host)
  const kind = providers.kindOf(ref)
  // Of one that is gone nothing more is known, either.
  if (kind === 'openai' || kind === null) return { worker: `provider ${ref}`, peakRssBytes: null }
  return describeHost(pool, kind === 'onnx' ? 'model' : host)
}

/** What each kind of host may take, as the settings of this moment say. */
export const hostsOf = (settings: Settings): ((host: HostName) => HostOptions) => {
  const faults = process.env['SLUICE_FAULTS']
  const env: Record<string, string> = faults === undefined ? {} : { SLUICE_FAULTS: faults }
  return (host) => {
    const limits = settings.limits()
    const shared = {
      threads: limits['worker.parseThreads'],
      memoryBytes: limits['task.memoryBytes'],
      heartbeatMs: limits['task.heartbeatMs'],
      timeMs: limits['task.timeMs'],
      recycleTasks: limits['worker.recycleTasks'],
      idleMs: limits['worker.idleMs'],
      env,
    }
    if (host === 'parse') return shared
    if (host === 'ocr') return ocrHostOptions(shared, limits)
    if (host === 'model') {
      // One thread, which a query shares: each thread would have the whole model for itself. The library divides its work.
      return { ...shared, threads: 1, urgentThreads: 1, urgentShares: true, memoryBytes: limits['model.memoryBytes'] }
    }
    const memoryBytes = Math.max(EMBED_MEMORY_BYTES, limits['task.memoryBytes'])
    return { ...shared, threads: limits['worker.embedThreads'], urgentThreads: 1, memoryBytes }
  }
}

/** Runs of each lane at the same time. `allow`: threads that polite work leaves of so many. */
export const lanesOf = (
  limits: () => Limits,
  allow: (threads: number) => number = (threads) => threads,
): Readonly<Record<Lane, LaneOptions>> => ({
  expand: { concurrency: () => limits()['lane.expand.concurrency'], batch: 1 },
  extract: {
    concurrency: () => limits()['lane.extract.concurrency'] || allow(limits()['worker.parseThreads']) + EXTRACT_AHEAD,
    batch: 1,
  },
  ocr: { concurrency: () => limits()['lane.ocr.concurrency'], batch: 1 },
  vision: { concurrency: () => limits()['lane.vision.concurrency'], batch: 1 },
  embed: { concurrency: () => limits()['lane.embed.concurrency'], batch: EMBED_BATCH },
  summarize: { concurrency: () => limits()['lane.summarize.concurrency'], batch: 1 },
})

/** Where the tasks of embedding models run: the built-in one and those of folders each have a kind of host. */
export const createEmbeddingRuns = (pool: Pool, limits: () => Limits): RunEmbedding => {
  const threads = (): number => limits()['worker.embedThreads']
  const placed = <P extends Pick<EmbedParams, 'folder'>>(params: P): { host: HostName; params: P } =>
    params.folder
      ? {
          host: 'model',
          params: {
            ...params,
            folder: { ...params.folder, threads: threads(), memoryBytes: limits()['model.memoryBytes'] },
          },
        }
      : { host: 'embed', params }
  return {
    embed: (given, signal) => {
      const { host, params } = placed(given)
      return pool.run(host, 'embed', params, { signal })
    },
    embedQuery: (given, signal) => {
      const { host, params } = placed(given)
      return pool.run(host, 'embedQuery', params, { signal, priority: 1 })
    },
    inspectModel: (given) => {
      const params = { ...given, threads: threads(), memoryBytes: limits()['model.memoryBytes'] }
      // Alone: it lets go of the model that is loaded.
      return pool.run('model', 'inspectModel', params, { alone: true, priority: 1, label: given.folder })
    },
  }
}
