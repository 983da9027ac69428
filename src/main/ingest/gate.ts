/**
 * Owns when long work may go on: an embedding between two rounds, not while somebody needs the index quiet and not while reading
 * documents can use the processors; what pictures say, before it is stored, not while somebody needs the index quiet.
 * Refuses: stopping a round or a write under way.
 */
export type Gate = {
  /** Waits for its turn. Resolves at once when nothing is in the way. */
  readonly pass: (signal: AbortSignal) => Promise<void>
  /** Says that something is under way that passes here between its rounds, until the returned function is called. */
  readonly join: () => () => void
  /** Runs `work`, which writes, at its turn: not while it is shut. */
  readonly write: <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>
  /** How many write right now. */
  readonly writing: () => number
  /** Nobody passes until the returned function is called. */
  readonly shut: () => () => void
  /** How many wait here right now. */
  readonly waiting: () => number
  /** Whether all that joined, and something did, waits here: none of it is in a round. */
  readonly holdsAll: () => boolean
}

const LOOK_AGAIN_MS = 50

export const createGate = (options: {
  busy: () => boolean
  setTimer: (ms: number, fire: () => void) => () => void
}): Gate => {
  let shuts = 0
  let waiting = 0
  let writing = 0
  let joined = 0
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
    join: () => {
      joined += 1
      let left = false
      return () => {
        if (!left) joined -= 1
        left = true
      }
    },
    write: async (signal, work) => {
      while (!signal.aborted && shuts > 0) await tick()
      writing += 1
      try {
        return await work()
      } finally {
        writing -= 1
      }
    },
    writing: () => writing,
    shut: () => {
      shuts += 1
      let open = false
      return () => {
        if (!open) shuts -= 1
        open = true
      }
    },
    waiting: () => waiting,
    holdsAll: () => joined > 0 && waiting >= joined,
  }
}
