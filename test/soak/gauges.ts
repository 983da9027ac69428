// Owns what is measured of a running engine and its hosts: memory, handles, threads, temp, logs of the databases. Linux tells all of it.
// Refuses: judging it.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { listHosts } from '../support/faults/processes'
import type { Measure } from './growth'

const MB = 1024 * 1024

/** Bounds of what may come with every hour; a leak of one handle for each job would be hundreds. */
export const measures: readonly Measure[] = [
  { name: 'heap after collection', unit: 'MB', boundPerHour: 12 },
  { name: 'resident, owner', unit: 'MB', boundPerHour: 60, fillsFirst: true },
  { name: 'resident, hosts', unit: 'MB', boundPerHour: 150 },
  { name: 'handles, owner', unit: '', boundPerHour: 10 },
  { name: 'handles, hosts', unit: '', boundPerHour: 20 },
  // Pools of LanceDB grow by one or two when more of its work falls together; a leak would be one for each job.
  { name: 'threads, owner', unit: '', boundPerHour: 10, fillsFirst: true },
  { name: 'hosts', unit: '', boundPerHour: 1 },
  { name: 'temp', unit: 'MB', boundPerHour: 2 },
  { name: 'WAL', unit: 'MB', boundPerHour: 20 },
]

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It ended while we looked.
    return ''
  }
}

const statusOf = (pid: number, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/status`))?.[1] ?? 0)

const countHandles = (pid: number): number => {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    // It ended while we looked.
    return 0
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** Folders in it go while it is looked at. */
const listUnder = (folder: string): string[] => {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

const sizeUnder = (folder: string): number =>
  listUnder(folder).reduce((sum, name) => sum + sizeOf(join(folder, name)), 0)

/** All figures of this moment, by the names of `measures`. */
export const takeSample = (dataDir: string): Readonly<Record<string, number>> => {
  collect()
  const hosts = listHosts(process.pid)
  const sumOf = (count: (pid: number) => number): number => hosts.reduce((sum, pid) => sum + count(pid), 0)
  return {
    'heap after collection': process.memoryUsage().heapUsed / MB,
    'resident, owner': statusOf(process.pid, 'VmRSS') / 1024,
    'resident, hosts': sumOf((pid) => statusOf(pid, 'VmRSS')) / 1024,
    'handles, owner': countHandles(process.pid),
    'handles, hosts': sumOf(countHandles),
    'threads, owner': statusOf(process.pid, 'Threads'),
    hosts: hosts.length,
    temp: sizeUnder(join(dataDir, 'temp')) / MB,
    WAL: ['sluice.db-wal', 'cache.db-wal'].reduce((sum, name) => sum + sizeOf(join(dataDir, name)), 0) / MB,
  }
}
