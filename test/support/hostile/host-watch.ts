// Owns watching the processes that read hostile documents: their highest memory and their network sockets (Linux; elsewhere it sees nothing).
// Gives them folders of their own to live in, so that what they write beside their task is seen. Refuses to end them.
import { mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createForkLauncher } from '../../../src/main/pool/fork-launcher'
import type { LaunchHost } from '../../../src/main/pool/pool'

const NET_TABLES = ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6'] as const
const LOOK_EVERY_MS = 100

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // The process ended while we looked, or this is no Linux.
    return error instanceof Error ? '' : String(error)
  }
}

const openSockets = (pid: number): string[] => {
  const folder = `/proc/${pid}/fd`
  try {
    return readdirSync(folder).flatMap((fd) => {
      const target = readlinkSync(join(folder, fd))
      return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []
    })
  } catch (error) {
    // A descriptor was closed, or the process ended, while we looked.
    return error instanceof Error ? [] : [String(error)]
  }
}

/** Network sockets that a process owns, as `tcp 0100007F:1F90`. */
const networkSockets = (pid: number): string[] => {
  const own = new Set(openSockets(pid))
  if (own.size === 0) return []
  return NET_TABLES.flatMap((table) =>
    read(`/proc/${pid}/net/${table}`)
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => own.has(fields[9] ?? ''))
      .map((fields) => `${table} ${fields[2] ?? '?'}`),
  )
}

export type HostWatch = {
  /** Starts hosts that live in folders of their own. */
  readonly launch: LaunchHost
  /** Forgets the highest memory until now. */
  readonly reset: () => void
  /** Highest resident memory of one host since the reset, in bytes; 0 when it cannot be told. */
  readonly peakBytes: () => number
  /** Network sockets that any host ever had. */
  readonly sockets: () => readonly string[]
  /** What the hosts printed. */
  readonly output: () => readonly string[]
  readonly close: () => void
}

/** A program that starts Node with `prefix` in front of it. */
const writeNode = (folder: string, prefix: readonly string[]): string => {
  const path = join(folder, 'node.sh')
  writeFileSync(path, `#!/bin/sh\nexec ${prefix.join(' ')} '${process.execPath}' "$@"\n`, { mode: 0o755 })
  return path
}

/** `folder` gets `home`, `tmp` and `cwd`: all must stay empty. `prefix` stands in front of every host's command. */
export const watchHosts = (folder: string, prefix: readonly string[] = []): HostWatch => {
  const places = { HOME: join(folder, 'home'), TMPDIR: join(folder, 'tmp'), cwd: join(folder, 'cwd') }
  for (const place of Object.values(places)) mkdirSync(place, { recursive: true })
  const pids = new Set<number>()
  const sockets = new Set<string>()
  const output: string[] = []
  const start = createForkLauncher({ onOutput: (_pid, line) => output.push(line) })
  const { cwd, HOME, TMPDIR } = places
  const node = prefix.length === 0 ? process.execPath : writeNode(folder, prefix)

  const launch: LaunchHost = (file, args, env) => {
    const before = { cwd: process.cwd(), node: process.execPath }
    process.chdir(cwd)
    // What `fork` starts.
    process.execPath = node
    try {
      const host = start(file, args, { ...env, HOME, TMPDIR, TMP: TMPDIR, TEMP: TMPDIR })
      if (host.pid !== undefined) pids.add(host.pid)
      return host
    } finally {
      process.chdir(before.cwd)
      process.execPath = before.node
    }
  }
  const look = (): void => {
    for (const pid of pids) for (const socket of networkSockets(pid)) sockets.add(socket)
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  return {
    launch,
    reset: () => {
      for (const pid of pids) {
        try {
          // 5: the peak begins again (proc(5), clear_refs).
          writeFileSync(`/proc/${pid}/clear_refs`, '5')
        } catch (error) {
          if (process.platform === 'linux' && (error as NodeJS.ErrnoException).code === 'ENOENT') pids.delete(pid)
        }
      }
    },
    peakBytes: () =>
      Math.max(
        0,
        ...[...pids].map((pid) => Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024),
      ),
    sockets: () => {
      look()
      return [...sockets]
    },
    output: () => output,
    close: () => clearInterval(timer),
  }
}
