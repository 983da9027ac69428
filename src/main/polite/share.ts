/**
 * Owns keeping work to a share of the processors: what was used beyond it is waited for before the next task starts. The time that processes
 * really used counts, not what was expected of them.
 * Refuses: slowing down what runs; a task that takes long is paid for after it.
 *
 * Algorithm: a token bucket (as in traffic shaping, ITU-T I.371 "leaky bucket") of processor milliseconds, filled at the rate of the share.
 */

/** What was not used stays for so long: a start of work is not held back for a moment of rest. */
const SAVED_MS = 1_000
/** No wait is longer: what one long task used beyond its share is forgiven from there on. */
const LONGEST_WAIT_MS = 60_000

export type ShareOptions = {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number
  /** Processor time of all that works, so far, in milliseconds of one processor. */
  readonly usedMs: () => number
  readonly processors: () => number
  /** Of all processors together; `null`: any. */
  readonly percent: () => number | null
}

export type Share = {
  /** In how many milliseconds the next task may start; 0: now. */
  readonly waitMs: () => number
}

export const createShare = ({ nowMs, usedMs, processors, percent }: ShareOptions): Share => {
  let atMs = nowMs()
  let used = usedMs()
  let leftMs = 0
  return {
    waitMs: () => {
      const rate = ((percent() ?? 100) / 100) * processors()
      const [now, usedNow] = [nowMs(), usedMs()]
      const spentMs = Math.max(0, usedNow - used)
      leftMs = Math.min(
        SAVED_MS * rate,
        Math.max(-LONGEST_WAIT_MS * rate, leftMs + Math.max(0, now - atMs) * rate - spentMs),
      )
      atMs = now
      used = usedNow
      // Without a bound nothing is owed for it later.
      if (percent() === null) leftMs = Math.max(0, leftMs)
      return leftMs >= 0 ? 0 : -leftMs / rate
    },
  }
}
