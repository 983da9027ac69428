/**
 * Owns the hints of the engine in the page: one subscription, handed on to whoever shows what changed.
 * Refuses: data; a hint only says that it is time to ask again.
 */
import { getBridge } from './bridge'
import type { changeTopics } from '../../shared/calls'
import type { PageCommandId } from '../../shared/commands'

export type ChangeTopic = (typeof changeTopics)[number]

const listeners = new Map<() => void, readonly ChangeTopic[]>()
let stop: (() => void) | null = null

const hear = (topics: readonly ChangeTopic[]): void => {
  for (const [listen, wanted] of listeners) if (wanted.some((topic) => topics.includes(topic))) listen()
}

/** Calls `listen` when something of `topics` changed. Returns what ends it. */
export const onChange = (topics: readonly ChangeTopic[], listen: () => void): (() => void) => {
  stop ??= getBridge().onEvent((event) => {
    if (event.type === 'changed') hear(event.topics)
  })
  listeners.set(listen, topics)
  return () => {
    listeners.delete(listen)
    if (listeners.size > 0) return
    stop?.()
    stop = null
  }
}

/** Calls `run` for each command that the person gives by the menu. Returns what ends it. */
export const onCommand = (run: (command: PageCommandId) => void): (() => void) =>
  getBridge().onEvent((event) => {
    if (event.type === 'command') run(event.command)
  })

/** Calls `go` when the person wants to be somewhere: `place.take` says where. Returns what ends it. */
export const onGoTo = (go: () => void): (() => void) =>
  getBridge().onEvent((event) => {
    if (event.type === 'goTo') go()
  })

/** Calls `take` when the person opened something with the app: `intake.take` says what. Returns what ends it. */
export const onOpened = (take: () => void): (() => void) =>
  getBridge().onEvent((event) => {
    if (event.type === 'opened') take()
  })

/** Calls `show` when the person asks for the search from another program. Returns what ends it. */
export const onShowSearch = (show: () => void): (() => void) =>
  getBridge().onEvent((event) => {
    if (event.type === 'showSearch') show()
  })
