/**
 * Owns the engine's side of the calls about settings and workers: what is in force, what is changed, which hosts run and how they are.
 * Refuses: deciding values (main/settings does) and ending processes (the pool does).
 */
import type { CallHandlers } from '../../shared/calls'
import { remark } from '../../shared/remarks'
import { hostNames } from '../../shared/workers'
import type { HostOptions, Pool } from '../pool/contract'
import type { HostName } from '../pool/pool'
import type { Settings } from '../settings/settings'

export type WorkerCalls = Pick<
  CallHandlers,
  'settings.list' | 'settings.set' | 'settings.export' | 'settings.import' | 'workers.list' | 'workers.recycle'
>

type WorkerCallParts = {
  readonly settings: Settings
  readonly pool: Pool
  readonly hosts: (host: HostName) => HostOptions
  readonly wallMs: () => number
}

export const createWorkerCalls = ({ settings, pool, hosts, wallMs }: WorkerCallParts): WorkerCalls => ({
  'settings.list': async () => {
    const listed = settings.list()
    const { problems, told, policy } = listed
    return { settings: [...listed.settings], problems: [...problems], told, policy }
  },
  'settings.set': async ({ name, value }) => settings.set(name, value),
  'settings.export': async () => settings.exported(),
  'settings.import': async ({ settings: given, approve }) => settings.take(given, approve),
  'workers.list': async () => {
    const workers = pool.workers().map((worker) => ({ ...worker, running: [...worker.running] }))
    return {
      workers,
      total: workers.length,
      breakers: pool.breakers().map(({ retryInMs, ...breaker }) => ({
        ...breaker,
        ...(breaker.reason === null ? {} : { told: { reason: remark('FAILED_SO', { reason: breaker.reason }) } }),
        retryAt: retryInMs === null ? null : new Date(wallMs() + retryInMs).toISOString(),
      })),
      caps: hostNames.map((host) => {
        const { threads, memoryBytes, timeMs, heartbeatMs, recycleTasks, idleMs } = hosts(host)
        return { host, threads, memoryBytes, timeMs, heartbeatMs, recycleTasks, idleMs }
      }),
      memory: pool.memory(),
    }
  },
  'workers.recycle': async ({ host }) => {
    const pids = [...pool.retire(host ?? undefined)]
    return { pids, total: pids.length }
  },
})
