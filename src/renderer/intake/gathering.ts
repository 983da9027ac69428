/**
 * Owns making one offer of what comes in a row: drops within a moment, or while an offer is still being decided, join it.
 * Refuses: deciding; offers are decided one after another, by whom it was given.
 */
import type { RefresherClock } from '../client/refresher'
import type { OfferedPath } from '../../shared/calls'

/** Where an offer is meant to go, and whether a person may still choose. */
export type Target = { readonly collection: string; readonly choose: boolean }

/** What is offered together, while it may still grow. */
export type Offer = Target & {
  readonly paths: () => readonly OfferedPath[]
  /** Calls `listen` whenever more joined. Returns what ends it. */
  readonly onMore: (listen: () => void) => () => void
  /** From now on nothing joins; what comes later is an offer of its own. */
  readonly close: () => void
}

type Group = {
  readonly target: Target
  readonly paths: Map<string, OfferedPath>
  isClosed: boolean
  lastMs: number
} & {
  readonly listeners: Set<() => void>
  done: Promise<void>
}

/** Nothing came for so long: the row is over. */
const QUIET_MS = 150
/** A row that does not end is looked at all the same, and goes on growing. */
const MOST_MS = 1_000

const keyOf = ({ path, bytes = '' }: OfferedPath): string => `${bytes}\n${path}`

const isSame = (one: Target, other: Target): boolean =>
  one.choose && other.choose ? true : one.choose === other.choose && one.collection === other.collection

export class Gathering {
  readonly #decide: (offer: Offer) => Promise<void>
  readonly #clock: RefresherClock
  readonly #open: Group[] = []
  #tail: Promise<void> = Promise.resolve()

  /** @param decide sees an offer through; it closes the offer when it is decided */
  constructor(decide: (offer: Offer) => Promise<void>, clock: RefresherClock) {
    this.#decide = decide
    this.#clock = clock
  }

  /** Offers `paths`; done when the offer that they are in is. @throws what deciding throws */
  add(paths: readonly OfferedPath[], target: Target): Promise<void> {
    const group = this.#open.find((open) => !open.isClosed && isSame(open.target, target)) ?? this.#begin(target)
    const before = group.paths.size
    // The first one stays: what was looked at is known by it.
    for (const path of paths) {
      const key = keyOf(path)
      if (!group.paths.has(key)) group.paths.set(key, path)
    }
    group.lastMs = this.#clock.now()
    if (group.paths.size > before) for (const listen of group.listeners) listen()
    return group.done
  }

  #begin(target: Target): Group {
    const group: Group = {
      target,
      paths: new Map(),
      isClosed: false,
      lastMs: this.#clock.now(),
      listeners: new Set(),
      done: Promise.resolve(),
    }
    this.#open.push(group)
    const run = (): Promise<void> => this.#run(group)
    // The one before is told by whoever offered it; this one comes after it either way.
    group.done = this.#tail.then(run, run)
    this.#tail = group.done
    return group
  }

  async #run(group: Group): Promise<void> {
    await this.#untilQuiet(group)
    const close = (): void => {
      group.isClosed = true
    }
    try {
      await this.#decide({
        ...group.target,
        paths: () => [...group.paths.values()],
        onMore: (listen) => {
          group.listeners.add(listen)
          return () => group.listeners.delete(listen)
        },
        close,
      })
    } finally {
      close()
      this.#open.splice(this.#open.indexOf(group), 1)
    }
  }

  async #untilQuiet(group: Group): Promise<void> {
    const beganMs = this.#clock.now()
    for (;;) {
      const nowMs = this.#clock.now()
      const waitMs = Math.min(group.lastMs + QUIET_MS, beganMs + MOST_MS) - nowMs
      if (waitMs <= 0) return
      await new Promise<void>((resolve) => {
        this.#clock.after(waitMs, resolve)
      })
    }
  }
}
