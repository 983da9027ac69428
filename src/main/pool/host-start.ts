/**
 * Owns what a host process is told at its start and cannot change any more, and the wait before a start. Refuses: starting it.
 */
import type { HostOptions } from './contract'
import type { HostSettings } from './messages'

export const makeHostSettings = (options: HostOptions, workerFile: string): HostSettings => {
  const { threads, urgentThreads = 0, urgentShares = false, memoryBytes, background = false } = options
  return {
    workerFile,
    threads: urgentShares ? threads : threads + urgentThreads,
    tasksPerThread: urgentShares ? 1 + urgentThreads : 1,
    heapBytes: memoryBytes,
    ownerPid: process.pid,
    background,
  }
}

/** The same text for the same start: a process of another text is to be replaced. */
export const describeStart = ({ threads, urgentThreads = 0, memoryBytes }: HostOptions): string =>
  JSON.stringify([threads, urgentThreads, memoryBytes])

/** 100, 200, 400 ms, … */
const BACKOFF_MS = 100
const LONGEST_BACKOFF_MS = 5_000

/** Wait before the next start after so many failed ones, in milliseconds. */
export const waitBeforeStartMs = (failedStarts: number): number =>
  Math.min(LONGEST_BACKOFF_MS, BACKOFF_MS * 2 ** (failedStarts - 1))
