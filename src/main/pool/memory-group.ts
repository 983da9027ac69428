/**
 * Owns how much memory the control group of this process still gives (Linux, version 2: containers, service units, sandboxes).
 * Refuses: other systems, and version 1.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const MOUNT = '/sys/fs/cgroup'

/** `null` when it is not there, or hidden. */
export type ReadText = (path: string) => string | null

const readText: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // A sandbox may hide it, and another kernel may not have it.
    if ((error as NodeJS.ErrnoException).code) return null
    throw error
  }
}

const numberIn = (text: string | null): number | null => {
  const value = Number(text?.trim() || Number.NaN)
  return Number.isFinite(value) ? value : null
}

/** What one group leaves, in bytes: its bound less what it uses, cached files not counted, for those it gives back. `null` without a bound. */
const leftIn = (folder: string, read: ReadText): number | null => {
  const maxBytes = numberIn(read(join(folder, 'memory.max')))
  const usedBytes = numberIn(read(join(folder, 'memory.current')))
  if (maxBytes === null || usedBytes === null) return null
  const cachedBytes = numberIn(/^inactive_file (\d+)$/m.exec(read(join(folder, 'memory.stat')) ?? '')?.[1] ?? null) ?? 0
  return Math.max(0, maxBytes - usedBytes + cachedBytes)
}

/** Memory in bytes that this process may still get by its group and every group around it; `null` when none of them has a bound. */
export const readGroupFreeBytes = (read: ReadText = readText): number | null => {
  const path = /^0::(\/.*)$/m.exec(read('/proc/self/cgroup') ?? '')?.[1]
  if (path === undefined) return null
  let least: number | null = null
  for (let group = path; ; group = dirname(group)) {
    const left = leftIn(join(MOUNT, group), read)
    if (left !== null) least = Math.min(least ?? left, left)
    if (group === dirname(group)) return least
  }
}
