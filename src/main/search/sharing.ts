/**
 * Owns that work which several ask for in the same moment is done once, and ends early when nobody waits for it any more.
 * Refuses: keeping a result after the work is done.
 */
import { toAppError } from '../../shared/errors'

type Shared<T> = { readonly work: Promise<T>; readonly stop: AbortController; waiting: number }

/**
 * Asks for the work of `key`, started by `start` unless it is under way. Rejects with the reason of `signal` once that is aborted; the work goes on
 * for whoever else waits, and its own signal is aborted with the last one.
 */
export type Share<T> = (
  key: string,
  signal: AbortSignal | null,
  start: (signal: AbortSignal) => Promise<T>,
) => Promise<T>

export const createSharing = <T>(): Share<T> => {
  const running = new Map<string, Shared<T>>()

  const join = (key: string, start: (signal: AbortSignal) => Promise<T>): Shared<T> => {
    const known = running.get(key)
    if (known !== undefined) return known
    const stop = new AbortController()
    const shared: Shared<T> = { work: start(stop.signal), stop, waiting: 0 }
    running.set(key, shared)
    const forget = (): void => {
      if (running.get(key) === shared) running.delete(key)
    }
    shared.work.then(forget, forget)
    return shared
  }

  return (key, signal, start) => {
    if (signal?.aborted === true) return Promise.reject(toAppError(signal.reason))
    const shared = join(key, start)
    shared.waiting += 1
    return new Promise<T>((resolve, reject) => {
      let isWaiting = true
      const leave = (): void => {
        if (!isWaiting) return
        isWaiting = false
        shared.waiting -= 1
        signal?.removeEventListener('abort', giveUp)
        if (shared.waiting > 0) return
        // Who asks for the same from now on must not get work that was stopped.
        if (running.get(key) === shared) running.delete(key)
        shared.stop.abort(signal?.reason)
      }
      const giveUp = (): void => {
        leave()
        reject(toAppError(signal?.reason))
      }
      signal?.addEventListener('abort', giveUp, { once: true })
      shared.work.then(resolve, reject).finally(leave)
    })
  }
}
