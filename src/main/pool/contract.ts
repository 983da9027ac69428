/**
 * Owns the types of the pool: what is asked of it, what it needs from outside, what it tells.
 * Refuses: behavior.
 */
import type { Log } from '../../shared/log'
import type { Limits } from '../../shared/limits'
import type { WorkName, WorkTable } from '../../shared/work'
import { hostNames, type breakerStates, type HostName, type workerStates } from '../../shared/workers'

/** `parse` runs expand and extract, `ocr` extract where pictures are read, `embed` and `model` embed and embedQuery, `model` inspectModel, too. */
export { hostNames }
export type { HostName }

/** A started host process, whatever started it. */
export type HostProcess = {
  /** `undefined` until the process exists, and for good when it could not be started. */
  readonly pid: number | undefined
  /** Sends a structured-cloneable message. Sending to a process that is gone is not an error. */
  readonly send: (message: unknown) => void
  readonly onMessage: (listen: (message: unknown) => void) => void
  /** Called exactly once, also when the process could not be started (then with the reason). */
  readonly onExit: (listen: (code: number | null, signal: string | null, reason?: string) => void) => void
  /** Ends the process at once, whatever it does (SIGKILL or the like). */
  readonly kill: () => void
}

/** Starts `file` as a host process with exactly `env` as its environment. May throw. */
export type LaunchHost = (file: string, args: readonly string[], env: Readonly<Record<string, string>>) => HostProcess

/** Asked for at every use: what is changed while a host runs holds from then on, threads and memory after what runs in it. */
export type HostOptions = {
  /** Tasks that run at the same time. */
  readonly threads: number
  /** Further threads that only urgent tasks (`priority` above 0) may take, so that a search does not wait for a batch. */
  readonly urgentThreads?: number | undefined
  /** Urgent tasks share the threads with others instead: where a thread keeps something large, and pauses between its steps. */
  readonly urgentShares?: boolean | undefined
  /** Cap of the resident memory of the process, in bytes. */
  readonly memoryBytes: number
  /** A task whose thread is silent for longer is stalled. */
  readonly heartbeatMs: number
  /** Hard limit of one task; waiting for an answer of the owner does not count. */
  readonly timeMs: number
  /** The host is replaced after this many tasks. */
  readonly recycleTasks: number
  /** The host is closed after this long without work. */
  readonly idleMs: number
  /** Gives way to all other processes: nobody waits for what it does. */
  readonly background?: boolean | undefined
  /** Variables beside the few that every host gets. */
  readonly env?: Readonly<Record<string, string>> | undefined
}

export type RunOptions<N extends WorkName> = {
  /** Cancels: the task is asked to stop; after a second its host is killed. Rejects with `CANCELLED`. */
  readonly signal?: AbortSignal | undefined
  /** Answers what the task says. Messages of one task arrive in order, one at a time; what it throws ends the task. */
  readonly onMessage?:
    ((message: WorkTable[N]['message']) => Promise<WorkTable[N]['reply']> | WorkTable[N]['reply']) | undefined
  /** Higher goes first. Default 0. */
  readonly priority?: number | undefined
  /** Runs with nothing beside it, so that a death of the host is surely its own. */
  readonly alone?: boolean | undefined
  /** Instead of the `memoryBytes` of the host: the task runs alone, in a process of its own. */
  readonly memoryBytes?: number | null | undefined
  /** Instead of the `timeMs` of the host. */
  readonly timeoutMs?: number | undefined
  /** For the log and `workers()`: what is worked on. */
  readonly label?: string | undefined
}

/** One host process that runs now. `rssBytes` is `null` when it cannot be told. */
export type WorkerSnapshot = {
  readonly host: HostName
  readonly pid: number
  readonly rssBytes: number | null
  /** Tasks done by this process so far. */
  readonly tasksDone: number
  readonly running: readonly { readonly name: WorkName; readonly label: string; readonly ms: number }[]
  readonly queued: number
  /** Tasks that it may run at the same time right now, urgent ones not counted. */
  readonly threads: number
  readonly state: (typeof workerStates)[number]
}

