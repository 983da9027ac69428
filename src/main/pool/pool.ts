/**
 * Owns the pool as the engine sees it: one supervisor for each kind of host. Refuses: knowing what a task does.
 */
import type { WorkName, WorkTable } from '../../shared/work'
import { hostNames, type HostName, type Pool, type PoolOptions, type RunOptions } from './contract'
import { Supervisor } from './supervisor'

export type * from './contract'

/** Makes the pool. No process is started before the first task. */
export const createPool = (options: PoolOptions): Pool => {
  let peakRssBytes = 0
  const look = (): void => {
    const rssBytes = all.reduce((sum, supervisor) => sum + supervisor.rssBytes, 0)
    peakRssBytes = Math.max(peakRssBytes, rssBytes)
  }
  const createSupervisor = (host: HostName): Supervisor => new Supervisor(host, options.hosts[host], options, look)
  const entries = hostNames.map((host) => [host, createSupervisor(host)] as const)
  const supervisors = Object.fromEntries(entries) as Record<HostName, Supervisor>
  const all = Object.values(supervisors)

  const run = async <N extends WorkName>(
    host: HostName,
    name: N,
    params: WorkTable[N]['params'],
    { signal, onMessage, priority = 0, alone = false, timeoutMs, label = name }: RunOptions<N> = {},
  ): Promise<WorkTable[N]['result']> => {
    const request = {
      name,
      params,
      priority,
      alone,
      timeoutMs: timeoutMs ?? options.hosts[host].timeMs,
      label,
      // Both ends are of one build and typed by the same table.
      onMessage: onMessage as ((message: unknown) => unknown) | undefined,
    }
    return (await supervisors[host].run(request, signal)) as WorkTable[N]['result']
  }

  return {
    run,
    warm: (host) => supervisors[host].warm(),
    workers: () => all.flatMap((supervisor) => supervisor.snapshot()),
    peakRssBytes: () => peakRssBytes,
    recycle: async () => {
      await Promise.all(all.map((supervisor) => supervisor.recycle()))
    },
    close: async ({ timeoutMs }) => {
      await Promise.all(all.map((supervisor) => supervisor.close(timeoutMs)))
    },
  }
}
