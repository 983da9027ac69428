/**
 * Owns the times at which nothing writes: claims are paused, embedding waits between two rounds, upkeep rests. One at a time.
 * Refuses: stopping work that runs; it is waited for.
 */
import type { Queue } from '../jobs/queue'
import type { Gate } from './gate'

export type Quiet = {
  /** Runs `work` while nothing else writes. */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>
  /** Runs `work` unless it is quiet right now; quiet times wait for it. Rejects with what it throws. */
  readonly unless: (work: () => Promise<void>) => Promise<void>
}

const LOOK_AGAIN_MS = 20

export const createQuiet = (parts: {
  queue: Pick<Queue, 'pauseClaims' | 'status'>
  gate: Gate
  /** Lets claims go on, if the engine still wants to work. */
  resume: () => void
  setTimer: (ms: number, fire: () => void) => () => void
}): Quiet => {
  const { queue, gate } = parts
  let holders = 0
  let turn: Promise<unknown> = Promise.resolve()
  let upkeep: Promise<void> = Promise.resolve()

  const isQuiet = (): boolean => {
    const { running, claiming } = queue.status()
    // Pictures may take an hour to read; until something of them is to be stored, they disturb nobody.
    if (claiming || running.expand + running.extract + gate.writing() > 0) return false
    return running.embed === 0 || gate.holdsAll()
  }

  const hold = async <T>(work: () => Promise<T>): Promise<T> => {
    while (!isQuiet()) await new Promise<void>((resolve) => parts.setTimer(LOOK_AGAIN_MS, resolve))
    await upkeep
    return work()
  }

  return {
    during: async (work) => {
      holders += 1
      queue.pauseClaims()
      const open = gate.shut()
      const mine = turn.then(() => hold(work))
      // The next one waits for this one, however it ends; its failure is its caller's.
      turn = mine.catch(() => undefined)
      try {
        return await mine
      } finally {
        open()
        holders -= 1
        if (holders === 0) parts.resume()
      }
    },
    unless: async (work) => {
      if (holders > 0) return
      const mine = work()
      upkeep = mine.catch(() => undefined)
      await mine
    },
  }
}