/** The circuit breaker of one kind of host. */
export type BreakerSnapshot = {
  readonly host: HostName
  readonly state: (typeof breakerStates)[number]
  readonly failures: number
  readonly reason: string | null
  /** When one task tries it again, in milliseconds from now; `null` unless it is open. */
  readonly retryInMs: number | null
}

/** What keeps hosts from doing harm; asked for at every use. */
export type PoolGuards = {
  /** Failures in a row that open the breaker of a host. */
  readonly breakerFailures: number
  /** How long it stays open. */
  readonly breakerMs: number
  /** With less free memory in the computer, each host uses one thread. */
  readonly minFreeBytes: number
}

export const guardsOf = (limits: Limits): PoolGuards => ({
  breakerFailures: limits['worker.breakerFailures'],
  breakerMs: limits['worker.breakerMs'],
  minFreeBytes: limits['worker.minFreeBytes'],
})

/** What polite work leaves to hosts. What a person waits for (`priority` above 0) is never held back. */
export type PoolPace = {
  /** Threads that one kind of host may use now, at most; at least one. */
  readonly allow: (threads: number) => number
  /** In how many milliseconds the next task may start; 0: now. Asked before each start. */
  readonly waitMs: () => number
  /** Memory of all hosts together, in bytes: beyond it nothing starts beside what runs, and idle hosts are closed. `null`: any. */
  readonly memoryBytes: () => number | null
}

export type PoolClock = {
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** Milliseconds since 1970, for people. */
  readonly wallMs: () => number
}

export type PoolOptions = {
  /** The built entry of the host process. */
  readonly hostFile: string
  /** The built entry of its worker threads. */
  readonly workerFile: string
  readonly launch: LaunchHost
  readonly clock: PoolClock
  readonly log: Log
  readonly hosts: (host: HostName) => HostOptions
  readonly guards: () => PoolGuards
  /** Free memory of the computer in bytes, `null` when it cannot be told. Without it, the system is asked. */
  readonly readFreeBytes?: (() => number | null) | undefined
  /** Holds work back; without it nothing does. */
  readonly pace?: PoolPace | undefined
  /** A breaker opened or closed, or memory became short or came back. */
  readonly onChange?: (() => void) | undefined
}

export type Pool = {
  /**
   * Runs a task on a worker thread of a host; starts the host when there is none.
   * @throws AppError what the task threw; `WORKER_MEMORY`, `WORKER_TIMEOUT`, `WORKER_STALLED` or `WORKER_CRASHED` when this task
   * brought the host down; `HOST_DIED` when one of several did; `INTERRUPTED` when surely another one did; `HOST_UNAVAILABLE` while
   * the breaker of the host is open; `CANCELLED`; `SHUTTING_DOWN`.
   */
  readonly run: <N extends WorkName>(
    host: HostName,
    name: N,
    params: WorkTable[N]['params'],
    options?: RunOptions<N>,
  ) => Promise<WorkTable[N]['result']>
  /** Starts a host ahead of its first task, so that a search need not wait for it. Closed again after `idleMs` without work. */
  readonly warm: (host: HostName) => void
  readonly workers: () => readonly WorkerSnapshot[]
  readonly breakers: () => readonly BreakerSnapshot[]
  /** `short`: hosts use fewer threads than their options say, because less than `minFreeBytes` is or was free. */
  readonly memory: () => { readonly freeBytes: number | null; readonly minFreeBytes: number; readonly short: boolean }
  /** The options may have changed: hosts that were started with other threads or memory are replaced after what runs in them. */
  readonly refresh: () => void
  /** Highest resident memory of all hosts together since the pool was made, in bytes. */
  readonly peakRssBytes: () => number
  /** Processor time that all hosts have used since the pool was made, in milliseconds; as they last said. */
  readonly cpuMs: () => number
  /** Replaces hosts (all, or of one kind): what runs is finished first, what comes next gets a new process. Gives their process ids. */
  readonly retire: (host?: HostName) => readonly number[]
  /** As `retire`; resolves when the old ones are gone. */
  readonly recycle: (host?: HostName) => Promise<void>
  /** Refuses new work, waits up to `timeoutMs` for what runs, ends all processes. Resolves when they are gone. */
  readonly close: (options: { readonly timeoutMs: number }) => Promise<void>
}
