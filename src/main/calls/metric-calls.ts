/**
 * Owns where figures over time come from in this engine, and the calls that show them.
 * Refuses: when they are measured (observe/sampler.ts) and how they are kept (store/metrics.ts).
 */
import type { CallHandlers, CallResult } from '../../shared/calls'
import { cacheNames } from '../../shared/metrics'
import { hostNames } from '../../shared/workers'
import { measureDisk } from '../observe/disk-parts'
import type { Gauges, SamplerParts, Totals } from '../observe/sampler'
import type { Providers } from '../providers/registry'
import type { WorkerSnapshot } from '../pool/contract'
import type { QueueSnapshot } from '../jobs/contract'
import type { Store } from '../store/contract'

export type MetricCalls = Pick<CallHandlers, 'metrics.now' | 'metrics.history'>

export type MetricSources = {
  readonly store: Store
  readonly queue: () => QueueSnapshot
  readonly workers: () => readonly WorkerSnapshot[]
  readonly caches: () => Promise<CallResult<'cache.figures'>>
  readonly providers: Pick<Providers, 'list'>
  readonly dataDir: string
  readonly wallMs: () => number
}

/** Of one kind: how many processes, and their resident memory. */
const hostsOf = (workers: readonly WorkerSnapshot[]) =>
  hostNames.map((host) => {
    const own = workers.filter((worker) => worker.host === host)
    return { host, processes: own.length, bytes: own.reduce((sum, { rssBytes }) => sum + (rssBytes ?? 0), 0) }
  })

/** How long after its stamp a row may still be committed. */
const LAG_SECONDS = 2

/** What the sampler looks at. */
export const createMetricSources = (
  sources: MetricSources,
): Pick<SamplerParts, 'isBusy' | 'gauges' | 'slowGauges' | 'totals'> => {
  const { store } = sources
  let since: string | null = null
  let newestJob: number | null = null
  /** Jobs of the last look: what they begin to count after it is new, however old they are. */
  let looked: ReadonlySet<number> = new Set()

  const gauges = async (): Promise<Gauges> => {
    const { queued, running, delayed } = await store.run('queue.status', { nowMs: sources.wallMs() })
    const hosts = hostsOf(sources.workers()).filter(({ processes }) => processes > 0)
    return {
      'queue.queued': queued,
      'queue.running': running,
      'queue.delayed': delayed,
      'memory.owner': process.memoryUsage.rss(),
      ...Object.fromEntries(hosts.map(({ host, bytes }) => [`memory.${host}`, bytes])),
    }
  }

  const slowGauges = async (): Promise<Gauges> => {
    const { parts, freeBytes } = await measureDisk(sources.dataDir)
    const entries = parts.map(({ part, bytes }) => [`disk.${part}`, bytes] as const)
    return { ...Object.fromEntries(entries), ...(freeBytes === null ? {} : { 'disk.free': freeBytes }) }
  }

  const totals = async (atEnd: boolean): Promise<{ totals: Totals; done: Gauges }> => {
    const found = await store.run('metrics.read', { since, lagSeconds: atEnd ? 0 : LAG_SECONDS })
    const caches = await sources.caches()
    const done: Record<string, number> = {}
    const add = (name: string, value: number): void => {
      done[name] = (done[name] ?? 0) + value
    }
    for (const { outcome, code, tasks, bytes } of found.ended) {
      add(`documents.${outcome}`, tasks)
      add('read.bytes', bytes)
      if (code !== null && (outcome === 'failed' || outcome === 'rejected')) add(`failed.${code}`, tasks)
    }
    const counted = new Map<string, { name: string; value: number; fresh: boolean }>()
    const tell = (by: string, name: string, value: number, fresh: boolean): void => {
      counted.set(`${by} ${name}`, { name, value, fresh })
    }
    const newestBefore = newestJob ?? Number.POSITIVE_INFINITY
    newestJob = found.newestJob
    for (const { id, chunks, computed, cached, phases } of found.jobs) {
      const fresh = id > newestBefore || looked.has(id)
      tell(`job ${id}`, 'chunks', chunks, fresh)
      tell(`job ${id}`, 'windows.computed', computed, fresh)
      tell(`job ${id}`, 'windows.cached', cached, fresh)
      for (const { phase, ms, items } of phases) {
        tell(`job ${id}`, `phase.ms.${phase}`, ms, fresh)
        tell(`job ${id}`, `phase.items.${phase}`, items, fresh)
      }
    }
    looked = new Set(found.jobs.map(({ id }) => id))
    const isLater = since !== null
    for (const { provider, tokens, usd } of found.providers) {
      tell('provider', `tokens.${provider}`, tokens, isLater)
      tell('provider', `cost.${provider}`, usd, isLater)
    }
    for (const [cache, { hits, misses }] of Object.entries(caches)) {
      tell('cache', `cache.${cache}.hits`, hits, isLater)
      tell('cache', `cache.${cache}.misses`, misses, isLater)
    }
    since = found.until
    return { totals: counted, done }
  }

  const isBusy = (): boolean => Object.values(sources.queue().running).some((count) => count > 0)
  return { isBusy, gauges, slowGauges, totals }
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

export const createMetricCalls = (sources: MetricSources): MetricCalls => {
  const { store } = sources
  const spentSince = async (provider: string, since: string): Promise<{ usd: number; tokens: number }> => {
    const asked = { provider, since, until: null, jobId: null, offset: 0, limit: 1 }
    const { total } = await store.run('usage.list', asked)
    return { usd: total.costUsd, tokens: total.inputTokens + total.outputTokens }
  }
  return {
    'metrics.history': ({ range }) => store.run('metrics.history', { range, nowMs: sources.wallMs() }),
    'metrics.now': async () => {
      const nowMs = sources.wallMs()
      const { queued, running, delayed, deadLetters } = await store.run('queue.status', { nowMs })
      const { parts, freeBytes } = await measureDisk(sources.dataDir)
      const caches = await sources.caches()
      const today = dayOf(nowMs)
      const metered = sources.providers.list().filter(({ kind }) => kind === 'openai')
      const providers = []
      for (const { name, budgets } of metered)
        providers.push({
          name,
          day: { spent: await spentSince(name, today), budget: budgets.day },
          month: { spent: await spentSince(name, `${today.slice(0, 7)}-01`), budget: budgets.month },
        })
      return {
        at: new Date(nowMs).toISOString(),
        queue: { queued, running, delayed, deadLetters },
        memory: { ownerBytes: process.memoryUsage.rss(), hosts: hostsOf(sources.workers()) },
        disk: { parts: [...parts], freeBytes },
        caches: cacheNames.map((cache) => ({ cache, ...caches[cache].total })),
        providers,
      }
    },
  }
}
