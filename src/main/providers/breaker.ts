/**
 * Owns the circuit breaker around an embedding provider: after failures in a row it is left alone for a while, then one call decides.
 * Refuses: counting what is not the provider's fault (who cancels, closes, or whose worker process died: the pool sees to those), and the
 * clock on the wall, which jumps.
 */
import { BrokenCircuitError, circuitBreaker, CircuitState, handleWhen } from 'cockatiel'
import { AppError, dispositionOf, quoteOf, toAppError } from '../../shared/errors'
import type { Log } from '../../shared/log'
import { remark } from '../../shared/remarks'
import type { ProviderBreaker } from '../../shared/providers'
import type { EmbeddingProvider } from './provider'

export type BreakerOptions = {
  /** Failures in a row after which it opens, and how long it then stays so, in milliseconds. Asked each time: settings change. */
  readonly guards: () => { readonly failures: number; readonly openMs: number }
  /** Monotonic milliseconds. */
  readonly nowMs: () => number
  /** The clock on the wall, for what is told. */
  readonly wallMs: () => number
  readonly log: Log
}

/** What a provider itself can be blamed for. */
const isItsFault = (thrown: unknown): boolean => {
  const { code } = toAppError(thrown)
  // Who asks for patience works, and says itself when to come again.
  return dispositionOf(code) === 'retry' && code !== 'PROVIDER_RATE_LIMIT'
}

/** Why it was opened, as facts of an error. */
const whyOf = (failure: AppError | null): { reason: string; because?: string } =>
  failure === null ? { reason: 'unknown' } : quoteOf(failure)

/** Runs a call, or refuses at once while the breaker is open. @throws PROVIDER_UNAVAILABLE, with the time of the next trial in its details */
export type Breaker = (<T>(call: () => Promise<T>) => Promise<T>) & { readonly state: () => ProviderBreaker }

/** The breaker of the provider of this name; one for all that it does. */
export const createBreaker = (name: string, { guards, nowMs, wallMs, log }: BreakerOptions): Breaker => {
  let failures = 0
  let openedAtMs = 0
  let failure: AppError | null = null
  const policy = circuitBreaker(handleWhen(isItsFault), {
    // When a trial is due is decided here, by a clock that does not jump: for the policy it always is.
    halfOpenAfter: Number.NEGATIVE_INFINITY,
    breaker: {
      state: null,
      success: () => {
        failures = 0
      },
      failure: () => {
        failures += 1
        return failures >= guards().failures
      },
    },
  })
  policy.onBreak((cause) => {
    openedAtMs = nowMs()
    if ('error' in cause) failure = toAppError(cause.error)
    const { reason } = whyOf(failure)
    log.warn('provider.breaker_open', { provider: name, failures, reason })
  })
  policy.onReset(() => {
    failures = 0
    log.info('provider.breaker_closed', { provider: name })
  })

  const leftMs = (): number => Math.max(0, openedAtMs + guards().openMs - nowMs())
  const retryAtOf = (waitMs: number): string => new Date(wallMs() + waitMs).toISOString()

  const refuse = (cause?: unknown): AppError => {
    const retryAt = retryAtOf(leftMs())
    return new AppError('PROVIDER_UNAVAILABLE', { provider: name, failures, ...whyOf(failure), retryAt }, { cause })
  }

  const run = async <T>(call: () => Promise<T>): Promise<T> => {
    if (policy.state === CircuitState.Open && leftMs() > 0) throw refuse()
    try {
      return await policy.execute(call)
    } catch (thrown) {
      throw thrown instanceof BrokenCircuitError ? refuse(thrown) : thrown
    }
  }

  const state = (): ProviderBreaker => {
    if (policy.state === CircuitState.Closed) return { state: 'closed', failures, reason: null, retryAt: null }
    const waitMs = policy.state === CircuitState.Open ? leftMs() : 0
    const isOpen = waitMs > 0
    return {
      state: isOpen ? 'open' : 'half-open',
      failures,
      reason: whyOf(failure).reason,
      retryAt: isOpen ? retryAtOf(waitMs) : null,
      ...(failure === null ? {} : { told: { reason: remark('FAILED_BECAUSE', {}, failure) } }),
    }
  }

  return Object.assign(run, { state })
}

/**
 * Wraps a provider. While the breaker is open every call fails at once.
 * @throws PROVIDER_UNAVAILABLE with the time of the next trial in its details, beside what the provider throws
 */
export const withBreaker = (inner: EmbeddingProvider, options: BreakerOptions): EmbeddingProvider => {
  const guard = createBreaker(inner.name, options)
  return {
    ...inner,
    embedPassages: (texts, signal, use) => guard(() => inner.embedPassages(texts, signal, use)),
    embedQuery: (text, signal, use) => guard(() => inner.embedQuery(text, signal, use)),
  }
}
