/**
 * Owns what the owner and a host process say to each other. Refuses: behavior. Both ends are always of one build.
 */
import type { ErrorRecord } from '../../shared/errors'
import type { ThreadOutcome } from '../../shared/threads'
import type { WorkName } from '../../shared/work'

/** How a host is started: JSON in its first argument. */
export type HostSettings = {
  readonly workerFile: string
  readonly threads: number
  /** Tasks that one thread may have at the same time; it goes from one to another where they wait. */
  readonly tasksPerThread: number
  /** Cap of the JavaScript heap of a thread, in bytes: not lower than the cap of the process, so that the latter decides. */
  readonly heapBytes: number
  readonly ownerPid: number
  /** Runs with lower priority than other processes. */
  readonly background: boolean
}

/** To the host. */
export type OwnerMessage =
  | { type: 'run'; id: number; name: WorkName; params: unknown }
  | { type: 'cancel'; id: number }
  | { type: 'answer'; id: number; seq: number; reply: unknown }
  | { type: 'refusal'; id: number; seq: number; error: ErrorRecord }
  /** Sent when nothing runs: end. */
  | { type: 'close' }

/** From the host. `cpuMs`: processor time of the whole process since its start. */
export type HostMessage =
  | { type: 'ready' }
  | { type: 'say'; id: number; seq: number; message: unknown }
  | { type: 'done'; id: number; outcome: ThreadOutcome; cpuMs: number }
  /** The thread of a task ended without an outcome; the process lives on. */
  | { type: 'lost'; id: number; reason: string; outOfMemory: boolean }
  /** A few times a second while something runs. */
  | { type: 'pulse'; rssBytes: number; cpuMs: number; beats: readonly (readonly [id: number, count: number])[] }

/** How often a host with work shows its pulse. */
export const PULSE_MS = 250
