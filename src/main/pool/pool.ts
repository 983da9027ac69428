/**
 * Owns the pool as the engine sees it: one supervisor for each kind of host. Refuses: knowing what a task does.
 */
import type { WorkName, WorkTable } from '../../shared/work'
import { hostNames, type HostName, type Pool, type PoolOptions, type RunOptions } from './contract'
import { readFreeBytes } from './memory'
import { createStartGate } from './start-gate'
import { Supervisor } from './supervisor'
import { createThreadBudget, type ThreadBudget } from './thread-budget'

export { guardsOf } from './contract'
export type * from './contract'

/** Makes the pool. No process is started before the first task. */
export const createPool = (options: PoolOptions): Pool => {
  let peakRssBytes = 0
  const memory = createThreadBudget({
    readFreeBytes: options.readFreeBytes ?? readFreeBytes,
    minFreeBytes: () => options.guards().minFreeBytes,
    mostThreads: () => Math.max(...hostNames.map((host) => options.hosts(host).threads)),
    now: options.clock.now,
    log: options.log,
  })
  const { pace } = options
  const budget: ThreadBudget = {
    ...memory,
    allow: (threads) => Math.max(1, Math.min(memory.allow(threads), pace?.allow(threads) ?? threads)),
  }
  const gate = createStartGate({
    pace,
    rssBytes: () => all.reduce((sum, supervisor) => sum + supervisor.rssBytes, 0),
    works: () => all.some((supervisor) => supervisor.works),
    shed: () => {
      for (const supervisor of all) supervisor.shed()
    },
    goOn: () => {
      for (const supervisor of all) supervisor.goOn()
    },
  })
  const look = (): void => {
    const rssBytes = all.reduce((sum, supervisor) => sum + supervisor.rssBytes, 0)
    peakRssBytes = Math.max(peakRssBytes, rssBytes)
    const { short } = budget.snapshot()
    if (budget.look()) for (const supervisor of all) supervisor.goOn()
    if (budget.snapshot().short !== short) options.onChange?.()
  }
  const createSupervisor = (host: HostName): Supervisor => new Supervisor(host, options, budget, look, gate)
  const entries = hostNames.map((host) => [host, createSupervisor(host)] as const)
  const supervisors = Object.fromEntries(entries) as Record<HostName, Supervisor>
  const all = Object.values(supervisors)

  const run = async <N extends WorkName>(
    host: HostName,
    name: N,
    params: WorkTable[N]['params'],
    { signal, onMessage, priority = 0, alone = false, timeoutMs, memoryBytes = null, label = name }: RunOptions<N> = {},
  ): Promise<WorkTable[N]['result']> => {
    const request = {
      name,
      params,
      priority,
      alone: alone || memoryBytes !== null,
      memoryBytes,
      timeoutMs: timeoutMs ?? options.hosts(host).timeMs,
      label,
      // Both ends are of one build and typed by the same table.
      onMessage: onMessage as ((message: unknown) => unknown) | undefined,
    }
    return (await supervisors[host].run(request, signal)) as WorkTable[N]['result']
  }

  const chosen = (host: HostName | undefined): readonly Supervisor[] => (host === undefined ? all : [supervisors[host]])

  return {
    run,
    warm: (host) => supervisors[host].warm(),
    workers: () => all.flatMap((supervisor) => supervisor.snapshot()),
    breakers: () => all.map((supervisor) => supervisor.breaker.snapshot()),
    memory: () => ({ ...budget.snapshot(), minFreeBytes: options.guards().minFreeBytes }),
    peakRssBytes: () => peakRssBytes,
    cpuMs: () => all.reduce((sum, supervisor) => sum + supervisor.cpuMs, 0),
    refresh: () => {
      for (const supervisor of all) supervisor.refresh()
    },
    retire: (host) => chosen(host).flatMap((supervisor) => supervisor.replace()?.pid ?? []),
    recycle: async (host) => {
      await Promise.all(chosen(host).map(async (supervisor) => supervisor.replace()?.gone))
    },
    close: async ({ timeoutMs }) => {
      gate.close()
      await Promise.all(all.map((supervisor) => supervisor.close(timeoutMs)))
    },
  }
}
