/**
 * Owns how long loops on a worker thread stay alive and stoppable. Refuses: deciding why to stop.
 */
import { AppError } from '../../shared/errors'

/** @throws the reason of the signal when it is an AppError, else CANCELLED */
export const requireGoingOn = (signal: AbortSignal): void => {
  if (signal.aborted) throw signal.reason instanceof AppError ? signal.reason : new AppError('CANCELLED')
}

/** A sign of life, and a turn of the event loop: without one, no cancellation can arrive. */
export const breathe = async (signal: AbortSignal, beat: () => void): Promise<void> => {
  beat()
  await new Promise((resolve) => setImmediate(resolve))
  requireGoingOn(signal)
}
