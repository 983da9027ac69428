/**
 * Owns how fast a server is asked: so many requests at once, so many requests and tokens a minute, and nothing while it asked for patience.
 * A person's question goes before everything that waits. Refuses: the clock on the wall, which jumps.
 */
import { AppError } from '../../shared/errors'

export type PaceBounds = {
  readonly concurrency: number
  /** 0: any number. */
  readonly requestsPerMinute: number
  readonly tokensPerMinute: number
}

export type PaceClock = {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number
  /** Returns what takes the timer back. */
  readonly setTimer: (ms: number, fire: () => void) => () => void
}

const MINUTE_MS = 60_000

type Bucket = { level: number; atMs: number }
type Waiter = { readonly tokens: number; readonly isUrgent: boolean; readonly go: () => void }

/** What leaks back over a minute. A request larger than a whole minute's worth waits for a full bucket and empties it. */
const refill = (bucket: Bucket, perMinute: number, nowMs: number): void => {
  bucket.level = Math.min(perMinute, bucket.level + (perMinute * Math.max(0, nowMs - bucket.atMs)) / MINUTE_MS)
  bucket.atMs = nowMs
}

const waitOf = (bucket: Bucket, perMinute: number, wanted: number): number => {
  const lacking = Math.min(wanted, perMinute) - bucket.level
  return perMinute === 0 || lacking <= 0 ? 0 : Math.max(1, Math.ceil((lacking * MINUTE_MS) / perMinute))
}

export type Pace = {
  /** Resolves when a request of so many tokens may be sent; call what it gives back when the answer is there. @throws CANCELLED */
  readonly enter: (tokens: number, isUrgent: boolean, signal?: AbortSignal) => Promise<() => void>
}

export const createPace = (bounds: () => PaceBounds, clock: PaceClock): Pace => {
  const start = bounds()
  const requests: Bucket = { level: start.requestsPerMinute, atMs: clock.nowMs() }
  const tokens: Bucket = { level: start.tokensPerMinute, atMs: clock.nowMs() }
  let running = 0
  let waiting: Waiter[] = []
  let takeBack = (): void => undefined

  const admit = (): void => {
    takeBack()
    for (;;) {
      const next = waiting.find(({ isUrgent }) => isUrgent) ?? waiting[0]
      const { concurrency, requestsPerMinute, tokensPerMinute } = bounds()
      if (!next || running >= concurrency) return
      refill(requests, requestsPerMinute, clock.nowMs())
      refill(tokens, tokensPerMinute, clock.nowMs())
      const waitMs = Math.max(waitOf(requests, requestsPerMinute, 1), waitOf(tokens, tokensPerMinute, next.tokens))
      if (waitMs > 0) {
        takeBack = clock.setTimer(waitMs, admit)
        return
      }
      requests.level -= requestsPerMinute === 0 ? 0 : 1
      tokens.level -= tokensPerMinute === 0 ? 0 : Math.min(next.tokens, tokensPerMinute)
      running += 1
      waiting = waiting.filter((waiter) => waiter !== next)
      next.go()
    }
  }

  return {
    enter: (wanted, isUrgent, signal) =>
      new Promise((resolve, reject) => {
        const abandon = (): void => {
          waiting = waiting.filter((waiter) => waiter !== own)
          reject(new AppError('CANCELLED', {}, { cause: signal?.reason }))
          admit()
        }
        const own: Waiter = {
          tokens: wanted,
          isUrgent,
          go: () => {
            signal?.removeEventListener('abort', abandon)
            let left = false
            resolve(() => {
              if (left) return
              left = true
              running -= 1
              admit()
            })
          },
        }
        if (signal?.aborted) return abandon()
        signal?.addEventListener('abort', abandon, { once: true })
        waiting.push(own)
        admit()
      }),
  }
}
