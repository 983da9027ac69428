/**
 * Owns who works on what right now, where runs of one lane could meet: what one has taken, another one waits for.
 * Refuses: holding something while waiting for more, so that nobody ever waits in a circle.
 */
import { AppError } from '../../shared/errors'

/** Of each store what is taken, and when it is free again. */
const scopes = new WeakMap<object, Map<string, Promise<void>>>()

const takenIn = (scope: object): Map<string, Promise<void>> => {
  const known = scopes.get(scope)
  if (known) return known
  const made = new Map<string, Promise<void>>()
  scopes.set(scope, made)
  return made
}

const hold = (scope: object, keys: readonly string[]): (() => void) => {
  const taken = takenIn(scope)
  let done = (): void => undefined
  const free = new Promise<void>((resolve) => {
    done = resolve
  })
  for (const key of keys) taken.set(key, free)
  return () => {
    for (const key of keys) taken.delete(key)
    done()
  }
}

/** @throws CANCELLED */
const until = (free: Promise<unknown>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const abandon = (): void => reject(new AppError('CANCELLED'))
    if (signal.aborted) return abandon()
    signal.addEventListener('abort', abandon, { once: true })
    const goOn = (): void => {
      signal.removeEventListener('abort', abandon)
      resolve()
    }
    free.then(goOn, goOn)
  })

/** Takes what is free of these. `others` resolves when whoever has the rest is done with it. @throws CANCELLED by `others` */
export const takeFree = (
  scope: object,
  keys: readonly string[],
): { taken: ReadonlySet<string>; release: () => void; others: (signal: AbortSignal) => Promise<void> } => {
  const before = takenIn(scope)
  const awaited = keys.flatMap((key) => before.get(key) ?? [])
  const free = keys.filter((key) => !before.has(key))
  return {
    taken: new Set(free),
    release: hold(scope, free),
    others: (signal) => until(Promise.all(awaited), signal),
  }
}

/** Takes all of these, once all are free; gives what sets them free. @throws CANCELLED */
export const takeAll = async (scope: object, keys: readonly string[], signal: AbortSignal): Promise<() => void> => {
  for (;;) {
    const taken = takenIn(scope)
    const awaited = keys.flatMap((key) => taken.get(key) ?? [])
    if (awaited.length === 0) return hold(scope, keys)
    await until(Promise.all(awaited), signal)
  }
}
