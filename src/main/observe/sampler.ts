/**
 * Owns measuring over time: looks at what there is, works out what was done since the last look, and hands both over once a minute while
 * something happens, once an hour otherwise.
 * Refuses: storing, and failing: a look that fails is told to the log, and what it would have seen is seen by the next one.
 */
import type { Log } from '../../shared/log'
import { mergeMetric, type MetricValue, type MetricValues } from '../../shared/metrics'

/** What stands at this moment, by name. */
export type Gauges = Readonly<Record<string, number>>
/**
 * What was counted in all so far, by who counts it: a difference is what was done. `fresh`: it began to count after the start; of others the
 * first total is a beginning.
 */
export type Totals = ReadonlyMap<string, { readonly name: string; readonly value: number; readonly fresh: boolean }>

export type SamplerParts = {
  /** Whether anything runs: then every look is taken. */
  readonly isBusy: () => boolean
  readonly gauges: () => Promise<Gauges>
  /** Those that take longer to measure: once for each time that is kept. */
  readonly slowGauges: () => Promise<Gauges>
  /** `atEnd`: nothing is written any more. `done`: what was done since it was asked last, where that is known better than by totals. */
  readonly totals: (atEnd: boolean) => Promise<{ readonly totals: Totals; readonly done: Gauges }>
  readonly keep: (values: MetricValues) => Promise<void>
  readonly setTimer: (ms: number, fire: () => void) => () => void
  readonly log: Log
}

export type Sampler = {
  /** Takes what has been counted so far as the beginning. */
  readonly start: () => Promise<void>
  /** Ends it; what was measured and not kept yet is kept. */
  readonly close: () => Promise<void>
  /** One look, now. */
  readonly look: () => Promise<void>
}

export const LOOK_EVERY_MS = 20_000
/** Totals that are remembered; the jobs that were seen first are forgotten first. */
const MOST_TOTALS = 20_000
/** Looks from one keeping to the next, and (when nothing happens) at most. */
const LOOKS_OF_MINUTE = 3
const LOOKS_OF_HOUR = 180

export const createSampler = (parts: SamplerParts): Sampler => {
  const { log } = parts
  let values: Record<string, MetricValue> = {}
  const before = new Map<string, number>()
  let started = false
  let looks = 0
  /** The first is always kept, so that there is something to see. */
  let restLooks = LOOKS_OF_HOUR
  let wasBusy = false
  let closed = false
  let stop = (): void => undefined
  let looking: Promise<void> = Promise.resolve()

  const add = (name: string, value: number): void => {
    values[name] = mergeMetric(values[name], [value, 1, value])
  }

  /** Adds what was done since; tells whether anything was. */
  const count = async (atEnd: boolean): Promise<boolean> => {
    const { totals, done } = await parts.totals(atEnd)
    const sums = new Map(Object.entries(done))
    for (const [key, { name, value, fresh }] of totals) {
      const known = before.get(key) ?? (fresh ? 0 : value)
      // What became less is counted anew from there.
      if (value > known) sums.set(name, (sums.get(name) ?? 0) + value - known)
      before.delete(key)
      before.set(key, value)
    }
    for (const key of before.keys()) {
      if (before.size <= MOST_TOTALS) break
      before.delete(key)
    }
    let any = false
    for (const [name, sum] of sums) {
      if (sum <= 0) continue
      add(name, sum)
      any = true
    }
    return any
  }

  const keep = async (): Promise<void> => {
    for (const [name, value] of Object.entries(await parts.slowGauges())) add(name, value)
    const kept = values
    values = {}
    looks = 0
    restLooks = 0
    await parts.keep(kept)
  }

  const lookOnce = async (atEnd: boolean): Promise<void> => {
    const isBusy = parts.isBusy()
    restLooks += 1
    const isDue = restLooks >= LOOKS_OF_HOUR && !atEnd
    const isDone = await count(atEnd)
    // At rest nothing more is asked; the look after the work sees how it ended.
    if (!isBusy && !wasBusy && !isDone && !isDue) return
    wasBusy = isBusy || isDone
    for (const [name, value] of Object.entries(await parts.gauges())) add(name, value)
    looks += 1
    if (looks >= LOOKS_OF_MINUTE || !wasBusy || isDue || atEnd) await keep()
  }

  const look = (atEnd: boolean): Promise<void> => {
    looking = looking
      .then(() => lookOnce(atEnd))
      .catch((thrown: unknown) => log.warn('metrics-not-kept', { error: thrown }))
    return looking
  }

  const plan = (): void => {
    stop = parts.setTimer(LOOK_EVERY_MS, () => {
      look(false)
        .then(() => {
          if (!closed) plan()
        })
        .catch((thrown: unknown) => log.warn('metrics-not-kept', { error: thrown }))
    })
  }

  return {
    start: async () => {
      if (closed || started) return
      started = true
      plan()
      looking = count(false).then(
        () => undefined,
        (thrown: unknown) => log.warn('metrics-not-begun', { error: thrown }),
      )
      await looking
    },
    look: () => look(false),
    close: async () => {
      if (closed) return
      closed = true
      stop()
      if (started) await look(true)
    },
  }
}
