/**
 * Owns the contract between a host process and its worker threads: the job, what goes over its port, the shared pulse.
 * Refuses: behavior.
 */
import type { ErrorRecord } from './errors'
import type { WorkName } from './work'

/** Slots of the shared `Int32Array` of a task, readable while its thread is in a synchronous loop. */
export const pulse = {
  /** Counts up while the thread is alive. */
  beats: 0,
  /** 1 once the task was cancelled. */
  cancelled: 1,
} as const
export const PULSE_BYTES = 2 * Int32Array.BYTES_PER_ELEMENT

/** From the thread: something to be answered. */
export type ThreadSay = { type: 'say'; seq: number; message: unknown }
/** To the thread. */
export type ThreadMessage =
  | { type: 'answer'; seq: number; reply: unknown }
  | { type: 'refusal'; seq: number; error: ErrorRecord }
  | { type: 'cancel' }

/** How a task ended on its thread. Errors are records here: classes do not survive the way. */
export type ThreadOutcome = { ok: true; result: unknown } | { ok: false; error: ErrorRecord }

/** The name of the function that the worker file exports for the thread pool. */
export const THREAD_ENTRY = 'runJob'

/** A job as the thread gets it; `Port` is the `MessagePort` of `node:worker_threads`, which this folder may not name. */
export type ThreadJob<Port> = { name: WorkName; params: unknown; port: Port; pulse: SharedArrayBuffer }
