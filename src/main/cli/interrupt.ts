/**
 * Owns what Ctrl-C and the signals that end a process do to a command: the first one asks it to end well, the second ends it.
 * Refuses: losing anything; what is stored is stored, and the next start goes on from there.
 */
import { exitCodes } from './exit-code'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export type Interrupt = {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal
  /** Resolves at the first signal. */
  readonly happened: Promise<void>
  /** Stops listening. */
  readonly close: () => void
}

/** Listens for the signals of this process. `onSecond` runs right before the process ends at once. */
export const listenForInterrupt = (onSecond: () => void): Interrupt => {
  const controller = new AbortController()
  let tell: () => void = () => undefined
  const happened = new Promise<void>((resolve) => {
    tell = resolve
  })
  const hear = (): void => {
    if (controller.signal.aborted) {
      onSecond()
      process.exit(exitCodes.interrupted)
    }
    controller.abort()
    tell()
  }
  for (const name of SIGNALS) process.on(name, hear)
  return {
    signal: controller.signal,
    happened,
    close: () => {
      for (const name of SIGNALS) process.off(name, hear)
    },
  }
}
