// Owns finding and counting the real processes of a command: its hosts, and what they load. Linux only. Refuses: ending any by name.
import { readFileSync, readdirSync } from 'node:fs'

const read = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    // It ended while we looked.
    return ''
  }
}

const stateOf = (pid: number): { state: string; parent: number } | null => {
  const [state, parent] = read(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ')
  return state ? { state, parent: Number(parent) } : null
}

export const isAlive = (pid: number): boolean => {
  const found = stateOf(pid)
  return found !== null && found.state !== 'Z'
}

/** Stands still after SIGSTOP. */
export const isStopped = (pid: number): boolean => stateOf(pid)?.state === 'T'

/** Process ids of the worker hosts of an owner. */
export const listHosts = (ownerPid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => stateOf(pid)?.parent === ownerPid && isAlive(pid) && read(pid, 'cmdline').includes('host.js'))

/** Embedding hosts are told by the library they have loaded. */
export const isEmbedHost = (pid: number): boolean => read(pid, 'maps').includes('onnxruntime')

/** Ends one host as the system does when memory runs out. */
export const killHost = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
