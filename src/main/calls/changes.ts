/**
 * Owns the hints that something changed: collected, sent at most a few times a second, and waited for by `jobs.wait`.
 * Refuses: carrying data. Whoever gets a hint asks the store.
 */
import type { ChangeEvent } from '../../shared/calls'

type Topic = ChangeEvent['topics'][number]

export type Changes = {
  /** Something of these topics changed; `jobIds` wakes who waits for these jobs. */
  readonly mark: (topics: readonly Topic[], jobIds?: readonly number[]) => void
  readonly listen: (listener: (event: ChangeEvent) => void) => () => void
  /** Resolves at the next hint about this job, or after `timeoutMs`. */
  readonly of: (jobId: string, timeoutMs: number) => Promise<void>
  readonly close: () => void
}

const HINT_EVERY_MS = 250

export const createChanges = (setTimer: (ms: number, fire: () => void) => () => void): Changes => {
  const listeners = new Set<(event: ChangeEvent) => void>()
  const waiting = new Map<string, Set<() => void>>()
  let topics = new Set<Topic>()
  let jobs = new Set<string>()
  let takeBack: (() => void) | null = null

  const send = (): void => {
    takeBack = null
    const event: ChangeEvent = { type: 'changed', topics: [...topics] }
    const woken = [...jobs].flatMap((job) => [...(waiting.get(job) ?? [])])
    topics = new Set()
    jobs = new Set()
    for (const listener of listeners) listener(event)
    for (const wake of woken) wake()
  }

  return {
    mark: (marked, jobIds = []) => {
      for (const topic of marked) topics.add(topic)
      for (const id of jobIds) jobs.add(String(id))
      takeBack ??= setTimer(HINT_EVERY_MS, send)
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    of: (jobId, timeoutMs) =>
      new Promise((resolve) => {
        const here = waiting.get(jobId) ?? new Set()
        waiting.set(jobId, here)
        const end = (): void => {
          here.delete(end)
          if (here.size === 0) waiting.delete(jobId)
          cancel()
          resolve()
        }
        here.add(end)
        const cancel = setTimer(timeoutMs, end)
      }),
    close: () => {
      takeBack?.()
      for (const here of [...waiting.values()]) for (const wake of [...here]) wake()
      listeners.clear()
    },
  }
}
