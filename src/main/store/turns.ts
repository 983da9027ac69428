/**
 * Owns whose turn it is: tasks are claimed in weighted round robin over collections, and within one over its jobs.
 * Refuses: reading the database. Nothing of this outlives the process: after a start everybody begins anew.
 *
 * Start-time fair queueing (Goyal, Vin, Cheng 1996): who takes n tasks pays n ÷ weight, and the one that has paid least is next. Who comes
 * late, or back, begins at what the last one had paid, so that nobody saves up turns.
 */

export type Candidate = {
  readonly jobId: number
  readonly collectionId: number
  readonly jobWeight: number
  readonly collectionWeight: number
}

export type Turns = {
  /** The one that is next; of equals the first. */
  readonly pick: (lane: string, candidates: readonly Candidate[]) => Candidate | null
  readonly charge: (lane: string, candidate: Candidate, tasks: number) => void
}

/** Beyond this many payers everybody begins anew; far more than can be active. */
const MAX_PAYERS = 10_000

export const createTurns = (): Turns => {
  /** What each has paid in a round, by the name of the payer. */
  const paid = new Map<string, number>()
  /** What the last one had paid in a round before its turn, by the name of the round. */
  const floors = new Map<string, number>()

  const owes = (round: string, payer: string): number => Math.max(paid.get(payer) ?? 0, floors.get(round) ?? 0)

  const roundOf = (lane: string): string => `${lane}`
  const collectionOf = (lane: string, { collectionId }: Candidate): string => `${lane}/${collectionId}`
  const jobOf = (lane: string, candidate: Candidate): string => `${collectionOf(lane, candidate)}/${candidate.jobId}`

  const least = (
    candidates: readonly Candidate[],
    round: (candidate: Candidate) => string,
    payer: (candidate: Candidate) => string,
  ): Candidate | null => {
    let best: { candidate: Candidate; owed: number } | null = null
    for (const candidate of candidates) {
      const owed = owes(round(candidate), payer(candidate))
      if (best === null || owed < best.owed) best = { candidate, owed }
    }
    return best && best.candidate
  }

  const pay = (round: string, payer: string, amount: number): void => {
    const before = owes(round, payer)
    floors.set(round, before)
    paid.set(payer, before + amount)
  }

  return {
    pick: (lane, candidates) => {
      const first = least(
        candidates,
        () => roundOf(lane),
        (candidate) => collectionOf(lane, candidate),
      )
      if (first === null) return null
      const mine = candidates.filter(({ collectionId }) => collectionId === first.collectionId)
      return least(
        mine,
        (candidate) => collectionOf(lane, candidate),
        (candidate) => jobOf(lane, candidate),
      )
    },
    charge: (lane, candidate, tasks) => {
      if (paid.size > MAX_PAYERS) {
        paid.clear()
        floors.clear()
      }
      pay(roundOf(lane), collectionOf(lane, candidate), tasks / candidate.collectionWeight)
      pay(collectionOf(lane, candidate), jobOf(lane, candidate), tasks / candidate.jobWeight)
    },
  }
}

export type RateLimit = {
  /** How many tasks a payer with this rate (tasks a minute; 0: any number) may start now, at most `wanted`. */
  readonly room: (payer: number, perMinute: number, nowMs: number, wanted: number) => number
  readonly take: (payer: number, tasks: number) => void
  /** When one more may start. */
  readonly againAtMs: (payer: number, perMinute: number, nowMs: number) => number
}

/** A token bucket for each payer. What was saved up while idle is worth five seconds. */
const SAVED_MS = 5_000
const MINUTE_MS = 60_000

export const createRateLimit = (): RateLimit => {
  const buckets = new Map<number, { tokens: number; atMs: number }>()

  const fill = (payer: number, perMinute: number, nowMs: number): { tokens: number; atMs: number } => {
    const most = Math.max(1, (perMinute * SAVED_MS) / MINUTE_MS)
    const before = buckets.get(payer) ?? { tokens: most, atMs: nowMs }
    // A clock that was set back fills nothing.
    const passedMs = Math.max(0, nowMs - before.atMs)
    const bucket = { tokens: Math.min(most, before.tokens + (passedMs * perMinute) / MINUTE_MS), atMs: nowMs }
    buckets.set(payer, bucket)
    return bucket
  }

  return {
    room: (payer, perMinute, nowMs, wanted) =>
      perMinute <= 0 ? wanted : Math.min(wanted, Math.floor(fill(payer, perMinute, nowMs).tokens)),
    take: (payer, tasks) => {
      const bucket = buckets.get(payer)
      if (bucket) bucket.tokens -= tasks
    },
    againAtMs: (payer, perMinute, nowMs) =>
      nowMs + Math.ceil(((1 - Math.min(1, fill(payer, perMinute, nowMs).tokens)) * MINUTE_MS) / perMinute) + 1,
  }
}
