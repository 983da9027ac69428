/**
 * Owns which documents are not to be found for a while, because they are about to be removed and that can still be taken back. It is kept in memory: after
 * a death they are found again. Refuses: removing them, and keeping them hidden for whoever hid them and died; each is hidden for a time only.
 */
export type HiddenDocuments = {
  /** From now on, for so many milliseconds; 0: they are found again. */
  readonly hide: (ids: readonly number[], forMs: number) => void
  /** Those that are hidden now. */
  readonly list: () => readonly number[]
}

/** @param onChange is told when other documents are found than before, also because a time has passed: then while listing them */
export const createHiddenDocuments = (nowMs: () => number, onChange: () => void): HiddenDocuments => {
  const until = new Map<number, number>()
  let listed: readonly number[] = []
  let soonestMs = Number.POSITIVE_INFINITY

  const settle = (): void => {
    listed = [...until.keys()]
    soonestMs = Number.POSITIVE_INFINITY
    for (const ms of until.values()) soonestMs = Math.min(soonestMs, ms)
    onChange()
  }

  return {
    hide: (ids, forMs) => {
      for (const id of ids) {
        if (forMs > 0) until.set(id, nowMs() + forMs)
        else until.delete(id)
      }
      settle()
    },
    list: () => {
      const now = nowMs()
      if (now >= soonestMs) {
        for (const [id, ms] of until) if (now >= ms) until.delete(id)
        settle()
      }
      return listed
    },
  }
}
