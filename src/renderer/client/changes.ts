/**
 * Owns the hints of the engine in the page: one subscription, handed on to whoever shows what changed.
 * Refuses: data; a hint only says that it is time to ask again.
 */
import { getBridge } from './bridge'
import type { changeTopics } from '../../shared/calls'

export type ChangeTopic = (typeof changeTopics)[number]

const listeners = new Map<() => void, readonly ChangeTopic[]>()
let stop: (() => void) | null = null

const hear = (topics: readonly ChangeTopic[]): void => {
  for (const [listen, wanted] of listeners) if (wanted.some((topic) => topics.includes(topic))) listen()
}

/** Calls `listen` when something of `topics` changed. Returns what ends it. */
export const onChange = (topics: readonly ChangeTopic[], listen: () => void): (() => void) => {
  stop ??= getBridge().onEvent((event) => hear(event.topics))
  listeners.set(listen, topics)
  return () => {
    listeners.delete(listen)
    if (listeners.size > 0) return
    stop?.()
    stop = null
  }
}
