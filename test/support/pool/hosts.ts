// Owns real hosts for the pool's tests: bundles the host and a worker of the tests' own, so that they need no build of the whole.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build, stop } from 'esbuild'
import { createForkLauncher } from '../../../src/main/pool/fork-launcher'
import type { HostOptions, LaunchHost, Pool, PoolGuards, PoolOptions } from '../../../src/main/pool/pool'
import { createPool } from '../../../src/main/pool/pool'
import type { Log } from '../../../src/shared/log'

const root = resolve(__dirname, '../../..')

export type HostFiles = { hostFile: string; workerFile: string; folder: string; remove: () => void }

/** Bundles host and worker into a folder of their own. */
export const buildHosts = async (): Promise<HostFiles> => {
  const folder = mkdtempSync(join(tmpdir(), 'pool-'))
  await build({
    entryPoints: { host: join(root, 'src/main/pool/host.ts'), worker: require.resolve('./worker.ts') },
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'cjs',
    logLevel: 'error',
    external: ['onnxruntime-node', 'pdfjs-dist'],
    // piscina loads a file of its own from beside itself, and the bundle is not where node_modules is.
    plugins: [
      {
        name: 'external-piscina',
        setup: (setup) =>
          setup.onResolve({ filter: /^piscina$/ }, () => ({ path: require.resolve('piscina'), external: true })),
      },
    ],
  })
  // Otherwise its service stays until this process ends.
  await stop()
  return {
    folder,
    hostFile: join(folder, 'host.js'),
    workerFile: join(folder, 'worker.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export type LogEntry = { level: string; event: string; fields: Readonly<Record<string, unknown>> }

/** A log that keeps what it is told. */
export const recordLog = (): { log: Log; entries: LogEntry[] } => {
  const entries: LogEntry[] = []
  const write: Log['write'] = (level, event, fields = {}) => entries.push({ level, event, fields })
  const log: Log = {
    write,
    debug: (event, fields) => write('debug', event, fields),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
    child: () => log,
  }
  return { log, entries }
}

const MiB = 1024 * 1024

export const hostDefaults: HostOptions = {
  threads: 2,
  memoryBytes: 600 * MiB,
  heartbeatMs: 10_000,
  timeMs: 20_000,
  recycleTasks: 1_000,
  idleMs: 60_000,
}

export const guardDefaults: PoolGuards = { breakerFailures: 5, breakerMs: 30_000, minFreeBytes: 0 }

export type TestPool = { pool: Pool; entries: LogEntry[]; output: string[] }

/** A pool over real processes. The caller closes it. */
export const openPool = (
  files: Pick<HostFiles, 'hostFile' | 'workerFile'>,
  host: Partial<HostOptions> = {},
  more: Partial<PoolOptions> & { launch?: LaunchHost } = {},
): TestPool => {
  const { log, entries } = recordLog()
  const output: string[] = []
  const options = { ...hostDefaults, ...host }
  const launch = createForkLauncher({ onOutput: (_pid, line) => output.push(line) })
  const clock = { now: () => performance.now(), wallMs: () => Date.now() }
  return {
    pool: createPool({ ...files, launch, clock, log, hosts: () => options, guards: () => guardDefaults, ...more }),
    entries,
    output,
  }
}

/** Waits until `condition` holds; fails after `timeoutMs`. */
export const until = async (what: string, condition: () => boolean, timeoutMs = 10_000): Promise<void> => {
  const deadline = performance.now() + timeoutMs
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`)
    await new Promise((wake) => setTimeout(wake, 10))
  }
}

/** Whether a process runs; a zombie does not. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (process.platform !== 'linux' || !existsSync('/proc/self/stat')) return true
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    // It ended between the two looks.
    return false
  }
}

/** Processes whose command names the folder. Linux only. */
export const listProcessesOf = (folder: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)
      } catch {
        // It ended while we looked.
        return false
      }
    })
    .map(Number)
    .filter(isRunning)
