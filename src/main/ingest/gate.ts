/**
 * Owns when a long embedding may go on between two rounds: not while somebody needs the index quiet, and not while reading
 * documents can use the processors.
 * Refuses: stopping a round under way.
 */
export type Gate = {
  /** Waits for its turn. Resolves at once when nothing is in the way. */
  readonly pass: (signal: AbortSignal) => Promise<void>
  /** Nobody passes until the returned function is called. */
  readonly shut: () => () => void
  /** How many wait here right now. */
  readonly waiting: () => number
}

const LOOK_AGAIN_MS = 50

export const createGate = (options: {
  busy: () => boolean
  setTimer: (ms: number, fire: () => void) => () => void
}): Gate => {
  let shuts = 0
  let waiting = 0
  const tick = () =>
    new Promise<void>((resolve) => {
      options.setTimer(LOOK_AGAIN_MS, resolve)
    })
  return {
    pass: async (signal) => {
      waiting += 1
      try {
        while (!signal.aborted && (shuts > 0 || options.busy())) await tick()
      } finally {
        waiting -= 1
      }
    },
    shut: () => {
      shuts += 1
      let open = false
      return () => {
        if (!open) shuts -= 1
        open = true
      }
    },
    waiting: () => waiting,
  }
}
