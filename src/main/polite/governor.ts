/**
 * Owns how much of the computer work takes now: the share of the processors and of the memory, and whether it rests, as the settings and the
 * state of the computer say.
 * Refuses: holding anything back itself; the queue rests and the hosts wait as it tells.
 */
import type { Limits } from '../../shared/limits'
import type { Log } from '../../shared/log'
import { meteredChoices, politeTimes, type MachineFacts, type PoliteState } from '../../shared/politeness'
import type { RestReason } from '../../shared/rest'
import { thisMachine, type Machine } from './machine'
import { createNetwork, type AskMetered, type Network } from './network'
import { othersPercent, Politeness } from './politeness'
import { createShare } from './share'

/** How often the computer is looked at while a setting asks for it. */
const LOOK_MS = 5_000
/** How long the queue rests without hearing again, and how long what a window told holds. */
const HOLDS_MS = 60_000
/** A computer that nobody has touched for so long is not in use. */
const AWAY_MS = 180_000
/** Where nobody tells of touches: in use is what other programs take at least so much of, in percent, … */
const USED_PERCENT = 10
/** … until they have taken less for so long. */
const STILL_MS = 60_000

export type GovernorOptions = {
  readonly limits: () => Limits
  /** Monotonic milliseconds. */
  readonly nowMs: () => number
  readonly setTimer: (ms: number, fire: () => void) => () => void
  readonly log: Log
  /** Processor time of the owner and its hosts so far, in milliseconds. */
  readonly usedMs: () => number
  /** Nothing new is claimed for a while, or (`null`) again. */
  readonly rest: (reason: RestReason | null, forMs: number) => void
  /** What may be taken has changed. */
  readonly onChange: () => void
  readonly machine?: Machine | undefined
  readonly askMetered?: AskMetered | undefined
}

export type Governor = {
  /** As the pool asks it. */
  readonly pace: {
    readonly allow: (threads: number) => number
    readonly waitMs: () => number
    readonly memoryBytes: () => number | null
  }
  /** `null`: work takes what it needs. */
  readonly state: () => PoliteState | null
  readonly network: Network
  /** What a window knows. */
  readonly tell: (facts: MachineFacts) => void
  /** Begins to look at the computer, where a setting asks for it; called again when settings changed. */
  readonly start: () => void
  readonly close: () => void
}

export const createGovernor = (options: GovernorOptions): Governor => {
  const { limits, nowMs, setTimer, log, usedMs, machine = thisMachine } = options
  const politeness = new Politeness()
  let told: { readonly facts: MachineFacts; readonly atMs: number } | null = null
  let rested: RestReason | null = null
  let takeBack: (() => void) | null = null
  let closed = false
  let times = machine.cpuTimes()
  let used = usedMs()
  /** Until somebody knows better it is in use: the first task is not the one that disturbs. */
  let stillSinceMs: number | null = null
  let inUse = true

  const when = (): (typeof politeTimes)[number] => politeTimes[limits()['polite.when']] ?? 'off'
  const isPolite = (): boolean => when() === 'always' || (when() === 'in-use' && inUse)
  const percent = (): number | null => (isPolite() ? limits()['polite.cpuPercent'] : null)
  const share = createShare({ nowMs, usedMs, processors: machine.processors, percent })
  const factsNow = (): MachineFacts | null => (told !== null && nowMs() - told.atMs < HOLDS_MS ? told.facts : null)
  const asksForLooks = (): boolean =>
    when() === 'in-use' || limits()['power.polite'] === 1 || limits()['power.pauseOnBattery'] === 1

  /** What other programs took of all processors since the last look, in percent. */
  const readOthers = (): number => {
    const [timesNow, usedNow] = [machine.cpuTimes(), usedMs()]
    const all = Math.max(1, timesNow.all - times.all)
    const own = (Math.max(0, usedNow - used) / all) * 100 + (factsNow()?.windowPercent ?? 0)
    const others = othersPercent(times, timesNow, own)
    times = timesNow
    used = usedNow
    return others
  }

  const noteUse = (others: number): void => {
    const before = isPolite()
    const idleMs = factsNow()?.idleMs ?? null
    if (others >= USED_PERCENT) stillSinceMs = null
    else stillSinceMs ??= nowMs()
    inUse = idleMs === null ? stillSinceMs === null || nowMs() - stillSinceMs < STILL_MS : idleMs < AWAY_MS
    if (isPolite() !== before) {
      log.info('work.share', { polite: isPolite() })
      options.onChange()
    }
  }

  const look = (): void => {
    const others = readOthers()
    noteUse(others)
    const onBattery = factsNow()?.onBattery ?? machine.onBattery() ?? false
    const reason = politeness.look(nowMs(), onBattery, others, {
      pauseOnBattery: limits()['power.pauseOnBattery'] === 1,
      polite: limits()['power.polite'] === 1,
      busyPercent: limits()['power.busyPercent'],
      busyMs: limits()['power.busyMs'],
    })
    // Said again while it lasts: the queue goes on by itself when nobody does.
    if (reason === null && rested === null) return
    const isNew = reason !== rested
    rested = reason
    options.rest(reason, HOLDS_MS)
    if (!isNew) return
    log.info('work.rest', { reason, othersPercent: Math.round(others) })
    options.onChange()
  }

  const start = (): void => {
    if (closed || takeBack !== null) return
    // A computer that is left alone is woken by nobody.
    if (!asksForLooks()) {
      if (rested !== null) look()
      return
    }
    takeBack = setTimer(LOOK_MS, () => {
      takeBack = null
      if (closed) return
      look()
      start()
    })
  }

  return {
    pace: {
      allow: (threads) => {
        const bound = percent()
        return bound === null ? threads : Math.max(1, Math.floor((machine.processors() * bound) / 100))
      },
      waitMs: share.waitMs,
      memoryBytes: () => (isPolite() ? limits()['polite.memoryBytes'] : null),
    },
    state: () =>
      isPolite()
        ? {
            why: when() === 'always' ? 'always' : 'in-use',
            cpuPercent: limits()['polite.cpuPercent'],
            memoryBytes: limits()['polite.memoryBytes'],
          }
        : null,
    network: createNetwork({
      choice: () => meteredChoices[limits()['power.metered']] ?? 'auto',
      nowMs,
      ask: options.askMetered,
    }),
    tell: (facts) => {
      const isPowerNew = (factsNow()?.onBattery ?? null) !== facts.onBattery
      told = { facts, atMs: nowMs() }
      // Nobody unplugs a computer to see work go on.
      if (takeBack !== null && isPowerNew) look()
    },
    start: () => {
      if (takeBack === null && !closed) {
        // What was used while nobody looked counts for nobody.
        times = machine.cpuTimes()
        used = usedMs()
        if (asksForLooks()) look()
      }
      start()
    },
    close: () => {
      closed = true
      takeBack?.()
      takeBack = null
    },
  }
}
