/**
 * Owns how often a task is tried and how long it waits in between.
 * Refuses: deciding whether an error deserves another try; its disposition does.
 */
import type { AppError, ErrorCode } from '../../shared/errors'
import { resolveLimits, triesOf, type Limits } from '../../shared/limits'
import type { ClaimedTask } from '../store/contract'
import type { RetryPhase, RetryPolicies, RetryPolicy } from './contract'

/** Errors of storing, whatever the task was at. */
const STORING: readonly ErrorCode[] = ['DATABASE_BUSY', 'VECTORS_CONFLICT']

/** By whose policy a task is tried again after this error. */
export const retryPhaseOf = (task: Pick<ClaimedTask, 'lane'>, code: ErrorCode): RetryPhase =>
  STORING.includes(code) ? 'index' : task.lane === 'embed' || task.lane === 'summarize' ? task.lane : 'extract'

/** The policies that the settings say. */
export const retriesOf =
  (limits: () => Limits): RetryPolicies =>
  (phase) => {
    const now = limits()
    return {
      tries: triesOf(now, phase),
      baseMs: now[`retry.${phase}.baseMs`],
      maxMs: now['retry.maxMs'],
      askedMaxMs: now['retry.providerMaxMs'],
      jobTries: now['retry.jobTries'],
    }
  }

export const defaultRetries: RetryPolicies = retriesOf(() => resolveLimits())

/**
 * How long to wait after try number `attempts` failed, in milliseconds: exponential backoff with full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). Who failed may ask for more (`retryAfterMs` in the details of
 * the error, as a server's Retry-After): it is waited for that long at least, within bounds.
 */
export const backoffMs = (
  { baseMs, maxMs, askedMaxMs }: RetryPolicy,
  attempts: number,
  random: () => number,
  error: Pick<AppError, 'details'>,
): number => {
  const own = Math.round(random() * Math.min(maxMs, baseMs * 2 ** Math.max(0, attempts - 1)))
  const asked = Number(error.details['retryAfterMs'])
  return Number.isFinite(asked) && asked > 0 ? Math.max(own, Math.min(asked, askedMaxMs)) : own
}
