/**
 * Owns the passwords that people entered, for as long as this process owns the data folder, and for whose bytes each is.
 * Refuses: keeping them anywhere else. They are never stored, logged or told; after a restart they are asked for again.
 */
import type { Locator } from '../../shared/work'

export type Passwords = {
  /** From now on it is tried for what is at `scope` and for everything within. */
  readonly add: (scope: Locator, password: string) => void
  /** What to try for an item: its own first, then those of the archives it is in, the last entered first. */
  readonly of: (locator: Locator) => readonly string[]
}

/** Tries of one item are slow on purpose (key derivation), so only the last few are kept. */
const MAX_PER_PLACE = 8
const MAX_PLACES = 1_000

const keyOf = ({ location, locationBytes, entries }: Locator, depth: number): string =>
  JSON.stringify([locationBytes ?? null, location, entries.slice(0, depth).map(({ index }) => index)])

export const createPasswords = (): Passwords => {
  const byPlace = new Map<string, readonly string[]>()
  return {
    add: (scope, password) => {
      const key = keyOf(scope, scope.entries.length)
      const others = (byPlace.get(key) ?? []).filter((other) => other !== password)
      byPlace.delete(key)
      byPlace.set(key, [password, ...others].slice(0, MAX_PER_PLACE))
      const oldest = byPlace.keys().next()
      if (byPlace.size > MAX_PLACES && !oldest.done) byPlace.delete(oldest.value)
    },
    of: (locator) => {
      if (byPlace.size === 0) return []
      const found = new Set<string>()
      for (let depth = locator.entries.length; depth >= 0; depth -= 1)
        for (const password of byPlace.get(keyOf(locator, depth)) ?? []) found.add(password)
      return [...found]
    },
  }
}
