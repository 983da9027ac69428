// Owns a log that keeps nothing.
import type { Log } from '../../src/shared/log'

const refuse = (): void => undefined

/** A log that keeps nothing. */
export const silentLog: Log = {
  write: refuse,
  debug: refuse,
  info: refuse,
  warn: refuse,
  error: refuse,
  child: () => silentLog,
}
