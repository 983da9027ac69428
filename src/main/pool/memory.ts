/**
 * Owns how memory is read: resident memory of another process, free memory of the computer. Refuses: judging it.
 */
import { readFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { readGroupFreeBytes } from './memory-group'

const RESIDENT = /^VmRSS:\s+(\d+) kB$/m

/**
 * Resident memory of a process in bytes; `null` when it is gone or this system does not tell (then the host reports its own).
 * Linux: `/proc/<pid>/status`, which unlike `statm` does not depend on the page size. Costs about 30 µs, so it is read at once.
 */
export const readResidentBytes = (pid: number): number | null => {
  if (process.platform !== 'linux') return null
  try {
    const kib = RESIDENT.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kib === undefined ? null : Number(kib) * 1024
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // ESRCH: it ended between opening and reading.
    if (code === 'ENOENT' || code === 'ESRCH') return null
    throw error
  }
}

const AVAILABLE = /^MemAvailable:\s+(\d+) kB$/m

/**
 * Memory that programs can still get without others being swapped out, in bytes; `null` when this system does not tell.
 * Linux: `MemAvailable`, as free memory alone leaves out what caches give back, or less where a container or a unit gives less. Windows: what the system calls available. macOS keeps
 * hardly any memory free on purpose, so its figure says nothing.
 */
export const readFreeBytes = (): number | null => {
  if (process.platform === 'win32') return freemem()
  if (process.platform !== 'linux') return null
  const groupBytes = readGroupFreeBytes()
  try {
    const kib = AVAILABLE.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]
    if (kib === undefined) return groupBytes
    return Math.min(Number(kib) * 1024, groupBytes ?? Number.POSITIVE_INFINITY)
  } catch (error) {
    // Some sandboxes hide it.
    if ((error as NodeJS.ErrnoException).code) return groupBytes
    throw error
  }
}
