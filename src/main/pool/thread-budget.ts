/**
 * Owns how many threads hosts use while the memory of the computer is short: one, then one more at a time as memory comes back.
 * Refuses: none at all; work must go on.
 */
import type { Log } from '../../shared/log'

/** How often free memory is read at most. */
const LOOK_MS = 500
/** One more thread after each such time with enough memory. */
const GROW_MS = 2_000

export type ThreadBudget = {
  /** Reads the memory when it is time to. True when more threads than before may be used. */
  readonly look: () => boolean
  /** How many of these threads may be used now; at least one. */
  readonly allow: (threads: number) => number
  readonly snapshot: () => { readonly freeBytes: number | null; readonly short: boolean }
}

type Options = {
  /** Free memory of the computer in bytes; `null` when it cannot be told: then nothing is held back. */
  readonly readFreeBytes: () => number | null
  readonly minFreeBytes: () => number
  /** The most threads that any host may use: from there on nothing is held back. */
  readonly mostThreads: () => number
  readonly now: () => number
  readonly log: Log
}

export const createThreadBudget = (options: Options): ThreadBudget => {
  const { now, log } = options
  /** Never below one. */
  let allowance = Number.POSITIVE_INFINITY
  let freeBytes: number | null = null
  let lookedAtMs = Number.NEGATIVE_INFINITY
  let grownAtMs = 0

  const shrink = (minFreeBytes: number): void => {
    grownAtMs = now()
    if (allowance === 1) return
    allowance = 1
    log.warn('memory.short', { freeBytes, minFreeBytes, threads: allowance })
  }
  const grow = (): boolean => {
    if (allowance === Number.POSITIVE_INFINITY || now() - grownAtMs < GROW_MS) return false
    grownAtMs = now()
    allowance += 1
    const isEnough = allowance >= options.mostThreads()
    if (isEnough) allowance = Number.POSITIVE_INFINITY
    log.info(isEnough ? 'memory.enough' : 'memory.recovers', { freeBytes, threads: isEnough ? null : allowance })
    return true
  }

  return {
    look: () => {
      if (now() - lookedAtMs < LOOK_MS) return false
      lookedAtMs = now()
      freeBytes = options.readFreeBytes()
      const minFreeBytes = options.minFreeBytes()
      if (freeBytes === null || freeBytes >= minFreeBytes) return grow()
      shrink(minFreeBytes)
      return false
    },
    allow: (threads) => Math.min(threads, allowance),
    snapshot: () => ({ freeBytes, short: allowance !== Number.POSITIVE_INFINITY }),
  }
}
