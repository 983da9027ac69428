/**
 * Owns when something shown is asked for again: one request at a time, a pause between two, a last one after the last hint.
 * Refuses: React and the window, so that it can be tested with a clock of its own.
 */

export type RefresherClock = {
  readonly now: () => number
  /** Returns what cancels it. */
  readonly after: (ms: number, run: () => void) => () => void
}

export const realClock: RefresherClock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

export type Refresher = {
  /** Something changed: load again soon, but not before the pause is over and what runs has ended. */
  readonly hint: () => void
  /** Nothing is loaded after this. */
  readonly close: () => void
}

/** Loads at once, then after each hint. `load` must not reject. */
export const makeRefresher = (load: () => Promise<void>, pauseMs: number, clock: RefresherClock): Refresher => {
  let closed = false
  let busy = false
  let again = false
  let cancelTimer: (() => void) | null = null
  let endedAtMs = Number.NEGATIVE_INFINITY

  const finish = (): void => {
    busy = false
    endedAtMs = clock.now()
    if (again) schedule()
  }
  const run = (): void => {
    cancelTimer = null
    if (closed) return
    busy = true
    again = false
    load().then(finish, finish)
  }
  const schedule = (): void => {
    if (closed || cancelTimer !== null) return
    const waitMs = Math.max(0, endedAtMs + pauseMs - clock.now())
    cancelTimer = clock.after(waitMs, run)
  }
  run()
  return {
    hint: () => {
      if (busy) again = true
      else schedule()
    },
    close: () => {
      closed = true
      cancelTimer?.()
    },
  }
}
