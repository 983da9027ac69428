/**
 * Owns when hosts may begin what nobody waits for, as the pace of polite work says: within its share of the processors and its memory.
 * Refuses: stopping what runs, and holding work back for ever. Time alone pays back what was used of the processors; and where nothing runs any
 * more something may start, whatever memory it takes: a document is not given up because a person wants to be disturbed less.
 */
import type { PoolPace } from './contract'

/** How soon it is asked again while memory is short for a second task. */
const LOOK_MS = 250
/** Shorter waits are not worth a timer. */
const LEAST_MS = 20
/** What was asked to wait is asked again within this, so that a change of the settings is soon in force. */
const LONGEST_MS = 1_000

export type StartGate = {
  /** Whether the next task may start now; if not, all hosts are asked again in a while. */
  readonly mayStart: () => boolean
  readonly close: () => void
}

type Options = {
  readonly pace: PoolPace | undefined
  /** Resident memory of all hosts as last seen, in bytes. */
  readonly rssBytes: () => number
  /** Whether anything runs in any host. */
  readonly works: () => boolean
  /** Closes hosts in which nothing runs. */
  readonly shed: () => void
  readonly goOn: () => void
}

export const createStartGate = ({ pace, rssBytes, works, shed, goOn }: Options): StartGate => {
  let timer: NodeJS.Timeout | null = null
  let closed = false
  const askAgainIn = (ms: number): void => {
    if (closed) return
    timer ??= setTimeout(
      () => {
        timer = null
        goOn()
      },
      Math.min(LONGEST_MS, Math.max(LEAST_MS, ms)),
    )
  }
  return {
    mayStart: () => {
      if (!pace) return true
      const waitMs = pace.waitMs()
      if (waitMs > 0) {
        askAgainIn(waitMs)
        return false
      }
      const boundBytes = pace.memoryBytes()
      if (boundBytes === null || rssBytes() <= boundBytes) return true
      shed()
      if (!works()) return true
      askAgainIn(LOOK_MS)
      return false
    },
    close: () => {
      closed = true
      if (timer) clearTimeout(timer)
      timer = null
    },
  }
}
