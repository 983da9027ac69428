/**
 * Owns the circuit breaker of one kind of host: after failures in a row nothing is given to it for a while, then one task decides.
 * Refuses: blaming the host for a document that brings it down, and the clock on the wall, which jumps.
 */
import { CircuitState, circuitBreaker, handleAll } from 'cockatiel'
import { AppError } from '../../shared/errors'
import type { Log } from '../../shared/log'
import type { BreakerSnapshot, HostName, PoolClock, PoolGuards } from './contract'

/** Tasks in a row that each died alone, with nothing done in between, are as many failures of the host only beyond the bound itself. */
const BLAMED_SHARE = 2

export type HostBreaker = {
  /** Whether no task may be given to the host now. */
  readonly isOpen: () => boolean
  /** Whether one task is on trial: nothing else runs beside it. */
  readonly isProbing: () => boolean
  /** A process is started. True: it is the first after the wait, and on trial. */
  readonly begin: () => boolean
  /** A task was done, whatever came of it: the host works. */
  readonly worked: () => void
  /**
   * The host failed: it did not start, or died. `blamed`: the one task that is taken for the cause, if there is one.
   * Resolves when it is decided whether that opens the breaker.
   */
  readonly failed: (reason: string, blamed: string | null) => Promise<void>
  /** The process on trial ended for another reason; the next one is on trial. */
  readonly ended: () => void
  /** What a task is told while it is open. */
  readonly refusal: () => AppError
  readonly snapshot: () => BreakerSnapshot
}

type Options = {
  readonly host: HostName
  readonly guards: () => PoolGuards
  readonly clock: PoolClock
  readonly log: Log
  /** Called when it has opened or closed. */
  readonly onChange: () => void
}

const works: Readonly<Record<HostName, string>> = {
  parse: 'reading documents',
  ocr: 'reading pictures of text',
  embed: 'computing vectors',
  model: 'computing vectors by another model',
}

/** The end of a trial that says nothing. */
class Abandoned extends Error {}

export const createBreaker = ({ host, guards, clock, log, onChange }: Options): HostBreaker => {
  let failures = 0
  const blamed = new Set<string>()
  let reason: string | null = null
  let openedAtMs = 0
  let trial: { readonly pass: () => void; readonly fail: (error: Error) => void } | null = null

  const forgive = (): void => {
    failures = 0
    blamed.clear()
  }
  const isTooMuch = (): boolean => {
    const { breakerFailures } = guards()
    return failures >= breakerFailures || failures + blamed.size >= BLAMED_SHARE * breakerFailures
  }
  const policy = circuitBreaker(handleAll, {
    // When it is due is decided here, by a clock that does not jump: for the policy it always is.
    halfOpenAfter: Number.NEGATIVE_INFINITY,
    breaker: { state: null, success: forgive, failure: isTooMuch },
  })
  const retryInMs = (): number => Math.max(0, openedAtMs + guards().breakerMs - clock.now())
  const isBroken = (): boolean => policy.state === CircuitState.Open

  policy.onBreak((cause) => {
    const abandoned = 'error' in cause && cause.error instanceof Abandoned
    openedAtMs = abandoned ? Number.NEGATIVE_INFINITY : clock.now()
    if (!abandoned)
      log.warn('host.breaker_open', { host, failures, blamed: blamed.size, reason, retryInMs: retryInMs() })
    onChange()
  })
  policy.onHalfOpen(() => log.info('host.breaker_probe', { host }))
  policy.onReset(() => {
    reason = null
    log.info('host.breaker_closed', { host })
    onChange()
  })

  /** Lets the policy see how something ended. What it throws is what it was given. */
  const tell = (act: () => Promise<void>): Promise<void> =>
    policy.execute(act).catch((error: unknown) => log.debug('host.failed', { host, error }))

  let follow: Promise<void> = Promise.resolve()
  const begin = (): boolean => {
    if (!isBroken() || retryInMs() > 0) return false
    const tried = new Promise<void>((resolve, reject) => {
      trial = { pass: resolve, fail: reject }
    })
    follow = tell(() => tried)
    return true
  }

  return {
    isOpen: () => isBroken() && retryInMs() > 0,
    isProbing: () => policy.state === CircuitState.HalfOpen,
    begin,
    worked: () => {
      forgive()
      trial?.pass()
      trial = null
    },
    failed: (why, label) => {
      reason = why
      if (label === null) failures += 1
      else blamed.add(label)
      if (trial) {
        trial.fail(new Error(why))
        trial = null
        return follow
      }
      // What still ends after it was opened changes nothing, and must not begin a trial.
      return isBroken() ? Promise.resolve() : tell(() => Promise.reject(new Error(why)))
    },
    ended: () => {
      trial?.fail(new Abandoned())
      trial = null
    },
    refusal: () => {
      const waitMs = retryInMs()
      const cause = new AppError('HOST_START_FAILED', { reason })
      const details = {
        host,
        work: works[host],
        failures: failures + blamed.size,
        reason,
        retryInMs: Math.round(waitMs),
        retryAt: new Date(clock.wallMs() + waitMs).toISOString(),
      }
      return new AppError('HOST_UNAVAILABLE', details, { cause })
    },
    snapshot: () => {
      const open = isBroken()
      const state = open && retryInMs() > 0 ? 'open' : policy.state === CircuitState.Closed ? 'closed' : 'half-open'
      return { host, state, failures: failures + blamed.size, reason, retryInMs: state === 'open' ? retryInMs() : null }
    },
  }
}
